// Replicated data sets and their discrepancies.

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
