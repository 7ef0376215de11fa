/**
 * Writer of LeRobot datasets, version 3.0: episodes in, one after the other.
 *
 *     meta/info.json  meta/stats.json  meta/tasks.parquet  meta/episodes/chunk-000/file-000.parquet
 *     data/chunk-000/file-000.parquet          one row group per episode
 *     videos/{key}/chunk-000/file-000.mp4      one file per episode
 *
 * Memory holds one episode, the rows of meta/episodes that make up one row group, the distinct task texts and
 * the statistics so far.
 */
import { constants } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatasetError } from '../../core/errors.ts';
import { throwStoreFault } from '../../core/faults.ts';
import { type ColumnValues, featureColumn, featureType, recordBatch, schemaOf } from './arrow.ts';
import { type ExtraValue, type NamedStats, openEpisodeTable } from './episodes.ts';
import {
  checkFeatures,
  type Feature,
  huggingfaceMetadata,
  INDEX_FEATURES,
  infoFeatures,
  type VideoFeature,
} from './features.ts';
import * as layout from './layout.ts';
import { openParquetFolder } from './parquet.ts';
import { type FeatureStats, featureStats, mergeStats } from './stats.ts';
import { statsJson } from './stats-json.ts';
import { writeTasks } from './tasks.ts';

export interface LeRobotOptions {
  fps: number;
  robotType: string;
  features: readonly Feature[];
  /** Null: a dataset without pictures. */
  video: VideoFeature | null;
}

export interface LeRobotEpisode {
  /** Per feature (T · width) finite numbers, row-major. T is the same for all and at least 1. */
  columns: Readonly<Record<string, ColumnValues>>;
  task: string;
  /**
   * Given exactly when the dataset has a video: an .mp4 of exactly the T frames at the constant rate fps,
   * the first at time 0, and the statistics of its colours.
   */
  video: { path: string; stats: FeatureStats } | null;
  /** Columns of meta/episodes beyond LeRobot's; the same names and types for every episode. */
  extra: Readonly<Record<string, ExtraValue>>;
}

export interface LeRobotTotals {
  episodes: number;
  frames: number;
  tasks: number;
}

export interface LeRobotWriter {
  /** Await one before the next. An episode that is refused (DatasetError) leaves nothing behind. */
  addEpisode(episode: LeRobotEpisode): Promise<void>;
  /** Write the rest; info.json last. DatasetError when there is no episode: LeRobot reads no empty dataset. */
  finish(): Promise<LeRobotTotals>;
  /** Close open files without finishing. What was written is not a dataset. */
  abort(): Promise<void>;
}

/** Start a dataset in the empty folder `dir`. Throws DatasetError on features that LeRobot would misread. */
export function createLeRobotWriter(dir: string, options: LeRobotOptions): LeRobotWriter {
  const { fps, features, video } = options;
  if (!(fps > 0)) throw new DatasetError(`fps ${fps}: expected a rate above 0`);
  checkFeatures(features, video);
  const allFeatures = [...features, ...INDEX_FEATURES];
  const schema = schemaOf(allFeatures.map(feature => [feature.name, featureType(feature)]));
  const data = openParquetFolder(path.join(dir, layout.DATA_DIR), {
    huggingface: huggingfaceMetadata(features),
  });
  const episodeTable = openEpisodeTable(path.join(dir, layout.EPISODES_DIR));
  const tasks = new Map<string, number>();
  const totals = new Map<string, NamedStats>();
  let episodes = 0;
  let frames = 0;

  return {
    async addEpisode(episode) {
      const length = episodeLength(features, video, episode, episodes);
      episodeTable.check(episodes, episode.extra);
      const task = tasks.get(episode.task) ?? tasks.size;
      const columns = {
        ...episode.columns,
        ...indexColumns({ length, fps, episode: episodes, from: frames, task }),
      };
      const stats: NamedStats[] = allFeatures.map(feature => ({
        name: feature.name,
        kind: feature.dtype,
        stats: featureStats(columns[feature.name], feature.width),
      }));
      if (video && episode.video) stats.push({ name: video.key, kind: 'image', stats: episode.video.stats });

      const place = layout.placeOf(episodes);
      if (video && episode.video)
        await copyVideo(
          episode.video.path,
          path.join(dir, layout.VIDEO_DIR, video.key, layout.fileName(place, 'mp4')),
        );
      const dataPlace = await data.append(() =>
        recordBatch(
          schema,
          length,
          allFeatures.map(feature => featureColumn(feature, columns[feature.name])),
        ),
      );
      await episodeTable.append({
        episode: episodes,
        task: episode.task,
        length,
        from: frames,
        data: dataPlace,
        video: video && { key: video.key, place, seconds: length / fps },
        stats,
        extra: episode.extra,
      });
      for (const entry of stats)
        totals.set(entry.name, {
          ...entry,
          stats: mergeStats(totals.get(entry.name)?.stats ?? null, entry.stats),
        });
      tasks.set(episode.task, task);
      episodes += 1;
      frames += length;
    },

    async finish() {
      if (episodes === 0)
        throw new DatasetError(
          'a dataset needs at least one episode: every demonstration was rejected or none was given',
        );
      await data.close();
      await episodeTable.close();
      await writeTasks(path.join(dir, layout.TASKS_PATH), [...tasks.keys()]);
      await write(path.join(dir, layout.STATS_PATH), statsJson([...totals.values()]));
      const info = infoJson(options, { episodes, frames, tasks: tasks.size });
      await write(path.join(dir, layout.INFO_PATH), `${JSON.stringify(info, null, 4)}\n`);
      return { episodes, frames, tasks: tasks.size };
    },

    async abort() {
      await Promise.allSettled([data.close(), episodeTable.close()]);
    },
  };
}

