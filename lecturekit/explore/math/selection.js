// A sample cut at y <= limit.
import { squaresAboutMean } from "./lists.js";
import { LOG_2_PI, logNormal, normalCdf } from "./normal.js";
import { normals, uniforms } from "./random.js";

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
 * Whether the likelihood of the cut sample has no maximum: it keeps rising toward a wider and fainter population, of which
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
