// The closed forms that the explorers draw. Each mirrors a formula of lecturekit, named beside it;
// tests/browser/test_explorer_modules.py holds the two together in a real browser. Arrays stand for one value an object.

// ---- one Normal ----

const LOG_2_PI = Math.log(2 * Math.PI);

/** A Normal density z standard deviations from its mean, relative to its peak: `norm.pdf(z) / norm.pdf(0)` of SciPy. */
export function relativeNormal(z) {
  return Math.exp(-0.5 * z * z);
}

/** The log density of N(mean, sd**2) at x: `norm.logpdf`. */
export function logNormal(x, mean, sd) {
  const z = (x - mean) / sd;
  return -0.5 * (z * z + LOG_2_PI) - Math.log(sd);
}

/** The probability below z of N(0, 1): `norm.cdf`, with its relative accuracy kept far out in the tail. */
export function normalCdf(z) {
  if (z > 0) return 1 - normalCdf(-z);
  const density = Math.exp(-0.5 * (z * z + LOG_2_PI));
  if (z < -3) {
    // Laplace's continued fraction for the Mills ratio.
    let tail = -z;
    for (let k = 80; k > 0; k -= 1) tail = k / tail - z;
    return density / tail;
  }
  let term = z;
  let sum = z;
  for (let k = 3; Math.abs(term) > 1e-17; k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return 0.5 + density * sum;
}

// ---- random numbers: the same seed gives the same sky in every browser ----

/** count uniform numbers within (0, 1), a pure function of the whole number seed: the generator mulberry32. */
export function uniforms(seed, count) {
  const numbers = new Float64Array(count);
  let state = Math.imul(seed, 0x9e3779b1);
  for (let i = 0; i < count; i += 1) {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    numbers[i] = ((t ^ (t >>> 14)) >>> 0) / 2 ** 32 + 2 ** -33;
  }
  return numbers;
}

/** count draws from N(0, 1): Box and Muller's pairs of `uniforms`. */
export function normals(seed, count) {
  const u = uniforms(seed, 2 * Math.ceil(count / 2));
  for (let i = 0; i < u.length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(u[i]));
    const angle = 2 * Math.PI * u[i + 1];
    u[i] = radius * Math.cos(angle);
    u[i + 1] = radius * Math.sin(angle);
  }
  return u.subarray(0, count);
}

// ---- the Normal hierarchy ----

// sqrt(w), not squared yet: tau**2 and sigma**2 may overflow or vanish where their ratio does not.
function rootWeight(tau, sigma) {
  return tau / Math.hypot(tau, sigma);
}

/** The weight of the measurement, w = tau**2 / (tau**2 + sigma**2), for tau >= 0 and sigma > 0. */
export function shrinkageWeight(tau, sigma) {
  return rootWeight(tau, sigma) ** 2;
}

/** Mean and sd of theta given mu, tau and one measurement y ± sigma: `NormalHierarchy.theta_given`. */
export function thetaGiven(y, sigma, mu, tau) {
  const root = rootWeight(tau, sigma);
  return { mean: mu + root ** 2 * (y - mu), sd: root * sigma };
}

/** Mean and sd of mu given tau and all measurements, under a flat prior on mu: BDA3, equation 5.20. */
export function muGivenTau(y, sigma, tau) {
  let precision = 0;
  let sum = 0;
  for (let j = 0; j < y.length; j += 1) {
    const w = 1 / (tau * tau + sigma[j] * sigma[j]);
    precision += w;
    sum += w * y[j];
  }
  return { mean: sum / precision, sd: 1 / Math.sqrt(precision) };
}

/** The log likelihood of mu and tau with every theta integrated out: `NormalHierarchy.log_prob_marginal`, less its priors. */
export function logMarginal(mu, tau, y, sigma) {
  let sum = 0;
  for (let j = 0; j < y.length; j += 1) sum += logNormal(y[j], mu, Math.hypot(tau, sigma[j]));
  return sum;
}

// ---- errors ----

/** The root mean square difference of two lists. */
export function rms(a, b) {
  let sum = 0;
  for (let j = 0; j < a.length; j += 1) sum += (a[j] - b[j]) ** 2;
  return Math.sqrt(sum / a.length);
}

