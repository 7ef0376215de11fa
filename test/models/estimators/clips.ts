/** Real clips and landmark truth for the tests, from the folders beside the checkout. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { RgbFrame } from '../../../src/core/types.ts';
import { type FrameRequest, openFrames } from '../../../src/video/frames.ts';
import { clips } from '../../clips.ts';

export const hasClips = existsSync(clips);

/** (T, K, 3) px and relative depth, as MediaPipe itself reports it for the clip. */
export const landmarkTruth = (clip: string): number[][][] =>
  JSON.parse(readFileSync(join(clips, '..', 'truth', `${clip}.landmarks.json`), 'utf8'));

/** The first `count` grid frames of a clip. */
export const readFrames = async (clip: string, count: number, request: FrameRequest): Promise<RgbFrame[]> => {
  const frames: RgbFrame[] = [];
  for await (const { frame } of openFrames(join(clips, clip), request)) {
    frames.push(frame);
    if (frames.length === count) break;
  }
  return frames;
};

/** A folder for converted networks that lives as long as the tests of one file. */
export const temporaryCache = (): { readonly path: string } => {
  const cache = { path: '' };
  beforeAll(async () => {
    cache.path = await mkdtemp(join(tmpdir(), 'understudy-models-'));
  });
  afterAll(() => rm(cache.path, { recursive: true, force: true }));
  return cache;
};

/** Mean distance over K points; rows of two against rows that start with x, y. */
export const meanDistance = (pixels: Float32Array, truth: readonly (readonly number[])[]): number => {
  let sum = 0;
  for (let k = 0; k < truth.length; k++) {
    sum += Math.hypot(pixels[2 * k] - truth[k][0], pixels[2 * k + 1] - truth[k][1]);
  }
  return sum / truth.length;
};
