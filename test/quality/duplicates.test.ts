import { expect, test } from 'vitest';
import { effectiveNumber, graspOf } from '../../src/quality/diversity.ts';
import { nearDuplicates, signatureOf } from '../../src/quality/duplicates.ts';

/** (T, 3) a motion at `rate` frames per unit of its way. */
const motion = (phase: number, frames = 120, noise = 0) =>
  signatureOf(
    Float64Array.from({ length: 3 * frames }, (_, i) => {
      const s = Math.floor(i / 3) / (frames - 1);
      return Math.sin(3 * s + phase * (1 + (i % 3))) + noise * Math.sin(97 * i);
    }),
    3,
  );

test('a copy, the same at another rate, and a slightly noisy one repeat the first', () => {
  expect(nearDuplicates([motion(0), motion(1), motion(0), motion(0, 240), motion(0, 120, 0.0005)])).toEqual([
    null,
    null,
    0,
    0,
    0,
  ]);
});

test('other motions, and motions of no way at all, repeat nothing', () => {
  const still = signatureOf(new Float64Array(300), 3);
  expect(nearDuplicates([motion(0), motion(0.4), motion(0.8), still, still])).toEqual([
    null,
    null,
    null,
    null,
    null,
  ]);
});

test('k equally common kinds count as k, a rare one adds little', () => {
  expect(effectiveNumber([5, 5, 5])).toBeCloseTo(3);
  expect(effectiveNumber([99, 1])).toBeLessThan(1.1);
  expect(effectiveNumber([])).toBe(0);
});

test('grasps are told by the fingertips', () => {
  const hand = (tips: number, thumb: number) => {
    const landmarks = new Float32Array(63);
    landmarks[27] = 0.1;
    for (const k of [8, 12, 16, 20]) landmarks[3 * k] = tips;
    landmarks[12] = thumb;
    return graspOf(landmarks);
  };
  expect([hand(0.18, 0.05), hand(0.1, 0.05), hand(0.15, 0.14), hand(0.15, 0.05)]).toEqual([
    'open',
    'power',
    'pinch',
    'between',
  ]);
});