// ---- search ----

// Where in [low, high] a function that is true at first ceases to be so, as exactly as numbers go.
function lastTrue(holds, low, high) {
  const middle = (low + high) / 2;
  if (middle <= low || middle >= high) return low;
  return holds(middle) ? lastTrue(holds, middle, high) : lastTrue(holds, low, middle);
}

// ---- funnel ----
// One object, y ± sigma, of a population N(0, tau**2) with ln tau ~ N(0, 1): chapter 6. Its coordinates are ln tau and x,
// where x is theta if centered is true, and else eta = theta / tau.

/** The log density of ln tau, x and y: `log_prob_centered` or `log_prob_noncentered` at mu = 0, less ln p(mu), plus ln tau. */
export function funnelLogDensity(logTau, x, y, sigma, centered) {
  const tau = Math.exp(logTau);
  return logNormal(logTau, 0, 1) + logNormal(x, 0, centered ? tau : 1) + logNormal(y, centered ? x : tau * x, sigma);
}

/** The derivatives of `funnelLogDensity` with respect to ln tau and x. */
export function funnelGradient(logTau, x, y, sigma, centered) {
  const tau = Math.exp(logTau);
  if (centered) {
    const pull = x / tau / tau;
    return [x * pull - 1 - logTau, (y - x) / sigma / sigma - pull];
  }
  const force = (tau * (y - tau * x)) / sigma / sigma;
  return [x * force - logTau, force - x];
}

/** Mean and sd of x given ln tau and y: `NormalHierarchy.theta_given` at mu = 0, for eta divided by tau. */
export function funnelGiven(logTau, y, sigma, centered) {
  const tau = Math.exp(logTau);
  const { mean, sd } = thetaGiven(y, sigma, 0, tau);
  return centered ? { mean, sd } : { mean: mean / tau, sd: sd / tau };
}

/**
 * The line on which the log density lies `drop` below its peak, as far as low <= ln tau <= high: count + 1 points
 * [ln tau, x] up its left side and as many down its right, densest at the ends, where it turns.
 */
export function funnelContour(drop, y, sigma, centered, low, high, count) {
  const ridge = (logTau) => funnelLogDensity(logTau, funnelGiven(logTau, y, sigma, centered).mean, y, sigma, centered);
  // Along the ridge, x = its mean given ln tau, the slope of the log density is that with respect to ln tau alone.
  const rises = (logTau) => funnelGradient(logTau, funnelGiven(logTau, y, sigma, centered).mean, y, sigma, centered)[0] > 0;
  const peak = lastTrue(rises, low, high);
  const level = ridge(peak) - drop;
  const bottom = lastTrue((logTau) => ridge(logTau) < level, low, peak);
  const top = lastTrue((logTau) => ridge(logTau) > level, peak, high);
  const side = (sign) => Array.from({ length: count + 1 }, (_, i) => {
    const logTau = bottom + ((top - bottom) * (1 - Math.cos((Math.PI * i) / count))) / 2;
    const { mean, sd } = funnelGiven(logTau, y, sigma, centered);
    return [logTau, mean + sign * sd * Math.sqrt(2 * Math.max(0, ridge(logTau) - level))];
  });
  return [...side(-1), ...side(1).reverse()];
}

/** The ln tau beyond which the sd of x given ln tau and y is below half a step; for steps below 2 and 2 sigma. */
export function funnelLimit(step, sigma, centered) {
  const frequency = (2 / step) ** 2;
  return centered ? -0.5 * Math.log(frequency - sigma ** -2) : Math.log(sigma) + 0.5 * Math.log(frequency - 1);
}

// The energy error at which a path is called divergent, in chapter 6 as in Stan.
const DIVERGENT = 1000;

/**
 * A leapfrog path of at most count steps from [ln tau, x], with unit masses: `leapfrog` of chapter 6. It ends at the step
 * whose energy error reaches 1000; `error` is the largest in absolute value.
 */
