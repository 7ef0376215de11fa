import { describe, expect, test } from 'vitest';
import { loadRobot, robotNames } from '../../../models/robots/registry.ts';
import { createTree, type KinematicTree } from '../../../retarget/kinematics.ts';
import type { RobotModel } from '../../../src/core/robot.ts';
import { quatFromRpy, quatRotate, subtract } from '../../../src/core/se3.ts';
import { FINGERS, SIDES } from '../../../src/core/skeletons.ts';
import { inHand, places } from './places.ts';

const robots = await Promise.all(robotNames.map(async name => [name, await loadRobot(name)] as const));
const sidesOf = (robot: RobotModel) => SIDES.filter(side => robot.hands[side]);

describe.each(robots)('%s', (name, robot) => {
  const tree = createTree(robot);

  test('states its name, licence and source', () => {
    expect(robot.name).toBe(name);
    for (const text of [robot.label, robot.license, robot.source]) expect(text.length).toBeGreaterThan(4);
  });

  test('rests inside its limits, and every independent joint can move and has a speed', () => {
    tree.dofNames.forEach((joint, j) => {
      expect(robot.rest[joint] ?? 0).toBeGreaterThanOrEqual(tree.lower[j]);
      expect(robot.rest[joint] ?? 0).toBeLessThanOrEqual(tree.upper[j]);
      expect(tree.upper[j] - tree.lower[j]).toBeGreaterThan(0.1);
      expect(tree.velocity[j]).toBeGreaterThan(0);
      expect(tree.velocity[j]).toBeLessThan(Infinity);
    });
    for (const joint of Object.keys(robot.rest)) expect(tree.dofNames).toContain(joint);
  });

  test('names only links and joints that it has', () => {
    const points = sidesOf(robot).flatMap(side => {
      const { palm, tips, middles } = robot.hands[side]!;
      const arm = robot.arms?.[side];
      return [
        palm,
        ...[tips, middles].flatMap(map => FINGERS.flatMap(finger => map[finger]?.link ?? [])),
        ...(arm ? [arm.shoulder.link, arm.elbow.link, arm.wrist.link] : []),
      ];
    });
    for (const link of [...points, ...robot.capsules.map(c => c.link), robot.torso])
      expect(tree.links).toContain(link);
    if (robot.camera) expect(tree.links).toContain(robot.camera.link);
    for (const { radius } of robot.capsules) expect(radius).toBeGreaterThan(0);
  });

  test('every independent joint is held, or of the waist, an arm or a hand, and of one of them only', () => {
    const groups = [
      ...robot.held,
      ...robot.waist,
      ...SIDES.flatMap(side => [...(robot.arms?.[side].joints ?? []), ...(robot.hands[side]?.joints ?? [])]),
    ];
    expect(groups.toSorted()).toEqual(tree.dofNames.toSorted());
  });

  test.each(sidesOf(robot))(
    'the %s hand: fingers along x, curling towards −z, the thumb on its side',
    side => {
      const hand = robot.hands[side]!;
      const at = inHand(robot, side);
      const open = openPose(tree);
      const knuckles = FINGERS.filter(finger => finger !== 'thumb' && hand.tips[finger]);
      for (const finger of knuckles) {
        const [x, y, z] = at(hand.tips[finger]!, open);
        expect(x).toBeGreaterThan(0.1);
        expect(x).toBeGreaterThan(2.5 * Math.hypot(y, z));
        expect(at(hand.tips[finger]!, curled(tree, hand.joints))[2]).toBeLessThan(z - 0.02);
      }
      // Palm down and fingers forward, the thumb of a left hand points right: y grows away from it.
      const outward = side === 'left' ? 1 : -1;
      const across = knuckles.map(finger => outward * at(hand.middles[finger]!, open)[1]);
      expect(across).toEqual(across.toSorted((a, b) => a - b));
      const [thumb, last] = [hand.tips.thumb!, hand.tips[knuckles[knuckles.length - 1]]!];
      expect(outward * at(thumb, open)[1]).toBeLessThan(outward * at(last, open)[1] - 0.02);
      // x points at the middle finger's knuckle, or between the two fingers of a hand that has no more.
      const axis = knuckles.length > 2 ? across[1] : (across[0] + across[1]) / 2;
      expect(Math.abs(axis)).toBeLessThan(0.02);
    },
  );
});

describe.each(robots.filter(([, robot]) => robot.arms))('%s, with arms', (_, robot) => {
  test('its camera stands before and above the shoulders, looks forward and down, x to the robot’s right', () => {
    const { link, xyz, rpy } = robot.camera!;
    const at = places(robot, robot.torso);
    const origin = at({ link, xyz }, {});
    const along = (v: number[]) =>
      subtract(at({ link, xyz: add(xyz, quatRotate(quatFromRpy(rpy), v)) }, {}), origin);
    const shoulder = at(robot.arms!.left.shoulder, {});
    expect(origin[2]).toBeGreaterThan(shoulder[2] + 0.1);
    expect(origin[0]).toBeGreaterThan(shoulder[0]);
    expect(along([1, 0, 0])[1]).toBeCloseTo(-1, 6);
    expect(along([0, 0, 1])[0]).toBeGreaterThan(0.5);
    expect(along([0, 0, 1])[2]).toBeLessThan(-0.5);
  });

  test('its arms are mirror images: rest poses put wrists and fingertips opposite', () => {
    const at = places(robot, robot.torso);
    const pairs = [
      [robot.arms!.left.elbow, robot.arms!.right.elbow],
      [robot.arms!.left.wrist, robot.arms!.right.wrist],
      ...FINGERS.filter(finger => robot.hands.left!.tips[finger]).map(finger =>
        SIDES.map(side => robot.hands[side]!.tips[finger]!),
      ),
    ];
    for (const [left, right] of pairs) {
      const [l, r] = [at(left, robot.rest), at(right, robot.rest)];
      // The published hands are not exact mirror images of each other: up to 11 mm at the Inspire's thumb.
      expect(Math.hypot(l[0] - r[0], l[1] + r[1], l[2] - r[2])).toBeLessThan(0.013);
      expect(l[1]).toBeGreaterThan(0.05);
    }
  });
});

test('an unknown name is refused with the known ones', async () => {
  await expect(loadRobot('atlas')).rejects.toThrow(/unknown robot 'atlas'; known: .*g1-inspire/);
});

/** 0, or the limit nearest to it. */
function openPose(tree: KinematicTree): Record<string, number> {
  return Object.fromEntries(
    tree.dofNames.map((name, j) => [name, Math.max(tree.lower[j], Math.min(tree.upper[j], 0))]),
  );
}

/** Every joint of a hand half-way to its further limit: fingers close, those that spread turn a little. */
function curled(tree: KinematicTree, joints: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    joints.map(name => {
      const j = tree.dofNames.indexOf(name);
      const far = Math.abs(tree.lower[j]) > Math.abs(tree.upper[j]) ? tree.lower[j] : tree.upper[j];
      return [name, far / 2];
    }),
  );
}

const add = (a: readonly number[], b: readonly number[]): [number, number, number] => [
  a[0] + b[0],
  a[1] + b[1],
  a[2] + b[2],
];
