import { expect, test } from 'vitest';
import { cheapestWay } from '../../src/motion/cheapest-way.ts';

/** Numbers in 0…1 that look random and are the same in every run. */
const noise = (i: number): number => Math.abs((Math.sin(i * 12.9898) * 43758.5453) % 1);

test('the way that is found costs least of all ways, of however many candidates', () => {
  for (let seed = 0; seed < 20; seed++) {
    const own = [2, 1, 3, 2, 4, 3, 2].map((candidates, n) =>
      Array.from({ length: candidates }, (_, i) => noise(1000 * seed + 10 * n + i)),
    );
    const move = (n: number, i: number, j: number) =>
      (i === j ? 0.1 : 0.7) * noise(1000 * seed + 500 + 20 * n + 4 * i + j);
    const costOf = (way: readonly number[]) =>
      way.reduce((sum, i, n) => sum + own[n][i] + (n > 0 ? move(n, way[n - 1], i) : 0), 0);
    const all = own.reduce<number[][]>(
      (ways, candidates) => ways.flatMap(way => candidates.map((_, i) => [...way, i])),
      [[]],
    );
    expect(costOf(cheapestWay(own, move))).toBeCloseTo(Math.min(...all.map(costOf)), 12);
  }
});

test('of equals the first is taken, and nothing of nothing', () => {
  const equal = [1, 2, 3].map(candidates => new Array<number>(candidates).fill(1));
  expect(cheapestWay(equal, () => 0)).toEqual([0, 0, 0]);
  expect(cheapestWay([], () => 0)).toEqual([]);
});

test('a candidate that cannot be reached is not taken', () => {
  const way = cheapestWay([[0], [0, 5], [0]], (_, i, j) =>
    i === 0 && j === 0 ? Number.POSITIVE_INFINITY : 1,
  );
  expect(way).toEqual([0, 1, 0]);
});
