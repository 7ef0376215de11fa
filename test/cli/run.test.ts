import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadRobot } from '../../models/robots/registry.ts';
import { readDataset } from '../../src/dataset/read.ts';
import type { RunEvent } from '../../src/run.ts';
import { SAMPLE, start, understudy } from './understudy.ts';

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );
const events = (stdout: string): RunEvent[] =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as RunEvent);

let folder: string;
let list: string;
/** Two seconds of the sample at a low rate: the whole way, quickly. */
const FLAGS = ['--fps', '12', '--image-size', '160x90', '--video-codec', 'h264', '--json'];
let env: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-run-'));
  list = path.join(folder, 'list.csv');
  await writeFile(list, `url,task,license,start,end\n${SAMPLE},"pick up the can",apache-2.0,2,4\n`);
  env = { UNDERSTUDY_CACHE: path.join(folder, 'cache') };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a video becomes a valid dataset; stdout carries only events', async () => {
  const out = path.join(folder, 'out');
  const { code, stdout, stderr } = await understudy(['run', list, '--out', out, '--preview', ...FLAGS], env);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const last = events(stdout).at(-1);
  expect(last).toMatchObject({ event: 'done', episodes: 1, rejected: 0, failed: 0, written: true });

  const { episodes, frames, robotType, tasks } = await readDataset(out);
  expect({ frames, robotType, tasks }).toEqual({
    frames: 24,
    robotType: 'g1-inspire',
    tasks: ['pick up the can'],
  });
  expect(episodes[0].extra).toMatchObject({
    view: 'third-person',
    source_license: 'apache-2.0',
    source_start_s: 2,
  });
  for (const part of ['left_arm', 'right_arm', 'left_hand', 'right_hand'] as const)
    expect(episodes[0].parts?.[part].coverage, part).toBeGreaterThan(0.9);
  for (const file of ['README.md', 'rejected.jsonl', 'previews/episode-000000.mp4'])
    expect(await exists(path.join(out, file)), file).toBe(true);
});

test('no joint of the dataset is beyond its limit, and no speed beyond its limit is left unreported', async () => {
  const out = path.join(folder, 'out');
  const robot = await loadRobot('g1-inspire');
  const stats = JSON.parse(await readFile(path.join(out, 'meta/stats.json'), 'utf8'));
  const joints = robot.joints.filter(({ type, mimic }) => type !== 'fixed' && !mimic);
  const { min, max } = stats['observation.state'];
  joints.forEach(({ name, lower, upper }, j) => {
    expect(min[j], name).toBeGreaterThanOrEqual(lower);
    expect(max[j], name).toBeLessThanOrEqual(upper);
  });
  const { episodes } = await readDataset(out);
  expect(episodes[0].extra['speed_use_max']).toBeLessThanOrEqual(1 + 1e-6);
});

test('a second run finds everything done', async () => {
  const out = path.join(folder, 'out');
  const { stdout } = await understudy(['run', list, '--out', out, '--preview', ...FLAGS], env);
  const stages = events(stdout).filter(event => event.event === 'stage');
  expect(stages.length).toBeGreaterThan(4);
  expect(stages.every(({ cached }) => cached)).toBe(true);
  expect(events(stdout).at(-1)).toMatchObject({ event: 'done', episodes: 1, written: false });
});

test('a run killed in the middle leaves no dataset; the next one goes on from the last finished stage', async () => {
  const out = path.join(folder, 'killed');
  const own = { UNDERSTUDY_CACHE: path.join(folder, 'cache-killed') };
  const words = ['run', list, '--out', out, ...FLAGS];
  // Killed as soon as perception is done and something after it has begun.
  const run = start(words, own, line => {
    const event = JSON.parse(line) as RunEvent;
    if (event.event === 'stage' && event.stage !== 'acquire' && event.stage !== 'perceive')
      run.kill('SIGKILL');
  });
  expect((await run.done).signal).toBe('SIGKILL');
  expect(await exists(out)).toBe(false);

  const { code, stdout } = await understudy(words, own);
  expect(code).toBe(0);
  const perceive = events(stdout).find(event => event.event === 'stage' && event.stage === 'perceive');
  expect(perceive).toMatchObject({ cached: true });
  expect((await readDataset(out)).frames).toBe(24);
});

test('Ctrl-C ends with code 130 and keeps what is finished', async () => {
  const own = { UNDERSTUDY_CACHE: path.join(folder, 'cache-interrupted') };
  const out = path.join(folder, 'interrupted');
  const run = start(['run', list, '--out', out, ...FLAGS], own, line => {
    if (line.includes('"perceive"')) run.kill('SIGINT');
  });
  const { code, stderr } = await run.done;
  expect(code).toBe(130);
  expect(stderr).toMatch(/interrupted/);
  expect(await exists(out)).toBe(false);
});

test('a dataset is not replaced by one that lacks its sources', async () => {
  const out = path.join(folder, 'out');
  const other = path.join(folder, 'other.csv');
  const clip = path.join(folder, 'same-picture.mp4');
  // An empty box at the end: the same video, another file.
  await writeFile(
    clip,
    Buffer.concat([await readFile(SAMPLE), Buffer.from([0, 0, 0, 8]), Buffer.from('free')]),
  );
  await writeFile(other, `url,start,end\n${clip},2,3.5\n`);
  const { code, stderr } = await understudy(['run', other, '--out', out, ...FLAGS], env);
  expect(code).toBe(2);
  expect(stderr).toMatch(/give those inputs too, or another --out/);
  expect((await readDataset(out)).tasks).toEqual(['pick up the can']);
});
