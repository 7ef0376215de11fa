/**
 * Where things lie in a LeRobot dataset of version 3.0, and the limits of its files.
 * Source: lerobot 0.4.4, src/lerobot/datasets/utils.py.
 */
export const CODEBASE_VERSION = 'v3.0';

/** How a dataset is cut into files; LeRobot's own numbers unless said otherwise. */
export interface FileLimits {
  /** Files per chunk folder. */
  chunksSize: number;
  /** A parquet file is closed before it would grow beyond this, MB of 2²⁰ bytes. */
  dataFilesSizeMb: number;
  /** Likewise a video file. */
  videoFilesSizeMb: number;
}

export const FILE_LIMITS: Readonly<FileLimits> = {
  chunksSize: 1000,
  dataFilesSizeMb: 100,
  videoFilesSizeMb: 200,
};

export const INFO_PATH = 'meta/info.json';
export const STATS_PATH = 'meta/stats.json';
export const TASKS_PATH = 'meta/tasks.parquet';
export const EPISODES_DIR = 'meta/episodes';
export const DATA_DIR = 'data';
export const VIDEO_DIR = 'videos';

/** Templates of info.json, in Python's format syntax. */
export const DATA_PATH = 'data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet';
export const VIDEO_PATH = 'videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4';

/** A file's place: chunk folder and file number within it. */
export interface FilePlace {
  chunk: number;
  file: number;
}

/** The place of the n-th file, counted from 0. */
export const placeOf = (n: number, chunksSize: number): FilePlace => ({
  chunk: Math.floor(n / chunksSize),
  file: n % chunksSize,
});

/** 'chunk-000/file-012.parquet'. */
export const fileName = ({ chunk, file }: FilePlace, extension: 'parquet' | 'mp4'): string =>
  `chunk-${String(chunk).padStart(3, '0')}/file-${String(file).padStart(3, '0')}.${extension}`;
