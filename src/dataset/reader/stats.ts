/** Statistics of features, as the dataset keeps them: of all of it, and of each episode. */
import { DatasetError } from '../../core/errors.ts';
import { type FeatureStats, mergeStats, STAT_KEYS } from '../lerobot/stats.ts';
import { type DatasetEpisode, readLines } from './episodes.ts';
import type { DatasetFiles } from './files.ts';
import { type DatasetInfo, isObject, parseObject } from './info.ts';
import type { ParquetTable } from './parquet.ts';

/** Per feature; keys that the dataset lacks (v2 has no quantiles) are missing. */
export type DatasetStats = Readonly<Record<string, Partial<FeatureStats>>>;

/** Of the whole dataset. Throws DatasetError when it has none. */
export async function readStats(files: DatasetFiles, info: DatasetInfo): Promise<DatasetStats> {
  const text = await files.text('meta/stats.json');
  if (text !== null) return statsOf(parseObject(text, `${files.address}/meta/stats.json`));
  if (info.version === 'v3.0')
    throw new DatasetError(`${files.address}/meta/stats.json is missing: the dataset is incomplete`);
  const totals: Record<string, FeatureStats> = {};
  for (const line of await readLines(files, EPISODES_STATS))
    for (const [name, stats] of Object.entries(statsOf(line['stats'])))
      totals[name] = mergeStats(totals[name] ?? null, complete(stats, files.address, name));
  return totals;
}

/** Of one episode; null where the dataset keeps none. */
export async function readEpisodeStats(
  info: DatasetInfo,
  { meta, index }: DatasetEpisode,
  open: {
    table(path: string): Promise<ParquetTable>;
    /** null: there is no such file. */
    lines(path: string): Promise<Record<string, unknown>[] | null>;
  },
): Promise<DatasetStats | null> {
  if (info.version === 'v3.0') {
    const table = await open.table(meta.path);
    const names = table.columns.filter(name => name.startsWith(PREFIX));
    const nested = new Map<string, [key: string, value: unknown][]>();
    for (const name of names) {
      const slash = name.lastIndexOf('/');
      const feature = name.slice(PREFIX.length, slash);
      const [value] = Array.from(await table.column(name, meta.row, meta.row + 1));
      nested.set(feature, [...(nested.get(feature) ?? []), [name.slice(slash + 1), value]]);
    }
    // Entries, not keys that are set: a feature of others may be called __proto__.
    return statsOf(Object.fromEntries(Array.from(nested, ([name, of]) => [name, Object.fromEntries(of)])));
  }
  const lines = await open.lines(EPISODES_STATS);
  if (!lines) return null;
  const own = (row?: Record<string, unknown>) => row?.['episode_index'] === index;
  // Lines are in the order of episodes; where they are not, they are looked through.
  const line = own(lines[index]) ? lines[index] : lines.find(own);
  return line ? statsOf(line['stats']) : null;
}

const PREFIX = 'stats/';
const EPISODES_STATS = 'meta/episodes_stats.jsonl';

/** Nested lists become flat ones: pictures have (3, 1, 1). */
function statsOf(raw: unknown): Record<string, Partial<FeatureStats>> {
  if (!isObject(raw)) return {};
  const flat = (value: unknown): number[] => (Array.isArray(value) ? value.flatMap(flat) : [Number(value)]);
  return Object.fromEntries(
    Object.entries(raw).map(([name, stats]) => {
      const entries: Record<string, number | number[]> = {};
      for (const [key, value] of Object.entries(isObject(stats) ? stats : {}))
        entries[key] = key === 'count' ? flat(value)[0] : flat(value);
      return [name, entries as Partial<FeatureStats>];
    }),
  );
}

/** Quantiles that are not there are the mean: what is merged has all keys. Throws DatasetError without a mean. */
export function complete(stats: Partial<FeatureStats>, address: string, name: string): FeatureStats {
  const { mean, count } = stats;
  if (!mean || !count) throw new DatasetError(`${address}: the statistics of '${name}' lack mean or count`);
  if (!mean.every(Number.isFinite))
    throw new DatasetError(`${address}: the statistics of '${name}' are no finite numbers`);
  const values = STAT_KEYS.map(key => [key, stats[key] ?? mean] as const);
  return { ...(Object.fromEntries(values) as Omit<FeatureStats, 'count'>), count } as FeatureStats;
}
