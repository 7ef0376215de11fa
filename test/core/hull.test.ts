import { describe, expect, test } from 'vitest';
import { convexHull, isInHull } from '../../src/core/hull.ts';

describe('a convex hull', () => {
  const square: [number, number][] = [
    [0, 0],
    [2, 2],
    [1, 1],
    [2, 0],
    [0, 2],
    [1, 0],
  ];

  test('has the outer points as its corners, and none on an edge', () => {
    expect(convexHull(square)).toEqual([
      [0, 0],
      [2, 0],
      [2, 2],
      [0, 2],
    ]);
  });

  test('holds what lies in it or on its edge, and nothing else', () => {
    const hull = convexHull(square);
    expect(square.every(point => isInHull(point, hull))).toBe(true);
    expect(isInHull([2.01, 1], hull)).toBe(false);
    expect(isInHull([-0.01, -0.01], hull)).toBe(false);
  });
});
