/**
 * Statistics of a feature over an episode, and over the whole dataset, with LeRobot's meaning:
 * population standard deviation; dataset values are those of the episodes weighted by their counts, the
 * quantiles too (aggregate_feature_stats in lerobot 0.4.4, datasets/compute_stats.py). An episode's own
 * quantiles are exact here, linear between order statistics as numpy's; LeRobot reads them off a
 * histogram of 5000 bins.
 */
import type { Feature } from './features.ts';

const QUANTILES = { q01: 0.01, q10: 0.1, q50: 0.5, q90: 0.9, q99: 0.99 } as const;
export type QuantileKey = keyof typeof QUANTILES;
const QUANTILE_KEYS = Object.keys(QUANTILES) as QuantileKey[];
export type StatKey = 'min' | 'max' | 'mean' | 'std' | QuantileKey;
export const STAT_KEYS: readonly StatKey[] = ['min', 'max', 'mean', 'std', ...QUANTILE_KEYS];

/** One entry per value of the feature (or per colour channel); `count` is the number of samples. */
export type FeatureStats = Record<StatKey, number[]> & { count: number };

/** Statistics of one feature, with what decides their types. */
export interface NamedStats {
  name: string;
  /** 'image': shape (3, 1, 1). 'int64': min and max are integers. */
  kind: Feature['dtype'] | 'image';
  stats: FeatureStats;
}

/** Statistics of (T · width) row-major values, per column. T ≥ 1; values are finite. */
export function featureStats(values: ArrayLike<number | bigint>, width: number): FeatureStats {
  const count = values.length / width;
  const stats = emptyStats(width, count);
  const column = new Float64Array(count);
  for (let d = 0; d < width; d++) {
    let sum = 0;
    for (let t = 0; t < count; t++) sum += column[t] = Number(values[t * width + d]);
    const mean = sum / count;
    let squares = 0;
    for (let t = 0; t < count; t++) squares += (column[t] - mean) ** 2;
    column.sort();
    stats.min[d] = column[0];
    stats.max[d] = column[count - 1];
    stats.mean[d] = mean;
    stats.std[d] = Math.sqrt(squares / count);
    for (const key of QUANTILE_KEYS) stats[key][d] = sortedQuantile(column, QUANTILES[key]);
  }
  return stats;
}

/**
 * Add an episode's statistics to those of the episodes before it; null when it is the first.
 * Counts, not episodes, weigh; variances merge by Chan, Golub and LeVeque's rule.
 */
export function mergeStats(total: FeatureStats | null, next: FeatureStats): FeatureStats {
  if (total === null) return structuredClone(next);
  const count = total.count + next.count;
  const weight = next.count / count;
  const merged = emptyStats(total.mean.length, count);
  for (let d = 0; d < total.mean.length; d++) {
    const delta = next.mean[d] - total.mean[d];
    merged.min[d] = Math.min(total.min[d], next.min[d]);
    merged.max[d] = Math.max(total.max[d], next.max[d]);
    merged.mean[d] = total.mean[d] + delta * weight;
    const variance =
      (1 - weight) * total.std[d] ** 2 + weight * next.std[d] ** 2 + weight * (1 - weight) * delta ** 2;
    merged.std[d] = Math.sqrt(variance);
    for (const key of QUANTILE_KEYS) merged[key][d] = total[key][d] + (next[key][d] - total[key][d]) * weight;
  }
  return merged;
}

/** Add an episode's statistics to the totals, which are kept by feature. */
export function addStats(totals: Map<string, NamedStats>, episode: readonly NamedStats[]): void {
  for (const entry of episode)
    totals.set(entry.name, {
      ...entry,
      stats: mergeStats(totals.get(entry.name)?.stats ?? null, entry.stats),
    });
}

/** Linear interpolation between the two order statistics around q · (n − 1). */
function sortedQuantile(sorted: Float64Array, q: number): number {
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
}

function emptyStats(width: number, count: number): FeatureStats {
  const zeros = Object.fromEntries(STAT_KEYS.map(key => [key, new Array<number>(width).fill(0)]));
  return { ...(zeros as Record<StatKey, number[]>), count };
}
