/**
 * Writer of LeRobot datasets, version 3.0: episodes in, one after the other.
 *
 *     meta/info.json  meta/stats.json  meta/tasks.parquet  meta/episodes/chunk-000/file-000.parquet
 *     data/chunk-000/file-000.parquet          one row group per episode, many episodes
 *     videos/{key}/chunk-000/file-000.mp4      many episodes, as they were encoded
 *
 * A file is closed before it outgrows its limit (FileLimits). Memory holds one episode, the rows of meta/episodes that
 * make up one row group, the index of one file of each kind, the distinct task texts and the statistics so far.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatasetError } from '../../core/errors.ts';
import { throwStoreFault } from '../../core/faults.ts';
import { featureColumn, featureType, recordBatch, schemaOf } from './arrow.ts';
import { episodeLength, indexColumns, type LeRobotEpisode } from './episode.ts';
import { type ExtraShape, openEpisodeTable } from './episodes.ts';
import { checkFeatures, huggingfaceMetadata, INDEX_FEATURES } from './features.ts';
import { type DatasetShape, infoJson } from './info.ts';
import * as layout from './layout.ts';
import { openParquetFolder } from './parquet.ts';
import { addStats, featureStats, type NamedStats } from './stats.ts';
import { statsJson } from './stats-json.ts';
import { writeTasks } from './tasks.ts';
import { openVideoFolder } from './videos.ts';

export type { LeRobotEpisode } from './episode.ts';

export interface LeRobotOptions extends DatasetShape {
  /** How large files become; LeRobot's own limits where not given. */
  limits?: Partial<layout.FileLimits>;
}

export interface LeRobotTotals {
  episodes: number;
  frames: number;
  tasks: number;
}

export interface LeRobotWriter {
  /** Await one before the next. An episode that is refused (DatasetError, MediaError) leaves nothing behind. */
  addEpisode(episode: LeRobotEpisode): Promise<void>;
  /** Write the rest; info.json last. DatasetError when there is no episode: LeRobot reads no empty dataset. */
  finish(): Promise<LeRobotTotals>;
  /** Close open files without finishing. What was written is not a dataset. */
  abort(): Promise<void>;
}

/** What a dataset holds before the first episode that is written now. */
export interface Beginning {
  episodes: number;
  frames: number;
  /** Task texts; their position is their task_index. */
  tasks: readonly string[];
  stats: readonly NamedStats[];
  /** Columns of meta/episodes beyond LeRobot's; null: those of the first episode. */
  extras: ExtraShape | null;
  /** Files that are there, of each kind. */
  files: { data: number; episodes: number; videos: number };
}

const NOTHING: Beginning = {
  episodes: 0,
  frames: 0,
  tasks: [],
  stats: [],
  extras: null,
  files: { data: 0, episodes: 0, videos: 0 },
};

/** Start a dataset in the empty folder `dir`. Throws DatasetError on features that LeRobot would misread. */
export const createLeRobotWriter = (dir: string, options: LeRobotOptions): LeRobotWriter =>
  openWriter(dir, options, NOTHING);

/** Go on in `dir`, whose files hold what `beginning` says. Throws DatasetError as createLeRobotWriter. */
export function openWriter(dir: string, options: LeRobotOptions, beginning: Beginning): LeRobotWriter {
  const { fps, features, video } = options;
  const limits = checkLimits({ ...layout.FILE_LIMITS, ...options.limits });
  if (!(fps > 0)) throw new DatasetError(`fps ${fps}: expected a rate above 0`);
  checkFeatures(features, video);
  const allFeatures = [...features, ...INDEX_FEATURES];
  const schema = schemaOf(allFeatures.map(feature => [feature.name, featureType(feature)]));
  const { chunksSize } = limits;
  const limitBytes = limits.dataFilesSizeMb * 2 ** 20;
  const data = openParquetFolder(path.join(dir, layout.DATA_DIR), {
    metadata: { huggingface: huggingfaceMetadata(features) },
    limitBytes,
    chunksSize,
    files: beginning.files.data,
  });
  const episodeTable = openEpisodeTable(
    path.join(dir, layout.EPISODES_DIR),
    { limitBytes, chunksSize, files: beginning.files.episodes },
    beginning.extras,
  );
  const videos =
    video &&
    openVideoFolder(path.join(dir, layout.VIDEO_DIR, video.key), {
      fps,
      limitBytes: limits.videoFilesSizeMb * 2 ** 20,
      chunksSize,
      files: beginning.files.videos,
    });
  const tasks = new Map(beginning.tasks.map((task, i) => [task, i]));
  const totals = new Map(beginning.stats.map(entry => [entry.name, entry]));
  let { episodes, frames } = beginning;

  return {
    async addEpisode(episode) {
      const length = episodeLength(features, video, episode, episodes);
      episodeTable.check(episodes, episode.extra);
      const task = tasks.get(episode.task) ?? tasks.size;
      const columns = {
        ...episode.columns,
        ...indexColumns({ length, fps, episode: episodes, from: frames, taskOf: () => task }),
      };
      const stats: NamedStats[] = allFeatures.map(feature => ({
        name: feature.name,
        kind: feature.dtype,
        stats: featureStats(columns[feature.name], feature.width),
      }));
      if (video && episode.video) stats.push({ name: video.key, kind: 'image', stats: episode.video.stats });

      const videoPlace =
        episode.video &&
        (await videos?.append({
          path: episode.video.path,
          startS: episode.video.startS ?? 0,
          frames: length,
        }));
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
        video: video && videoPlace ? { key: video.key, place: videoPlace } : null,
        stats,
        extra: episode.extra,
      });
      addStats(totals, stats);
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
      await videos?.close();
      await writeTasks(path.join(dir, layout.TASKS_PATH), [...tasks.keys()]);
      await write(path.join(dir, layout.STATS_PATH), statsJson([...totals.values()]));
      const info = infoJson(options, { episodes, frames, tasks: tasks.size }, limits);
      await write(path.join(dir, layout.INFO_PATH), `${JSON.stringify(info, null, 4)}\n`);
      return { episodes, frames, tasks: tasks.size };
    },

    async abort() {
      await Promise.allSettled([data.close(), episodeTable.close(), videos?.abort()]);
    },
  };
}

function checkLimits(limits: layout.FileLimits): layout.FileLimits {
  for (const [name, value] of Object.entries(limits))
    if (!(value > 0) || (name === 'chunksSize' && !Number.isInteger(value)))
      throw new DatasetError(
        `${name} ${value}: expected a ${name === 'chunksSize' ? 'whole ' : ''}number above 0`,
      );
  return limits;
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true }).catch(error => throwStoreFault(file, error));
  await writeFile(file, text).catch(error => throwStoreFault(file, error));
}
