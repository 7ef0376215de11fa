import { describe, expect, test } from 'vitest';
import { ABSENT, FILLED, SEEN } from '../../src/core/types.ts';
import { believableStates, LONGEST_BRIDGE_S } from '../../src/motion/gaps.ts';

/** A hand that crosses 40 cm in two seconds, at any frame rate, (T, 2) m. */
const sweep = (fps: number) =>
  Float64Array.from({ length: 2 * 2 * fps }, (_, i) => (i % 2 === 0 ? (0.2 * i) / 2 / fps : 0));
const seen = (points: Float64Array) => new Uint8Array(points.length / 2).fill(SEEN);
const frames = (state: Uint8Array, wanted: number) => [...state.keys()].filter(t => state[t] === wanted);

describe.each([15, 30, 60])('at %i frames per second', fps => {
  test('a steady hand is believed in every frame', () => {
    const points = sweep(fps);
    expect(frames(believableStates(points, seen(points), fps), SEEN)).toHaveLength(2 * fps);
  });

  test('an excursion that no hand can make is a bridged gap', () => {
    const points = sweep(fps);
    const excursion = Math.floor(0.15 * fps);
    for (let i = 0; i < excursion; i++) points[2 * (fps + i) + 1] += 0.5;
    const state = believableStates(points, seen(points), fps);
    expect(frames(state, FILLED)).toEqual(Array.from({ length: excursion }, (_, i) => fps + i));
  });

  test('a gap is bridged up to the limit and stays absent beyond it', () => {
    const longest = Math.floor(LONGEST_BRIDGE_S * fps);
    for (const [length, wanted] of [
      [longest, FILLED],
      [longest + 1, ABSENT],
    ]) {
      const points = sweep(fps);
      const input = seen(points).fill(ABSENT, fps, fps + length);
      expect(frames(believableStates(points, input, fps), wanted)).toHaveLength(length);
    }
  });
});

test('between two excursions the track is kept where it has come back, though it ends there by a jump', () => {
  const place = (t: number) => (t < 20 ? 0 : t < 22 ? 0.5 : t < 24 ? -0.5 : t < 30 ? 0 : 0.1);
  const points = Float64Array.from({ length: 120 }, (_, i) => (i % 2 === 0 ? place(i / 2) : 0));
  const state = believableStates(points, seen(points), 30);
  expect(frames(state, FILLED)).toEqual([20, 21, 22, 23]);
  expect(frames(state, ABSENT)).toEqual([]);
});

test('a track that ends with a short excursion ends before it', () => {
  const points = Float64Array.from({ length: 120 }, (_, i) => (i % 2 === 0 && i >= 108 ? 0.2 : 0));
  const state = believableStates(points, seen(points), 30);
  expect(frames(state, ABSENT)).toEqual([54, 55, 56, 57, 58, 59]);
});

test('a real fast motion is kept', () => {
  const fps = 30;
  // Still, then 90 cm in 0.2 s (4.5 m/s), then still.
  const points = Float64Array.from({ length: 120 }, (_, i) =>
    i % 2 === 0 ? 0.9 * Math.min(1, Math.max(0, (i / 2 - 30) / 6)) : 0,
  );
  expect(frames(believableStates(points, seen(points), fps), SEEN)).toHaveLength(60);
});

test('a jump to another place for good is an edge, not a motion', () => {
  const points = Float64Array.from({ length: 120 }, (_, i) => (i % 2 === 0 && i >= 60 ? 1 : 0));
  const state = believableStates(points, seen(points), 30);
  expect(frames(state, ABSENT)).toEqual([30]);
});

test('a flicker between absences is dropped', () => {
  const points = sweep(30);
  const input = new Uint8Array(60);
  input.fill(SEEN, 20, 22);
  input.fill(SEEN, 40, 60);
  expect(frames(believableStates(points, input, 30), SEEN)).toEqual(
    Array.from({ length: 20 }, (_, i) => 40 + i),
  );
});

test('a hand that was never seen stays absent', () => {
  expect(frames(believableStates(new Float64Array(20), new Uint8Array(10), 30), ABSENT)).toHaveLength(10);
});
