import { describe, expect, test } from 'vitest';
import { g1Inspire as robot } from '../../models/robots/g1-inspire.ts';
import { armsHomeWeights, armsResiduals, armsTree } from '../../retarget/arms.ts';
import { createTree } from '../../retarget/kinematics.ts';
import type { Problem } from '../../retarget/problem.ts';
import { armsTargets } from '../../retarget/targets.ts';
import { ARM_WEIGHTS } from '../../retarget/weights.ts';
import { solveInWindows } from '../../retarget/windows.ts';
import { SIDES } from '../../src/core/skeletons.ts';
import { ABSENT } from '../../src/core/types.ts';
import { random } from '../random.ts';
import { armsFree, shadow, smoothTrajectory } from './motions.ts';

const FRAMES = 420;
const WINDOW = 100;
const body = createTree(robot, { base: robot.torso });
const tree = armsTree(robot);
const n = tree.dofNames.length;
const rest = Float64Array.from(tree.dofNames, name => robot.rest[name] ?? 0);

/** Arms that move for 14 s and are not seen from second 3 to 6, across a seam. */
function problemOf(seed: number): Problem {
  const motion = shadow(robot, body, smoothTrajectory(body, FRAMES, random(seed), armsFree(robot), 0.3));
  for (const side of SIDES) {
    motion.arms[side].state.fill(ABSENT, 90, 180);
    motion.hands[side].state.fill(ABSENT, 90, 180);
  }
  const targets = armsTargets(motion, robot);
  return {
    tree,
    frames: FRAMES,
    first: 0,
    residuals: armsResiduals(robot, tree, targets).minimised,
    rest,
    restWeight: ARM_WEIGHTS.rest,
    homeWeights: armsHomeWeights(robot, tree, targets),
    velocityWeight: ARM_WEIGHTS.velocity,
    accelerationWeight: ARM_WEIGHTS.acceleration,
    stepLimit: null,
  };
}
const start = () => Float64Array.from({ length: FRAMES * n }, (_, i) => rest[i % n]);
const tight = { tolerance: 1e-7, settled: 1e-14, settledShare: 0, maxIterations: 1000 };

describe.each([1, 2])('a clip in windows (seed %i)', seed => {
  const problem = problemOf(seed);

  test('gets the joint values of the whole, within 2e-4 rad', () => {
    const [whole, windows] = [start(), start()];
    solveInWindows(problem, whole, { ...tight, search: true, windowFrames: FRAMES });
    solveInWindows(problem, windows, { ...tight, search: true, windowFrames: WINDOW });
    windows.forEach((value, i) => {
      expect(Math.abs(value - whole[i])).toBeLessThan(2e-4);
    });
  });

  test('bends no more at a seam than elsewhere', () => {
    const q = start();
    solveInWindows(problem, q, { search: true, windowFrames: WINDOW });
    const bend = (t: number) => {
      let most = 0;
      for (let j = 0; j < n; j++) {
        const [a, b, c] = [t - 1, t, t + 1].map(f => q[f * n + j]);
        most = Math.max(most, Math.abs(a - 2 * b + c));
      }
      return most;
    };
    const elsewhere = Math.max(...Array.from({ length: WINDOW - 6 }, (_, k) => bend(k + 3)));
    for (let seam = WINDOW; seam < FRAMES - 120; seam += WINDOW) {
      for (let t = seam - 2; t <= seam + 2; t++) expect(bend(t)).toBeLessThanOrEqual(elsewhere);
    }
  });
});
