// Random numbers: the same seed gives the same sky in every browser.

/** count uniform numbers within (0, 1), a pure function of the whole number seed: the generator mulberry32. */
export function uniforms(seed, count) {
  const numbers = new Float64Array(count);
  let state = Math.imul(seed, 0x9e3779b1);
  for (let i = 0; i < count; i += 1) {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    numbers[i] = ((t ^ (t >>> 14)) >>> 0) / 2 ** 32 + 2 ** -33;
  }
  return numbers;
}

/** count draws from N(0, 1): Box and Muller's pairs of `uniforms`. */
export function normals(seed, count) {
  const u = uniforms(seed, 2 * Math.ceil(count / 2));
  for (let i = 0; i < u.length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(u[i]));
    const angle = 2 * Math.PI * u[i + 1];
    u[i] = radius * Math.cos(angle);
    u[i + 1] = radius * Math.sin(angle);
  }
  return u.subarray(0, count);
}
