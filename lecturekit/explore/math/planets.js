// Chapter 1's survey of planets.
import { normals, uniforms } from "./random.js";

/**
 * Chapter 1's survey of planets, as `simulate_lognormal` makes one: semi-amplitudes about 20 m/s whose ln has this spread,
 * each the mean of 4 to 12 seasons that scatter by 3 to 20 m/s. The noisiest comes first. More planets keep those before.
 */
export function planetSurvey(seed, count, spread) {
  const u = uniforms(seed + 1000, 2 * count); // seeds go to 999: these numbers are not those of z
  const z = normals(seed, 2 * count);
  const planets = Array.from({ length: count }, (_, j) => {
    const sigma = (3 + 17 * u[2 * j]) / Math.sqrt(4 + Math.floor(9 * u[2 * j + 1]));
    const theta = 20 * Math.exp(spread * z[2 * j]);
    return { theta, sigma, y: theta + sigma * z[2 * j + 1] };
  }).sort((a, b) => b.sigma - a.sigma);
  return { y: planets.map(({ y }) => y), sigma: planets.map(({ sigma }) => sigma), theta: planets.map(({ theta }) => theta) };
}
