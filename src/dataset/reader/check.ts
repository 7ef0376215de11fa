/** Whether all files of a dataset are there and hold what the metadata says, without reading more than how their frames are numbered. */
import { DatasetError } from '../../core/errors.ts';
import type { Dataset } from './dataset.ts';
import type { DatasetEpisode } from './episodes.ts';
import type { DatasetInfo } from './info.ts';
import { openTable, type ParquetTable } from './parquet.ts';
import { widthOf } from './values.ts';

/**
 * Reads of all data files the footer and the columns that number the frames. Throws DatasetError with the first file that is not as it
 * should be. Memory: those columns of one episode.
 */
export async function checkFiles({ files, info, episodes, tasks }: Dataset): Promise<void> {
  const columns = Object.keys(info.features).filter(name => info.features[name].dtype !== 'video');
  for (const [path, inFile] of groupBy(episodes, ({ data }) => data.path)) {
    const where = `${files.address}/${path}`;
    const table = await openTable(files, path);
    const { rows, columns: present } = table;
    const wanted = inFile.reduce((sum, { length }) => sum + length, 0);
    if (rows !== wanted)
      throw new DatasetError(
        `${where} has ${rows} rows where meta/episodes has ${wanted} frames: it is truncated or of another dataset`,
      );
    const absent = columns.filter(name => !present.includes(name));
    if (absent.length > 0)
      throw new DatasetError(`${where} lacks the column(s) ${absent.join(', ')} that meta/info.json has`);
    checkTypes(table, info, where);
    await checkNumbers(table, info, inFile, tasks.length, where);
  }
  for (const key of info.videoKeys)
    for (const [path, inFile] of groupBy(episodes, ({ videos }) => videos[key].path)) {
      if (!(await files.exists(path)))
        throw new DatasetError(`${files.address}/${path} is missing or empty: the dataset is incomplete`);
      for (const { index, length, videos } of inFile) {
        const { fromS, toS } = videos[key];
        if (!(fromS >= 0 && Math.abs((toS - fromS) * info.fps - length) < 1))
          throw new DatasetError(
            `${files.address}: the video of episode ${index} lasts from ${fromS} to ${toS} s, its ${length} frames last ${(length / info.fps).toFixed(3)} s`,
          );
      }
    }
}

/** How parquet stores the values of a feature; types that are not named are not looked at. */
const STORED: Readonly<Record<string, string>> = {
  float32: 'FLOAT',
  float64: 'DOUBLE',
  int64: 'INT64',
  bool: 'BOOLEAN',
  string: 'BYTE_ARRAY',
};

function checkTypes(table: ParquetTable, { features }: DatasetInfo, where: string): void {
  for (const [name, feature] of Object.entries(features)) {
    const { dtype } = feature;
    const stored = table.typeOf(name);
    if (stored && STORED[dtype] && stored !== STORED[dtype])
      throw new DatasetError(
        `${where}: column '${name}' is stored as ${stored}, meta/info.json says ${dtype}`,
      );
    if (STORED[dtype] && table.valuesOf(name) !== table.rows * widthOf(feature))
      throw new DatasetError(
        `${where}: column '${name}' has ${table.valuesOf(name)} values in ${table.rows} rows, meta/info.json says ${widthOf(feature)} in each`,
      );
  }
}

/** Timestamps are a multiple of 1 / fps to within this, s: LeRobot finds pictures by them to within 0.1 ms, and they are float32. */
const ON_TIME_S = 1e-3;

/** Every frame is the one that its row should be. */
async function checkNumbers(
  table: ParquetTable,
  { fps, features }: DatasetInfo,
  episodes: readonly DatasetEpisode[],
  tasks: number,
  where: string,
): Promise<void> {
  for (const { index, length, from, data } of episodes) {
    const read = async (name: string) =>
      features[name] ? table.column(name, data.row, data.row + length) : null;
    const named = {
      episode_index: await read('episode_index'),
      frame_index: await read('frame_index'),
      index: await read('index'),
      task_index: await read('task_index'),
      timestamp: await read('timestamp'),
    };
    for (let t = 0; t < length; t++) {
      const expected = { episode_index: index, frame_index: t, index: from + t, timestamp: t / fps };
      const wrong = (name: keyof typeof named, is: unknown, should: unknown) =>
        new DatasetError(`${where}: ${name} of frame ${t} of episode ${index} is ${is}, expected ${should}`);
      for (const name of ['episode_index', 'frame_index', 'index', 'timestamp'] as const) {
        const value = named[name]?.[t];
        if (named[name] && !(Math.abs(Number(value ?? Number.NaN) - expected[name]) <= ON_TIME_S))
          throw wrong(name, value, expected[name]);
      }
      const task = Number(named.task_index?.[t] ?? 0);
      if (!(task >= 0 && task < tasks)) throw wrong('task_index', task, `one of ${tasks} tasks`);
    }
  }
}

function groupBy(
  episodes: readonly DatasetEpisode[],
  pathOf: (episode: DatasetEpisode) => string,
): Map<string, DatasetEpisode[]> {
  const groups = new Map<string, DatasetEpisode[]>();
  for (const episode of episodes) {
    const path = pathOf(episode);
    const group = groups.get(path);
    if (group) group.push(episode);
    else groups.set(path, [episode]);
  }
  return groups;
}
