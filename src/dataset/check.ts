/** Whether a dataset is whole before something is made of it: its files, and the videos of one that lies in a folder. */
import { DatasetError, isUnderstudyError } from '../core/errors.ts';
import { probe } from '../video/probe.ts';
import { checkSpan } from '../video/splice.ts';
import { checkFiles } from './reader/check.ts';
import type { Dataset } from './reader/dataset.ts';
import type { DatasetEpisode } from './reader/episodes.ts';

/**
 * Throws DatasetError with the first file that is not as the metadata says, ReplacedError where another dataset is there by now. No
 * picture is decoded but the first of each video.
 */
export const checkDataset = (dataset: Dataset): Promise<void> => dataset.unlessReplaced(() => check(dataset));

async function check(dataset: Dataset): Promise<void> {
  await checkFiles(dataset);
  for (const key of dataset.info.videoKeys) {
    const last = new Map<string, DatasetEpisode>();
    for (const episode of dataset.episodes) {
      const { path, fromS } = episode.videos[key];
      if (fromS >= (last.get(path)?.videos[key].fromS ?? 0)) last.set(path, episode);
    }
    for (const { index } of last.values()) await checkVideo(dataset, index, key);
  }
}

/** Is the video of the feature's size, and does it reach to the end of this episode, the last in its file? */
async function checkVideo(dataset: Dataset, index: number, key: string): Promise<void> {
  const { url, fromS } = dataset.video(index, key);
  if (/^https?:/.test(url)) return;
  // (height, width, channels), or the channels first.
  const { shape } = dataset.info.features[key];
  try {
    const video = await probe(url);
    if (!shape.includes(video.width) || !shape.includes(video.height))
      throw new DatasetError(
        `${url} shows ${video.width} × ${video.height} px, meta/info.json has the shape [${shape}]`,
      );
    await checkSpan({ path: url, startS: fromS, frames: dataset.episode(index).length }, dataset.fps);
  } catch (error) {
    if (!isUnderstudyError(error) || error instanceof DatasetError) throw error;
    throw new DatasetError(`${error.message}: the dataset is incomplete or damaged`, error);
  }
}
