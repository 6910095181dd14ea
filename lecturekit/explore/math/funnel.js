// One object, y ± sigma, of a population N(0, tau**2) with ln tau ~ N(0, 1): chapter 6. Its coordinates are ln tau and x,
// where x is theta if centered is true, and else eta = theta / tau.
import { thetaGiven } from "./hierarchy.js";
import { logNormal } from "./normal.js";
import { lastTrue } from "./search.js";

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
