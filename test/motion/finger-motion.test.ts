import { describe, expect, test } from 'vitest';
import { createState, createTree, forward, pointPosition, treePoint } from '../../retarget/index.ts';
import { add, distance, type Quaternion, quatRotate, type Vector3 } from '../../src/core/se3.ts';
import {
  FINGER_LANDMARKS,
  FINGERS,
  HAND_LANDMARKS,
  PALM_LANDMARKS,
  SIDES,
  type Side,
} from '../../src/core/skeletons.ts';
import { boneLength, palmShape } from '../../src/motion/bones.ts';
import { moveFingers, type SeenHand } from '../../src/motion/finger-motion.ts';
import { fingerTree } from '../../src/motion/finger-tree.ts';
import { handAt } from '../../src/motion/hand-frame.ts';
import type { Placement, Ray } from '../../src/motion/placement.ts';

const FRAMES = 60;
const FPS = 30;
const PALM_M = 0.095;
const WHOLE = [{ start: 0, end: FRAMES }];
/** Half a metre in front of the camera, its back to it, fingers up. */
const PALM: Placement = {
  rotation: [0, Math.SQRT1_2, -Math.SQRT1_2, 0] as Quaternion,
  translation: [0.03, 0.05, 0.5],
  cost: 0,
  sigma: [0.001, 0.001, 0.01],
};
/** Numbers in −1…1 that look random and are the same in every run. */
const noise = (i: number): number => 2 * ((Math.sin(i * 78.233) * 43758.5453) % 1);

/** (T, 21, 3) m in the hand frame: every joint swings slowly through a part of its range. */
function graspingHand(side: Side): Float64Array {
  const points = new Float64Array(3 * HAND_LANDMARKS * FRAMES);
  const palm = palmShape(PALM_M, side);
  for (let t = 0; t < FRAMES; t++)
    PALM_LANDMARKS.forEach((k, i) => {
      points.set(palm[i], 3 * (t * HAND_LANDMARKS + k));
    });
  for (const finger of FINGERS) {
    const description = fingerTree(finger, side, PALM_M);
    const tree = createTree(description);
    const state = createState(tree);
    for (let t = 0; t < FRAMES; t++) {
      const share = (1 - Math.cos((2 * Math.PI * t) / FRAMES)) / 2;
      const q = description.rest.map((rest, j) => {
        const inwards = tree.dofNames[j] === 'spread' || tree.dofNames[j] === 'sideways' ? 0 : 0.5;
        return rest + inwards * share * (tree.upper[j] - rest);
      });
      forward(tree, q, 0, state);
      description.points.forEach((point, i) => {
        const place = new Float64Array(3);
        pointPosition(state, treePoint(tree, point), place, 0);
        points.set(place, 3 * (t * HAND_LANDMARKS + FINGER_LANDMARKS[finger][i + 1]));
      });
    }
  }
  return points;
}

/** The true hand as it was seen: its pixels exact, its frame-wise fit off by up to `errorM`. */
function see(truth: Float64Array, side: Side, errorM: number): SeenHand {
  const rays = Array.from({ length: FRAMES }, (_, t) =>
    handAt(truth, t).map((p): Ray => {
      const [x, y, z] = add(quatRotate(PALM.rotation, p), PALM.translation);
      return [x / z, y / z];
    }),
  );
  return {
    side,
    palmLengthM: PALM_M,
    landmarks: truth.map((x, i) => x + errorM * noise(i)),
    palms: rays.map(() => PALM),
    rays,
    confidence: new Float32Array(FRAMES).fill(1),
  };
}
const meanError = (points: Float64Array, truth: Float64Array): number => {
  let sum = 0;
  for (let t = 0; t < FRAMES; t++)
    handAt(points, t).forEach((p, k) => {
      sum += distance(p, handAt(truth, t)[k]) / (FRAMES * HAND_LANDMARKS);
    });
  return sum;
};

describe.each(SIDES)('fingers of the %s hand', side => {
  const truth = graspingHand(side);

  test('that are seen exactly are found again within a millimetre', () => {
    expect(meanError(moveFingers(see(truth, side, 0), WHOLE, FPS), truth)).toBeLessThan(0.001);
  });

  test('that are seen badly come out at less than half the error', () => {
    const seen = see(truth, side, 0.01);
    const error = meanError(moveFingers(seen, WHOLE, FPS), truth);
    expect(error).toBeLessThan(meanError(seen.landmarks, truth) / 2);
  });

  test('keep the length of their bones', () => {
    const moved = moveFingers(see(truth, side, 0.01), WHOLE, FPS);
    for (const finger of FINGERS) {
      const marks = FINGER_LANDMARKS[finger];
      for (let t = 0; t < FRAMES; t += 7)
        for (let i = 1; i < marks.length; i++) {
          const hand = handAt(moved, t);
          expect(distance(hand[marks[i]], hand[marks[i - 1]])).toBeCloseTo(boneLength(marks[i], PALM_M), 9);
        }
    }
  });

  test('that are hidden for six frames go the smooth way across', () => {
    const seen = see(truth, side, 0);
    const palms = seen.palms.map((palm, t) => (t >= 30 && t < 36 ? null : palm));
    const moved = moveFingers({ ...seen, palms }, WHOLE, FPS);
    for (let t = 30; t < 36; t++)
      handAt(moved, t).forEach((p, k) => {
        expect(distance(p, handAt(truth, t)[k])).toBeLessThan(0.004);
      });
  });

  test('outside of every stretch are not told', () => {
    const moved = moveFingers(see(truth, side, 0), [{ start: 10, end: 20 }], FPS);
    expect(moved.subarray(0, 3 * HAND_LANDMARKS * 10).every(x => x === 0)).toBe(true);
    expect(moved.subarray(3 * HAND_LANDMARKS * 20).every(x => x === 0)).toBe(true);
  });
});

test('the left hand is the mirror image of the right', () => {
  const mirrored = (p: Vector3): Vector3 => [p[0], -p[1], p[2]];
  const [left, right] = SIDES.map(graspingHand);
  for (let t = 0; t < FRAMES; t += 9)
    handAt(left, t).forEach((p, k) => {
      expect(distance(mirrored(p), handAt(right, t)[k])).toBeLessThan(1e-12);
    });
});
