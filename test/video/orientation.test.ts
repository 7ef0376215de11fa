import { expect, test } from 'vitest';
import { orientationOfMatrix } from '../../src/video/orientation.ts';

/** Where the filters bring a picture's right and down, as [x, y] each. */
const TURNS: Record<string, (at: [number, number]) => [number, number]> = {
  hflip: ([x, y]) => [-x, y],
  vflip: ([x, y]) => [x, -y],
  'transpose=clock': ([x, y]) => [-y, x],
  'transpose=cclock': ([x, y]) => [y, -x],
  'transpose=cclock_flip': ([x, y]) => [y, x],
  'transpose=clock_flip': ([x, y]) => [-y, -x],
};

test.each([
  [1, 0, 0, 1],
  [0, 1, -1, 0],
  [-1, 0, 0, -1],
  [0, -1, 1, 0],
  [1, 0, 0, -1],
  [-1, 0, 0, 1],
  [0, 1, 1, 0],
  [0, -1, -1, 0],
])('the filters of the matrix [%i %i | %i %i] do what it says to a point', (a, b, c, d) => {
  const { filters } = orientationOfMatrix([a, b, 0, c, d, 0, 0, 0, 1].map(value => value * 65_536));
  for (const [x, y] of [
    [1, 0],
    [0, 1],
  ] as const) {
    const [turnedX, turnedY] = filters.reduce<[number, number]>((at, name) => TURNS[name](at), [x, y]);
    expect([turnedX + 0, turnedY + 0]).toEqual([a * x + c * y + 0, b * x + d * y + 0]);
  }
});
