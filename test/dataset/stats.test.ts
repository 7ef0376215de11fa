import { expect, test } from 'vitest';
import { featureStats, mergeStats, STAT_KEYS } from '../../src/dataset/lerobot/stats.ts';
import { statsJson } from '../../src/dataset/lerobot/stats-json.ts';

/** Deterministic numbers in −1…1. */
const noise = (length: number, seed: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.sin(12.9898 * (i + 1) * (seed + 1)));

test('an episode has the population statistics and numpy’s linear quantiles', () => {
  const stats = featureStats(Float32Array.of(0, 10, 1, 10, 2, 10, 3, 10, 4, 10), 2);
  expect(stats.count).toBe(5);
  expect([stats.min, stats.max, stats.mean]).toEqual([
    [0, 10],
    [4, 10],
    [2, 10],
  ]);
  expect(stats.std[0]).toBeCloseTo(Math.SQRT2, 12);
  expect(stats.std[1]).toBe(0);
  expect([stats.q01[0], stats.q10[0], stats.q50[0], stats.q90[0], stats.q99[0]]).toEqual(
    [0.04, 0.4, 2, 3.6, 3.96].map(value => expect.closeTo(value, 12)),
  );
});

test('statistics of one frame are that frame', () => {
  const stats = featureStats(Float32Array.of(7), 1);
  for (const key of STAT_KEYS) expect(stats[key][0]).toBe(key === 'std' ? 0 : 7);
});

test('quantiles lie between minimum and maximum, in order', () => {
  for (let seed = 0; seed < 20; seed++) {
    const { min, q01, q10, q50, q90, q99, max } = featureStats(noise(101 + seed, seed), 1);
    const order = [min, q01, q10, q50, q90, q99, max].map(([value]) => value);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  }
});

test('merged episodes have min, max, mean and std of all their frames, in any order', () => {
  const episodes = [noise(3 * 7, 1), noise(3 * 100, 2).map(v => 1e4 + v), noise(3 * 31, 3).map(v => v - 5)];
  const merge = (list: Float32Array[]) =>
    list.map(e => featureStats(e, 3)).reduce((a, b) => mergeStats(a, b));
  const whole = featureStats(Float32Array.from(episodes.flatMap(e => [...e])), 3);
  for (const order of [episodes, episodes.toReversed()]) {
    const merged = merge(order);
    expect(merged.count).toBe(whole.count);
    for (const key of ['min', 'max', 'mean', 'std'] as const)
      merged[key].forEach((value, d) => {
        expect(Math.abs(value - whole[key][d])).toBeLessThan(1e-8 * Math.max(1, Math.abs(whole[key][d])));
      });
  }
});

test('merged quantiles are the episodes’ quantiles weighted by their frames, as LeRobot’s', () => {
  const merged = mergeStats(
    featureStats(new Float32Array(30).fill(1), 1),
    featureStats(new Float32Array(10).fill(5), 1),
  );
  expect(merged.q50).toEqual([2]);
});

test('stats.json keeps whole floats floats, counts and index bounds integers, and colours (3, 1, 1)', () => {
  const colour = featureStats(Float32Array.of(0, 0.5, 1), 3);
  const text = statsJson([
    { name: 'action', kind: 'float32', stats: featureStats(Float32Array.of(0, 2), 1) },
    { name: 'index', kind: 'int64', stats: featureStats(BigInt64Array.of(0n, 2n), 1) },
    { name: 'picture', kind: 'image', stats: colour },
  ]);
  expect(text).toContain('"min": [0.0],\n        "max": [2.0],\n        "mean": [1.0]');
  expect(text).toContain('"min": [0],\n        "max": [2],\n        "mean": [1.0]');
  expect(text).toContain('"mean": [[[0.0]], [[0.5]], [[1.0]]]');
  expect(JSON.parse(text)['action'].count).toEqual([2]);
});
