// Estimates from no pooling to complete pooling, and their errors.
import { muGivenTau, shrinkageWeight } from "./hierarchy.js";
import { rms } from "./lists.js";

/** The mean of every theta given tau, that of mu being given tau too: `ExactPosterior.theta_given_tau`, prior on mu flat. */
export function pooledEstimates(y, sigma, tau) {
  const mu = muGivenTau(y, sigma, tau).mean;
  return y.map((value, j) => mu + shrinkageWeight(tau, sigma[j]) * (value - mu));
}

/** The rms error of these estimates against the true theta, for each of taus. */
export function poolingErrors(y, sigma, theta, taus) {
  return taus.map((tau) => rms(pooledEstimates(y, sigma, tau), theta));
}

/** y with its noise, y - theta, multiplied by a factor. */
export function scaleNoise(y, theta, factor) {
  return y.map((value, j) => theta[j] + factor * (value - theta[j]));
}

/** Whether each estimate is farther from the truth than its measurement, by more than rounding: a millionth of sigma. */
export function endsFarther(y, sigma, estimate, theta) {
  return y.map((value, j) => Math.abs(estimate[j] - theta[j]) - Math.abs(value - theta[j]) > 1e-6 * sigma[j]);
}
