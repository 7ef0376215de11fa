/** What is written here, LeRobot reads: every frame, through its own loader, in its own Python. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDataset } from '../../src/dataset/read.ts';
import { columnsOf, FEATURES, FPS, greyOf, LENGTHS, publishSmallDataset, TASKS } from './small-dataset.ts';

const cache = process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache');
const python = process.env.UNDERSTUDY_PYTHON ?? path.join(cache, 'understudy/python-interop/bin/python');
const clips =
  process.env.UNDERSTUDY_CLIPS ?? fileURLToPath(new URL('../../../shared/clips', import.meta.url));
const reference = path.join(clips, '../formats/lerobot_v3.0');
const required = process.env.UNDERSTUDY_REQUIRE_ALL === '1';
const missing = [python, reference].filter(file => !existsSync(file));

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'understudy-interop-'));
});
afterAll(() => rm(dir, { recursive: true }));

/** Per episode: the rows of each column, as LeRobot gives them back, and the grey level of each frame. */
const expected = {
  fps: FPS,
  tasks: TASKS,
  integers: FEATURES.filter(({ dtype }) => dtype === 'int64').map(({ name }) => name),
  episodes: LENGTHS.map((length, e) => {
    const columns = columnsOf(e, length);
    const rows = FEATURES.map(({ name, width }) => {
      const values = Array.from(columns[name], Number);
      const row = (t: number) => (width === 1 ? values[t] : values.slice(t * width, (t + 1) * width));
      return [name, Array.from({ length }, (_, t) => row(t))];
    });
    return {
      length,
      columns: Object.fromEntries(rows),
      grey: Array.from({ length }, (_, t) => greyOf(e, t)),
    };
  }),
};

if (required)
  test('the Python of scripts/python-interop.sh and the reference dataset are there', () => {
    expect(missing).toEqual([]);
  });

test.skipIf(missing.length > 0).each(['av1', 'h264'] as const)(
  'LeRobot loads every frame of a dataset with %s videos, and nothing differs',
  async codec => {
    const root = path.join(dir, codec);
    await publishSmallDataset(root, codec);
    expect((await readDataset(root)).episodes.map(({ frames }) => frames)).toEqual(LENGTHS);
    await writeFile(path.join(dir, 'expected.json'), JSON.stringify(expected));
    const script = fileURLToPath(new URL('lerobot_check.py', import.meta.url));
    const env = { ...process.env, HF_HOME: path.join(dir, 'huggingface'), OMP_NUM_THREADS: '1' };
    const { stdout } = await promisify(execFile)(
      python,
      ['-W', 'ignore', script, root, path.join(dir, 'expected.json'), reference],
      { env },
    );
    const facts = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    const frames = LENGTHS.reduce((a, b) => a + b);
    expect(facts).toMatchObject({ episodes: LENGTHS.length, frames, batches: Math.ceil(frames / 6) });
    expect(facts.extras).toEqual({
      'quality/score': 0.25,
      view: 'third-person',
      flags: ['x', 'e1'],
      provenance: '{"e":1}',
    });
  },
  120_000,
);
