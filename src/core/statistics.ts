/** Robust one-number summaries. */

/** The middle value; the mean of the two middle values when the count is even; NaN of nothing. */
export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  if (n === 0) return Number.NaN;
  return n % 2 === 1 ? sorted[(n - 1) / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

/** Median absolute deviation from the median, unscaled; NaN of nothing. */
export function medianDeviation(values: ArrayLike<number>): number {
  const middle = median(values);
  return median(Float64Array.from(values, value => Math.abs(value - middle)));
}

/** The value below which `share` of the values lie; NaN of nothing. */
export function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted.length > 0
    ? sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
    : Number.NaN;
}
