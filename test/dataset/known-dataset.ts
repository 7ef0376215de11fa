/** A dataset with every column of ours and real videos, in several files and chunks, of which every value is known. */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { writeCard } from '../../src/dataset/card.ts';
import { columnFeatures, episodeColumns } from '../../src/dataset/columns.ts';
import type { ColumnValues } from '../../src/dataset/lerobot/arrow.ts';
import { extendLeRobotDataset } from '../../src/dataset/lerobot/extend.ts';
import type { Feature, VideoFeature } from '../../src/dataset/lerobot/features.ts';
import type { FileLimits } from '../../src/dataset/lerobot/layout.ts';
import { featureStats } from '../../src/dataset/lerobot/stats.ts';
import { createLeRobotWriter, type LeRobotWriter } from '../../src/dataset/lerobot/writer.ts';
import { writeMarker } from '../../src/dataset/marker.ts';
import { publishDirectory, stagingFolder } from '../../src/dataset/publish.ts';
import { openEncoder, type VideoCodec } from '../../src/video/encode.ts';
import { JOINTS, motionOf, trajectoryOf } from './fixtures.ts';

export const FPS = 30;
export const VIDEO_KEY = 'observation.images.main';
export const SIZE = { width: 96, height: 64 };
const COLUMNS = columnFeatures(JOINTS);
/** With a scalar, of which our own columns have none. */
export const FEATURES: readonly Feature[] = [
  ...COLUMNS,
  { name: 'weight', dtype: 'float32', width: 1, names: null },
];
/** So small that a few episodes fill a file, and a few files a chunk. */
export const SMALL_FILES: FileLimits = { chunksSize: 3, dataFilesSizeMb: 0.05, videoFilesSizeMb: 0.006 };

const TASKS = ['pour the coffee', 'fold the "towel", then über es', 'pour the coffee', 'pour the coffee'];
const LENGTHS = [17, 40, 1, 25, 12];
export const lengthOf = (e: number): number => LENGTHS[e % LENGTHS.length];
export const taskOf = (e: number): string => TASKS[e % TASKS.length];
/** The grey level, 0…255, of every pixel of frame t of episode e; neighbours differ by 37. */
export const greyOf = (e: number, t: number): number => 30 + ((e * 53 + t * 37) % 190);

/** The known columns of episode e: the left side is absent and held from the middle on. */
export function columnsOf(e: number): Record<string, ColumnValues> {
  const frames = lengthOf(e);
  const half = Math.ceil(frames / 2);
  const demonstration = { start: e, end: e + frames, task: taskOf(e), reason: '' };
  return {
    ...episodeColumns(trajectoryOf(frames, half), motionOf(e + frames, e + half), demonstration),
    weight: Float32Array.from({ length: frames }, (_, t) => t + e),
  };
}

export const extraOf = (e: number) => ({
  'quality/score': e / 4,
  view: 'third-person',
  flags: ['x', `e${e}`],
  provenance: JSON.stringify({ e }),
});

/** The films of episodes [from, to), one mp4 each, in `dir`. */
export async function encodeFilms(dir: string, to: number, codec: VideoCodec, from = 0): Promise<void> {
  await mkdir(dir, { recursive: true });
  for (let e = from; e < to; e++) {
    const encoder = await openEncoder(filmOf(dir, e), { ...SIZE, fps: FPS, codec });
    for (let t = 0; t < lengthOf(e); t++)
      await encoder.write(new Uint8Array(SIZE.width * SIZE.height * 3).fill(greyOf(e, t)));
    await encoder.finish();
  }
}

export const filmOf = (dir: string, e: number): string => path.join(dir, `${e}.mp4`);

/** Options of a writer of it. */
export const optionsOf = (codec: VideoCodec, limits: Partial<FileLimits> = {}) => ({
  fps: FPS,
  robotType: 'test_robot',
  features: FEATURES,
  video: { key: VIDEO_KEY, ...SIZE, codec, pixFmt: 'yuv420p' } satisfies VideoFeature,
  limits,
});

export async function addKnown(writer: LeRobotWriter, films: string, from: number, to: number) {
  for (let e = from; e < to; e++) {
    const levels = Float64Array.from(
      { length: lengthOf(e) * 3 },
      (_, i) => greyOf(e, Math.floor(i / 3)) / 255,
    );
    await writer.addEpisode({
      columns: columnsOf(e),
      task: taskOf(e),
      video: { path: filmOf(films, e), stats: featureStats(levels, 3) },
      extra: extraOf(e),
    });
  }
}

/** Publish to `dir` the episodes up to each number of `upTo`: the first written, the others added to what is there. */
export async function publishKnown(
  dir: string,
  codec: VideoCodec,
  upTo: readonly number[],
  limits: Partial<FileLimits> = {},
): Promise<void> {
  const films = `${dir}-films`;
  await encodeFilms(films, upTo.at(-1) ?? 0, codec);
  let from = 0;
  for (const to of upTo) {
    const staging = await stagingFolder(dir);
    const options = optionsOf(codec, limits);
    const writer =
      from === 0 ? createLeRobotWriter(staging, options) : await extendLeRobotDataset(staging, dir);
    await addKnown(writer, films, from, to);
    const totals = await writer.finish();
    await writeCard(staging, {
      robotLabel: 'Test',
      fps: FPS,
      totals,
      features: COLUMNS,
      video: options.video,
      notes: [],
      sources: [],
      rejected: {},
      understudy: '0',
    });
    await writeMarker(staging, {
      understudy: '0',
      format: 'lerobot-v3.0',
      robot: 'test',
      recipe: `episodes up to ${to}`,
      sources: [],
      rejected: {},
    });
    await publishDirectory(staging, dir);
    from = to;
  }
  await rm(films, { recursive: true });
}
