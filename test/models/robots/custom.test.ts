import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readRobot, robotFromUrdf } from '../../../models/robots/custom.ts';
import { loadRobot } from '../../../models/robots/registry.ts';
import { type RobotMap, readRobotMap } from '../../../models/robots/robot-map.ts';
import { createTree } from '../../../retarget/kinematics.ts';
import { clips } from '../../clips.ts';

/** One finger of three joints, the last of which mimics, on a palm. */
const urdf = (change: (text: string) => string = text => text) =>
  change(`<robot name="one finger">
  ${['palm', 'knuckle', 'middle', 'last', 'tip'].map(link => `<link name="${link}"/>`).join('')}
  ${hinge('spread', 'palm', 'knuckle')}${hinge('bend', 'knuckle', 'middle')}
  ${hinge('follow', 'middle', 'last', '<mimic joint="bend" multiplier="0.5"/>')}
  <joint name="end" type="fixed"><parent link="last"/><child link="tip"/><origin xyz="0.03 0 0"/></joint>
</robot>`);
function hinge(name: string, parent: string, child: string, mimic = '') {
  return `<joint name="${name}" type="revolute"><parent link="${parent}"/><child link="${child}"/>
    <origin xyz="0.04 0 0"/><axis xyz="0 1 0"/><limit lower="-0.2" upper="1.5" velocity="3" effort="1"/>${mimic}</joint>`;
}
const map = (change: Partial<RobotMap> = {}): RobotMap => ({
  name: 'finger',
  hands: { right: { palm: 'palm', fingers: 'x', back: 'z', tips: { index: 'tip' } } },
  ...change,
});
const hand = (change: object): Partial<RobotMap> => ({
  hands: { right: { ...map().hands.right!, ...change } },
});

test('a hand alone needs a palm, its axes and fingertips', () => {
  const robot = robotFromUrdf(urdf(), map());
  expect(robot).toMatchObject({
    name: 'finger',
    root: 'palm',
    torso: 'palm',
    arms: null,
    held: [],
    waist: [],
  });
  expect(robot.hands.right).toMatchObject({
    palmFromHand: [1, 0, 0, 0],
    joints: ['spread', 'bend'],
    tips: { index: { link: 'tip', xyz: [0, 0, 0] } },
  });
  expect(createTree(robot).dofNames).toEqual(['spread', 'bend']);
});

test('what the map says of speeds, rest and held joints holds', () => {
  const robot = robotFromUrdf(
    urdf(text => text.replace('velocity="3"', 'velocity="0"')),
    map({ ...hand({ joints: ['bend'] }), speeds: { '*': 2, bend: 1 }, rest: { bend: 0.3 } }),
  );
  expect(robot.joints.slice(0, 3).map(({ velocity }) => velocity)).toEqual([2, 1, 3]);
  expect(robot.rest).toEqual({ bend: 0.3 });
  expect(robot.held).toEqual(['spread']);
});

test('a rest of zero outside of the limits becomes the nearest limit', () => {
  const robot = robotFromUrdf(
    urdf(text => text.replace('lower="-0.2"', 'lower="0.4"')),
    map(),
  );
  expect(robot.rest).toEqual({ spread: 0.4 });
});

test('a joint that mimics and says nothing of its ends has those of its driver', () => {
  const robot = robotFromUrdf(
    urdf(text =>
      text
        .replace('"follow" type="revolute"', '"follow" type="continuous"')
        .replace(/(name="follow".*?)velocity="3" /s, '$1'),
    ),
    map(),
  );
  const follow = robot.joints.find(({ name }) => name === 'follow')!;
  expect([follow.lower, follow.upper, follow.velocity]).toEqual([-0.1, 0.75, 1.5]);
  expect([...createTree(robot).lower, ...createTree(robot).upper]).toEqual([-0.2, -0.2, 1.5, 1.5]);
});

test('a continuous joint is held within one turn', () => {
  const robot = robotFromUrdf(
    urdf(text => text.replace('"spread" type="revolute"', '"spread" type="continuous"')),
    map(),
  );
  expect(robot.joints[0]).toMatchObject({ lower: -Math.PI, upper: Math.PI });
});

const replace = (from: string, to: string) => (text: string) => text.replace(from, to);

