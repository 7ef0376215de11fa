/** Opening a dataset in Node: a folder or an http(s) address. In a browser: browser.ts. */
import { DatasetError, isUnderstudyError } from '../core/errors.ts';
import { type Dataset, openFiles, type PictureDecoder } from './reader/dataset.ts';
import { httpFiles } from './reader/files.ts';
import { folderFiles } from './reader/folder.ts';

export type { Dataset, DatasetFrame, FrameRequest } from './reader/dataset.ts';
export type { DatasetEpisode, VideoLocation } from './reader/episodes.ts';
export type { DatasetFeature, DatasetInfo } from './reader/info.ts';
export type { DatasetStats } from './reader/stats.ts';
export type { EpisodeColumn } from './reader/values.ts';
export type { DeltaTimestamps } from './reader/windows.ts';

/**
 * A LeRobot dataset of version 3.0, 2.1 or 2.0. Reads its metadata only; frames come when they are asked for.
 * @throws DatasetError when it is not a dataset, or one that contradicts itself; ReplacedError, here and in all that reads from it,
 * when another dataset was put in its place meanwhile
 */
export const openDataset = (address: string): Promise<Dataset> =>
  openFiles(/^https?:\/\//.test(address) ? httpFiles(address) : folderFiles(address), decode);

/** FFmpeg is loaded by the first picture. */
const decode: PictureDecoder = async function* (path, request) {
  const { openFrames } = await import('../video/frames.ts');
  try {
    for await (const { frame } of openFrames(path, request)) yield frame;
  } catch (error) {
    if (!isUnderstudyError(error)) throw error;
    throw new DatasetError(`${error.message}: the dataset is incomplete or damaged`, error);
  }
};
