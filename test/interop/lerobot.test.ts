/** What is written here, LeRobot reads: every frame, through its own loader, in its own Python. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDataset } from '../../src/dataset/read.ts';
import { lengthOf, publishKnown, SMALL_FILES } from '../dataset/known-dataset.ts';
import { formats, missing, requireAll, runPython } from './environment.ts';
import { expectedOf } from './expected.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'understudy-interop-'));
});
afterAll(() => rm(dir, { recursive: true }));
requireAll();

test.skipIf(missing.length > 0).each([
  ['av1', [30, 45, 55]],
  ['h264', [6]],
] as const)(
  'LeRobot loads every frame of a dataset with %s videos, written and added to at %j episodes, and nothing differs',
  async (codec, upTo) => {
    const root = path.join(dir, codec);
    const episodes = upTo.at(-1) as number;
    await publishKnown(root, codec, upTo, upTo.length > 1 ? SMALL_FILES : {});
    const lengths = Array.from({ length: episodes }, (_, e) => lengthOf(e));
    expect((await readDataset(root)).episodes.map(({ frames }) => frames)).toEqual(lengths);
    const expected = path.join(dir, `${codec}.json`);
    await writeFile(expected, JSON.stringify(expectedOf(episodes)));
    const facts = await runPython('lerobot_check.py', [root, expected, path.join(formats, 'lerobot_v3.0')], {
      HF_HOME: path.join(dir, 'huggingface'),
    });
    const frames = lengths.reduce((a, b) => a + b);
    expect(facts).toMatchObject({ episodes, frames, batches: Math.ceil(frames / 16) });
    expect(facts['extras']).toEqual({
      'quality/score': 0.25,
      view: 'third-person',
      flags: ['x', 'e1'],
      provenance: '{"e":1}',
    });
    const { data, videos, 'meta/episodes': meta } = facts['files'] as Record<string, number>;
    if (upTo.length === 1) expect([data, videos, meta, facts['chunks']]).toEqual([1, 1, 1, 1]);
    else {
      for (const count of [data, videos, facts['chunks'] as number]) expect(count).toBeGreaterThan(3);
      expect(meta).toBe(upTo.length);
    }
  },
  120_000,
);
