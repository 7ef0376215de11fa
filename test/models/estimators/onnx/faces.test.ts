import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Faces } from '../../../../models/estimators/onnx/faces.ts';
import type { RgbFrame } from '../../../../src/core/types.ts';
import { openFrames } from '../../../../src/video/frames.ts';
import { hand } from '../../../motion/readings.ts';
import { temporaryCache } from '../clips.ts';

const cache = temporaryCache();
let faces: Faces;
/** The first frame of the bundled sample. */
let frame: RgbFrame;

/** Middle of its person's nose, and an ear, px; the shoulders, 0.36 m, are 226 px wide. */
const [NOSE, EAR] = [
  { x: 660, y: 140 },
  { x: 594, y: 105 },
];
const SCALE = 226 / 0.36;

beforeAll(async () => {
  faces = await Faces.load(cache.path);
  for await (const first of openFrames(path.resolve('examples/sample/pick.mp4'), { fps: 1, endS: 1 }))
    frame = first.frame;
});
afterAll(() => faces.close());

const at = (place: { x: number; y: number }, size: number) =>
  hand({ ...place, right: 0.9, scale: size * SCALE });

test('what is half as large as a hand and lies in a face is an ear or a nose, and no hand', async () => {
  expect(await faces.without(frame, [at(NOSE, 0.5), at(EAR, 0.5)])).toEqual([]);
});

test('a hand before the face or at the ear stays, and so does a small one elsewhere', async () => {
  const hands = [at(NOSE, 1.2), at(EAR, 1.2), at({ x: 300, y: 500 }, 0.5)];
  expect(await faces.without(frame, hands)).toEqual(hands);
});

test('a picture without a face takes nothing away', async () => {
  const grey = { ...frame, data: frame.data.map(() => 128) };
  const hands = [at(NOSE, 0.5)];
  expect(await faces.without(grey, hands)).toEqual(hands);
});
