import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { exactRate, rateInWords } from '../../src/core/rate.ts';

test('usual rates are exact fractions', () => {
  expect(exactRate(30)).toEqual({ num: 30, den: 1 });
  expect(exactRate(29.97)).toEqual({ num: 30000, den: 1001 });
  expect(exactRate(23.976)).toEqual({ num: 24000, den: 1001 });
  expect(exactRate(12.5)).toEqual({ num: 12500, den: 1000 });
  expect(() => exactRate(0)).toThrow(/rate/);
});

test('frames are counted at the very rate of the video, so the last picture of an hour has its own time', () => {
  for (const asked of [15, 16.6667, 23.976, 29.97, 30, 33.3333, 59.94, 120]) {
    const { fps } = loadConfig({ fps: asked });
    const { num, den } = exactRate(fps);
    const frames = Math.round(3600 * fps);
    expect(Math.abs(frames / fps - (frames * den) / num)).toBeLessThan(1e-9);
    expect(Math.abs(fps - asked)).toBeLessThan(1e-3);
    expect(Number(rateInWords(fps))).toBeCloseTo(asked, 3);
  }
});
