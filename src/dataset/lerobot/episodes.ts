/** meta/episodes/…: one row per episode, with where its frames and video are and its statistics. */
import type { DataType } from 'apache-arrow';
import { DatasetError } from '../../core/errors.ts';
import { BOOL, FLOAT64, INT64, listOf, plainColumn, recordBatch, STRING, schemaOf } from './arrow.ts';
import type { FilePlace } from './layout.ts';
import { openParquetFolder, type ParquetFolderOptions } from './parquet.ts';
import { type NamedStats, STAT_KEYS } from './stats.ts';
import type { VideoPlace } from './videos.ts';

/** A value of a column beyond LeRobot's. Numbers are stored as float64; NaN is allowed, empty lists are not. */
export type ExtraValue = number | string | boolean | readonly number[] | readonly string[];

export interface EpisodeRow {
  episode: number;
  task: string;
  length: number;
  /** Global index of the first frame. */
  from: number;
  data: FilePlace;
  video: { key: string; place: VideoPlace } | null;
  stats: readonly NamedStats[];
  extra: Readonly<Record<string, ExtraValue>>;
}

type Cell = readonly [name: string, type: DataType, value: unknown];

/** Rows held back before they are written as one row group. LeRobot holds 10. */
const ROWS_PER_GROUP = 32;

export interface EpisodeTable {
  /** Refuse extra columns that differ in name or type from the first episode's. Throws DatasetError. */
  check(episode: number, extra: EpisodeRow['extra']): void;
  append(row: EpisodeRow): Promise<void>;
  close(): Promise<void>;
}

/** Names of the extra columns and what they hold, in their order in the file. */
export type ExtraShape = ReadonlyMap<string, keyof typeof EXTRA_TYPES>;

/** `extras`: the columns that the files before have; null when there are none. */
export function openEpisodeTable(
  dir: string,
  options: ParquetFolderOptions = {},
  extras: ExtraShape | null = null,
): EpisodeTable {
  const folder = openParquetFolder(dir, options);
  let shape = extras;
  let buffered: EpisodeRow[] = [];

  async function flush() {
    if (buffered.length === 0 || shape === null) return;
    const [rows, columns] = [buffered, shape];
    buffered = [];
    await folder.append(place => batchOf(rows.map(row => cellsOf(row, place, columns))));
  }
  return {
    check(episode, extra) {
      const [columns, before] = [words(shapeOf(extra)), words(shape ?? shapeOf(extra))];
      if (columns !== before)
        throw new DatasetError(
          `episode ${episode} has the extra columns {${columns}}; those before have {${before}}`,
        );
    },
    async append(row) {
      shape ??= shapeOf(row.extra);
      buffered.push(row);
      if (buffered.length >= ROWS_PER_GROUP) await flush();
    },
    async close() {
      try {
        await flush();
      } finally {
        await folder.close();
      }
    },
  };
}

/** Throws DatasetError on a value that no column can hold. */
export const shapeOf = (extra: EpisodeRow['extra']): ExtraShape =>
  new Map(Object.entries(extra).map(([name, value]) => [name, extraType(name, value)]));

const words = (shape: ExtraShape): string =>
  [...shape]
    .map(([name, type]) => `${name}: ${type}`)
    .sort()
    .join(', ');

function batchOf(rows: readonly (readonly Cell[])[]) {
  const schema = schemaOf(rows[0].map(([name, type]) => [name, type]));
  const columns = rows[0].map(([, type], i) =>
    plainColumn(
      type,
      rows.map(row => row[i][2]),
    ),
  );
  return recordBatch(schema, rows.length, columns);
}

/** A row, in LeRobot's column order. */
function cellsOf(
  { episode, task, length, from, data, video, stats, extra }: EpisodeRow,
  place: FilePlace,
  extras: ExtraShape,
): Cell[] {
  const videoCells: Cell[] = video
    ? [
        [`videos/${video.key}/chunk_index`, INT64, video.place.chunk],
        [`videos/${video.key}/file_index`, INT64, video.place.file],
        [`videos/${video.key}/from_timestamp`, FLOAT64, video.place.fromS],
        [`videos/${video.key}/to_timestamp`, FLOAT64, video.place.toS],
      ]
    : [];
  return [
    ['episode_index', INT64, episode],
    ['tasks', listOf(STRING), [task]],
    ['length', INT64, length],
    ['data/chunk_index', INT64, data.chunk],
    ['data/file_index', INT64, data.file],
    ['dataset_from_index', INT64, from],
    ['dataset_to_index', INT64, from + length],
    ...videoCells,
    ...stats.flatMap(statsCells),
    ['meta/episodes/chunk_index', INT64, place.chunk],
    ['meta/episodes/file_index', INT64, place.file],
    ...[...extras].map(([name, type]): Cell => [name, EXTRA_TYPES[type], extra[name]]),
  ];
}

function statsCells({ name, kind, stats }: NamedStats): Cell[] {
  const cell = (key: (typeof STAT_KEYS)[number]): Cell => {
    const label = `stats/${name}/${key}`;
    if (kind === 'image') return [label, listOf(listOf(listOf(FLOAT64))), stats[key].map(value => [[value]])];
    const integer = kind === 'int64' && (key === 'min' || key === 'max');
    return [label, listOf(integer ? INT64 : FLOAT64), stats[key]];
  };
  const count: Cell = [`stats/${name}/count`, listOf(INT64), [stats.count]];
  // LeRobot's order: min, max, mean, std, count, quantiles.
  return [...STAT_KEYS.slice(0, 4).map(cell), count, ...STAT_KEYS.slice(4).map(cell)];
}

const EXTRA_TYPES = {
  number: FLOAT64,
  string: STRING,
  boolean: BOOL,
  'list of numbers': listOf(FLOAT64),
  'list of strings': listOf(STRING),
} as const;

function extraType(name: string, value: ExtraValue): keyof typeof EXTRA_TYPES {
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean')
    return typeof value as 'number' | 'string' | 'boolean';
  if (Array.isArray(value) && value.length > 0)
    return typeof value[0] === 'string' ? 'list of strings' : 'list of numbers';
  throw new DatasetError(
    `extra column '${name}': ${String(value)} is not a number, string, boolean or filled list`,
  );
}
