import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DatasetError } from '../../src/core/errors.ts';
import { writeMarker } from '../../src/dataset/marker.ts';
import { openDataset } from '../../src/dataset/open.ts';
import { readDataset } from '../../src/dataset/read.ts';
import { clips } from '../clips.ts';
import { JOINTS, writeEpisodes } from './fixtures.ts';

const reference = path.join(clips, '../formats/lerobot_v3.0');

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'understudy-read-'));
});
afterEach(() => rm(dir, { recursive: true }));

test('frames and what is known of episodes are read in turn from files that stay open', async () => {
  await writeEpisodes(dir, Array(20).fill(10));
  const dataset = await openDataset(dir);
  const open = vi.spyOn(dataset.files, 'open');
  for (const { index } of dataset.episodes) {
    await dataset.columns(index);
    await dataset.extra(index);
    await dataset.episodeStats(index);
  }
  const [{ data, meta }] = dataset.episodes;
  expect(open.mock.calls.map(([path]) => path)).toEqual([data.path, meta.path]);
});

test('what was written is read: episodes, tasks, extras, coverage and residuals per part', async () => {
  await writeEpisodes(dir, [10, 7, 40]);
  const marker = {
    understudy: '1.2.3',
    format: 'lerobot-v3.0',
    robot: 'test',
    recipe: 'a recipe',
    sources: ['a source'],
    rejected: { 'too short': 2 },
  } as const;
  await writeMarker(dir, marker);
  const dataset = await readDataset(dir);
  expect(dataset).toMatchObject({
    version: 'v3.0',
    robotType: 'test',
    fps: 30,
    frames: 57,
    tasks: ['task A', 'task B'],
    marker,
  });
  expect(dataset.features['observation.state']).toEqual([JOINTS.length]);
  expect(dataset.episodes.map(({ frames, task }) => [frames, task])).toEqual([
    [10, 'task A'],
    [7, 'task B'],
    [40, 'task A'],
  ]);
  expect(dataset.episodes[1].duration).toBeCloseTo(7 / 30, 12);
  expect(dataset.episodes[1].extra).toEqual({ 'quality/score': 1, view: 'third-person' });
  const { left_arm, right_hand } = dataset.episodes[2].parts!;
  expect(left_arm).toEqual({
    coverage: 0.5,
    held: 0.5,
    residual: { mean: expect.closeTo(0.01, 6), max: expect.closeTo(0.01, 6) },
  });
  expect(right_hand).toEqual({
    coverage: 1,
    held: 0,
    residual: { mean: expect.closeTo(0.04, 6), max: expect.closeTo(0.04, 6) },
  });
});

test.skipIf(!existsSync(reference))(
  'a dataset recorded by LeRobot is read too, without our columns',
  async () => {
    await cp(reference, dir, { recursive: true });
    await expect(readDataset(dir)).rejects.toThrow(/file-000\.mp4 is missing/);
    const file = path.join(dir, 'meta/info.json');
    const info = JSON.parse(await readFile(file, 'utf8'));
    for (const name of Object.keys(info.features))
      if (info.features[name].dtype === 'video') delete info.features[name];
    await rm(file);
    await writeFile(file, JSON.stringify(info));
    const { episodes, tasks, marker } = await readDataset(dir);
    expect(episodes.map(({ frames, parts }) => [frames, parts])).toEqual([
      [373, null],
      [374, null],
      [372, null],
      [373, null],
    ]);
    expect(tasks).toEqual([episodes[0].task]);
    expect(marker).toBeNull();
  },
);

describe('a DatasetError names the file of', () => {
  beforeEach(() => writeEpisodes(dir, [10, 7]));
  const refusal = async (message: RegExp) => {
    await expect(readDataset(dir)).rejects.toThrow(DatasetError);
    await expect(readDataset(dir)).rejects.toThrow(message);
  };
  const data = 'data/chunk-000/file-000.parquet';
  const episodes = 'meta/episodes/chunk-000/file-000.parquet';
  const edit = async (change: (info: Record<string, unknown>) => void) => {
    const file = path.join(dir, 'meta/info.json');
    const info = JSON.parse(await readFile(file, 'utf8'));
    change(info);
    await writeFile(file, JSON.stringify(info));
  };

  test('a folder that is no dataset', async () => {
    dir = path.join(dir, 'data');
    await refusal(/is not a LeRobot dataset: it has no meta\/info\.json/);
    dir = path.dirname(dir);
  });
  test.each([data, episodes, 'meta/tasks.parquet'])('a missing %s', async file => {
    await rm(path.join(dir, file));
    await refusal(new RegExp(`${file} is missing`));
  });
  test.each([data, episodes, 'meta/tasks.parquet'])('a truncated %s', async file => {
    const { length } = await readFile(path.join(dir, file));
    for (const part of [0, 0.5, 0.99]) {
      await truncate(path.join(dir, file), Math.floor(length * part));
      await refusal(new RegExp(`${file} cannot be read as parquet`));
    }
  });
  test('a data file of another dataset', async () => {
    await writeEpisodes(path.join(dir, 'other'), [10, 6]);
    await cp(path.join(dir, 'other', data), path.join(dir, data));
    await refusal(/has 16 rows where meta\/episodes has 17 frames/);
  });
  test('an info.json of another version, broken, or that counts otherwise', async () => {
    await edit(info => {
      info['total_frames'] = 18;
    });
    await refusal(/says 18 frames, meta\/episodes has 17/);
    await edit(info => {
      info['total_episodes'] = 3;
    });
    await refusal(/says 3 episodes, meta\/episodes has 2/);
    await edit(info => {
      info['codebase_version'] = 'v1.6';
    });
    await refusal(/version v1\.6 is not one of v2\.0, v2\.1, v3\.0/);
    await writeFile(path.join(dir, 'meta/info.json'), '{');
    await refusal(/info\.json cannot be read/);
  });
});
