/** A dataset on disk as plain data: what `understudy inspect` shows. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { DatasetError } from '../core/errors.ts';
import { PARTS, type Part, STATUS_HELD } from '../core/types.ts';
import * as layout from './lerobot/layout.ts';
import { type Marker, readMarker } from './marker.ts';
import { openParquet, type ParquetRows } from './parquet-rows.ts';

/** One part of the robot in one episode. */
export interface PartSummary {
  /** Fraction of frames in which the person's part was seen and the robot reached it. */
  coverage: number;
  /** Fraction of frames in which the robot rests because the part was never seen nearby. */
  held: number;
  /** Tracking residual over the frames that are not held, m; null when all are. */
  residual: { mean: number; max: number } | null;
}

export interface EpisodeSummary {
  index: number;
  task: string;
  frames: number;
  /** s. */
  duration: number;
  /** Columns of meta/episodes beyond LeRobot's: view, quality, provenance. */
  extra: Record<string, unknown>;
  /** Null when the dataset has no validity, status and tracking_residual columns: not one of ours. */
  parts: Record<Part, PartSummary> | null;
}

export interface DatasetSummary {
  version: string;
  robotType: string;
  fps: number;
  frames: number;
  /** Feature name → shape of one frame's value. */
  features: Record<string, readonly number[]>;
  videoKeys: readonly string[];
  tasks: readonly string[];
  episodes: readonly EpisodeSummary[];
  /** Null when another program wrote the dataset. */
  marker: Marker | null;
}

/**
 * Read a LeRobot v3.0 dataset and check it against itself: every file that info.json and meta/episodes
 * speak of is there, readable, and holds the rows they say. Throws DatasetError with the first file that
 * does not. Memory: one row of meta/episodes per episode, and three columns of one episode.
 */
export async function readDataset(dir: string): Promise<DatasetSummary> {
  const info = await readInfo(dir);
  const tasks = await readTasks(dir);
  const rows = await readEpisodeRows(dir, info.total_episodes);
  const data = new DataFiles(dir);
  const videoKeys = Object.keys(info.features).filter(name => info.features[name].dtype === 'video');

  const episodes: EpisodeSummary[] = [];
  let from = 0;
  for (const row of rows) {
    const { length, to } = { length: Number(row['length']), to: Number(row['dataset_to_index']) };
    if (Number(row['dataset_from_index']) !== from || to !== from + length)
      throw new DatasetError(
        `${dir}: meta/episodes says frames [${row['dataset_from_index']}, ${to}) for episode ${row['episode_index']}, expected [${from}, ${from + length})`,
      );
    for (const key of videoKeys) await checkVideo(dir, key, row);
    episodes.push({
      index: Number(row['episode_index']),
      task: String((row['tasks'] as string[])[0]),
      frames: length,
      duration: length / info.fps,
      extra: Object.fromEntries(Object.entries(row).filter(([name]) => !LEROBOT_COLUMN.test(name))),
      parts: summarise(await data.read(row, length)),
    });
    from = to;
  }
  if (from !== info.total_frames)
    throw new DatasetError(`${dir}: info.json says ${info.total_frames} frames, meta/episodes has ${from}`);
  return {
    version: info.codebase_version,
    robotType: info.robot_type ?? '',
    fps: info.fps,
    frames: from,
    features: Object.fromEntries(Object.entries(info.features).map(([name, { shape }]) => [name, shape])),
    videoKeys,
    tasks,
    episodes,
    marker: await readMarker(dir),
  };
}

const LEROBOT_COLUMN = /^(episode_index|tasks|length|dataset_(from|to)_index|(data|videos|stats|meta)\/.*)$/;
const OWN_COLUMNS = ['validity', 'status', 'tracking_residual'];

interface Info {
  codebase_version: string;
  robot_type: string | null;
  fps: number;
  total_episodes: number;
  total_frames: number;
  features: Record<string, { dtype: string; shape: number[] }>;
}

