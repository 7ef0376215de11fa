/**
 * Where things lie in a LeRobot dataset of version 3.0, and the limits of its files.
 * Source: lerobot 0.4.4, src/lerobot/datasets/utils.py.
 */
export const CODEBASE_VERSION = 'v3.0';
/** Files per chunk folder. */
export const CHUNKS_SIZE = 1000;
/** A parquet file is closed before it would grow beyond this, MB of 2²⁰ bytes. */
export const DATA_FILES_SIZE_MB = 100;
/** What LeRobot aims at when it joins videos, MB; here each episode has its own file. */
export const VIDEO_FILES_SIZE_MB = 200;

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
export const placeOf = (n: number): FilePlace => ({
  chunk: Math.floor(n / CHUNKS_SIZE),
  file: n % CHUNKS_SIZE,
});

/** 'chunk-000/file-012.parquet'. */
export const fileName = ({ chunk, file }: FilePlace, extension: 'parquet' | 'mp4'): string =>
  `chunk-${String(chunk).padStart(3, '0')}/file-${String(file).padStart(3, '0')}.${extension}`;
