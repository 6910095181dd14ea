// The posterior of tau under priors of several families.
import { logMarginal, muGivenTau, shrinkageWeight } from "./hierarchy.js";
import { logNormal } from "./normal.js";
import { lastTrue } from "./search.js";

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
