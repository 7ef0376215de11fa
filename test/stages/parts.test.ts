import { expect, test } from 'vitest';
import { partStarts } from '../../src/stages/perceive.ts';

const FPS = 30;

test('parts cover the span in order, are an even number, and as long as each other to a frame', () => {
  for (const [start, end] of [
    [0, 61],
    [0, 190],
    [300, 907],
    [12, 54_012],
  ]) {
    const starts = partStarts(start, end, FPS);
    const lengths = starts.map((from, i) => (starts[i + 1] ?? end) - from);
    expect(starts[0]).toBe(start);
    expect(starts.length % 2).toBe(0);
    expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(6 * FPS);
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(FPS);
  }
});

test('a short video is one part', () => {
  expect(partStarts(5, 6, FPS)).toEqual([5]);
  expect(partStarts(5, 65, FPS)).toEqual([5]);
});
