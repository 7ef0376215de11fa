/**
 * A LeRobot dataset that is read in parts: metadata first, then one episode at a time. Neighbours lie in one page of
 * a file, which is decoded once where episodes are read in their order.
 */
import { DatasetError } from '../../core/errors.ts';
import type { RgbFrame } from '../../core/types.ts';
import { type DatasetEpisode, readEpisodes, readLines } from './episodes.ts';
import type { DatasetFiles } from './files.ts';
import { checkSame, identityOf, unlessReplaced } from './identity.ts';
import { type DatasetInfo, readInfo } from './info.ts';
import { openTable, type ParquetTable } from './parquet.ts';
import { type DatasetStats, readEpisodeStats, readStats } from './stats.ts';
import { readTasks } from './tasks.ts';
import { columnValues, type EpisodeColumn, widthOf } from './values.ts';
import { type DeltaTimestamps, frameOffsets, slidingPictures, windowAt } from './windows.ts';

/** Pictures of a file on this machine from `startS` on, at the rate; in Node only. */
export type PictureDecoder = (
  path: string,
  request: { fps: number; startS: number; endS: number },
) => AsyncIterable<RgbFrame>;

export interface FrameRequest {
  /** Episodes in the order in which they are wanted; default all. */
  episodes?: Iterable<number>;
  /** Features to read; default all that are not pictures. */
  columns?: readonly string[];
  /** Video features to decode; default none. In Node, from a folder. */
  images?: readonly string[];
  /** A feature that is named here comes as a window. */
  deltaTimestamps?: DeltaTimestamps;
}

export interface DatasetFrame {
  /** In the whole dataset. */
  index: number;
  episode: number;
  /** In the episode. */
  frame: number;
  /** s from the start of the episode. */
  timestamp: number;
  task: string;
  /** Per feature (n · width) values, n its delta timestamps or 1. */
  values: Readonly<Record<string, EpisodeColumn>>;
  /** Per feature with delta timestamps, (n,): true beyond an end of the episode, where the end frame is repeated. */
  padding: Readonly<Record<string, readonly boolean[]>>;
  /** Per video feature, n pictures. */
  images: Readonly<Record<string, readonly RgbFrame[]>>;
}

const PICTURES = new Set(['video', 'image']);
/** Columns of meta/episodes that are LeRobot's own. */
const LEROBOT_COLUMN =
  /^(episode_index|tasks|length|dataset_(from|to)_index|(data|videos|stats|meta)\/.*|task_index|episode_chunk)$/;

/** Read the metadata. Throws DatasetError when it is not a dataset, or one that contradicts itself; ReplacedError. */
export async function openFiles(files: DatasetFiles, decode: PictureDecoder | null): Promise<Dataset> {
  // Read first: whatever comes later belongs to this dataset, or to another one.
  const identity = await identityOf(files);
  return unlessReplaced(files, identity, async () => {
    const info = await readInfo(files);
    const [tasks, episodes] = [await readTasks(files, info), await readEpisodes(files, info)];
    return new Dataset(files, identity, info, tasks, episodes, decode);
  });
}

/** All that reads throws DatasetError where a file is not as it should be, ReplacedError where another dataset is there by now. */
export class Dataset {
  readonly info: DatasetInfo;
  /** Position is task_index. */
  readonly tasks: readonly string[];
  readonly episodes: readonly DatasetEpisode[];
  readonly files: DatasetFiles;
  readonly #identity: string | null;
  readonly #decode: PictureDecoder | null;
  /** Of frames, and of what is known of episodes, the file that was read last: neighbours lie in it. */
  readonly #tables: Record<'data' | 'meta', ParquetTable | null> = { data: null, meta: null };
  /** Of v2: files of one line per episode, read once. */
  readonly #lines = new Map<string, Promise<Record<string, unknown>[]>>();

  constructor(
    files: DatasetFiles,
    identity: string | null,
    info: DatasetInfo,
    tasks: readonly string[],
    episodes: readonly DatasetEpisode[],
    decode: PictureDecoder | null,
  ) {
    this.files = files;
    this.#identity = identity;
    this.info = info;
    this.tasks = tasks;
    this.episodes = episodes;
    this.#decode = decode;
  }

  get fps(): number {
    return this.info.fps;
  }