export function funnelLeapfrog([logTau, x], [p, q], step, count, y, sigma, centered) {
  const path = [[logTau, x]];
  const energy = () => 0.5 * (p * p + q * q) - funnelLogDensity(logTau, x, y, sigma, centered);
  const start = energy();
  let force = funnelGradient(logTau, x, y, sigma, centered);
  let error = 0;
  for (let i = 0; i < count && error < DIVERGENT; i += 1) {
    logTau += step * (p += 0.5 * step * force[0]);
    x += step * (q += 0.5 * step * force[1]);
    force = funnelGradient(logTau, x, y, sigma, centered);
    p += 0.5 * step * force[0];
    q += 0.5 * step * force[1];
    error = Math.max(error, Math.abs(energy() - start));
    path.push([logTau, x]);
  }
  return { path, error, diverged: !(error < DIVERGENT) };
}

/** How many of the pushes, pairs [p, q] on one list, send a path from the ridge at ln tau to divergence. */
export function funnelDivergences(pushes, logTau, step, count, y, sigma, centered) {
  const start = [logTau, funnelGiven(logTau, y, sigma, centered).mean];
  let divergences = 0;
  for (let i = 0; i < pushes.length; i += 2) {
    divergences += funnelLeapfrog(start, [pushes[i], pushes[i + 1]], step, count, y, sigma, centered).diverged;
  }
  return divergences;
}

// ---- pooling and shrinkage ----

/** The mean of every theta given tau, that of mu being given tau too: `ExactPosterior.theta_given_tau`, prior on mu flat. */
export function pooledEstimates(y, sigma, tau) {
  const mu = muGivenTau(y, sigma, tau).mean;
  return y.map((value, j) => mu + shrinkageWeight(tau, sigma[j]) * (value - mu));
}

/** The rms error of these estimates against the true theta, for each of taus. */
export function poolingErrors(y, sigma, theta, taus) {
  return taus.map((tau) => rms(pooledEstimates(y, sigma, tau), theta));
}

/** The standard deviation of values, `np.std(ddof=1)`; 0 for a single one. */
export function sampleSd(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const sum = values.reduce((total, value) => total + (value - mean) ** 2, 0);
  return Math.sqrt(sum / Math.max(values.length - 1, 1));
}

/** y with its noise, y - theta, multiplied by a factor. */
export function scaleNoise(y, theta, factor) {
  return y.map((value, j) => theta[j] + factor * (value - theta[j]));
}

/** Whether each estimate is farther from the truth than its measurement, by more than rounding: a millionth of sigma. */
export function endsFarther(y, sigma, estimate, theta) {
  return y.map((value, j) => Math.abs(estimate[j] - theta[j]) - Math.abs(value - theta[j]) > 1e-6 * sigma[j]);
}

/**
 * Chapter 1's survey of planets, as `simulate_lognormal` makes one: semi-amplitudes about 20 m/s whose ln has this spread,
 * each the mean of 4 to 12 seasons that scatter by 3 to 20 m/s. The noisiest comes first. More planets keep those before.
 */
export function planetSurvey(seed, count, spread) {
  const u = uniforms(seed + 1000, 2 * count); // seeds go to 999: these numbers are not those of z
  const z = normals(seed, 2 * count);
  const planets = Array.from({ length: count }, (_, j) => {
    const sigma = (3 + 17 * u[2 * j]) / Math.sqrt(4 + Math.floor(9 * u[2 * j + 1]));
    const theta = 20 * Math.exp(spread * z[2 * j]);
    return { theta, sigma, y: theta + sigma * z[2 * j + 1] };
  }).sort((a, b) => b.sigma - a.sigma);
  return { y: planets.map(({ y }) => y), sigma: planets.map(({ sigma }) => sigma), theta: planets.map(({ theta }) => theta) };
}

// ---- marginalisation ----

/**
 * The log marginal likelihood along mu at one tau, top - ((mu - mean) / sd)**2 / 2, and the slope of top with tau**2:
 * `NormalHierarchy.log_prob_marginal`, less its priors.
 */
export function marginalProfile(tau, y, sigma) {
  const { mean, sd } = muGivenTau(y, sigma, tau);
  let top = 0;
  let slope = 0;
  for (let j = 0; j < y.length; j += 1) {
    const v = tau * tau + sigma[j] * sigma[j];
    const chi2 = (y[j] - mean) ** 2 / v;
    top -= 0.5 * (LOG_2_PI + Math.log(v) + chi2);
    slope += (0.5 * (chi2 - 1)) / v;
  }
  return { mean, sd, top, slope };
}

