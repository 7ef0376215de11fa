import { expect, test } from 'vitest';
import { distance, type Vector3 } from '../../src/core/se3.ts';
import { bentElbow, foldedM, insideChest, unfolded } from '../../src/motion/arm-limits.ts';

const bones = { shoulderWidthM: 0.38, upperArmM: 0.3, forearmM: 0.25 };
const shoulder: Vector3 = [0, 0.19, 0];
const forward: Vector3 = [1, 0, 0];

test('a wrist in the shoulder is moved forwards until the elbow bends no further than it can', () => {
  for (const wrist of [
    [0.02, 0.19, 0.02],
    [-0.05, 0.15, 0],
    [0, 0.19, 0],
  ] as Vector3[]) {
    const moved = unfolded(wrist, shoulder, forward, bones);
    expect(distance(moved, shoulder)).toBeCloseTo(foldedM(bones), 9);
    expect(moved[0]).toBeGreaterThan(wrist[0]);
    expect(moved.slice(1)).toEqual(wrist.slice(1));
    const elbow = bentElbow(shoulder, moved, [0, 1, 0], bones.upperArmM, bones.forearmM);
    expect(distance(elbow, shoulder)).toBeCloseTo(bones.upperArmM, 9);
    expect(distance(elbow, moved)).toBeCloseTo(bones.forearmM, 9);
  }
});

test('a wrist that has room stays where it is', () => {
  const wrist: Vector3 = [0.3, 0.1, -0.2];
  expect(unfolded(wrist, shoulder, forward, bones)).toBe(wrist);
});

test('a wrist between the shoulders is before the chest, one beside the body may be behind it', () => {
  const inside = (wrist: Vector3) => insideChest(wrist, [0, 0, 0], [1, 0, 0, 0], bones);
  expect(inside([0.02, 0.05, -0.1])).toBeCloseTo(0.1, 9);
  expect(inside([0.2, 0.05, -0.1])).toBe(0);
  expect(inside([-0.1, 0.3, -0.1])).toBe(0);
  expect(inside([0.02, 0.05, 0.2])).toBe(0);
});
