/** Robots that are described in other ways than ours, and motions with holes. */
import { describe, expect, test } from 'vitest';
import { g1Inspire as robot } from '../../models/robots/g1-inspire.ts';
import { armsTree } from '../../retarget/arms.ts';
import { createTree } from '../../retarget/kinematics.ts';
import { retarget } from '../../retarget/retarget.ts';
import type { JointSpec, RobotModel } from '../../src/core/robot.ts';
import { PARTS, type RobotTrajectory, SEEN, STATUS_HELD } from '../../src/core/types.ts';
import { random } from '../random.ts';
import { armsFree, shadow, smoothTrajectory } from './motions.ts';

const FRAMES = 60;
const body = createTree(robot, { base: robot.torso });
const motion = shadow(robot, body, smoothTrajectory(body, FRAMES, random(1), armsFree(robot), 0.4));
const whole = retarget(motion, robot);

const column = ({ q, jointNames }: RobotTrajectory, name: string) =>
  Array.from({ length: FRAMES }, (_, t) => q[t * jointNames.length + jointNames.indexOf(name)]);
const rangeOf = (values: readonly number[]) => Math.max(...values) - Math.min(...values);
const withJoint = (name: string, change: Partial<JointSpec>): RobotModel => ({
  ...robot,
  joints: robot.joints.map(joint => (joint.name === name ? { ...joint, ...change } : joint)),
});

test('a joint that is held stays at rest, in an arm and in a hand', () => {
  const [shoulder] = robot.arms!.left.joints;
  const [finger] = robot.hands.left!.joints;
  const held = retarget(motion, { ...robot, held: [...robot.held, shoulder, finger] });
  for (const name of [shoulder, finger]) {
    expect(rangeOf(column(whole, name))).toBeGreaterThan(0.05);
    expect(new Set(column(held, name))).toEqual(new Set([Math.fround(robot.rest[name] ?? 0)]));
  }
});

test('an elbow whose rest is the straight arm bends', () => {
  const name = 'left_elbow_joint';
  const { dofNames, lower, upper } = armsTree(robot);
  const j = dofNames.indexOf(name);
  const joint = robot.joints.find(one => one.name === name)!;
  const straight = upper[j] < joint.upper ? { upper: upper[j] } : { lower: lower[j] };
  const rest = { ...robot.rest, [name]: Object.values(straight)[0] };
  const trajectory = retarget(motion, { ...withJoint(name, straight), rest });
  expect(rangeOf(column(trajectory, name))).toBeCloseTo(rangeOf(column(whole, name)), 1);
});

test('a fingertip that nothing moves, and a shoulder marked beside the arm, are no obstacle', () => {
  const { palm, tips } = robot.hands.left!;
  const { link } = robot.arms!.left.shoulder;
  const mark: JointSpec = { ...robot.joints[0], name: 'mark', type: 'fixed', parent: link, child: 'mark' };
  const trajectory = retarget(motion, {
    ...robot,
    joints: [...robot.joints, mark],
    arms: { ...robot.arms!, left: { ...robot.arms!.left, shoulder: { link: 'mark', xyz: [0, 0, 0] } } },
    hands: {
      ...robot.hands,
      left: { ...robot.hands.left!, tips: { ...tips, thumb: { link: palm, xyz: [0.05, 0, 0] } } },
    },
  });
  expect(trajectory.q.every(Number.isFinite)).toBe(true);
});

describe('a robot that contradicts itself is refused', () => {
  const knee = 'left_knee_joint';
  test.each([
    ['two joints of one name', { ...robot, joints: [...robot.joints, robot.joints[0]] }, /declared twice/],
    ['a speed of 0', withJoint(knee, { velocity: 0 }), /'left_knee_joint' has a speed of 0/],
    ['a rest that is no number', { ...robot, rest: { ...robot.rest, [knee]: Number.NaN } }, /is outside/],
    [
      'a held joint whose range lacks 0',
      withJoint(knee, { lower: 0.2 }),
      /'left_knee_joint' at 0 is outside/,
    ],
  ])('%s', (_, wrong, message) => {
    expect(() => retarget(motion, wrong)).toThrow(message);
  });
});

test('a frame in which a number is none counts as not seen, and its neighbours hardly differ', () => {
  const t = 30;
  const holes = structuredClone(motion);
  holes.arms.left.forearm[3 * t] = Number.NaN;
  holes.hands.left.orientation[4 * t + 2] = Number.NaN;
  const trajectory = retarget(holes, robot);
  expect(trajectory.q.every(Number.isFinite)).toBe(true);
  expect(trajectory.status[PARTS.length * t + PARTS.indexOf('left_arm')]).toBe(STATUS_HELD);
  const apart = trajectory.q.map((value, i) => Math.abs(value - whole.q[i]));
  expect(Math.max(...apart)).toBeLessThan(0.1);
  expect(holes.arms.left.state[t]).toBe(SEEN);
});
