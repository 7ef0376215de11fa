/** Episodes from one dataset into another: columns, pictures and what is known of each, as they are. */
import { DatasetError } from '../core/errors.ts';
import type { ColumnValues } from './lerobot/arrow.ts';
import { limitsOf, shapeOfDataset } from './lerobot/shape.ts';
import { createLeRobotWriter, type LeRobotEpisode, type LeRobotWriter } from './lerobot/writer.ts';
import type { Dataset } from './reader/dataset.ts';
import { complete } from './reader/stats.ts';

/**
 * A writer in the empty folder `dir` for episodes of this dataset: the same features, rate and file limits.
 * Throws DatasetError on features that cannot be written.
 */
export function writerLike(dataset: Dataset, dir: string): LeRobotWriter {
  return createLeRobotWriter(dir, { ...shapeOfDataset(dataset), limits: limitsOf(dataset) });
}

/**
 * One episode as a writer takes it. Its video is a span of the dataset's own file, which is not decoded.
 * Throws DatasetError when the episode is not there as the metadata says.
 */
export async function episodeOf(dataset: Dataset, index: number): Promise<LeRobotEpisode> {
  const { features, video } = shapeOfDataset(dataset);
  const columns = await dataset.columns(
    index,
    features.map(({ name }) => name),
  );
  const { tasks, length } = dataset.episode(index);
  if (tasks.length === 0) throw new DatasetError(`${dataset.files.address}: episode ${index} has no task`);
  const taskOf = await dataset.taskOf(index);
  const task = taskOf(0);
  for (let t = 1; t < length; t++)
    if (taskOf(t) !== task)
      throw new DatasetError(
        `${dataset.files.address}: episode ${index} has several tasks (${tasks.join('; ')}); episodes of one are copied`,
      );
  return {
    columns: columns as Record<string, ColumnValues>,
    task,
    video: video && (await videoOf(dataset, index, video.key)),
    extra: (await dataset.extra(index)) as LeRobotEpisode['extra'],
  };
}

async function videoOf(dataset: Dataset, index: number, key: string) {
  const { url, fromS } = dataset.video(index, key);
  const stats = (await dataset.episodeStats(index))?.[key] ?? (await dataset.stats())[key] ?? {};
  // v2.0 does not count.
  const counted = { count: dataset.episode(index).length, ...stats };
  return { path: url, startS: fromS, stats: complete(counted, dataset.files.address, key) };
}

/** Add the episodes of these numbers, in this order. */
export async function copyEpisodes(
  dataset: Dataset,
  writer: LeRobotWriter,
  indices: Iterable<number>,
): Promise<void> {
  for (const index of indices) await writer.addEpisode(await episodeOf(dataset, index));
}
