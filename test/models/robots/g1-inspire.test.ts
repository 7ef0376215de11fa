import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadRobot } from '../../../models/robots/registry.ts';
import { parseUrdf } from '../../../models/urdf.ts';
import { createState, createTree, forward, pointPosition, treePoint } from '../../../retarget/kinematics.ts';
import type { LinkPoint, RobotModel } from '../../../src/core/robot.ts';
import {
  quatAngle,
  quatConjugate,
  quatFromMatrix,
  quatFromRpy,
  quatRotate,
  subtract,
} from '../../../src/core/se3.ts';
import { FINGERS, SIDES } from '../../../src/core/skeletons.ts';
import { random } from '../../retarget/motions.ts';

const clips = process.env.UNDERSTUDY_CLIPS ?? new URL('../../../../shared/clips', import.meta.url).pathname;
const urdf = `${clips}/../robots/unitree/g1_29dof_rev_1_0_with_inspire_hand_DFQ.urdf`;

describe.each(['g1-inspire'])('%s', name => {
  test('is consistent: rest inside limits, every named link and joint exists, wrists and tips are on the tree', async () => {
    const robot = await loadRobot(name);
    const tree = createTree(robot);
    expect(robot.name).toBe(name);
    for (const joint of [...robot.held, ...robot.waist, ...Object.keys(robot.rest)])
      expect(tree.dofNames).toContain(joint);
    tree.dofNames.forEach((joint, j) => {
      expect(robot.rest[joint] ?? 0).toBeGreaterThanOrEqual(tree.lower[j]);
      expect(robot.rest[joint] ?? 0).toBeLessThanOrEqual(tree.upper[j]);
      expect(tree.velocity[j]).toBeGreaterThan(0);
    });
    const links = [
      ...robot.capsules.map(c => c.link),
      robot.torso,
      ...(robot.camera ? [robot.camera.link] : []),
    ];
    for (const side of SIDES) {
      const [arm, hand] = [robot.arms?.[side], robot.hands[side]];
      if (arm) links.push(arm.shoulder.link, arm.elbow.link, arm.wrist.link);
      if (hand)
        links.push(
          hand.palm,
          ...FINGERS.flatMap(f => [hand.tips[f], hand.middles[f]]).flatMap(p => (p ? [p.link] : [])),
        );
      for (const joint of [...(arm?.joints ?? []), ...(hand?.joints ?? [])])
        expect(tree.dofNames).toContain(joint);
    }
    for (const link of links) expect(tree.links).toContain(link);
    const moved = new Set([
      ...robot.held,
      ...robot.waist,
      ...SIDES.flatMap(s => [...(robot.arms?.[s].joints ?? []), ...(robot.hands[s]?.joints ?? [])]),
    ]);
    expect([...moved].sort()).toEqual([...tree.dofNames].sort());
  });

  test.each(SIDES)(
    'the %s hand frame: fingers along x, curling towards −z, the thumb on its side',
    async side => {
      const robot = await loadRobot(name);
      const hand = robot.hands[side]!;
      const inHand = places(robot, hand.palm);
      const at = (point: LinkPoint, pose: Record<string, number>) =>
        quatRotate(quatConjugate(hand.palmFromHand), subtract(inHand(point, pose), hand.wrist));
      const open = Object.fromEntries(hand.joints.map(joint => [joint, 0]));
      const half = Object.fromEntries(hand.joints.map(joint => [joint, joint.includes('thumb') ? 0 : 0.7]));
      for (const finger of FINGERS) {
        const tip = hand.tips[finger];
        if (!tip || finger === 'thumb') continue;
        const [x, y, z] = at(tip, open);
        expect(x).toBeGreaterThan(0.1);
        expect(x).toBeGreaterThan(3 * Math.hypot(y, z));
        expect(at(tip, half)[2]).toBeLessThan(z - 0.02);
      }
      const [x, y] = at(hand.middles.middle!, open);
      expect(Math.abs(y) / x).toBeLessThan(0.05);
      // Palm down, fingers forward: the thumb of a left hand points right.
      const across = at(hand.tips.index!, open)[1] - at(hand.tips.pinky!, open)[1];
      expect(Math.sign(across)).toBe(side === 'left' ? -1 : 1);
    },
  );
});

