import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DatasetError } from '../../src/core/errors.ts';
import { writeMarker } from '../../src/dataset/marker.ts';
import { checkDestination, publishDirectory, stagingFolder } from '../../src/dataset/publish.ts';

let dir: string;
let out: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'understudy-publish-'));
  out = path.join(dir, 'out');
});
afterEach(() => rm(dir, { recursive: true }));

/** A finished dataset that says `content`. */
async function finished(content: string): Promise<string> {
  const staging = await stagingFolder(out);
  await finish(staging, content);
  return staging;
}
async function finish(staging: string, content: string): Promise<void> {
  await writeFile(path.join(staging, 'content'), content);
  await writeMarker(staging, {
    understudy: '0',
    format: 'lerobot-v3.0',
    robot: 'r',
    recipe: 'x',
    sources: [],
    rejected: {},
  });
}
const content = () => readFile(path.join(out, 'content'), 'utf8').catch(() => 'nothing');
const hidden = (name: string) => path.join(dir, `.out.${name}`);

test('a dataset takes a free place, an empty folder, and the place of its predecessor', async () => {
  await publishDirectory(await finished('first'), out);
  expect(await content()).toBe('first');
  await publishDirectory(await finished('second'), out);
  expect(await content()).toBe('second');
  expect(await readdir(dir)).toEqual(['out']);

  await rm(out, { recursive: true });
  await mkdir(out);
  await publishDirectory(await finished('third'), out);
  expect(await content()).toBe('third');
});

test('others may read a dataset as any folder that is made', async () => {
  await publishDirectory(await finished('ours'), out);
  await mkdir(path.join(dir, 'any'));
  expect((await stat(out)).mode).toBe((await stat(path.join(dir, 'any'))).mode);
});

test('folders on the way are made', async () => {
  out = path.join(dir, 'a/b/out');
  await publishDirectory(await finished('deep'), out);
  expect(await content()).toBe('deep');
});

test('what a killed publication left is whole before who goes on looks at it', async () => {
  await publishDirectory(await finished('first'), out);
  await rename(out, hidden('previous'));
  await checkDestination(out);
  expect(await content()).toBe('first');
});

test('a dataset that came meanwhile is not replaced by who did not know of it', async () => {
  const [first, second] = [await finished('first'), await finished('second')];
  await publishDirectory(first, out, { recipe: null });
  await expect(publishDirectory(second, out, { recipe: null })).rejects.toThrow(/changed by another run/);
  expect(await content()).toBe('first');
  await publishDirectory(second, out, { recipe: 'x' });
  expect(await content()).toBe('second');
});

test('what Understudy did not write is never replaced, and that is said before the work', async () => {
  const staging = await finished('new');
  await mkdir(out);
  await writeFile(path.join(out, 'thesis.txt'), 'precious');
  await expect(publishDirectory(staging, out)).rejects.toThrow(DatasetError);
  await expect(stagingFolder(out)).rejects.toThrow(/did not write/);
  expect(await readFile(path.join(out, 'thesis.txt'), 'utf8')).toBe('precious');

  const file = path.join(dir, 'file');
  await writeFile(file, '');
  await expect(stagingFolder(file)).rejects.toThrow(/is a file/);
});

test('a folder without a marker is not published', async () => {
  const staging = await stagingFolder(out);
  await expect(publishDirectory(staging, out)).rejects.toThrow(/only a finished dataset/);
});

describe('killed', () => {
  /** Bring the folder into the state after the first `steps` renames of replacing 'old' by 'new'. */
  async function killedAfter(steps: number, predecessor: boolean): Promise<void> {
    if (predecessor) await publishDirectory(await finished('old'), out);
    const staging = await finished('new');
    if (steps >= 1) await rename(staging, hidden('next'));
    if (steps >= 2 && predecessor) await rename(out, hidden('previous'));
    if (steps >= 3) await rename(hidden('next'), out);
  }
  const cases = [
    { steps: 0, predecessor: true, expected: 'old' },
    { steps: 1, predecessor: true, expected: 'old' },
    { steps: 2, predecessor: true, expected: 'new' },
    { steps: 3, predecessor: true, expected: 'new' },
    { steps: 0, predecessor: false, expected: 'nothing' },
    { steps: 1, predecessor: false, expected: 'new' },
    { steps: 3, predecessor: false, expected: 'new' },
  ];
  test.each(cases)(
    'after step $steps (predecessor: $predecessor), the next run finds "$expected" and clears up',
    async c => {
      await killedAfter(c.steps, c.predecessor);
      const staging = await stagingFolder(out);
      expect(await content()).toBe(c.expected);
      expect((await readdir(dir)).filter(name => /next|previous/.test(name))).toEqual([]);
      await finish(staging, 'newest');
      await publishDirectory(staging, out);
      expect(await content()).toBe('newest');
    },
  );

  test('a half-removed predecessor is removed, never restored over the new dataset', async () => {
    await publishDirectory(await finished('new'), out);
    await cp(out, hidden('previous'), { recursive: true });
    await rm(path.join(hidden('previous'), 'meta'), { recursive: true });
    await stagingFolder(out);
    expect(await content()).toBe('new');
  });
});

test('staging folders of crashed runs go after a day, those of today stay', async () => {
  const young = await stagingFolder(out);
  const old = await stagingFolder(out);
  const then = Date.now() / 1000 - 2 * 86400;
  await utimes(old, then, then);
  const third = await stagingFolder(out);
  expect((await readdir(dir)).sort()).toEqual([young, third].map(folder => path.basename(folder)).sort());
});

test('two that publish at once both succeed, one after the other', async () => {
  const [a, b] = [await finished('a'), await finished('b')];
  await Promise.all([publishDirectory(a, out), publishDirectory(b, out)]);
  expect(['a', 'b']).toContain(await content());
  expect(await readdir(dir)).toEqual(['out']);
});

test('what a run left that was killed while another one was at work is no hindrance', async () => {
  const [killed, ours] = [await finished('killed'), await finished('ours')];
  // Killed before the last of its renames.
  await rename(killed, hidden('next'));
  await mkdir(path.join(hidden('previous'), 'meta'), { recursive: true });
  await publishDirectory(ours, out);
  expect(await content()).toBe('ours');
  expect(await readdir(dir)).toEqual(['out']);
});
