import { describe, expect, test } from 'vitest';
import { createState, createTree, forward, pointPosition, treePoint } from '../../retarget/index.ts';
import { add, type Quaternion, quatExp, quatMultiply, quatRotate, type Vector3 } from '../../src/core/se3.ts';
import {
  FINGER_LANDMARKS,
  HAND_LANDMARKS,
  PALM_LANDMARKS,
  SIDES,
  type Side,
} from '../../src/core/skeletons.ts';
import { palmShape } from '../../src/motion/bones.ts';
import { edgeOn, evidenceLeft } from '../../src/motion/edge-on.ts';
import { moveFingers } from '../../src/motion/finger-motion.ts';
import { fingerTree } from '../../src/motion/finger-tree.ts';
import { handAt } from '../../src/motion/hand-frame.ts';
import type { Placement, Ray } from '../../src/motion/placement.ts';

const PALM_M = 0.095;
const FRAMES = 12;
/** Half a metre in front of the camera, its back to it, turned by `angle` about the line to the middle knuckle. */
const palmTurned = (angle: number): Placement => ({
  rotation: quatMultiply([0, Math.SQRT1_2, -Math.SQRT1_2, 0] as Quaternion, quatExp([angle, 0, 0])),
  translation: [0, 0, 0.5],
  cost: 0,
  sigma: [0.001, 0.001, 0.01],
});
const FACING = palmTurned(0);
const EDGE = palmTurned(Math.PI / 2);

describe('a palm', () => {
  test('that shows its back or its inside is not edge-on, one that is turned by a right angle is', () => {
    expect(edgeOn(FACING)).toBeCloseTo(0, 9);
    expect(edgeOn(palmTurned(Math.PI))).toBeCloseTo(0, 9);
    expect(edgeOn(EDGE)).toBeCloseTo(1, 9);
  });

  test('leaves its fingers less of their word the further it is turned away, and its thumb least', () => {
    const angles = [0, 0.3, 0.6, 0.9, 1.2, 1.5];
    const left = angles.map(angle => evidenceLeft(palmTurned(angle), false));
    expect(left[0]).toBeCloseTo(1, 9);
    expect(left).toEqual([...left].sort((a, b) => b - a));
    angles.slice(1).forEach((angle, i) => {
      expect(evidenceLeft(palmTurned(angle), true)).toBeLessThan(left[i + 1]);
    });
  });
});

/**
 * A hand at rest whose thumb lies in the palm's plane, told from exact readings: its metacarpal's lift out of it, and how
 * far it is out from the fingers to its own side, degrees.
 */
function toldThumb(side: Side, palm: Placement): { lift: number; out: number } {
  const points = new Float64Array(3 * HAND_LANDMARKS);
  palmShape(PALM_M, side).forEach((p, i) => {
    points.set(p, 3 * PALM_LANDMARKS[i]);
  });
  for (const [finger, marks] of Object.entries(FINGER_LANDMARKS)) {
    const description = fingerTree(finger as keyof typeof FINGER_LANDMARKS, side, PALM_M);
    const tree = createTree(description);
    const state = createState(tree);
    const flat = description.rest.map((rest, j) => (tree.dofNames[j] === 'lift' ? 0 : rest));
    forward(tree, Float64Array.from(flat), 0, state);
    description.points.forEach((point, i) => {
      const place = new Float64Array(3);
      pointPosition(state, treePoint(tree, point), place, 0);
      points.set(place, 3 * marks[i + 1]);
    });
  }
  const rays = handAt(points, 0).map((p): Ray => {
    const [x, y, z] = add(quatRotate(palm.rotation, p), palm.translation);
    return [x / z, y / z];
  });
  const told = moveFingers(
    {
      side,
      palmLengthM: PALM_M,
      landmarks: Float64Array.from({ length: points.length * FRAMES }, (_, i) => points[i % points.length]),
      palms: new Array(FRAMES).fill(palm),
      rays: new Array(FRAMES).fill(rays),
      confidence: new Float32Array(FRAMES).fill(1),
    },
    [{ start: 0, end: FRAMES }],
    30,
  );
  const hand = handAt(told, FRAMES / 2);
  const bone = hand[2].map((x, a) => x - hand[1][a]) as Vector3;
  const outwards = side === 'right' ? bone[1] : -bone[1];
  const degrees = (angle: number) => (angle * 180) / Math.PI;
  return {
    lift: degrees(Math.asin(-bone[2] / Math.hypot(...bone))),
    out: degrees(Math.atan2(outwards, bone[0])),
  };
}

describe.each(SIDES)('the %s thumb that is read flat beside the palm', side => {
  test('lies flat where the palm shows it', () => {
    expect(Math.abs(toldThumb(side, FACING).lift)).toBeLessThan(3);
  });

  test('opposes the fingers where the palm is seen from its edge', () => {
    const { lift, out } = toldThumb(side, EDGE);
    expect(lift).toBeGreaterThan(40);
    expect(out).toBeGreaterThan(20);
    expect(out).toBeLessThan(70);
  });
});