  /** Throws ReplacedError where another dataset was put in the place of this one since it was opened. */
  checkSame(cause?: unknown): Promise<void> {
    return checkSame(this.files, this.#identity, cause);
  }

  /** `work` reads this dataset's files; where it fails and another dataset has come meanwhile, ReplacedError says so. */
  unlessReplaced<T>(work: () => Promise<T>): Promise<T> {
    return unlessReplaced(this.files, this.#identity, work);
  }

  /** Throws DatasetError, which says how many there are. */
  episode(index: number): DatasetEpisode {
    const episode = this.episodes[index];
    if (!episode)
      throw new DatasetError(`${this.files.address} has no episode ${index}; it has ${this.episodes.length}`);
    return episode;
  }

  /** Address or absolute path of an episode's video, and its span there, s. */
  video(index: number, key: string): { url: string; fromS: number; toS: number } {
    const location = this.episode(index).videos[key];
    if (!location)
      throw new DatasetError(
        `${this.files.address} has no video '${key}'; videos: ${this.info.videoKeys.join(', ') || 'none'}`,
      );
    return { url: this.files.locate(location.path), fromS: location.fromS, toS: location.toS };
  }

  /** (T · width) values of an episode's features; by default all but pictures. */
  columns(
    index: number,
    names: readonly string[] = this.#valueNames(),
  ): Promise<Record<string, EpisodeColumn>> {
    return this.unlessReplaced(() => this.#columns(index, names));
  }

  async #columns(index: number, names: readonly string[]): Promise<Record<string, EpisodeColumn>> {
    const { data, length } = this.episode(index);
    const table = await this.#open('data', data.path);
    const where = `${this.files.address}/${data.path}`;
    const end = data.row + length;
    const owners = end <= table.rows ? await table.column('episode_index', data.row, end) : [];
    if (owners.length !== length || Array.prototype.some.call(owners, owner => Number(owner) !== index))
      throw new DatasetError(
        `${where} does not hold the ${length} frames of episode ${index}: it is truncated or damaged`,
      );
    const columns: Record<string, EpisodeColumn> = {};
    for (const name of names) {
      const feature = this.info.features[name];
      if (!feature || PICTURES.has(feature.dtype))
        throw new DatasetError(
          `${this.files.address}: '${name}' is no column of numbers; those are ${this.#valueNames().join(', ')}`,
        );
      const rows = await table.column(name, data.row, end);
      columns[name] = columnValues(feature, rows, `${where}, '${name}' of episode ${index}`);
    }
    return columns;
  }

  /** What is said of an episode beyond LeRobot's own columns: view, quality, provenance. */
  extra(index: number): Promise<Record<string, unknown>> {
    return this.unlessReplaced(() => this.#extra(index));
  }

  async #extra(index: number): Promise<Record<string, unknown>> {
    const { meta } = this.episode(index);
    if (this.info.version !== 'v3.0') {
      const line = (await this.#linesOf(meta.path))[meta.row];
      return Object.fromEntries(Object.entries(line).filter(([name]) => !LEROBOT_COLUMN.test(name)));
    }
    const table = await this.#open('meta', meta.path);
    const names = table.columns.filter(name => !LEROBOT_COLUMN.test(name));
    if (names.length === 0) return {};
    const cells = names.map(async name => [
      name,
      plain((await table.column(name, meta.row, meta.row + 1))[0]),
    ]);
    return Object.fromEntries(await Promise.all(cells));
  }

  stats(): Promise<DatasetStats> {
    return this.unlessReplaced(() => readStats(this.files, this.info));
  }

  episodeStats(index: number): Promise<DatasetStats | null> {
    return this.unlessReplaced(async () =>
      readEpisodeStats(this.info, this.episode(index), {
        table: path => this.#open('meta', path),
        lines: async path =>
          this.#lines.has(path) || (await this.files.exists(path)) ? this.#linesOf(path) : null,
      }),
    );
  }

  /** Pictures of an episode, one per frame. Throws DatasetError where they cannot be decoded: see FrameRequest. */
  async *pictures(index: number, key: string): AsyncGenerator<RgbFrame> {
    const { length } = this.episode(index);
    const { url, fromS } = this.video(index, key);
    if (!this.#decode || /^https?:/.test(url))
      throw new DatasetError(
        `${url}: pictures are decoded from a folder, in Node; download the dataset first`,
      );
    const request = { fps: this.fps, startS: fromS, endS: fromS + length / this.fps };
    let n = 0;
    try {
      for await (const picture of this.#decode(url, request)) {
        n += 1;
        yield picture;
      }
      if (n !== length)
        throw new DatasetError(
          `${url} has ${n} of the ${length} pictures of episode ${index}: it is truncated`,
        );
    } catch (error) {
      await this.checkSame(error);
      throw error;
    }
  }

  /** Frames one after the other. Memory: one episode's columns, the pages at its end (see pages.ts), and one window of pictures. */
  async *frames(request: FrameRequest = {}): AsyncGenerator<DatasetFrame> {
    const { columns = this.#valueNames(), images = [], deltaTimestamps = {} } = request;
    const offsets = frameOffsets(deltaTimestamps, this.fps, [...columns, ...images]);
    for (const index of request.episodes ?? this.episodes.keys()) {
      const values = await this.columns(index, columns);
      const taskOf = await this.taskOf(index);
      const films = images.map(key =>
        slidingPictures(this.pictures(index, key), this.episode(index).length, offsets[key] ?? [0]),
      );
      try {
        for (let t = 0; t < this.episode(index).length; t++) {
          const pictures = await Promise.all(films.map(film => film.next()));
          const shown = images.map((key, i) => [key, pictures[i].value as RgbFrame[]] as const);
          yield this.#frame(index, t, values, offsets, Object.fromEntries(shown), taskOf(t));
        }
      } finally {
        await Promise.all(films.map(film => film.return(undefined)));
      }
    }
  }

  #frame(
    episode: number,
    t: number,
    columns: Readonly<Record<string, EpisodeColumn>>,
    offsets: Readonly<Record<string, readonly number[]>>,
    images: Readonly<Record<string, readonly RgbFrame[]>>,
    task: string,
  ): DatasetFrame {
    const { from, length } = this.episode(episode);
    const values: Record<string, EpisodeColumn> = {};
    const padding: Record<string, readonly boolean[]> = {};
    for (const [name, wanted] of Object.entries(offsets)) padding[name] = windowAt(t, length, wanted).padding;
    for (const [name, column] of Object.entries(columns)) {
      const width = widthOf(this.info.features[name]);
      values[name] = rowsOf(column, windowAt(t, length, offsets[name] ?? [0]).frames, width);
    }
    return { index: from + t, episode, frame: t, timestamp: t / this.fps, task, values, padding, images };
  }

  /** The task of each frame: an episode of another recorder may have several. */
  async taskOf(index: number): Promise<(t: number) => string> {
    const { tasks } = this.episode(index);
    if (tasks.length === 1 || !this.info.features['task_index']) return () => tasks[0] ?? '';
    const { task_index: numbers } = await this.columns(index, ['task_index']);
    return t => this.tasks[Number(numbers[t])] ?? '';
  }

  #valueNames(): string[] {
    return Object.keys(this.info.features).filter(name => !PICTURES.has(this.info.features[name].dtype));
  }

  #linesOf(path: string): Promise<Record<string, unknown>[]> {
    const lines = this.#lines.get(path) ?? readLines(this.files, path);
    this.#lines.set(path, lines);
    lines.catch(() => this.#lines.delete(path));
    return lines;
  }

  async #open(kind: 'data' | 'meta', path: string): Promise<ParquetTable> {
    const kept = this.#tables[kind];
    if (kept?.path === path) return kept;
    return (this.#tables[kind] = await openTable(this.files, path));
  }
}

/** As JSON would have it: whole numbers of 64 bits as numbers, typed arrays as arrays. */
const plain = (value: unknown): unknown => {
  if (typeof value === 'bigint') return Number(value);
  const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
  return isList ? Array.from(value as ArrayLike<unknown>, plain) : value;
};

function rowsOf(column: EpisodeColumn, rows: readonly number[], width: number): EpisodeColumn {
  if (rows.length === 1) return column.slice(rows[0] * width, (rows[0] + 1) * width) as EpisodeColumn;
  const size = rows.length * width;
  const out = Array.isArray(column)
    ? new Array<string>(size)
    : new (column.constructor as Float32ArrayConstructor)(size);
  rows.forEach((row, i) => {
    for (let d = 0; d < width; d++) out[i * width + d] = column[row * width + d] as never;
  });
  return out as EpisodeColumn;
}
