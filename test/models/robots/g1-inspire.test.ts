import { expect, test } from 'vitest';
import { loadRobot } from '../../../models/robots/registry.ts';
import { quatFromRpy, quatRotate, subtract } from '../../../src/core/se3.ts';
import { SIDES } from '../../../src/core/skeletons.ts';
import { places } from './places.ts';

test('the fingers, and nothing else, have the vendor’s speed', async () => {
  const robot = await loadRobot('g1-inspire');
  const fingers = SIDES.flatMap(side => robot.hands[side]!.joints);
  expect(fingers).toHaveLength(12);
  const vendor = (260 * Math.PI) / 180;
  for (const joint of robot.joints.filter(({ type }) => type !== 'fixed'))
    expect(joint.velocity === vendor).toBe(fingers.includes(joint.name));
});

test('the head camera looks forward and down by the tilt of its mount, its x to the right of the robot', async () => {
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