async function readInfo(dir: string): Promise<Info> {
  const file = path.join(dir, layout.INFO_PATH);
  let info: Info;
  try {
    info = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new DatasetError(`${dir} is not a LeRobot dataset: it has no ${layout.INFO_PATH}`, error);
    throw new DatasetError(`${file} cannot be read: ${message}`, error);
  }
  if (info?.codebase_version !== layout.CODEBASE_VERSION)
    throw new DatasetError(`${file}: version ${info?.codebase_version} is not ${layout.CODEBASE_VERSION}`);
  if (
    !(info.fps > 0) ||
    !Number.isInteger(info.total_episodes) ||
    !Number.isInteger(info.total_frames) ||
    !info.features
  )
    throw new DatasetError(`${file} lacks one of fps, total_episodes, total_frames and features`);
  return info;
}

async function readTasks(dir: string): Promise<string[]> {
  const file = await openParquet(path.join(dir, layout.TASKS_PATH));
  // Older recorders leave the index without a name.
  const text = file.columns.find(name => name !== 'task_index') ?? 'task';
  const rows = await file.read(['task_index', text]);
  return rows.sort((a, b) => Number(a['task_index']) - Number(b['task_index'])).map(row => String(row[text]));
}

/** All rows of meta/episodes, without the statistics. */
async function readEpisodeRows(dir: string, total: number): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for (let n = 0; rows.length < total; n++) {
    const name = path.join(layout.EPISODES_DIR, layout.fileName(layout.placeOf(n), 'parquet'));
    const file = await openParquet(path.join(dir, name)).catch(error => {
      throw n === 0
        ? error
        : new DatasetError(
            `${dir}: info.json says ${total} episodes, meta/episodes has ${rows.length}`,
            error,
          );
    });
    for (const row of await file.read(file.columns.filter(column => !column.startsWith('stats/'))))
      rows.push(row);
  }
  if (rows.length !== total)
    throw new DatasetError(`${dir}: info.json says ${total} episodes, meta/episodes has ${rows.length}`);
  return rows;
}

/** The data files, in order; keeps the one that is being read open. */
class DataFiles {
  readonly #dir: string;
  #name = '';
  #file: ParquetRows | null = null;
  #row = 0;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** The columns of ours that are there, for the next episode. Checks that its rows are. */
  async read(episode: Record<string, unknown>, length: number): Promise<Record<string, unknown>[]> {
    const place = { chunk: Number(episode['data/chunk_index']), file: Number(episode['data/file_index']) };
    const name = path.join(this.#dir, layout.DATA_DIR, layout.fileName(place, 'parquet'));
    if (!this.#file || name !== this.#name) {
      this.#file = await openParquet(name);
      this.#name = name;
      this.#row = 0;
    }
    const columns = ['episode_index', ...OWN_COLUMNS.filter(column => this.#file?.columns.includes(column))];
    const rows = await this.#file.read(columns, this.#row, this.#row + length);
    this.#row += length;
    const wrong =
      rows.length !== length ||
      rows.some(row => Number(row['episode_index']) !== Number(episode['episode_index']));
    if (wrong)
      throw new DatasetError(
        `${name} does not hold the ${length} frames of episode ${episode['episode_index']}: it is truncated or damaged`,
      );
    return rows;
  }
}

function summarise(rows: readonly Record<string, unknown>[]): Record<Part, PartSummary> | null {
  if (!OWN_COLUMNS.every(column => column in rows[0])) return null;
  const summary = (part: number): PartSummary => {
    let [valid, held, sum, max] = [0, 0, 0, 0];
    for (const row of rows) {
      const residual = (row['tracking_residual'] as number[])[part];
      valid += (row['validity'] as number[])[part];
      if (Number((row['status'] as bigint[])[part]) === STATUS_HELD) held += 1;
      else {
        sum += residual;
        max = Math.max(max, residual);
      }
    }
    const tracked = rows.length - held;
    return {
      coverage: valid / rows.length,
      held: held / rows.length,
      residual: tracked ? { mean: sum / tracked, max } : null,
    };
  };
  return Object.fromEntries(PARTS.map((part, i) => [part, summary(i)])) as Record<Part, PartSummary>;
}

async function checkVideo(dir: string, key: string, episode: Record<string, unknown>): Promise<void> {
  const place = {
    chunk: Number(episode[`videos/${key}/chunk_index`]),
    file: Number(episode[`videos/${key}/file_index`]),
  };
  const file = path.join(dir, layout.VIDEO_DIR, key, layout.fileName(place, 'mp4'));
  const size = await stat(file).then(
    found => found.size,
    () => 0,
  );
  if (size === 0) throw new DatasetError(`${file} is missing or empty: the dataset is incomplete`);
}
