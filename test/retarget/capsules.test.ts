import { describe, expect, test } from 'vitest';
import { g1Inspire as robot } from '../../models/robots/g1-inspire.ts';
import { approach, capsulePairs, createApproach, type TreeCapsule } from '../../retarget/capsules.ts';
import { createState, createTree, forward } from '../../retarget/kinematics.ts';
import { random } from '../random.ts';

const tree = createTree(robot, { base: robot.torso });
const state = createState(tree);
const capsule = (from: number[], to: number[], radius: number): TreeCapsule => {
  const point = ([x, y, z]: number[]) => ({ link: 0, x, y, z });
  return { from: point(from), to: point(to), radius };
};
const gap = (a: TreeCapsule, b: TreeCapsule) => {
  const out = createApproach();
  approach(state, a, b, out);
  return out;
};

describe('the distance of two capsules', () => {
  const x = capsule([-1, 0, 0], [1, 0, 0], 0.1);

  test.each([
    ['crossing at a height', capsule([0, -1, 0.5], [0, 1, 0.5], 0.2), 0.2],
    ['end to end', capsule([2, 0, 0], [3, 0, 0], 0.2), 0.7],
    ['parallel', capsule([-0.5, 0.4, 0], [0.5, 0.4, 0], 0.1), 0.2],
    ['end to side', capsule([0.3, 0, 0.6], [0.3, 0, 2], 0.1), 0.4],
    ['overlapping', capsule([0, -1, 0.05], [0, 1, 0.05], 0.1), -0.15],
    ['a ball', capsule([2, 0, 0], [2, 0, 0], 0.1), 0.8],
  ])('%s', (_, other, expected) => {
    expect(gap(x, other).distance).toBeCloseTo(expected, 9);
    expect(gap(other, x).distance).toBeCloseTo(expected, 9);
  });

  test('is never larger than between any two of their points', () => {
    const next = random(12);
    const place = () => [next(), next(), next()];
    for (let round = 0; round < 200; round++) {
      const ends = [place(), place(), place(), place()];
      const { distance } = gap(capsule(ends[0], ends[1], 0), capsule(ends[2], ends[3], 0));
      const [s, t] = [next(), next()];
      const apart = ends[0].map(
        (v, k) => v + s * (ends[1][k] - v) - ends[2][k] - t * (ends[3][k] - ends[2][k]),
      );
      expect(distance).toBeLessThanOrEqual(Math.hypot(...apart) + 1e-9);
    }
  });
});

test('the pairs stand apart at home, and a pair on the pelvis stands where the home pose puts it', () => {
  const [partial, whole] = [capsulePairs(tree, robot), capsulePairs(createTree(robot), robot)];
  const homes = new Set(whole.map(p => p.homeM.toFixed(6)));
  for (const pair of partial) {
    expect(pair.homeM).toBeGreaterThan(0);
    expect(homes).toContain(pair.homeM.toFixed(6));
  }
  // Forearm and palm of either side against the rest of the body, and against each other.
  expect(partial.length).toBeGreaterThan(40);
  forward(
    tree,
    tree.dofNames.map(name => robot.rest[name] ?? 0),
    0,
    state,
  );
  for (const { a, b, homeM } of partial) expect(gap(a, b).distance).toBeCloseTo(homeM, 9);
});
