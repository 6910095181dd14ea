// The Normal hierarchy. Arrays stand for one value an object.
import { logNormal } from "./normal.js";

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
