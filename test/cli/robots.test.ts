import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { robotFromUrdf } from '../../models/robots/custom.ts';
import { loadRobot, robotNames } from '../../models/robots/registry.ts';
import { readRobotMap } from '../../models/robots/robot-map.ts';
import { describeRobot } from '../../src/cli/robot-report.ts';
import { understudy } from './understudy.ts';

let folder: string;
const at = (name: string) => path.join(folder, name);

/** A finger of two joints that closes towards −z of its palm when their angles grow. */
const URDF = `<robot name="finger"><link name="palm"/><link name="a"/><link name="b"/><link name="tip"/>
${['palm a', 'a b']
  .map(pair => pair.split(' '))
  .map(
    ([parent, child]) => `<joint name="${parent}-${child}" type="revolute"><parent link="${parent}"/>
      <child link="${child}"/><origin xyz="0.05 0 0"/><axis xyz="0 1 0"/>
      <limit lower="0" upper="1.5" velocity="3" effort="1"/></joint>`,
  )
  .join('')}
<joint name="end" type="fixed"><parent link="b"/><child link="tip"/><origin xyz="0.03 0 0"/></joint></robot>`;
const map = (back: string, tip: string) =>
  JSON.stringify({
    name: 'finger',
    hands: { right: { palm: 'palm', fingers: 'x', back, tips: { index: tip } } },
  });

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-robots-'));
  await writeFile(at('robot.urdf'), URDF);
  await writeFile(at('good.json'), map('z', 'tip'));
  await writeFile(at('no-tip.json'), map('z', 'b'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a robot that can be targeted is described, and the exit code is 0', async () => {
  const { code, stdout } = await understudy(['robots', 'check', at('robot.urdf'), at('good.json')]);
  expect(stdout).toContain('ok       2 independent joints: 2 right hand');
  expect(stdout).toContain('index 130 mm');
  expect(stdout).toContain('finger can be targeted');
  expect(code).toBe(0);
});

test('what is missing is named, and the exit code is 2', async () => {
  const { code, stdout } = await understudy(['robots', 'check', at('robot.urdf'), at('no-tip.json')]);
  expect(stdout).toMatch(/missing {2}hands.right.tips.index: it lies on the axis of joint 'a-b'/);
  expect(stdout).toContain('finger cannot be targeted yet: 1 to mend');
  expect(code).toBe(2);
});

test('a file that is not there is refused in one line', async () => {
  const { code, stderr } = await understudy(['robots', 'check', at('nothing.urdf'), at('good.json')]);
  expect(stderr).toMatch(/^\S+nothing.urdf cannot be read: ENOENT\n$/);
  expect(code).toBe(2);
});

test('a palm turned inside out is doubted', () => {
  const { doubts } = describeRobot(robotFromUrdf(URDF, readRobotMap(map('-z', 'tip'))));
  expect(doubts.join('\n')).toMatch(/right index: it closes towards the back of the hand/);
});

test.each(robotNames)('nothing about %s is in doubt but missing capsules', async name => {
  const { doubts } = describeRobot(await loadRobot(name));
  expect(doubts.filter(doubt => !doubt.startsWith('no capsules'))).toEqual([]);
});
