import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseUrdf } from '../../models/urdf.ts';
import { createTree } from '../../retarget/kinematics.ts';
import { clips } from '../clips.ts';

const arm = (joint: string) =>
  `<?xml version="1.0"?><!-- <robot> --><robot name="r"><link name="a"/><link name='b'><visual/></link>${joint}</robot>`;
const hinge = (inside: string) =>
  arm(`<joint name="j" type="revolute"><parent link="a"/><child link="b"/>${inside}</joint>`);

test('a joint is read with its origin, unit axis and limits', () => {
  const { root, joints } = parseUrdf(
    hinge(
      '<origin xyz="1 2 3" rpy="0 0 1e-1"/><axis xyz="0 0 -2"/><limit lower="-1" upper="2" velocity="3" effort="0"/>',
    ),
  );
  expect(root).toBe('a');
  expect(joints).toEqual([
    {
      name: 'j',
      type: 'revolute',
      parent: 'a',
      child: 'b',
      xyz: [1, 2, 3],
      rpy: [0, 0, 0.1],
      axis: [0, 0, -1],
      lower: -1,
      upper: 2,
      velocity: 3,
    },
  ]);
});

test.each([
  ['not a robot', '<model/>', /starts with <robot>/],
  ['an unclosed element', '<robot><link name="a">', /never closed/],
  [
    'a limit upside down',
    hinge('<limit lower="1" upper="0" velocity="1"/>'),
    /joint 'j' .*lower limit 1 above/,
  ],
  ['no limit', hinge(''), /joint 'j' has no <limit>/],
  [
    'no number',
    hinge('<origin xyz="1 2 x"/><limit lower="0" upper="1" velocity="1"/>'),
    /'x' is not a number/,
  ],
  [
    'an unknown link',
    arm('<joint name="j" type="fixed"><parent link="a"/><child link="c"/></joint>'),
    /'c', which is not declared/,
  ],
  ['two roots', arm(''), /one root link, this has: a, b/],
  [
    'an unsupported joint',
    arm('<joint name="j" type="ball"><parent link="a"/><child link="b"/></joint>'),
    /'ball'/,
  ],
])('%s is refused with a reason', (_, text, reason) => {
  expect(() => parseUrdf(text)).toThrow(reason);
});

test('a mimic of a mimic is refused when the tree is built', () => {
  const link = (name: string) => `<link name="${name}"/>`;
  const joint = (name: string, parent: string, child: string, mimic: string) =>
    `<joint name="${name}" type="revolute"><parent link="${parent}"/><child link="${child}"/><axis xyz="1 0 0"/>` +
    `<limit lower="0" upper="1" velocity="1"/>${mimic && `<mimic joint="${mimic}"/>`}</joint>`;
  const text = `<robot>${['a', 'b', 'c', 'd'].map(link).join('')}${joint('x', 'a', 'b', '')}${joint('y', 'b', 'c', 'x')}${joint('z', 'c', 'd', 'y')}</robot>`;
  expect(() => createTree(parseUrdf(text))).toThrow(/'z' mimics 'y', which is not an independent joint/);
});

const robots = `${clips}/../robots`;
const published = existsSync(robots)
  ? readdirSync(robots, { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.urdf'))
      .sort()
  : [];

describe.skipIf(published.length === 0)('published robots', () => {
  test.each(published)('%s becomes a tree', file => {
    const robot = parseUrdf(readFileSync(`${robots}/${file}`, 'utf8'));
    expect(createTree(robot).links).toHaveLength(robot.joints.length + 1);
  });
});

test('a text of beginnings that nothing closes is read once', () => {
  for (const begin of ['<!--', '<?', '<![CDATA[', '<!DOCTYPE'])
    expect(() => parseUrdf(`<robot name="r">${begin.repeat(2 ** 20)}`), begin).toThrow(
      '<robot> is never closed',
    );
}, 20_000);