/** T of an episode whose columns are complete, equally long and finite. Throws DatasetError. */
function episodeLength(
  features: readonly Feature[],
  video: VideoFeature | null,
  episode: LeRobotEpisode,
  index: number,
): number {
  const known = new Set(features.map(feature => feature.name));
  const unknown = Object.keys(episode.columns).find(name => !known.has(name));
  if (unknown)
    throw new DatasetError(
      `episode ${index}: column '${unknown}' is no feature; features: ${[...known].join(', ')}`,
    );
  if ((video === null) !== (episode.video === null))
    throw new DatasetError(
      `episode ${index} ${video ? 'has no video, the dataset has' : 'has a video, the dataset has none'}`,
    );
  if (video && episode.video?.stats.mean.length !== 3)
    throw new DatasetError(`episode ${index}: colour statistics need 3 channels`);
  if (episode.task.trim() === '')
    throw new DatasetError(`episode ${index} has an empty task: policies are told it as text`);

  let length = -1;
  for (const { name, dtype, width } of features) {
    const values = episode.columns[name];
    if (!values) throw new DatasetError(`episode ${index} has no column '${name}'`);
    if ((dtype === 'float32') !== values instanceof Float32Array)
      throw new DatasetError(
        `episode ${index}: column '${name}' of ${dtype} is a ${values.constructor.name}`,
      );
    if (length === -1) length = values.length / width;
    if (values.length !== length * width || !Number.isInteger(length) || length === 0)
      throw new DatasetError(
        `episode ${index}: column '${name}' has ${values.length} values of width ${width}, expected ${Math.max(1, length)} rows`,
      );
    const bad = values instanceof Float32Array ? values.findIndex(value => !Number.isFinite(value)) : -1;
    if (bad !== -1)
      throw new DatasetError(
        `episode ${index}: column '${name}' is ${values[bad]} in frame ${Math.floor(bad / width)}; expected finite numbers`,
      );
  }
  return length;
}

/** The columns of INDEX_FEATURES. */
function indexColumns(at: {
  length: number;
  fps: number;
  episode: number;
  from: number;
  task: number;
}): Record<string, ColumnValues> {
  const constant = (value: number) => new BigInt64Array(at.length).fill(BigInt(value));
  return {
    timestamp: Float32Array.from({ length: at.length }, (_, t) => t / at.fps),
    frame_index: BigInt64Array.from({ length: at.length }, (_, t) => BigInt(t)),
    episode_index: constant(at.episode),
    index: BigInt64Array.from({ length: at.length }, (_, t) => BigInt(at.from + t)),
    task_index: constant(at.task),
  };
}

async function copyVideo(from: string, to: string): Promise<void> {
  await mkdir(path.dirname(to), { recursive: true }).catch(error => throwStoreFault(to, error));
  await copyFile(from, to, constants.COPYFILE_FICLONE).catch(error => throwStoreFault(to, error));
}

const write = (file: string, text: string): Promise<void> =>
  writeFile(file, text).catch(error => throwStoreFault(file, error));

function infoJson(
  { fps, robotType, features, video }: LeRobotOptions,
  totals: LeRobotTotals,
): Record<string, unknown> {
  return {
    codebase_version: layout.CODEBASE_VERSION,
    robot_type: robotType,
    total_episodes: totals.episodes,
    total_frames: totals.frames,
    total_tasks: totals.tasks,
    chunks_size: layout.CHUNKS_SIZE,
    data_files_size_in_mb: layout.DATA_FILES_SIZE_MB,
    video_files_size_in_mb: layout.VIDEO_FILES_SIZE_MB,
    fps,
    splits: { train: `0:${totals.episodes}` },
    data_path: layout.DATA_PATH,
    video_path: video ? layout.VIDEO_PATH : null,
    features: infoFeatures(features, video, fps),
  };
}
