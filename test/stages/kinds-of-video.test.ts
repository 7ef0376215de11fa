/** Kinds of video that people have: each gives tracks, or says in words why there are none. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import type { Tracks } from '../../src/core/artifacts.ts';
import type { LandmarkTrack, RgbFrame } from '../../src/core/types.ts';
import { perceive } from '../../src/stages/perceive.ts';
import { MediaPool } from '../../src/stages/process.ts';
import { openEncoder } from '../../src/video/encode.ts';
import { openFrames } from '../../src/video/frames.ts';
import { probe } from '../../src/video/probe.ts';
import { SAMPLE } from '../cli/understudy.ts';

const FRAMES = 8;
let folder: string;
let media: MediaPool;
/** The first eight pictures of the sample, 1280×720. */
const pictures: RgbFrame[] = [];
let usual: Tracks;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-kinds-'));
  media = new MediaPool(1);
  for await (const { frame } of openFrames(SAMPLE, { fps: 30, endS: FRAMES / 30 })) pictures.push(frame);
  usual = await tracksOf(pictures);
}, 60_000);
afterAll(async () => {
  media.close();
  await rm(folder, { recursive: true, force: true });
});

let count = 0;
async function tracksOf(frames: readonly RgbFrame[], fps = 30): Promise<Tracks> {
  const file = path.join(folder, `${count++}.mp4`);
  const [{ width, height }] = frames;
  const encoder = await openEncoder(file, { width, height, fps, codec: 'h264', crf: 14 });
  for (const { data } of frames) await encoder.write(data);
  await encoder.finish();
  const info = await probe(file);
  const cacheDir = path.join(loadConfig().cacheDir, 'networks');
  const engine = { estimator: 'onnx', handModel: 'full', bodyModel: 'full', cacheDir } as const;
  const span = { startS: 0, endS: null, durationS: info.durationS };
  const { tracks } = await perceive(
    { path: file, width: info.width, height: info.height, fps: 30, ...span, view: 'auto', engine },
    media,
    {},
  );
  return tracks;
}

/** Every pixel three times in both directions. */
function threefold({ width, height, data }: RgbFrame): RgbFrame {
  const rowBytes = 9 * width;
  const out = new Uint8Array(3 * height * rowBytes);
  for (let y = 0; y < height; y++) {
    const at = 3 * y * rowBytes;
    for (let x = 0; x < width; x++)
      for (let o = at + 9 * x, c = 0; c < 9; c++) out[o + c] = data[3 * (y * width + x) + (c % 3)];
    for (const copy of [1, 2]) out.copyWithin(at + copy * rowBytes, at, at + rowBytes);
  }
  return { width: 3 * width, height: 3 * height, data: out };
}

/** `width` columns from `left`, below a black bar of `top` rows. */
function uprightPart(source: RgbFrame, left: number, width: number, top: number): RgbFrame {
  const height = source.height + top;
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < source.height; y++) {
    const from = 3 * (y * source.width + left);
    data.set(source.data.subarray(from, from + 3 * width), 3 * width * (y + top));
  }
  return { width, height, data };
}

const seen = ({ state }: LandmarkTrack) => state.filter(Boolean).length;

/** Mean distance of two tracks' points after `map`, px. */
function distance(a: LandmarkTrack, b: LandmarkTrack, map: (x: number, y: number) => [number, number]) {
  const points = a.pixels.length / 2;
  let sum = 0;
  for (let k = 0; k < points; k++) {
    const [x, y] = map(b.pixels[2 * k], b.pixels[2 * k + 1]);
    sum += Math.hypot(a.pixels[2 * k] - x, a.pixels[2 * k + 1] - y) / points;
  }
  return sum;
}

test('eight frames are enough for both hands and the body', () => {
  expect(usual.view).toBe('third-person');
  for (const part of ['left', 'right', 'body'] as const) expect(seen(usual[part])).toBe(FRAMES);
});

test('darkness has no hands, and the reason says so', async () => {
  const black = { width: 160, height: 90, data: new Uint8Array(3 * 160 * 90) };
  const tracks = await tracksOf(Array.from({ length: FRAMES }, () => black));
  for (const part of ['left', 'right', 'body'] as const) expect(seen(tracks[part])).toBe(0);
  expect(tracks.viewReason).toBe('no body found in any frame');
});

test('at 60 frames a second every second one is read', { timeout: 60_000 }, async () => {
  const tracks = await tracksOf(
    pictures.flatMap(one => [one, one]),
    60,
  );
  expect(tracks.frames).toBe(FRAMES);
  for (const side of ['left', 'right'] as const)
    expect(distance(tracks[side], usual[side], (x, y) => [x, y])).toBeLessThan(3);
});

test('a picture of four thousand pixels is read smaller, its landmarks are in its own pixels', {
  timeout: 60_000,
}, async () => {
  const frames = 3;
  const tracks = await tracksOf(pictures.slice(0, frames).map(threefold));
  for (const side of ['left', 'right'] as const) {
    expect(seen(tracks[side])).toBe(frames);
    expect(distance(tracks[side], usual[side], (x, y) => [3 * x + 1, 3 * y + 1])).toBeLessThan(9);
  }
});

test('an upright picture shows the same hands', { timeout: 60_000 }, async () => {
  const [left, top] = [320, 560];
  const tracks = await tracksOf(pictures.map(one => uprightPart(one, left, 640, top)));
  expect(tracks.view).toBe('third-person');
  for (const side of ['left', 'right'] as const)
    expect(distance(tracks[side], usual[side], (x, y) => [x - left, y + top])).toBeLessThan(3);
});