/** The mu and tau of the largest log marginal likelihood, and its value there: the maximum of the same function. */
export function marginalSummit(y, sigma) {
  const sorted = Float64Array.from(y).sort();
  const widest = sorted[y.length - 1] - sorted[0]; // no tau beyond can be the best
  const nodes = Float64Array.from({ length: 41 }, (_, i) => widest * (i / 40) ** 2);
  const tops = nodes.map((tau) => marginalProfile(tau, y, sigma).top);
  const best = tops.indexOf(Math.max(...tops));
  const rises = (tau) => marginalProfile(tau, y, sigma).slope > 0;
  const tau = lastTrue(rises, nodes[Math.max(best - 1, 0)], nodes[best + 1]);
  const { mean, top } = marginalProfile(tau, y, sigma);
  return { mu: mean, tau, top };
}

/** The density at x averaged over objects, each of them N(mean, sd_j**2): the mean of `norm.pdf`. */
export function meanDensity(x, mean, sd) {
  let sum = 0;
  for (let j = 0; j < sd.length; j += 1) sum += Math.exp(logNormal(x, mean, sd[j]));
  return sum / sd.length;
}

/** How many values fall in each of count equal bins from low to high; the first and last take what lies beyond. */
export function binCounts(values, low, high, count) {
  const bins = new Array(count).fill(0);
  for (const value of values) {
    bins[Math.min(Math.max(Math.floor(((value - low) / (high - low)) * count), 0), count - 1)] += 1;
  }
  return bins;
}

// ---- predictive check ----

/**
 * Replicated data sets of J objects, one after the other, as deviations from mu: tau z + noise_j z', where z' is the
 * second half of z. `predictive.replicate` for new objects at one mu and tau; without noise, their true values.
 */
export function replicatedDeviations(tau, noise, z) {
  const half = z.length / 2;
  const deviations = new Float64Array(half);
  for (let i = 0; i < half; i += 1) deviations[i] = tau * z[i] + noise[i % noise.length] * z[half + i];
  return deviations;
}

/**
 * The discrepancies of one data set, given its deviations from any one value: `predictive.DISCREPANCIES`, the
 * `kurtosis` of SciPy, and `z`, the largest deviation in units of its own scale. Without scatter the shape counts as Normal.
 */
export function discrepancies(deviations, scale) {
  const n = deviations.length;
  let mean = 0;
  for (let j = 0; j < n; j += 1) mean += deviations[j] / n;
  let [m2, m3, m4, largest, farthest, z] = [0, 0, 0, -Infinity, 0, 0];
  for (let j = 0; j < n; j += 1) {
    const d = deviations[j] - mean;
    m2 += (d * d) / n;
    m3 += (d * d * d) / n;
    m4 += (d * d * d * d) / n;
    largest = Math.max(largest, deviations[j]);
    farthest = Math.max(farthest, Math.abs(d));
    z = Math.max(z, Math.abs(deviations[j]) / scale[j]);
  }
  const sd = Math.sqrt((m2 * n) / (n - 1));
  const [skewness, kurtosis] = m2 > 0 ? [m3 / m2 ** 1.5, m4 / m2 ** 2 - 3] : [0, 0];
  return { mean, sd, largest, farthest, skewness, kurtosis, z };
}

/** The fraction of values above an observed one, ties counted half: `predictive.p_value`. */
export function tailFraction(values, observed) {
  let above = 0;
  for (const value of values) above += value > observed ? 1 : value === observed ? 0.5 : 0;
  return above / values.length;
}

// ---- James-Stein: one error for all objects, the unit of length ----

/** True values of count objects: the first lies at distance from the mean of the others, which lie evenly with sd spread. */
export function distantTruths(count, spread, distance) {
  const others = count - 1;
  const step = spread * Math.sqrt(12 / Math.max(others * others - 1, 1));
  return Float64Array.from({ length: count }, (_, j) => (j === 0 ? distance : (j - (others + 1) / 2) * step));
}