test.each<[string, (text: string) => string, Partial<RobotMap>, RegExp]>([
  [
    'an unknown link',
    t => t,
    hand({ tips: { index: 'tipp' } }),
    /hands.right.tips.index: no link 'tipp'; did you mean 'tip'\?/,
  ],
  ['an unknown joint', t => t, { waist: ['twist'] }, /waist: no independent joint 'twist'/],
  ['a joint that mimics', t => t, { rest: { follow: 1 } }, /rest: no independent joint 'follow'/],
  [
    'a missing fingertip frame',
    t => t,
    hand({ tips: { index: 'last' } }),
    /tips.index: it lies on the axis of joint 'follow', which would never move/,
  ],
  ['no fingertip', t => t, hand({ tips: {} }), /no fingertip is given/],
  [
    'a mimic chain',
    replace('name="bend" type', 'name="bend" data-x="" type'),
    {},
    /joint 'follow' mimics 'bend', which itself mimics 'spread'/,
  ],
  ['a mimic of nothing', replace('mimic joint="bend"', 'mimic joint="bent"'), {}, /no moving joint/],
  [
    'a limit upside down',
    replace('lower="-0.2"', 'lower="2"'),
    {},
    /joint 'spread' has its lower limit 2 above its upper limit 1.5/,
  ],
  [
    'limits of a mimic that contradict its driver',
    text => text.replace(/(name="follow"[\s\S]*?)lower="-0.2" upper="1.5"/, '$1lower="-3" upper="-2"'),
    {},
    /joint 'bend' and the joints that mimic it have no common range/,
  ],
  ['no speed', replace('velocity="3"', 'velocity="0"'), {}, /no speed, or one of 0, for 'spread'/],
  ['parallel axes', t => t, hand({ back: '-x' }), /two different axes/],
  ['a joint in no part', t => t, { ...hand({ joints: ['bend'] }), held: [] }, /in no part: 'spread'/],
  ['a joint in two parts', t => t, { held: ['spread'] }, /'spread' is in held and hands.right/],
  ['a rest pose beyond a limit', t => t, { rest: { bend: 2 } }, /'bend' at 2 is outside of -0.2 … 1.5/],
])('%s is named', (what, change, said, reason) => {
  const chain = (text: string) =>
    what === 'a mimic chain'
      ? text.replace(/(data-x="" type[\s\S]*?effort="1"\/>)/, '$1<mimic joint="spread"/>')
      : text;
  expect(() =>
    robotFromUrdf(
      urdf(text => chain(change(text))),
      map(said),
    ),
  ).toThrow(reason);
});

test.each([
  ['no JSON', '{', /not JSON/],
  ['no name', '{"hands":{}}', /name/],
  ['a stray entry', JSON.stringify({ ...map(), tail: 1 }), /additional properties|tail/],
  [
    'no axis',
    JSON.stringify(map(hand({ fingers: 'up' }))),
    /hands.right.fingers is "up"; it has to be one of x, y, z/,
  ],
])('a map with %s is refused with a reason', (_, text, reason) => {
  expect(() => readRobotMap(text)).toThrow(reason);
});

const gr1 = `${clips}/../robots/fourier/gr1t2_fourier_hand_6dof.urdf`;

describe.skipIf(!existsSync(gr1))('the published GR1T2 with a map', () => {
  const point = (link: string, out: number) => ({ link, xyz: [0, out, 0] as [number, number, number] });
  const arm = (side: string, out: number) => ({
    shoulder: point(`${side}_upper_arm_pitch_link`, out),
    elbow: `${side}_lower_arm_pitch_link`,
    wrist: `${side}_hand_pitch_link`,
  });
  const fingers = ['thumb', 'index', 'middle', 'ring', 'pinky'] as const;
  const tips = (letter: string) =>
    Object.fromEntries(fingers.map(finger => [finger, `${letter}_${finger}_tip_link`]));
  const gr1Map = readRobotMap(
    JSON.stringify({
      name: 'mine',
      torso: 'torso_link',
      waist: ['waist_yaw_joint', 'waist_pitch_joint', 'waist_roll_joint'],
      arms: { left: arm('left', 0.09515), right: arm('right', -0.09515) },
      hands: {
        left: { palm: 'L_hand_base_link', fingers: '-z', back: 'y', tips: tips('L') },
        right: { palm: 'R_hand_base_link', fingers: '-z', back: '-y', tips: tips('R') },
      },
      speeds: { '*': 2 },
    }),
  );

  test('becomes the robot of our own table', async () => {
    const [mine, ours] = [robotFromUrdf(readFileSync(gr1, 'utf8'), gr1Map), await loadRobot('gr1t2-fourier')];
    expect(createTree(mine).dofNames).toEqual(createTree(ours).dofNames);
    expect(createTree(mine).velocity).toEqual(createTree(ours).velocity);
    expect(mine.arms).toEqual(ours.arms);
    expect(mine.held.toSorted()).toEqual(ours.held.toSorted());
    for (const side of ['left', 'right'] as const) {
      const { palm, palmFromHand, tips, joints } = ours.hands[side]!;
      expect(mine.hands[side]).toMatchObject({ palm, palmFromHand, tips, joints });
    }
  });

  test('without speeds, only the fingers’ are missing', () => {
    const { robot, faults } = readRobot(readFileSync(gr1, 'utf8'), { ...gr1Map, speeds: {} });
    expect(robot?.name).toBe('mine');
    expect(faults).toHaveLength(1);
    expect(faults[0].match(/'[LR]_\w+'/g)).toHaveLength(12);
  });
});
