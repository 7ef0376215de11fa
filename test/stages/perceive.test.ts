import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig, storeAccess } from '../../src/config.ts';
import type { LandmarkTrack } from '../../src/core/types.ts';
import { expandInputs } from '../../src/sources/resolve.ts';
import { perceive } from '../../src/stages/perceive.ts';
import { MediaPool } from '../../src/stages/process.ts';
import { trackVideo } from '../../src/stages/tracks.ts';
import { openStore } from '../../src/store/open.ts';
import { openEncoder } from '../../src/video/encode.ts';
import { SAMPLE } from '../cli/understudy.ts';
import { random } from '../random.ts';
import { counterVideo } from '../video/material.ts';

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

test('a span outside of the video has no frames, and the pool goes on', async () => {
  const media = new MediaPool(1);
  try {
    expect((await perceive(request(100, 101), media, {})).tracks).toMatchObject({ frames: 0 });
    expect((await perceive(request(1, 1.5), media, {})).tracks).toMatchObject({ frames: 5, firstFrame: 10 });
  } finally {
    media.close();
  }
});

/** Tracks of a file as `understudy tracks` makes them, one frame per second. */
async function tracked(item: { file: string; startS?: number }) {
  const media = new MediaPool(1);
  const config = loadConfig({ fps: 1, store: folder });
  const store = await openStore(folder, storeAccess(config));
  const { file, ...asked } = item;
  try {
    const [found] = (await expandInputs([file])).items;
    return await trackVideo({ config, store, media, report: () => {} }, { ...found, ...asked });
  } finally {
    media.close();
  }
}

test('a video that is shorter than it says ends where it ends; one that is asked for beyond that is refused', async () => {
  const [whole, cut] = ['whole.mp4', 'cut.mp4'].map(name => path.join(folder, name));
  await counterVideo(whole, 200, { fps: 1, gop: 10 });
  const bytes = await readFile(whole);
  await writeFile(cut, bytes.subarray(0, bytes.length / 2));
  const [span, ...more] = await tracked({ file: cut });
  expect(more).toEqual([]);
  expect(span.clip.frames).toBeGreaterThan(50);
  expect(span.clip.frames).toBeLessThanOrEqual(120);
  await expect(tracked({ file: cut, startS: 190 })).rejects.toMatchObject({
    tag: 'MediaError',
    message: expect.stringContaining(
      'no frame between 190 s and the end; the span lies outside of the video',
    ),
  });
});

test('cuts count from the second frame on, also where the span begins with another shot and frames are seconds apart', async () => {
  const file = path.join(folder, 'shots.mp4');
  const encoder = await openEncoder(file, { width: 160, height: 120, fps: 2, codec: 'h264' });
  for (let i = 0; i < 40; i++) await encoder.write(shot(Math.floor(i / 12)));
  await encoder.finish();
  const media = new MediaPool(1);
  const cuts = async (startS: number) => {
    const own = { ...request(startS, null), path: file, width: 160, height: 120, fps: 2, durationS: 20 };
    return (await perceive(own, media, {})).tracks.cuts;
  };
  try {
    expect(await cuts(0)).toEqual([12, 24, 36]);
    expect(await cuts(6)).toEqual([12, 24]);
  } finally {
    media.close();
  }
});

/** Picture of a shot: squares of its own pattern. */
function shot(n: number): Uint8Array {
  const rgb = new Uint8Array(3 * 160 * 120);
  const light = random(n + 1);
  const squares = Array.from({ length: 48 }, () => Math.floor(light() * 255));
  for (let y = 0; y < 120; y++)
    for (let x = 0; x < 160; x++)
      rgb.fill(
        squares[8 * Math.floor(y / 20) + Math.floor(x / 20)],
        3 * (160 * y + x),
        3 * (160 * y + x) + 3,
      );
  return rgb;
}
