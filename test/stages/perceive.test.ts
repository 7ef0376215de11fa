import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import type { LandmarkTrack } from '../../src/core/types.ts';
import { perceive } from '../../src/stages/perceive.ts';
import { MediaPool } from '../../src/stages/process.ts';
import { SAMPLE } from '../cli/understudy.ts';

const FPS = 10;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-perceive-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const request = (startS: number, endS: number | null) => ({
  path: SAMPLE,
  width: 1280,
  height: 720,
  fps: FPS,
  startS,
  endS,
  durationS: 190 / 30,
  view: 'auto' as const,
  engine: {
    estimator: 'onnx',
    handModel: 'full' as const,
    bodyModel: 'full' as const,
    cacheDir: path.join(loadConfig().cacheDir, 'networks'),
  },
});

const bytes = ({ pixels, positions, state }: LandmarkTrack) =>
  [pixels, positions, state].map(array => Buffer.from(array.buffer, array.byteOffset, array.byteLength));

test('one process and two give the same tracks, byte for byte, over the seam of two parts', async () => {
  const [one, two] = await Promise.all(
    [1, 2].map(async size => {
      const media = new MediaPool(size);
      try {
        return (await perceive(request(0, null), media, {})).tracks;
      } finally {
        media.close();
      }
    }),
  );
  // 190 frames at 30 per second, on a grid of 10: more than one part.
  expect(one.frames).toBe(63);
  expect(two.view).toBe(one.view);
  for (const part of ['left', 'right', 'body'] as const) expect(bytes(two[part])).toEqual(bytes(one[part]));
});

test('a span outside of the video is refused, and the pool goes on', async () => {
  const media = new MediaPool(1);
  try {
    await expect(perceive(request(100, 101), media, {})).rejects.toMatchObject({
      tag: 'MediaError',
      message: expect.stringMatching(/no frame between 100 s and 101 s|no frame between 100 s and 101/),
    });
    expect((await perceive(request(1, 1.5), media, {})).tracks).toMatchObject({ frames: 5, firstFrame: 10 });
  } finally {
    media.close();
  }
});
