// The marginal likelihood of mu and tau, along mu and at its summit.
import { muGivenTau } from "./hierarchy.js";
import { LOG_2_PI, logNormal } from "./normal.js";
import { lastTrue } from "./search.js";

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
