import { expect, test } from 'vitest';
import type { RgbFrame } from '../../src/core/types.ts';
import { isCut, patternDistance, patternOf } from '../../src/motion/cuts.ts';
import { normals } from '../random.ts';

const WIDTH = 320;
const HEIGHT = 180;

/** A smooth landscape that depends on the seed, moved by (dx, dy) px, as seen at a gain and an offset. */
function picture(seed: number, { dx = 0, dy = 0, gain = 1, offset = 0 } = {}): RgbFrame {
  const random = normals(seed);
  const waves = Array.from({ length: 12 }, () => ({
    fx: 0.03 * random(),
    fy: 0.03 * random(),
    phase: 6 * random(),
    colour: [random(), random(), random()],
  }));
  const data = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++)
      for (let c = 0; c < 3; c++) {
        let value = 0;
        for (const { fx, fy, phase, colour } of waves)
          value += colour[c] * Math.sin(fx * (x + dx) + fy * (y + dy) + phase);
        data[3 * (y * WIDTH + x) + c] = Math.max(0, Math.min(255, gain * (128 + 12 * value) + offset));
      }
  return { width: WIDTH, height: HEIGHT, data };
}

const cutIn = (frames: RgbFrame[]) => {
  const [a, b, c, d] = frames.map(patternOf);
  return isCut([a, b, c, d]);
};

test('a cut between two scenes is found, whichever they are', () => {
  for (const seed of [1, 2, 3, 4, 5])
    expect(
      cutIn([picture(seed), picture(seed, { dx: 2 }), picture(seed + 10), picture(seed + 10, { dx: 2 })]),
    ).toBe(true);
});

test('rest, a pan, a flash and a change of exposure are no cuts', () => {
  expect(cutIn([0, 0, 0, 0].map(() => picture(1)))).toBe(false);
  expect(cutIn([0, 25, 50, 75].map(dx => picture(1, { dx })))).toBe(false);
  const white = { width: WIDTH, height: HEIGHT, data: new Uint8Array(WIDTH * HEIGHT * 3).fill(255) };
  expect(cutIn([picture(1), picture(1), white, picture(1)])).toBe(false);
  expect(cutIn([picture(1), white, picture(1), picture(1)])).toBe(false);
  const dark = { gain: 0.4, offset: 5 };
  expect(cutIn([picture(1), picture(1), picture(1, dark), picture(1, dark)])).toBe(false);
});

test('the distance of patterns is a symmetric measure that ignores gain and offset', () => {
  const [a, b] = [patternOf(picture(1)), patternOf(picture(2))];
  expect(patternDistance(a, a)).toBeCloseTo(0, 5);
  expect(patternDistance(a, b)).toBeCloseTo(patternDistance(b, a), 6);
  expect(patternDistance(a, patternOf(picture(1, { gain: 0.5, offset: 20 })))).toBeLessThan(0.01);
});

test('a cut between two scenes in the same black bars is found', () => {
  const barred = (frame: RgbFrame): RgbFrame => {
    const data = frame.data.slice();
    for (let y = 0; y < HEIGHT; y++)
      for (let x = 0; x < WIDTH; x++)
        if (x < 0.35 * WIDTH || x > 0.65 * WIDTH) data.fill(16, 3 * (y * WIDTH + x), 3 * (y * WIDTH + x + 1));
    return { ...frame, data };
  };
  for (const seed of [1, 2, 3, 4, 5]) {
    const [a, b] = [barred(picture(seed)), barred(picture(seed + 10))];
    expect([cutIn([a, a, b, b]), cutIn([a, a, a, a])]).toEqual([true, false]);
  }
});
