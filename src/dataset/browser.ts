/** Opening a dataset in a browser: an http(s) address. Nothing here needs Node. */
import { DatasetError } from '../core/errors.ts';
import { type Dataset, openFiles } from './reader/dataset.ts';
import { httpFiles } from './reader/files.ts';

export type { Dataset, DatasetFrame, FrameRequest } from './reader/dataset.ts';
export type { DatasetEpisode, VideoLocation } from './reader/episodes.ts';
export type { DatasetFeature, DatasetInfo } from './reader/info.ts';
export type { DatasetStats } from './reader/stats.ts';
export type { EpisodeColumn } from './reader/values.ts';
export type { DeltaTimestamps } from './reader/windows.ts';

/**
 * A LeRobot dataset of version 3.0, 2.1 or 2.0 below `address`, read by range requests. Pictures are not decoded:
 * `dataset.video(episode, key)` says what a <video> element plays, and from when to when.
 * @throws DatasetError when it is not a dataset, or one that contradicts itself; ReplacedError, here and in all that reads from it,
 * when another dataset was put in its place meanwhile
 */
export async function openDataset(address: string): Promise<Dataset> {
  if (!/^https?:\/\//.test(address)) throw new DatasetError(`${address} is not an http(s) address`);
  return openFiles(httpFiles(address), null);
}
