/** Which episodes a dataset has and where each lies, checked against each other. */
import { DatasetError } from '../../core/errors.ts';
import type { DatasetFiles } from './files.ts';
import { type DatasetInfo, formatPath, INFO_PATH, parseObject } from './info.ts';
import { openTable } from './parquet.ts';

/** Where an episode's pictures are. */
export interface VideoLocation {
  /** Path in the dataset. */
  path: string;
  /** From the first picture to the end of the last, s in that file. */
  fromS: number;
  toS: number;
}

export interface DatasetEpisode {
  index: number;
  /** Frames. */
  length: number;
  /** Global index of its first frame. */
  from: number;
  tasks: readonly string[];
  /** The parquet file with its frames, and the row of the first. */
  data: { path: string; row: number };
  videos: Readonly<Record<string, VideoLocation>>;
  /** The file and row with what else is known of it. */
  meta: { path: string; row: number };
}

const EPISODES_PATH = 'meta/episodes/chunk-{chunk:03d}/file-{file:03d}.parquet';
const EPISODES_LINES = 'meta/episodes.jsonl';

/** All episodes in order. Memory: some ten numbers and the task each. Throws DatasetError where they disagree. */
export async function readEpisodes(files: DatasetFiles, info: DatasetInfo): Promise<DatasetEpisode[]> {
  const episodes =
    info.version === 'v3.0' ? await episodesOfV3(files, info) : await episodesOfV2(files, info);
  const { address } = files;
  let from = 0;
  for (const [i, { index, length, from: start }] of episodes.entries()) {
    if (index !== i) throw new DatasetError(`${address}: meta/episodes has episode ${index} in place ${i}`);
    if (!(Number.isSafeInteger(length) && length > 0))
      throw new DatasetError(`${address}: meta/episodes says ${length} frames for episode ${i}`);
    if (start !== from)
      throw new DatasetError(
        `${address}: meta/episodes says that episode ${i} begins at frame ${start}, expected ${from}`,
      );
    from += length;
  }
  if (from !== info.totalFrames)
    throw new DatasetError(
      `${address}: ${INFO_PATH} says ${info.totalFrames} frames, meta/episodes has ${from}`,
    );
  return episodes;
}

/**
 * Files of meta/episodes are numbered in order, without a gap, and a chunk is full before the next: they are read until all
 * episodes are found.
 */
async function episodesOfV3(files: DatasetFiles, info: DatasetInfo): Promise<DatasetEpisode[]> {
  const { address } = files;
  const episodes: DatasetEpisode[] = [];
  /** Global index of the first frame of each data file. */
  const firstFrame = new Map<string, number>();
  for (let n = 0; episodes.length < info.totalEpisodes; n++) {
    const place = { chunk: Math.floor(n / info.chunksSize), file: n % info.chunksSize };
    const path = formatPath(EPISODES_PATH, place);
    const table = await openTable(files, path).catch(error => {
      if (n === 0) throw error;
      const counts = `${INFO_PATH} says ${info.totalEpisodes} episodes, meta/episodes has ${episodes.length}`;
      throw new DatasetError(`${address}: ${counts}`, error);
    });
    // Everything else of meta/episodes is left on disk.
    const wanted = [
      'episode_index',
      'tasks',
      'length',
      'data/chunk_index',
      'data/file_index',
      'dataset_from_index',
      'dataset_to_index',
    ];
    for (const key of info.videoKeys) for (const cell of VIDEO_CELLS) wanted.push(`videos/${key}/${cell}`);
    const absent = wanted.filter(name => !table.columns.includes(name));
    if (absent.length > 0)
      throw new DatasetError(`${address}/${path} lacks the column(s) ${absent.join(', ')}`);
    for (const [row, cells] of (await table.read(wanted)).entries()) {
      const number = (name: string) => Number(cells[name]);
      const data = dataPath(info, number('data/chunk_index'), number('data/file_index'));
      const from = number('dataset_from_index');
      const first = firstFrame.get(data) ?? from;
      firstFrame.set(data, first);
      const to = number('dataset_to_index');
      if (to !== from + number('length'))
        throw new DatasetError(
          `${address}/${path}: episode ${number('episode_index')} has ${number('length')} frames from ${from}, and ends at ${to}`,
        );
      episodes.push({
        index: number('episode_index'),
        length: number('length'),
        from,
        tasks: (cells['tasks'] as string[] | null) ?? [],
        data: { path: data, row: from - first },
        videos: Object.fromEntries(info.videoKeys.map(key => [key, videoCells(info, key, cells)])),
        meta: { path, row },
      });
    }
  }
  if (episodes.length !== info.totalEpisodes)
    throw new DatasetError(
      `${address}: ${INFO_PATH} says ${info.totalEpisodes} episodes, meta/episodes has ${episodes.length}`,
    );
  return episodes;
}

const VIDEO_CELLS = ['chunk_index', 'file_index', 'from_timestamp', 'to_timestamp'];

const dataPath = (info: DatasetInfo, chunk: number, file: number): string =>
  formatPath(info.dataPath, { chunk_index: chunk, file_index: file });

function videoCells(info: DatasetInfo, key: string, cells: Record<string, unknown>): VideoLocation {
  const [chunk, file, fromS, toS] = VIDEO_CELLS.map(cell => Number(cells[`videos/${key}/${cell}`]));
  const fields = { video_key: key, chunk_index: chunk, file_index: file };
  return { path: formatPath(info.videoPath as string, fields), fromS, toS };
}

/** v2: one file per episode, named by its number. */
async function episodesOfV2(files: DatasetFiles, info: DatasetInfo): Promise<DatasetEpisode[]> {
  const lines = await readLines(files, EPISODES_LINES);
  if (lines.length !== info.totalEpisodes)
    throw new DatasetError(
      `${files.address}: ${INFO_PATH} says ${info.totalEpisodes} episodes, ${EPISODES_LINES} has ${lines.length}`,
    );
  let from = 0;
  return lines.map((line, row) => {
    const index = Number(line['episode_index']);
    const length = Number(line['length']);
    const fields = { episode_chunk: Math.floor(index / info.chunksSize), episode_index: index };
    const video = (key: string): VideoLocation => ({
      path: formatPath(info.videoPath as string, { ...fields, video_key: key }),
      fromS: 0,
      toS: length / info.fps,
    });
    const episode = {
      index,
      length,
      from,
      tasks: Array.isArray(line['tasks']) ? line['tasks'].map(String) : [],
      data: { path: formatPath(info.dataPath, fields), row: 0 },
      videos: Object.fromEntries(info.videoKeys.map(key => [key, video(key)])),
      meta: { path: EPISODES_LINES, row },
    };
    from += length;
    return episode;
  });
}

/** Objects of a JSON Lines file. Throws DatasetError when it is missing or broken. */
export async function readLines(files: DatasetFiles, path: string): Promise<Record<string, unknown>[]> {
  const text = await files.text(path);
  if (text === null) throw new DatasetError(`${files.address}/${path} is missing: the dataset is incomplete`);
  return text
    .split('\n')
    .filter(line => line.trim() !== '')
    .map((line, i) => parseObject(line, `${files.address}/${path} line ${i + 1}`));
}
