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
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  return Float64Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32 + 2 ** -33;
  });
}

/** count draws from N(0, 1): Box and Muller's pairs of `uniforms`. */
export function normals(seed, count) {
  const u = uniforms(seed, 2 * Math.ceil(count / 2));
  return Float64Array.from({ length: count }, (_, i) => {
    const radius = Math.sqrt(-2 * Math.log(u[i - (i % 2)]));
    const angle = 2 * Math.PI * u[i - (i % 2) + 1];
    return radius * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
  });
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
