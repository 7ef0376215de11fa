import { describe, expect, test } from 'vitest';
import { quatAngle, quatFromAxisAngle } from '../../src/core/se3.ts';
import { smoothQuaternions, smoothSeries } from '../../src/motion/smoothing.ts';
import { normals } from '../random.ts';

const whole = (n: number) => [{ start: 0, end: n }];
const ones = (n: number) => new Float64Array(n).fill(1);
const noise = (n: number, seed = 1) => Float64Array.from({ length: n }, normals(seed));

describe('the smoother', () => {
  test('leaves straight lines as they are', () => {
    const line = Float64Array.from({ length: 60 }, (_, t) => 3 + 0.2 * t);
    const smooth = smoothSeries(line, 1, ones(60), whole(60), { fps: 30, cutoffHz: 1 });
    line.forEach((x, t) => {
      expect(smooth[t]).toBeCloseTo(x, 6);
    });
  });

  test('has no phase: backwards in, backwards out', () => {
    const series = noise(80);
    const options = { fps: 30, cutoffHz: 3 };
    const forward = smoothSeries(series, 1, ones(80), whole(80), options);
    const backward = smoothSeries(series.toReversed(), 1, ones(80), whole(80), options).reverse();
    forward.forEach((x, t) => {
      expect(backward[t]).toBeCloseTo(x, 9);
    });
  });

  test.each([15, 30, 60, 120])('halves a sine at the cut-off at %i frames per second', fps => {
    const n = fps * 12;
    const sine = Float64Array.from({ length: n }, (_, t) => Math.sin((2 * Math.PI * 2 * t) / fps));
    const smooth = smoothSeries(sine, 1, ones(n), whole(n), { fps, cutoffHz: 2 });
    const rms = (a: Float64Array) => Math.hypot(...a.subarray(3 * fps, 9 * fps));
    expect(rms(smooth) / rms(sine)).toBeCloseTo(0.5, 2);
  });

  test('never mixes stretches', () => {
    const series = noise(60);
    const other = Float64Array.from(series, (x, t) => (t < 30 ? x : x + 100));
    const stretches = [
      { start: 0, end: 30 },
      { start: 31, end: 60 },
    ];
    const options = { fps: 30, cutoffHz: 1 };
    const a = smoothSeries(series, 1, ones(60), stretches, options);
    const b = smoothSeries(other, 1, ones(60), stretches, options);
    expect(b.subarray(0, 30)).toEqual(a.subarray(0, 30));
    expect(a[30]).toBe(0);
  });

  test('bridges frames without weight along the line, whatever their values', () => {
    const series = Float64Array.from({ length: 40 }, (_, t) => (t >= 15 && t < 20 ? 999 : t));
    const weights = series.map(x => (x === 999 ? 0 : 1));
    const smooth = smoothSeries(series, 1, weights, whole(40), { fps: 30, cutoffHz: 2 });
    for (let t = 15; t < 20; t++) expect(smooth[t]).toBeCloseTo(t, 6);
  });

  test('is hardly moved by one wild frame', () => {
    const series = noise(90).map(x => 0.001 * x);
    const wild = Float64Array.from(series);
    wild[45] += 1;
    const options = { fps: 30, cutoffHz: 4 };
    const a = smoothSeries(series, 1, ones(90), whole(90), options);
    const b = smoothSeries(wild, 1, ones(90), whole(90), options);
    expect(Math.abs(a[45] - b[45])).toBeLessThan(0.002);
  });
});

describe('orientations', () => {
  const turning = (n: number, sign: (t: number) => number) =>
    Float64Array.from(
      Array.from({ length: n }, (_, t) =>
        quatFromAxisAngle([0, 0, 1], 0.05 * t).map(x => sign(t) * x),
      ).flat(),
    );

  test('do not care about the sign of a quaternion', () => {
    const options = { fps: 30, cutoffHz: 2 };
    const a = smoothQuaternions(
      turning(50, () => 1),
      ones(50),
      whole(50),
      options,
    );
    const b = smoothQuaternions(
      turning(50, t => (t % 3 === 0 ? -1 : 1)),
      ones(50),
      whole(50),
      options,
    );
    for (let t = 0; t < 50; t++) {
      expect(quatAngle(a.subarray(4 * t, 4 * t + 4), b.subarray(4 * t, 4 * t + 4))).toBeLessThan(1e-6);
      expect(Math.hypot(...b.subarray(4 * t, 4 * t + 4))).toBeCloseTo(1, 9);
    }
  });

  test('turn at constant speed as before', () => {
    const smooth = smoothQuaternions(
      turning(60, () => 1),
      ones(60),
      whole(60),
      { fps: 30, cutoffHz: 3 },
    );
    for (let t = 10; t < 50; t++) {
      expect(
        quatAngle(smooth.subarray(4 * t, 4 * t + 4), quatFromAxisAngle([0, 0, 1], 0.05 * t)),
      ).toBeLessThan(0.01);
    }
  });
});
