/** A small dataset with every column of ours and real videos, of which every value is known. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { writeCard } from '../../src/dataset/card.ts';
import { columnFeatures, episodeColumns } from '../../src/dataset/columns.ts';
import type { ColumnValues } from '../../src/dataset/lerobot/arrow.ts';
import type { Feature, VideoFeature } from '../../src/dataset/lerobot/features.ts';
import { featureStats } from '../../src/dataset/lerobot/stats.ts';
import { createLeRobotWriter } from '../../src/dataset/lerobot/writer.ts';
import { writeMarker } from '../../src/dataset/marker.ts';
import { publishDirectory, stagingFolder } from '../../src/dataset/publish.ts';
import { openEncoder, type VideoCodec } from '../../src/video/encode.ts';
import { JOINTS, motionOf, trajectoryOf } from '../dataset/fixtures.ts';

export const FPS = 30;
export const LENGTHS = [17, 40, 1, 25];
export const TASKS = [
  'pour the coffee',
  'fold the "towel", then über es',
  'pour the coffee',
  'pour the coffee',
];
const SIZE = { width: 96, height: 64 };
const COLUMNS = columnFeatures(JOINTS);
/** With a scalar, of which our own columns have none. */
export const FEATURES: readonly Feature[] = [
  ...COLUMNS,
  { name: 'score', dtype: 'float32', width: 1, names: null },
];

/** The grey level, 0…255, of every pixel of frame t of episode e; neighbours differ by 37. */
export const greyOf = (e: number, t: number): number => 30 + ((e * 53 + t * 37) % 190);

/** The known columns of episode e, T frames: the left side is absent and held from the middle on. */
export function columnsOf(e: number, frames: number): Record<string, ColumnValues> {
  const half = Math.ceil(frames / 2);
  const demonstration = { start: e, end: e + frames, task: TASKS[e], reason: '' };
  return {
    ...episodeColumns(trajectoryOf(frames, half), motionOf(e + frames, e + half), demonstration),
    score: Float32Array.from({ length: frames }, (_, t) => t + e),
  };
}

/** Publish the dataset to `dir`, the way a run does. */
export async function publishSmallDataset(dir: string, codec: VideoCodec): Promise<void> {
  const staging = await stagingFolder(dir);
  const video: VideoFeature = { key: 'observation.images.main', ...SIZE, codec, pixFmt: 'yuv420p' };
  const writer = createLeRobotWriter(staging, {
    fps: FPS,
    robotType: 'test_robot',
    features: FEATURES,
    video,
  });
  for (const [e, frames] of LENGTHS.entries()) {
    const file = path.join(staging, 'episode.mp4');
    await encodeGreys(file, e, frames, codec);
    const levels = Float64Array.from({ length: frames * 3 }, (_, i) => greyOf(e, Math.floor(i / 3)) / 255);
    await writer.addEpisode({
      columns: columnsOf(e, frames),
      task: TASKS[e],
      video: { path: file, stats: featureStats(levels, 3) },
      extra: {
        'quality/score': e / 4,
        view: 'third-person',
        flags: ['x', `e${e}`],
        provenance: JSON.stringify({ e }),
      },
    });
    await rm(file);
  }
  const totals = await writer.finish();
  const card = {
    robotLabel: 'Test',
    fps: FPS,
    totals,
    features: COLUMNS,
    video,
    notes: [],
    sources: [],
    rejected: {},
    understudy: '0',
  };
  await writeCard(staging, card);
  await writeMarker(staging, {
    understudy: '0',
    format: 'lerobot-v3.0',
    robot: 'test',
    recipe: '',
    sources: [],
    rejected: {},
  });
  await publishDirectory(staging, dir);
}

async function encodeGreys(file: string, e: number, frames: number, codec: VideoCodec): Promise<void> {
  const encoder = await openEncoder(file, { ...SIZE, fps: FPS, codec });
  for (let t = 0; t < frames; t++)
    await encoder.write(new Uint8Array(SIZE.width * SIZE.height * 3).fill(greyOf(e, t)));
  await encoder.finish();
}
