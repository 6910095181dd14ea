// James and Stein's estimate, with one error for all objects, the unit of length.
import { normals } from "./random.js";

/** True values of count objects: the first lies at distance from the mean of the others, which lie evenly with sd spread. */
export function distantTruths(count, spread, distance) {
  const others = count - 1;
  const step = spread * Math.sqrt(12 / Math.max(others * others - 1, 1));
  return Float64Array.from({ length: count }, (_, j) => (j === 0 ? distance : (j - (others + 1) / 2) * step));
}

/** James and Stein's share of the way to the mean, c = (J - 3) / S; none where it does not exist, below J = 4. */
export function jamesSteinPull(count, squares) {
  return count > 3 ? (count - 3) / squares : 0;
}

/**
 * The hierarchical model's share of the way to the mean: E(1 - w | y) under flat priors on mu and tau, as `exact.posterior`
 * has it. None below J = 3, where no finite tau is likelier than all beyond it.
 *
 * With B = 1 - w it is a ratio of integrals m_k of B**(J/2 - 2 + k) (1 - B)**(-1/2) exp(-S B / 2), for k = 1 over k = 0.
 * By parts, m_(k+1) / m_k follows from m_(k+2) / m_(k+1); downwards an error shrinks at every step.
 */
export function flatTauPull(count, squares) {
  if (count < 3) return 0;
  let ratio = 1;
  for (let k = 60 + count / 2; k >= count / 2; k -= 1) ratio = (k - 1) / (k - 0.5 + 0.5 * squares * (1 - ratio));
  return ratio;
}

/** Each y moved by the share pull of its way to the mean. */
export function pulledToMean(y, pull) {
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  return y.map((value) => value - pull * (value - mean));
}

/** Noise of half as many skies as will be looked at, count numbers each, scaled to a mean square of 1 for every object. */
export function balancedNoise(seed, half, count) {
  const rows = Array.from({ length: half }, (_, i) => normals(seed + i, count));
  const scales = rows[0].map((_, j) => Math.sqrt(half / rows.reduce((sum, row) => sum + row[j] ** 2, 0)));
  return rows.map((row) => row.map((z, j) => z * scales[j]));
}

/**
 * Squared errors relative to those of raw measurements, J and 1 on average, over skies with this `balancedNoise` (its first
 * J numbers) and their mirror images: of all objects, of the first, and the share of skies in which the total falls.
 *
 * The change is averaged, on the same skies, so that the noise common to both drops out.
 */
export function errorsOverSkies(truth, noise) {
  const count = truth.length;
  const skies = 2 * noise.length;
  const results = [jamesSteinPull, flatTauPull].map((pull) => ({ pull, total: 0, first: 0, better: 0 }));
  for (let sky = 0; sky < skies; sky += 1) {
    const row = noise[sky >> 1];
    const sign = 1 - 2 * (sky % 2);
    let mean = 0;
    for (let j = 0; j < count; j += 1) mean += (truth[j] + sign * row[j]) / count;
    let squares = 0;
    let product = 0;
    for (let j = 0; j < count; j += 1) {
      const away = truth[j] + sign * row[j] - mean;
      squares += away * away;
      product += sign * row[j] * away;
    }
    const error = sign * row[0];
    const away = truth[0] + error - mean;
    for (const result of results) {
      const pull = result.pull(count, squares);
      const change = pull * (pull * squares - 2 * product);
      result.total += change;
      result.first += pull * away * (pull * away - 2 * error);
      result.better += change < 0 ? 1 : 0;
    }
  }
  const [jamesStein, hierarchical] = results.map(({ total, first, better }) => (
    { total: 1 + total / (count * skies), first: 1 + first / skies, better: better / skies }
  ));
  return { jamesStein, hierarchical };
}
