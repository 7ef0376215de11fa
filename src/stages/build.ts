/**
 * Episodes of the catalogue → a LeRobot dataset. Building again brings it up to date: what was there keeps its
 * numbers, and its files where nothing was taken out; new episodes come behind it; the same choice writes nothing.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { EPISODE_NAMES, type EpisodeRecord } from '../core/episode.ts';
import { DatasetError } from '../core/errors.ts';
import type { RobotModel } from '../core/robot.ts';
import { holdsEpisodes, type Marker, readMarker } from '../dataset/marker.ts';
import { openDataset } from '../dataset/open.ts';
import { checkDestination } from '../dataset/publish.ts';
import type { Rejected } from '../dataset/rejected.ts';
import { parseWhere } from '../dataset/where.ts';
import type { Catalogue } from '../store/catalogue.ts';
import { artifactKey, type Store } from '../store/store.ts';
import { VERSION } from '../version.ts';
import { type Selection, selectEpisodes, sharedShape } from './select.ts';
import { shardFolder } from './shard.ts';
import { columnsOf, ID_COLUMN, writeDataset } from './write-dataset.ts';

const BUILD_VERSION = 1;

export interface BuildRequest {
  store: Store;
  catalogue: Catalogue;
  /** A condition as src/dataset/where.ts reads it, also of `review.decision`; '': all but the rejected. */
  where: string;
  /** Folder of the dataset: absent, empty, or a dataset of ours. */
  out: string;
  signal?: AbortSignal;
  /** Episodes written, of how many. */
  report?(done: number, total: number): void;
}

export interface BuildResult {
  out: string;
  /** false: it was there already. */
  written: boolean;
  episodes: number;
  frames: number;
  /** New ones, behind those that were there. */
  added: number;
  /** Those that were there and are no longer. */
  removed: number;
  /** Left out although they meet the condition: rejected by a review, or the same part of a source again. */
  left: readonly Rejected[];
}

/**
 * Memory: a record and a key for each episode of the catalogue, and the arrays of one.
 * @throws WhereError; DatasetError when nothing is chosen, the chosen differ in robot, rate or picture, or `out` holds
 *   something else; StoreError when a shard is lost
 */
export async function buildDataset(request: BuildRequest): Promise<BuildResult> {
  const { store, catalogue, where, out, signal, report } = request;
  const holds = where.trim() === '' ? () => true : parseWhere(where, EPISODE_NAMES);
  await checkDestination(out);
  const marker = await readMarker(out);
  const present = marker ? await episodeIds(out) : [];
  const entries = await catalogue.entries('id');
  const selection = selectEpisodes(entries, holds, present);
  const { records, known, removed, left } = selection;
  if (records.length === 0)
    throw new DatasetError(
      `no episode is chosen: the catalogue has ${entries.length}, ${left.length} of those that meet the condition were left out${where.trim() === '' ? '' : `; condition: ${where}`}`,
    );
  const shape = sharedShape(records);
  const robot = await robotOf(store, records[0]);
  const { written } = await writeDataset(out, {
    store,
    robot,
    fps: shape.fps,
    image: shape.image,
    records,
    rejected: left,
    sources: [...new Set(records.map(({ sourceSha256 }) => sourceSha256))].sort(),
    recipe: artifactKey(
      'build',
      BUILD_VERSION,
      { left, understudy: VERSION },
      records.map(({ id }) => id),
    ),
    understudy: VERSION,
    base: extensible(marker, selection) ? { dir: out, episodes: known } : undefined,
    signal,
    report,
  });
  return {
    out,
    written,
    episodes: records.length,
    frames: records.reduce((sum, { frames }) => sum + frames, 0),
    added: records.length - known,
    removed: removed.length,
    left,
  };
}

/** Whether the dataset's files can be taken over: nothing goes, something comes, and its columns are ours. */
const extensible = (marker: Marker | null, { records, known, removed }: Selection): boolean =>
  marker?.understudy === VERSION && known > 0 && known < records.length && removed.length === 0;

/** Keys of a dataset's episodes, in order. */
async function episodeIds(dir: string): Promise<string[]> {
  if (!(await holdsEpisodes(dir))) return [];
  const dataset = await openDataset(dir);
  const ids: string[] = [];
  const columns = new Map<string, ArrayLike<unknown>>();
  for (const { meta } of dataset.episodes) {
    const column = columns.get(meta.path) ?? (await columnsOf(dataset, meta.path, [ID_COLUMN]))[0];
    columns.set(meta.path, column);
    const id = column[meta.row];
    if (typeof id !== 'string')
      throw new DatasetError(
        `${dir} does not say which episodes of a store it holds, so none can be added: choose another folder`,
      );
    ids.push(id);
  }
  return ids;
}

async function robotOf(store: Store, record: EpisodeRecord): Promise<RobotModel> {
  const shard = await shardFolder(store, record);
  return JSON.parse(await readFile(path.join(shard, 'robot.json'), 'utf8')) as RobotModel;
}
