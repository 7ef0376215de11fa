/**
 * LeRobot v2.1: one parquet file and one mp4 per episode, metadata as JSON Lines. Videos are cut out of the dataset's
 * files without decoding them. Layout: datasets/utils.py of lerobot 0.3.3.
 */
import { mkdir, open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { throwStoreFault } from '../../core/faults.ts';
import { openSplice } from '../../video/splice.ts';
import { featureColumn, featureType, recordBatch, schemaOf } from '../lerobot/arrow.ts';
import { huggingfaceMetadata, INDEX_FEATURES, infoFeatures } from '../lerobot/features.ts';
import { writeParquetFile } from '../lerobot/parquet.ts';
import { statsObject } from '../lerobot/stats-json.ts';
import { formatPath } from '../reader/info.ts';
import type { ExportEpisode, ExportFormat, ExportSource } from './format.ts';

const DATA_PATH = 'data/chunk-{episode_chunk:03d}/episode_{episode_index:06d}.parquet';
const VIDEO_PATH = 'videos/chunk-{episode_chunk:03d}/{video_key}/episode_{episode_index:06d}.mp4';

export const lerobotV21: ExportFormat = {
  name: 'lerobot-v2.1',
  meaning: 'LeRobot v2.1: one parquet file and one mp4 per episode; LeRobot 0.3 and older read it.',
  write: writeV21,
};

/** `onEpisode` sees every episode that is written. */
export async function writeV21(
  source: ExportSource,
  dir: string,
  onEpisode: (episode: ExportEpisode) => void = () => undefined,
): Promise<void> {
  await mkdir(path.join(dir, 'meta'), { recursive: true }).catch(error => throwStoreFault(dir, error));
  const lines = await Promise.all(
    ['episodes', 'episodes_stats'].map(name => open(path.join(dir, `meta/${name}.jsonl`), 'w')),
  ).catch(error => throwStoreFault(dir, error));
  const [episodes, stats] = lines;
  try {
    for await (const episode of source.episodes()) {
      const { index, tasks, length, extra } = episode;
      await writeEpisode(source, dir, episode);
      await episodes.write(`${JSON.stringify({ episode_index: index, tasks, length, ...extra })}\n`);
      await stats.write(`{"episode_index": ${index}, "stats": ${statsObject(episode.stats, STATS)}}\n`);
      onEpisode(episode);
    }
  } catch (error) {
    throwStoreFault(dir, error);
  } finally {
    await Promise.all(lines.map(file => file.close()));
  }
  const tasks = source.tasks.map((task, i) => `${JSON.stringify({ task_index: i, task })}\n`);
  await writeFile(path.join(dir, 'meta/tasks.jsonl'), tasks.join(''));
  await writeFile(path.join(dir, 'meta/info.json'), `${JSON.stringify(infoOf(source), null, 4)}\n`);
}

/** v2.1 knows no quantiles. */
const STATS = ['min', 'max', 'mean', 'std'] as const;

async function writeEpisode(source: ExportSource, dir: string, episode: ExportEpisode): Promise<void> {
  const { features, fps, chunksSize } = source;
  const { index, length, columns, spans } = episode;
  const fields = { episode_chunk: Math.floor(index / chunksSize), episode_index: index };
  const all = [...features, ...INDEX_FEATURES];
  const batch = recordBatch(
    schemaOf(all.map(feature => [feature.name, featureType(feature)])),
    length,
    all.map(feature => featureColumn(feature, columns[feature.name])),
  );
  await writeParquetFile(path.join(dir, formatPath(DATA_PATH, fields)), batch, {
    huggingface: huggingfaceMetadata(features, 'Sequence'),
  });
  for (const [key, span] of Object.entries(spans)) {
    const file = path.join(dir, formatPath(VIDEO_PATH, { ...fields, video_key: key }));
    await mkdir(path.dirname(file), { recursive: true });
    const splice = openSplice(file, fps);
    try {
      await splice.append(span);
      await splice.finish();
    } catch (error) {
      await splice.abort();
      throw error;
    }
  }
}

function infoOf(source: ExportSource): Record<string, unknown> {
  const { episodeCount, videos, fps, chunksSize } = source;
  return {
    codebase_version: 'v2.1',
    robot_type: source.robotType,
    total_episodes: episodeCount,
    total_frames: source.frameCount,
    total_tasks: source.tasks.length,
    total_videos: episodeCount * videos.length,
    total_chunks: Math.ceil(episodeCount / chunksSize),
    chunks_size: chunksSize,
    fps,
    splits: { train: `0:${episodeCount}` },
    data_path: DATA_PATH,
    video_path: videos.length > 0 ? VIDEO_PATH : null,
    features: infoFeatures(source.features, videos, fps),
  };
}
