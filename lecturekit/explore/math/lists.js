// Summaries of lists of numbers.

/** The root mean square difference of two lists. */
export function rms(a, b) {
  let sum = 0;
  for (let j = 0; j < a.length; j += 1) sum += (a[j] - b[j]) ** 2;
  return Math.sqrt(sum / a.length);
}

/** The standard deviation of values, `np.std(ddof=1)`; 0 for a single one. */
export function sampleSd(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const sum = values.reduce((total, value) => total + (value - mean) ** 2, 0);
  return Math.sqrt(sum / Math.max(values.length - 1, 1));
}

/** Sum of squares about the mean. */
export function squaresAboutMean(y) {
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  return y.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

/** How many values fall in each of count equal bins from low to high; the first and last take what lies beyond. */
export function binCounts(values, low, high, count) {
  const bins = new Array(count).fill(0);
  for (const value of values) {
    bins[Math.min(Math.max(Math.floor(((value - low) / (high - low)) * count), 0), count - 1)] += 1;
  }
  return bins;
}
