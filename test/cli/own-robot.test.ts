import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDataset } from '../../src/dataset/read.ts';
import { SAMPLE, understudy } from './understudy.ts';

let folder: string;
let words: string[];
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-own-'));
  const list = path.join(folder, 'list.csv');
  await writeFile(list, `url,start,end\n${SAMPLE},2,3.5\n`);
  await writeFile(
    path.join(folder, 'finger.urdf'),
    `<robot name="one finger"><link name="palm"/><link name="finger"/><link name="tip"/>
    <joint name="bend" type="revolute"><parent link="palm"/><child link="finger"/><origin xyz="0.09 0 0"/>
    <axis xyz="0 1 0"/><limit lower="-0.2" upper="1.5" velocity="3" effort="1"/></joint>
    <joint name="end" type="fixed"><parent link="finger"/><child link="tip"/><origin xyz="0.08 0 0"/></joint></robot>`,
  );
  const hands = { right: { palm: 'palm', fingers: 'x', back: 'z', tips: { index: 'tip' } } };
  await writeFile(path.join(folder, 'map.json'), JSON.stringify({ name: 'finger', hands }));
  const flags = ['--fps', '12', '--image-size', '160x90', '--video-codec', 'h264'];
  words = ['run', list, ...flags, '--robot', path.join(folder, 'finger.urdf')];
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const env = () => ({ UNDERSTUDY_CACHE: path.join(folder, 'cache') });

test('a robot of one’s own gets a dataset, and shares perception with a known one in the same run', async () => {
  const out = path.join(folder, 'out');
  const robots = `${words.at(-1)},g1-inspire`;
  const { code, stderr } = await understudy(
    [...words.slice(0, -1), robots, '--robot-map', path.join(folder, 'map.json'), '--out', out],
    env(),
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const own = await readDataset(path.join(out, 'finger'));
  expect(own).toMatchObject({ robotType: 'finger', frames: 18, features: { 'observation.state': [1] } });
  expect(own.episodes[0].parts?.right_hand.coverage).toBeGreaterThan(0.9);
  expect((await readDataset(path.join(out, 'g1-inspire'))).frames).toBe(18);
});

test('a URDF without a map is refused, and so is a map that is not there', async () => {
  const bare = await understudy([...words, '--out', path.join(folder, 'a')], env());
  expect(bare.code).toBe(2);
  expect(bare.stderr).toMatch(/finger\.urdf needs --robot-map FILE/);
  const lost = await understudy(
    [...words, '--robot-map', path.join(folder, 'no.json'), '--out', path.join(folder, 'a')],
    env(),
  );
  expect(lost.code).toBe(2);
  expect(lost.stderr).toMatch(/no\.json: cannot be read \(ENOENT\)/);
});