/** Sum of squares about the mean. */
export function squaresAboutMean(y) {
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  return y.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

/** James and Stein's share of the way to the mean, c = (J - 3) / S; none where it does not exist, below J = 4. */
export function jamesSteinPull(count, squares) {
  return count > 3 ? (count - 3) / squares : 0;
}

/**
 * The hierarchical model's share of the way to the mean: E(1 - w | y) under flat priors on mu and tau, as `exact.posterior`
 * has it. None below J = 3, where no finite tau is likelier than all beyond it.
 *
 * With B = 1 - w it is a ratio of integrals m_k of B**(J/2 - 2 + k) (1 - B)**(-1/2) exp(-S B / 2), for k = 1 over k = 0.
 * By parts, m_(k+1) / m_k follows from m_(k+2) / m_(k+1); downwards an error shrinks at every step.
 */
export function flatTauPull(count, squares) {
  if (count < 3) return 0;
  let ratio = 1;
  for (let k = 60 + count / 2; k >= count / 2; k -= 1) ratio = (k - 1) / (k - 0.5 + 0.5 * squares * (1 - ratio));
  return ratio;
}

/** Each y moved by the share pull of its way to the mean. */
export function pulledToMean(y, pull) {
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  return y.map((value) => value - pull * (value - mean));
}

/** Noise of half as many skies as will be looked at, count numbers each, scaled to a mean square of 1 for every object. */
export function balancedNoise(seed, half, count) {
  const rows = Array.from({ length: half }, (_, i) => normals(seed + i, count));
  const scales = rows[0].map((_, j) => Math.sqrt(half / rows.reduce((sum, row) => sum + row[j] ** 2, 0)));
  return rows.map((row) => row.map((z, j) => z * scales[j]));
}

/**
 * Squared errors relative to those of raw measurements, J and 1 on average, over skies with this `balancedNoise` (its first
 * J numbers) and their mirror images: of all objects, of the first, and the share of skies in which the total falls.
 *
 * The change is averaged, on the same skies, so that the noise common to both drops out.
 */
export function errorsOverSkies(truth, noise) {
  const count = truth.length;
  const skies = 2 * noise.length;
  const results = [jamesSteinPull, flatTauPull].map((pull) => ({ pull, total: 0, first: 0, better: 0 }));
  for (let sky = 0; sky < skies; sky += 1) {
    const row = noise[sky >> 1];
    const sign = 1 - 2 * (sky % 2);
    let mean = 0;
    for (let j = 0; j < count; j += 1) mean += (truth[j] + sign * row[j]) / count;
    let squares = 0;
    let product = 0;
    for (let j = 0; j < count; j += 1) {
      const away = truth[j] + sign * row[j] - mean;
      squares += away * away;
      product += sign * row[j] * away;
    }
    const error = sign * row[0];
    const away = truth[0] + error - mean;
    for (const result of results) {
      const pull = result.pull(count, squares);
      const change = pull * (pull * squares - 2 * product);
      result.total += change;
      result.first += pull * away * (pull * away - 2 * error);
      result.better += change < 0 ? 1 : 0;
    }
  }
  const [jamesStein, hierarchical] = results.map(({ total, first, better }) => (
    { total: 1 + total / (count * skies), first: 1 + first / skies, better: better / skies }
  ));
  return { jamesStein, hierarchical };
}

// ---- selection: a sample cut at y <= limit ----

/** Supernovae uniform in a sphere of 400 Mpc: distance (Mpc), distance modulus, and two standard Normal numbers for M and y. */
export function explosions(seed, count) {
  const place = uniforms(2 * seed, count);
  const chance = normals(2 * seed + 1, 2 * count);
  return Array.from(place, (u, j) => {
    const distance = 400 * Math.cbrt(u);
    return { distance, modulus: 5 * Math.log10(distance) + 25, intrinsic: chance[2 * j], noise: chance[2 * j + 1] };
  });
}

/**
 * A standard Normal cut at z: ln Phi(z), the mean and variance of x, the mean of x**2, and of x and x**2 the covariance, of
 * x**2 the variance: `truncnorm(-inf, z)` of SciPy.
 */
export function belowLimit(z) {
  const logDensity = -0.5 * (z * z + LOG_2_PI);
  const probability = normalCdf(z);
  const mills = Math.exp(logDensity) / probability;
  const square = 1 - z * mills;
  const cube = -(z * z + 2) * mills;
  const fourth = 3 * square - z * z * z * mills;
  return {
    logProbability: Math.log(probability), mean: -mills, variance: square - mills * mills, square,
    covariance: cube + mills * square, squareVariance: fourth - square * square,
  };
}

// A fit from the variance v = tau**2 + sigma**2 and the sd of ln v; tau's 68 % interval starts at 0 where v's crosses sigma**2.
function fitted(mu, muSd, v, logSd, sigma) {
  const tau = (variance) => Math.sqrt(Math.max(0, variance - sigma * sigma));
  return { mu, muSd, tau: tau(v), tauLow: tau(v * Math.exp(-logSd)), tauHigh: tau(v * Math.exp(logSd)) };
}

/** Where the likelihood of a complete sample is highest, over mu and tau >= 0: `log_prob_marginal` without its priors. */
export function completeFit(y, sigma) {
  const mu = y.reduce((sum, value) => sum + value, 0) / y.length;
  const v = Math.max(squaresAboutMean(y) / y.length, sigma * sigma);
  return fitted(mu, Math.sqrt(v / y.length), v, Math.sqrt(2 / y.length), sigma);
}

/**
 * Whether the likelihood of the cut sample has no maximum: it rises for ever toward a wider and fainter population, of which
 * only an exponential tail is seen. By the slope at that end, since the likelihood is concave in mu / v and 1 / v.
 */
export function truncatedRunsAway(y, limit) {
  const below = y.map((value, j) => limit[j] - value);
  const mean = below.reduce((sum, value) => sum + value, 0) / y.length;
  return below.reduce((sum, t, j) => sum + limit[j] * (t - mean) - 0.5 * t * t + mean * mean, 0) <= 0;
}

// The log likelihood at mu and v, its slope and its Fisher information in alpha and beta, where a density is
// exp(alpha x - beta x**2 / 2) of x = (y - mu) / sqrt(v), with alpha = 0 and beta = 1 here.
function truncatedSlope(y, limit, mu, v) {
  const s = Math.sqrt(v);
  const sums = { logLikelihood: 0, alpha: 0, beta: 0, alphas: 0, both: 0, betas: 0 };
  for (let j = 0; j < y.length; j += 1) {
    const x = (y[j] - mu) / s;
    const cut = belowLimit((limit[j] - mu) / s);
    sums.logLikelihood += logNormal(y[j], mu, s) - cut.logProbability;
    sums.alpha += x - cut.mean;
    sums.beta += 0.5 * (cut.square - x * x);
    sums.alphas += cut.variance;
    sums.both -= 0.5 * cut.covariance;
    sums.betas += 0.25 * cut.squareVariance;
  }
  return { ...sums, determinant: sums.alphas * sums.betas - sums.both * sums.both };
}

// Newton's steps to the maximum over mu and v, or over mu alone, each halved until the likelihood rises; null if it is too far.
// A step to a variance below zero has no likelihood either, NaN, and is halved like one that falls.
function truncatedMaximum(y, limit, start, fixedWidth) {
  let at = { ...start, ...truncatedSlope(y, limit, start.mu, start.v) };
  let step = 1;
  for (let tried = 0; tried < 20; tried += 1) {
    const { mu, v, logLikelihood, alpha, beta, alphas, both, betas, determinant } = at;
    const toAlpha = fixedWidth ? alpha / alphas : (betas * alpha - both * beta) / determinant;
    const toBeta = fixedWidth ? 0 : (alphas * beta - both * alpha) / determinant;
    const scale = 1 + step * toBeta;
    const next = { mu: mu + (Math.sqrt(v) * step * toAlpha) / scale, v: v / scale };
    const there = { ...next, ...truncatedSlope(y, limit, next.mu, next.v) };
    if (toAlpha * alpha + toBeta * beta < 1e-12) return there;
    const rises = there.logLikelihood > logLikelihood;
    step = rises ? 1 : step / 2;
    if (rises) at = there;
  }
  return null;
}

/**
 * Where the likelihood of a sample cut at limit is highest, over mu and tau >= 0: `log_prob_truncated` without its priors.
 * Its errors are by the Fisher information of mu and ln v. null if there is no maximum.
 */
export function truncatedFit(y, limit, sigma) {
  if (truncatedRunsAway(y, limit)) return null;
  const mu = y.reduce((sum, value) => sum + value, 0) / y.length;
  const free = truncatedMaximum(y, limit, { mu, v: squaresAboutMean(y) / y.length }, false);
  const best = free === null || free.v > sigma * sigma ? free : truncatedMaximum(y, limit, { mu, v: sigma * sigma }, true);
  if (best === null) return null;
  const { mu: center, v, alphas, betas, determinant } = best;
  return fitted(center, Math.sqrt((v * betas) / determinant), v, Math.sqrt(alphas / determinant), sigma);
}

// ---- prior sensitivity ----

/** ln p(y | tau), mu integrated out under a flat prior: BDA3, section 5.4, p(y | mu, tau) / p(mu | tau, y) at any mu. */
export function logTauLikelihood(y, sigma, tau) {
  const { mean, sd } = muGivenTau(y, sigma, tau);
  return logMarginal(mean, tau, y, sigma) - logNormal(mean, mean, sd);
}

// The logarithms of the priors' densities at z = tau / scale, relative to their peaks.
const LOG_TAU_PRIORS = {
  uniform: () => 0, // up to z = 1; with an infinite scale, flat
  "half-normal": (z) => -0.5 * z * z,
  exponential: (z) => -z,
  "half-Cauchy": (z) => -Math.log1p(z * z),
  "inverse-gamma": (z) => (z > 0 ? 1 - 1 / (z * z) - 2 * Math.log(z) : -Infinity),
};

/** ln of a prior density of tau relative to its peak: `halfnorm.logpdf` and others; tau**2 ~ InverseGamma(1/2, scale**2). */
export function logTauPrior(family, scale, tau) {
  return family === "uniform" && tau > scale ? -Infinity : LOG_TAU_PRIORS[family](tau / scale);
}

/** p(tau | y) on a grid, relative to its peak there, from ln p(y | tau) on it: `ExactPosterior.pdf`. */
export function tauDensity(logLikelihood, family, scale, grid) {
  const log = grid.map((tau, i) => logLikelihood[i] + logTauPrior(family, scale, tau));
  const peak = Math.max(...log);
  return log.map((value) => Math.exp(value - peak));
}

/** Mean and sd of every theta given tau, mu integrated out under a flat prior: `ExactPosterior.theta_given_tau`. */
export function everyThetaGivenTau(y, sigma, tau) {
  const mu = muGivenTau(y, sigma, tau);
  const [mean, sd] = [[], []];
  for (let j = 0; j < y.length; j += 1) {
    const w = shrinkageWeight(tau, sigma[j]);
    mean.push(mu.mean + w * (y[j] - mu.mean));
    sd.push(Math.sqrt(w * sigma[j] ** 2 + ((1 - w) * mu.sd) ** 2));
  }
  return { mean, sd };
}

// Legendre's polynomials of degree 0 to N_RULE at t, and the Gauss rule of N_RULE nodes on [-1, 1], by Newton's method: the
// slope there leaves out what is 0 at a node. Only ratios of integrals are wanted: a factor common to all weights is left out.
const N_RULE = 12;

function legendrePolynomials(t) {
  const p = [1, t];
  for (let k = 1; k < N_RULE; k += 1) p.push(((2 * k + 1) * t * p[k] - k * p[k - 1]) / (k + 1));
  return p;
}

const TAU_RULE = Array.from({ length: N_RULE }, (_, i) => {
  let t = Math.cos((Math.PI * (i + 0.75)) / (N_RULE + 0.5));
  let p = legendrePolynomials(t);
  for (let round = 0; round < 6; round += 1) {
    t -= (p[N_RULE] * (1 - t * t)) / (N_RULE * p[N_RULE - 1]);
    p = legendrePolynomials(t);
  }
  return { t, weight: (1 - t * t) / p[N_RULE - 1] ** 2, p };
});

// The weights that integrate the polynomial through the nodes from -1 to t, times that factor; at t = 1, the Gauss rule's.
function weightsUpTo(t) {
  const at = legendrePolynomials(t);
  return TAU_RULE.map(({ weight, p }) => {
    let sum = 1 + t;
    for (let k = 1; k < N_RULE; k += 1) sum += p[k] * (at[k + 1] - at[k - 1]);
    return weight * sum;
  });
}

// All that does not depend on the prior, at the nodes of panels in tau, remembered as long as the array y is in use. The
// panels grow in proportion to tau, slowly where the data can tell anything, and end where no prior has 1e-8 of its mass.
const TAU_NODES = new WeakMap();

function tauNodes(y, sigma) {
  if (!TAU_NODES.has(y)) {
    const widest = Math.max(...sigma) + Math.max(...y) - Math.min(...y);
    const edges = [0, Math.min(...sigma) / 400];
    if (!(edges[1] > 0)) throw new RangeError(`sigma: got ${sigma}; expected errors > 0, from which the panels can grow.`);
    while (edges.at(-1) < 1e9 * widest) edges.push(edges.at(-1) * (edges.at(-1) < 4 * widest ? 1.4 : 2.5));
    const tau = edges.slice(1).flatMap((high, p) => TAU_RULE.map(({ t }) => 0.5 * (edges[p] + high + t * (high - edges[p]))));
    TAU_NODES.set(y, { edges, tau, given: [], logLikelihood: tau.map((value) => logTauLikelihood(y, sigma, value)) });
  }
  return TAU_NODES.get(y);
}

/**
 * Quantiles of tau at some levels, and mean and sd of every theta averaged over tau, mu flat: `ExactPosterior.quantile`,
 * `mean` and `sd`. Arrays y and sigma must not change after the first call.
 */
export function tauPosterior(y, sigma, family, scale, levels) {
  const { edges, tau, given, logLikelihood } = tauNodes(y, sigma);
  const end = Math.min(edges.at(-1), family === "uniform" ? scale : Infinity);
  const panels = edges.filter((low) => low < end).length;
  const log = tau.slice(0, panels * N_RULE).map((value, i) => logLikelihood[i] + LOG_TAU_PRIORS[family](value / scale));
  const peak = Math.max(...log);
  const inPanel = (p, value) => (2 * value - edges[p] - edges[p + 1]) / (edges[p + 1] - edges[p]);
  const density = log.map((value, i) => {
    const p = Math.floor(i / N_RULE);
    return (edges[p + 1] - edges[p]) * Math.exp(value - peak);
  });
  const whole = weightsUpTo(1);
  const last = weightsUpTo(inPanel(panels - 1, end));
  const mass = density.map((value, i) => value * (i < (panels - 1) * N_RULE ? whole : last)[i % N_RULE]);
  const below = [0];
  for (let p = 0; p < panels; p += 1) {
    below.push(mass.slice(p * N_RULE, (p + 1) * N_RULE).reduce((sum, value) => sum + value, below[p]));
  }
  const quantile = (level) => {
    const wanted = level * below[panels];
    const p = Math.max(0, below.findIndex((value) => value >= wanted) - 1);
    const upTo = (t) => weightsUpTo(t).reduce((sum, weight, i) => sum + weight * density[p * N_RULE + i], below[p]);
    const t = lastTrue((middle) => upTo(middle) < wanted, -1, 1);
    return 0.5 * (edges[p] + edges[p + 1] + t * (edges[p + 1] - edges[p]));
  };
  // Theta is worked out at no node without mass that could be seen, which most are. (Weights of a part of a panel may be < 0.)
  const carry = mass.map((m, i) => [m / below[panels], i]).filter(([share]) => Math.abs(share) > 1e-16);
  for (const [, i] of carry) given[i] ??= everyThetaGivenTau(y, sigma, tau[i]);
  const average = (value) => carry.reduce((sum, [share, i]) => sum + share * value(given[i]), 0);
  const mean = y.map((_, j) => average((at) => at.mean[j]));
  const sd = y.map((_, j) => Math.sqrt(average((at) => at.sd[j] ** 2 + (at.mean[j] - mean[j]) ** 2)));
  return { quantiles: levels.map(quantile), mean, sd };
}
