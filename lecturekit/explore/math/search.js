// Search for where a condition ceases to hold.

// Where in [low, high] a function that is true at first ceases to be so, as exactly as numbers go.
export function lastTrue(holds, low, high) {
  const middle = (low + high) / 2;
  if (middle <= low || middle >= high) return low;
  return holds(middle) ? lastTrue(holds, middle, high) : lastTrue(holds, low, middle);
}
