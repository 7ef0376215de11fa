/** What is exported is read by those whom it is for: every frame, every value. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportDataset } from '../../src/dataset/export/export.ts';
import { exportFormatNames } from '../../src/dataset/export/registry.ts';
import { FEATURES, lengthOf, publishKnown, SMALL_FILES } from '../dataset/known-dataset.ts';
import { formats, lerobotV21, missing, requireAll, runPython } from './environment.ts';
import { expectedOf } from './expected.ts';

const EPISODES = 12;
const FRAMES = Array.from({ length: EPISODES }, (_, e) => lengthOf(e)).reduce((a, b) => a + b);
let dir: string;
let expected: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'understudy-formats-'));
  expected = path.join(dir, 'expected.json');
  if (missing.length > 0) return;
  const at = path.join(dir, 'set');
  await publishKnown(at, 'av1', [8, EPISODES], SMALL_FILES);
  for (const format of exportFormatNames)
    await exportDataset({
      dir: at,
      out: path.join(dir, format),
      format,
      profile: 'urdf',
      jointsOf: async () => [],
      understudy: '0',
    });
  await writeFile(expected, JSON.stringify(expectedOf(EPISODES)));
}, 120_000);
afterAll(() => rm(dir, { recursive: true }));
requireAll();

test.skipIf(missing.length > 0)(
  'LeRobot 0.3.3 loads every frame of a v2.1 export, whose metadata has the fields of Unitree’s own',
  async () => {
    const reference = path.join(formats, 'lerobot_v2.1_g1_inspire');
    const words = [path.join(dir, 'lerobot-v2.1'), expected, reference];
    const env = { PYTHONPATH: lerobotV21, HF_HOME: path.join(dir, 'huggingface') };
    expect(await runPython('lerobot_v21_check.py', words, env)).toMatchObject({
      lerobot: '0.3.3',
      frames: FRAMES,
    });
  },
  120_000,
);

test.skipIf(missing.length > 0)(
  'the steps of GR00T’s loader find every part, task and picture of a GR00T export',
  async () => {
    const facts = await runPython('gr00t_check.py', [
      path.join(dir, 'gr00t'),
      expected,
      path.join(formats, 'gr00t'),
    ]);
    expect(facts).toEqual({ frames: FRAMES, parts: ['action.joints', 'state.joints'] });
  },
  60_000,
);

test.skipIf(missing.length > 0)(
  'mcap, h5py, pyarrow and pandas read every value of the other exports',
  async () => {
    expect(await runPython('formats_check.py', [dir, expected])).toEqual({
      mcap: FRAMES * (FEATURES.length + 1),
      hdf5: FRAMES,
      tables: FRAMES,
    });
  },
  60_000,
);
