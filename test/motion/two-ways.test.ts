import { expect, test } from 'vitest';
import { cheapestWay, type Way } from '../../src/motion/two-ways.ts';

/** Numbers in 0…1 that look random and are the same in every run. */
const noise = (i: number): number => Math.abs((Math.sin(i * 12.9898) * 43758.5453) % 1);

test('the way that is found costs least of all ways', () => {
  const entries = 9;
  for (let seed = 0; seed < 20; seed++) {
    const own = (n: number, i: Way) => noise(1000 * seed + 2 * n + i);
    const move = (n: number, i: Way, j: Way) =>
      (i === j ? 0.1 : 0.7) * noise(1000 * seed + 500 + 4 * n + 2 * i + j);
    const costOf = (way: readonly Way[]) =>
      way.reduce<number>((sum, i, n) => sum + own(n, i) + (n > 0 ? move(n, way[n - 1], i) : 0), 0);
    const all = Array.from({ length: 2 ** entries }, (_, bits) =>
      Array.from({ length: entries }, (_, n) => ((bits >> n) & 1) as Way),
    );
    expect(costOf(cheapestWay(entries, own, move))).toBeCloseTo(Math.min(...all.map(costOf)), 12);
  }
});

test('of equals the first is taken, and nothing of nothing', () => {
  expect(
    cheapestWay(
      3,
      () => 1,
      () => 0,
    ),
  ).toEqual([0, 0, 0]);
  expect(
    cheapestWay(
      0,
      () => 1,
      () => 0,
    ),
  ).toEqual([]);
});