test('an unknown name is refused with the known ones', async () => {
  await expect(loadRobot('atlas')).rejects.toThrow(/unknown robot 'atlas'; known: .*g1-inspire/);
});

describe.skipIf(!existsSync(urdf))('g1-inspire against the published URDF', () => {
  const published = existsSync(urdf) ? parseUrdf(readFileSync(urdf, 'utf8')) : null;

  test('every link is in the same place at 100 random configurations, within 1e-6 m and 1e-6 rad', async () => {
    const [ours, theirs] = [createTree(await loadRobot('g1-inspire')), createTree(published!)];
    expect(ours.dofNames).toEqual(theirs.dofNames);
    expect(ours.dofNames).toHaveLength(41);
    const [a, b] = [createState(ours), createState(theirs)];
    const next = random(11);
    for (let round = 0; round < 100; round++) {
      const q = Float64Array.from(theirs.lower, (lower, j) => lower + (theirs.upper[j] - lower) * next());
      forward(ours, q, 0, a);
      forward(theirs, q, 0, b);
      ours.links.forEach((link, i) => {
        const k = theirs.linkIndex.get(link)!;
        const apart = subtract(a.position.subarray(3 * i, 3 * i + 3), b.position.subarray(3 * k, 3 * k + 3));
        expect(Math.hypot(...apart)).toBeLessThan(1e-6);
        const [r, s] = [a.rotation.subarray(9 * i, 9 * i + 9), b.rotation.subarray(9 * k, 9 * k + 9)];
        expect(quatAngle(quatFromMatrix(r), quatFromMatrix(s))).toBeLessThan(1e-6);
      });
    }
  });

  test("axes, ranges and mimic are the published ones, and so are the speeds, but the fingers' are the vendor's", async () => {
    const robot = await loadRobot('g1-inspire');
    const fingers = SIDES.flatMap(side => robot.hands[side]!.joints);
    expect(fingers).toHaveLength(12);
    for (const joint of robot.joints.filter(j => j.type !== 'fixed')) {
      const { axis, lower, upper, velocity, mimic } = published!.joints.find(j => j.name === joint.name)!;
      expect(joint).toMatchObject({ axis, lower, upper, ...(mimic ? { mimic } : {}) });
      expect(joint.velocity).toBe(fingers.includes(joint.name) ? (260 * Math.PI) / 180 : velocity);
    }
  });
});

test('the head camera looks forward and down, its x to the right of the robot', async () => {
  const robot = await loadRobot('g1-inspire');
  const camera = robot.camera!;
  const at = places(robot, robot.torso);
  const origin = at({ link: camera.link, xyz: camera.xyz }, {});
  const along = (v: number[]) =>
    subtract(at({ link: camera.link, xyz: quatRotate(quatFromRpy(camera.rpy), v) }, {}), origin);
  expect(along([1, 0, 0])[1]).toBeCloseTo(-1, 9);
  expect(along([0, 0, 1])[0]).toBeCloseTo(Math.cos(0.8307767239493009), 9);
  expect(along([0, 0, 1])[2]).toBeCloseTo(-Math.sin(0.8307767239493009), 9);
});

/** Places of points in a base link, for named joint values (0 where not named). */
function places(robot: RobotModel, base: string) {
  const tree = createTree(robot, { base });
  const state = createState(tree);
  return (point: LinkPoint, pose: Record<string, number>) => {
    forward(
      tree,
      tree.dofNames.map(name => pose[name] ?? 0),
      0,
      state,
    );
    const out = new Float64Array(3);
    pointPosition(state, treePoint(tree, point), out, 0);
    return out;
  };
}
