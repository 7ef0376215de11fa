import { describe, expect, test } from 'vitest';
import { distance, quatAngle, quatExp, quatMultiply, quatRotate, type Vector3 } from '../../src/core/se3.ts';
import { palmShape } from '../../src/motion/bones.ts';
import { orientationOfKnuckles } from '../../src/motion/hand-frame.ts';
import { placeRigid, turnToRay } from '../../src/motion/placement.ts';
import { normals } from '../random.ts';

const raysOf = (points: readonly Vector3[]) => points.map(p => [p[0] / p[2], p[1] / p[2]] as const);

describe('perspective-n-point', () => {
  test('recovers any pose of a palm from exact pixels and a start 20° away', () => {
    const random = normals(3);
    for (let i = 0; i < 50; i++) {
      const shape = palmShape(0.095, i % 2 ? 'left' : 'right');
      const rotation = quatExp([random(), random(), random()]);
      const translation: Vector3 = [0.15 * random(), 0.15 * random(), 0.6 + 0.2 * Math.abs(random())];
      const points = shape.map(p => quatRotate(rotation, p).map((x, a) => x + translation[a]) as Vector3);
      const away = [random(), random(), random()];
      const start = quatMultiply(quatExp(away.map(x => (0.35 * x) / Math.hypot(...away))), rotation);
      const placed = placeRigid(shape, raysOf(points), start, 10);
      expect(quatAngle(placed.rotation, rotation)).toBeLessThan(0.06);
      expect(distance(placed.translation, translation)).toBeLessThan(0.01 * translation[2]);
    }
  });

  test('a wild landmark hardly moves the hand', () => {
    const shape = palmShape(0.095, 'right');
    const points = shape.map(p => [p[0], p[1], p[2] + 0.6] as Vector3);
    const rays = raysOf(points).map((r, k) => (k === 3 ? ([r[0] + 0.1, r[1]] as const) : r));
    const placed = placeRigid(shape, rays, [1, 0, 0, 0], 0.15);
    expect(distance(placed.translation, [0, 0, 0.6])).toBeLessThan(0.06);
  });
});

test('the turn to a ray takes the optical axis there', () => {
  for (const ray of [
    [0.3, -0.2],
    [-0.7, 0.1],
    [0, 0],
  ] as const) {
    const [x, y, z] = quatRotate(turnToRay(ray), [0, 0, 1]);
    expect(x / z).toBeCloseTo(ray[0], 9);
    expect(y / z).toBeCloseTo(ray[1], 9);
  }
});

describe('the hand frame', () => {
  test.each(['left', 'right'] as const)(
    'of a %s hand, palm down and fingers forward, is x forward, y left, z up',
    side => {
      const points: Vector3[] = Array.from({ length: 21 }, () => [0, 0, 0]);
      const inward = side === 'right' ? 1 : -1;
      points[5] = [0.09, 0.025 * inward, 0];
      points[9] = [0.095, 0, 0];
      points[17] = [0.08, -0.035 * inward, 0];
      expect(quatAngle(orientationOfKnuckles(points, side), [1, 0, 0, 0])).toBeLessThan(1e-9);
    },
  );

  test.each(['left', 'right'] as const)('of the palm template of a %s hand is the identity', side => {
    const palm = palmShape(0.095, side);
    const points: Vector3[] = Array.from({ length: 21 }, () => [0, 0, 0]);
    [0, 1, 5, 9, 13, 17].forEach((k, i) => {
      points[k] = palm[i];
    });
    expect(quatAngle(orientationOfKnuckles(points, side), [1, 0, 0, 0])).toBeLessThan(0.02);
  });
});
