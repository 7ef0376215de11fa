import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadRobot, robotNames } from '../../../models/robots/registry.ts';
import { parseUrdf, type UrdfRobot } from '../../../models/urdf.ts';
import { createState, createTree, forward } from '../../../retarget/kinematics.ts';
import { quatAngle, quatFromMatrix } from '../../../src/core/se3.ts';
import { clips } from '../../clips.ts';
import { random } from '../../random.ts';

const robots = `${clips}/../robots`;

/** The file of each robot, and how many independent joints it says. */
const FILES: Record<string, [file: string, independent: number]> = {
  'g1-inspire': ['unitree/g1_29dof_rev_1_0_with_inspire_hand_DFQ', 41],
  'g1-dex3': ['unitree/g1_29dof_with_hand_rev_1_0', 43],
  'gr1t2-fourier': ['fourier/gr1t2_fourier_hand_6dof', 44],
  'h1-2-inspire': ['unitree/h1_2', 39],
  ...Object.fromEntries(
    (['left', 'right'] as const).flatMap(side => [
      [`inspire-hand-${side}`, [`dex_hands/inspire_hand/inspire_hand_${side}`, 6]],
      [`allegro-hand-${side}`, [`dex_hands/allegro_hand/allegro_hand_${side}`, 16]],
      [`leap-hand-${side}`, [`dex_hands/leap_hand/leap_hand_${side}`, 16]],
      [`shadow-hand-${side}`, [`dex_hands/shadow_hand/shadow_hand_${side}`, 24]],
      [`ability-hand-${side}`, [`dex_hands/ability_hand/ability_hand_${side}`, 6]],
      [`svh-hand-${side}`, [`dex_hands/schunk_hand/schunk_svh_hand_${side}`, 9]],
    ]),
  ),
};

/** What our tables say otherwise on purpose, each with its reason in the table. */
const CORRECTED: Record<string, (published: UrdfRobot) => void> = {
  // Its palm folds against its own limits.
  'svh-hand-left': ({ joints }) => {
    const fold = joints.find(({ name }) => name === 'left_hand_j5')!;
    expect(fold).toMatchObject({ mimic: { multiplier: 1 }, lower: -0.98786, upper: 0 });
    fold.mimic!.multiplier = -1;
  },
};
/** Placeholders of the files, rad/s. */
const PLACEHOLDER_SPEEDS = [0, 0.5];

test('every robot has a file to compare it with', () => {
  expect(Object.keys(FILES).toSorted()).toEqual(robotNames.toSorted());
});

describe.skipIf(!existsSync(robots))('the published files', () => {
  test.each(robotNames)('%s: every link is in its place at 100 random configurations', async name => {
    const [model, published] = [await loadRobot(name), read(name)];
    const [ours, theirs] = [createTree(model), createTree(published)];
    expect(ours.dofNames).toEqual(theirs.dofNames);
    expect(ours.dofNames).toHaveLength(FILES[name][1]);
    const [a, b] = [createState(ours), createState(theirs)];
    const next = random(11);
    let [apart, turned] = [0, 0];
    for (let round = 0; round < 100; round++) {
      const q = Float64Array.from(theirs.lower, (lower, j) => lower + (theirs.upper[j] - lower) * next());
      forward(ours, q, 0, a);
      forward(theirs, q, 0, b);
      for (const [i, link] of ours.links.entries()) {
        const k = theirs.linkIndex.get(link)!;
        for (let d = 0; d < 3; d++)
          apart = Math.max(apart, Math.abs(a.position[3 * i + d] - b.position[3 * k + d]));
        const [r, s] = [a.rotation.subarray(9 * i, 9 * i + 9), b.rotation.subarray(9 * k, 9 * k + 9)];
        turned = Math.max(turned, quatAngle(quatFromMatrix(r), quatFromMatrix(s)));
      }
    }
    expect(apart).toBeLessThan(1e-6);
    expect(turned).toBeLessThan(1e-6);
  });

  test.each(robotNames)('%s: axes, limits, mimic and speeds are the published ones', async name => {
    const { joints } = read(name);
    const zero = (x: number) => x + 0;
    for (const joint of (await loadRobot(name)).joints.filter(({ type }) => type !== 'fixed')) {
      const { axis, lower, upper, velocity, mimic } = joints.find(j => j.name === joint.name)!;
      expect({ ...joint, axis: joint.axis.map(zero) }).toMatchObject({ axis: axis.map(zero), lower, upper });
      expect(joint.mimic).toEqual(mimic);
      if (joint.velocity !== velocity) expect(PLACEHOLDER_SPEEDS).toContain(velocity);
    }
  });
});

function read(name: string): UrdfRobot {
  const published = parseUrdf(readFileSync(`${robots}/${FILES[name][0]}.urdf`, 'utf8'));
  CORRECTED[name]?.(published);
  return published;
}
