import { describe, expect, test } from 'vitest';
import { distance, norm, quatExp, quatRotate, type Vector3 } from '../../src/core/se3.ts';
import { withinReach } from '../../src/motion/bending.ts';
import { normals } from '../random.ts';

const random = normals(11);
const randomVector = (): Vector3 => [random(), random(), random()];
const rotation = quatExp(randomVector());
const palm = { rotation, translation: [0, 0, 0.6] as Vector3, cost: 0, sigma: [0, 0, 0] as Vector3 };
const turned = (v: Vector3) => quatRotate(rotation, v);
/** A bone that is bent by `degrees` towards the palm out of the straight finger x. */
const bent = (degrees: number): Vector3 => {
  const angle = (degrees * Math.PI) / 180;
  return turned([0.03 * Math.cos(angle), 0, -0.03 * Math.sin(angle)]);
};
const straight = turned([0.04, 0, 0]);

describe('a finger joint', () => {
  test.each(['left', 'right'] as const)('of the %s hand bends to the palm and hardly backwards', side => {
    for (const degrees of [-19, 0, 45, 89])
      expect(withinReach(bent(degrees), straight, 8, palm, side)).toEqual(bent(degrees));
    for (const [asked, given] of [
      [-60, -20],
      [-21, -20],
      [120, 90],
    ])
      expect(distance(withinReach(bent(asked), straight, 8, palm, side), bent(given))).toBeLessThan(1e-9);
  });

  test('keeps its bone’s length, and what is allowed once is allowed twice', () => {
    for (let i = 0; i < 200; i++) {
      const [bone, before] = [randomVector(), randomVector()];
      const side = i % 2 ? 'left' : 'right';
      const landmark = [3, 4, 7, 12, 20][i % 5];
      const once = withinReach(bone, before, landmark, palm, side);
      expect(norm(once)).toBeCloseTo(norm(bone), 9);
      expect(distance(withinReach(once, before, landmark, palm, side), once)).toBeLessThan(1e-9);
    }
  });

  test('of a knuckle is left as it is', () => {
    const bone = bent(-80);
    expect(withinReach(bone, straight, 6, palm, 'right')).toBe(bone);
  });
});

test.each(['left', 'right'] as const)(
  'a %s thumb’s tip that stands up from the back of the hand is bent down',
  side => {
    const inward = side === 'right' ? 1 : -1;
    const before = turned([0.03, 0.01 * inward, -0.005]);
    const up = turned([0.01, 0, 0.03]);
    const allowed = withinReach(up, before, 4, palm, side);
    const rise = (v: Vector3) => v.reduce((sum, x, a) => sum + x * turned([0, 0, 1])[a], 0) / norm(v);
    expect(rise(up)).toBeGreaterThan(0.9);
    expect(rise(allowed)).toBeLessThan(0.6);
  },
);
