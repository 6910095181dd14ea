// The closed forms that the explorers draw. Each mirrors a formula of lecturekit, named beside it;
// tests/browser/test_explorer_modules.py holds the two together in a real browser.

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

/** A Normal density z standard deviations from its mean, relative to its peak: `norm.pdf(z) / norm.pdf(0)` of SciPy. */
export function relativeNormal(z) {
  return Math.exp(-0.5 * z * z);
}
