// One Normal.

export const LOG_2_PI = Math.log(2 * Math.PI);

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
