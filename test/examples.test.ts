/** The numbered examples run, one after the other, as a reader would run them. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const sample = path.join(root, 'examples/sample/pick.mp4');
const examples = readdirSync(path.join(root, 'examples')).filter(name => name.endsWith('.ts'));

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'understudy-examples-'));
  // Examples import the built package; builds only what is older than its source.
  await promisify(execFile)(process.execPath, [path.join(root, 'scripts/setup.mjs')]);
});
afterAll(() => rm(dir, { recursive: true }));

const run = async (name: string, ...words: string[]) => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', path.join(root, 'examples', name), ...words],
    { cwd: root, env: { ...process.env, UNDERSTUDY_CACHE: path.join(dir, 'cache') } },
  );
  return stdout;
};

test('the examples are numbered from 01 on, and all are run here', () => {
  expect(examples).toEqual([
    '01-run-from-code.ts',
    '02-read-a-dataset.ts',
    '03-landmarks-of-a-frame.ts',
    '04-retarget-alone.ts',
    '05-stream-frames.ts',
  ]);
  expect(existsSync(sample)).toBe(true);
});

test('a run from code gives one episode of the sample, and the dataset can be read', async () => {
  const out = path.join(dir, 'dataset');
  expect(await run('01-run-from-code.ts', sample, out)).toContain(`1 episode(s) in ${out}`);
  const read = await run('02-read-a-dataset.ts', out);
  expect(read).toContain('g1-inspire, episode 0');
  expect(read.match(/(left|right)_(arm|hand): seen in \d+ %/g)).toHaveLength(4);
  const streamed = await run('05-stream-frames.ts', out);
  expect(streamed).toMatch(/^0\.0 s, .*: 41 joints, 15 targets ahead, 0 of them repeated, 640 × 360 px$/m);
}, 300_000);

test('the landmarks of single frames: both hands of the sample, in every one', async () => {
  const lines = (await run('03-landmarks-of-a-frame.ts', sample)).trim().split('\n');
  expect(lines).toHaveLength(10);
  for (const line of lines) expect(line).toMatch(/left hand.*right hand|right hand.*left hand/);
}, 120_000);

test('a motion made by hand: the robot follows it, without touching itself', async () => {
  const output = await run('04-retarget-alone.ts');
  const [, millimetres, overlap] = output.match(/wrist within (\d+) mm, overlap (\S+) m/)!;
  expect(Number(millimetres)).toBeLessThan(30);
  expect(Number(overlap)).toBe(0);
});
