import { describe, expect, test } from 'vitest';
import { g1Inspire as robot } from '../../models/robots/g1-inspire.ts';
import { armsTree } from '../../retarget/arms.ts';
import { factor, solveFactored } from '../../retarget/envelope.ts';
import { handTree } from '../../retarget/hands.ts';
import type { KinematicTree } from '../../retarget/kinematics.ts';
import { orientationResidual } from '../../retarget/residuals/orientation.ts';
import { positionResidual } from '../../retarget/residuals/position.ts';
import { exceedsSpeed, limitSpeed } from '../../retarget/speed.ts';
import { solveGroup } from '../../retarget/trajectory.ts';
import {
  ARM_HUBER_M,
  ARM_WEIGHTS,
  FINGER_HUBER_M,
  HAND_WEIGHTS,
  ORIENTATION_HUBER_RAD,
} from '../../retarget/weights.ts';
import type { LinkPoint } from '../../src/core/robot.ts';
import { SIDES } from '../../src/core/skeletons.ts';
import { random } from '../random.ts';
import { orientations, places, smoothTrajectory } from './motions.ts';

const FRAMES = 120;
const constant = (value: number) => new Float64Array(FRAMES).fill(value);

/** Largest distance between a point's places on two trajectories, m. */
function farthest(tree: KinematicTree, a: Float64Array, b: Float64Array, point: LinkPoint): number {
  const [p, q] = [places(tree, a, point), places(tree, b, point)];
  let far = 0;
  for (let i = 0; i < p.length; i += 3) {
    far = Math.max(far, Math.hypot(p[i] - q[i], p[i + 1] - q[i + 1], p[i + 2] - q[i + 2]));
  }
  return far;
}

describe('the solver finds what is known', () => {
  test.each([1, 2, 3])('both wrists come back within 1 mm (seed %i)', seed => {
    const tree = armsTree(robot);
    const truth = smoothTrajectory(tree, FRAMES, random(seed), robot.rest, 0.5);
    const residuals = SIDES.flatMap(side => {
      const { wrist, elbow } = robot.arms![side];
      const { palm } = robot.hands[side]!;
      const [name, huber] = [side, ARM_HUBER_M];
      return [
        positionResidual(tree, wrist, places(tree, truth, wrist), {
          name,
          huber,
          weights: constant(ARM_WEIGHTS.wristPosition),
        }),
        positionResidual(tree, elbow, places(tree, truth, elbow), {
          name,
          huber,
          weights: constant(ARM_WEIGHTS.elbowPosition),
        }),
        orientationResidual(tree, palm, orientations(tree, truth, palm), {
          name,
          huber: ORIENTATION_HUBER_RAD,
          weights: constant(ARM_WEIGHTS.wristOrientation),
        }),
      ];
    });
    const { q, converged } = solveGroup(tree, FRAMES, 30, residuals, robot.rest, ARM_WEIGHTS);
    expect(converged).toBe(true);
    for (const side of SIDES) expect(farthest(tree, truth, q, robot.arms![side].wrist)).toBeLessThan(1e-3);
  });

  test.each(SIDES)('all fingertips of the %s hand come back within 1 mm', side => {
    const hand = robot.hands[side]!;
    const tree = handTree(robot, hand);
    const truth = smoothTrajectory(
      tree,
      FRAMES,
      random(7),
      Object.fromEntries(tree.dofNames.map((name, j) => [name, (tree.lower[j] + tree.upper[j]) / 2])),
      1,
    );
    const tips = Object.values(hand.tips);
    const residuals = tips.map(tip =>
      positionResidual(tree, tip, places(tree, truth, tip), {
        name: 'tip',
        huber: FINGER_HUBER_M,
        weights: constant(HAND_WEIGHTS.tip),
      }),
    );
    const { q, converged } = solveGroup(tree, FRAMES, 30, residuals, robot.rest, HAND_WEIGHTS);
    expect(converged).toBe(true);
    for (const tip of tips) expect(farthest(tree, truth, q, tip)).toBeLessThan(1e-3);
  });
});

test.each([
  ['in a band', (i: number) => Math.max(0, i - 3)],
  ['in bands of frames', (i: number) => 5 * Math.max(0, Math.floor(i / 5) - 1)],
  ['dense', () => 0],
])('a system is solved as it was made: %s', (_, begins) => {
  const size = 23;
  const next = random(4);
  const first = Int32Array.from({ length: size }, (_, i) => begins(4 * Math.floor(i / 4)));
  const band = Math.max(...first.map((f, i) => i - f));
  const dense = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j): number => (i === j ? 20 : 0)),
  );
  const rows = new Float64Array(size * (band + 1));
  for (let i = 0; i < size; i++) {
    for (let j = first[i]; j <= i; j++) {
      if (i !== j) dense[i][j] = dense[j][i] = 2 * next() - 1;
      rows[i * (band + 1) + j - i + band] = dense[i][j];
    }
  }
  const x = Float64Array.from({ length: size }, () => next());
  const b = Float64Array.from(dense, row => row.reduce((sum, a, j) => sum + a * x[j], 0));
  expect(factor(rows, first, size, band)).toBe(true);
  solveFactored(rows, first, size, band, b);
  b.forEach((value, i) => {
    expect(value).toBeCloseTo(x[i], 12);
  });
});

describe('the speed limit', () => {
  const limit = Float64Array.from([0.1]);
  const noisy = () => {
    const next = random(5);
    return Float64Array.from({ length: 200 }, (_, t) => Math.sin(t / 9) + (t > 100 ? 1 : 0) + 0.2 * next());
  };

  test('holds exactly, and leaves a slow trajectory alone', () => {
    const q = noisy();
    limitSpeed(q, 1, limit);
    for (let t = 1; t < q.length; t++) expect(Math.abs(q[t] - q[t - 1])).toBeLessThanOrEqual(0.1 + 1e-12);
    const slow = q.map(v => 0.9 * v);
    const before = slow.slice();
    limitSpeed(slow, 1, limit);
    expect(slow).toEqual(before);
  });

  test('is met by the nearest trajectory: a small allowed change never comes nearer', () => {
    const y = noisy();
    const x = y.slice();
    limitSpeed(x, 1, limit);
    const far = (z: Float64Array) => z.reduce((sum, v, t) => sum + (v - y[t]) ** 2, 0);
    const next = random(6);
    for (let round = 0; round < 500; round++) {
      const start = Math.floor(next() * x.length);
      const end = start + 1 + Math.floor(next() * 20);
      const by = 0.02 * (next() - 0.5);
      const moved = x.map((v, t) => (t >= start && t < end ? v + by : v));
      if (!exceedsSpeed(moved, 1, limit)) expect(far(moved)).toBeGreaterThanOrEqual(far(x) - 1e-9);
    }
  });

  test('shares a jump between before and after: no lag', () => {
    const q = Float64Array.from({ length: 21 }, (_, t) => (t < 10 ? 0 : t > 10 ? 1 : 0.5));
    limitSpeed(q, 1, limit);
    q.forEach((v, t) => {
      expect(v + q[20 - t]).toBeCloseTo(1, 9);
    });
  });
});
