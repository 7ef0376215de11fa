import { expect, test } from 'vitest';
import {
  add,
  distance,
  type Quaternion,
  quatAngle,
  quatExp,
  quatRotate,
  type Vector3,
} from '../../src/core/se3.ts';
import { FINGER_LANDMARKS, FINGERS, PALM_LANDMARKS } from '../../src/core/skeletons.ts';
import { boneLength, palmShape } from '../../src/motion/bones.ts';
import { placeWithFingers } from '../../src/motion/palm.ts';
import { placeRigid, type Ray } from '../../src/motion/placement.ts';

const PALM_M = 0.095;
const SHAPE = palmShape(PALM_M, 'right');
const TRANSLATION: Vector3 = [0.1, -0.05, 0.6];
/** Seen obliquely, from above its back. */
const ROTATION: Quaternion = quatExp([2.2, 0.5, 0.2]);

/** (21, 3) m in the hand frame: every joint bent by 40° towards the palm. */
function bentHand(): Vector3[] {
  const points: Vector3[] = [];
  PALM_LANDMARKS.forEach((k, i) => {
    points[k] = SHAPE[i];
  });
  for (const finger of FINGERS)
    FINGER_LANDMARKS[finger].slice(1).forEach((k, i) => {
      const bend = ((i + 1) * 40 * Math.PI) / 180;
      const bone = boneLength(k, PALM_M);
      points[k] = add(points[k - 1], [bone * Math.cos(bend), 0, -bone * Math.sin(bend)]);
    });
  return points;
}
const HAND = bentHand();
const raysOf = (points: readonly Vector3[]): Ray[] =>
  points.map(p => {
    const [x, y, z] = add(quatRotate(ROTATION, p), TRANSLATION);
    return [x / z, y / z];
  });

/** The hand placed by its palm alone, and with its fingers. */
function placed(rays: readonly Ray[]) {
  const alone = placeRigid(
    SHAPE,
    PALM_LANDMARKS.map(k => rays[k]),
    ROTATION,
    0.4,
  );
  return [alone, placeWithFingers(alone, HAND, rays)] as const;
}

test('a hand whose landmarks are right stays where it is', () => {
  const [, whole] = placed(raysOf(HAND));
  expect(quatAngle(whole.rotation, ROTATION)).toBeLessThan(1e-3);
  expect(distance(whole.translation, TRANSLATION)).toBeLessThan(1e-4);
});

test('a wrist that is read too near the fingers turns the hand less, and pushes it away less, than the palm alone', () => {
  const short = HAND.map(([x, y, z], k): Vector3 => (k === 0 ? [0.25 * PALM_M, 0, 0] : [x, y, z]));
  const [alone, whole] = placed(raysOf(short));
  const turn = (found: typeof alone) => quatAngle(found.rotation, ROTATION);
  const off = (found: typeof alone) => Math.abs(found.translation[2] - TRANSLATION[2]);
  expect(turn(alone)).toBeGreaterThan(0.1);
  expect(turn(whole)).toBeLessThan(0.6 * turn(alone));
  expect(off(whole)).toBeLessThan(0.8 * off(alone));
});
