/** Datasets that contradict themselves are refused before anything is made of them, and stay what they are. */
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Table, tableFromIPC, tableToIPC } from 'apache-arrow';
import { readParquet, Table as WasmTable, writeParquet } from 'parquet-wasm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DatasetError } from '../../src/core/errors.ts';
import { checkDataset } from '../../src/dataset/check.ts';
import { exportDataset } from '../../src/dataset/export/export.ts';
import { exportFormatNames } from '../../src/dataset/export/registry.ts';
import { extendLeRobotDataset } from '../../src/dataset/lerobot/extend.ts';
import { openDataset } from '../../src/dataset/open.ts';
import { openEncoder } from '../../src/video/encode.ts';
import { FPS, publishKnown, SIZE, VIDEO_KEY } from './known-dataset.ts';

const DATA = 'data/chunk-000/file-000.parquet';
const EPISODES = 'meta/episodes/chunk-000/file-000.parquet';
const VIDEO = `videos/${VIDEO_KEY}/chunk-000/file-000.mp4`;

let dir: string;
let known: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'understudy-check-'));
  known = path.join(dir, 'known');
  await publishKnown(known, 'h264', [3]);
});
afterAll(() => rm(dir, { recursive: true }));

type Damage = (folder: string) => Promise<unknown>;

/** The numbers of a column, changed where they lie. */
const edit =
  (
    name: string,
    column: string,
    change: (values: { [i: number]: number | bigint; length: number }) => void,
  ): Damage =>
  async folder => {
    const file = path.join(folder, name);
    const table: Table = tableFromIPC(readParquet(await readFile(file)).intoIPCStream());
    const data = table.getChild(column)?.data[0];
    change((data?.children[0] ?? data)?.values);
    await writeFile(file, writeParquet(WasmTable.fromIPCStream(tableToIPC(table, 'stream'))));
  };
const info =
  (change: (value: Record<string, never>) => unknown): Damage =>
  async folder => {
    const file = path.join(folder, 'meta/info.json');
    const value = JSON.parse(await readFile(file, 'utf8'));
    change(value);
    await writeFile(file, JSON.stringify(value));
  };
/** Another video in the place of the dataset's. */
const video =
  (frames: number, width: number): Damage =>
  async folder => {
    const file = path.join(folder, VIDEO);
    await rm(file);
    const encoder = await openEncoder(file, { width, height: SIZE.height, fps: FPS, codec: 'h264' });
    for (let t = 0; t < frames; t++) await encoder.write(new Uint8Array(width * SIZE.height * 3).fill(9 * t));
    await encoder.finish();
  };

const CASES: [string, Damage, RegExp][] = [
  [
    'an episode that ends elsewhere',
    edit(EPISODES, 'dataset_to_index', to => {
      to[1] = 99n;
    }),
    /episode 1 has 40 frames from 17, and ends at 99/,
  ],
  [
    'frames of another episode',
    edit(DATA, 'episode_index', of => {
      of[3] = 2n;
    }),
    /episode_index of frame 3 of episode 0 is 2, expected 0/,
  ],
  [
    'frames in another order',
    edit(DATA, 'frame_index', of => {
      of[3] = 5n;
    }),
    /frame_index of frame 3 of episode 0 is 5, expected 3/,
  ],
  [
    'frames that are counted otherwise',
    edit(DATA, 'index', of => {
      of[20] = 0n;
    }),
    /index of frame 3 of episode 1 is 0, expected 20/,
  ],
  [
    'the times of another rate',
    edit(DATA, 'timestamp', times => {
      for (let i = 0; i < times.length; i++) times[i] = (Number(times[i]) * FPS) / 25;
    }),
    /timestamp of frame 1 of episode 0 is 0\.04\d+, expected 0\.033/,
  ],
  [
    'a task that is not there',
    edit(DATA, 'task_index', of => {
      of[2] = 7n;
    }),
    /task_index of frame 2 of episode 0 is 7/,
  ],
  [
    'values of another type',
    info(value => Object.assign(value['features']['action'], { dtype: 'float64' })),
    /'action' is stored as FLOAT, meta\/info\.json says float64/,
  ],
  [
    'a feature that is absurdly wide',
    info(value => Object.assign(value['features']['action'], { shape: [1e9] })),
    /'action' has \d+ values in \d+ rows, meta\/info\.json says 1000000000 in each/,
  ],
  [
    'a video that is too short',
    video(30, SIZE.width),
    /file-000\.mp4 does not hold 1 frames at 30 fps from 1\.9000 s: .*incomplete or damaged/,
  ],
  [
    'a video of another size',
    video(58, 2 * SIZE.width),
    /shows 192 × 64 px, meta\/info\.json has the shape \[64,96,3\]/,
  ],
];

const hashOf = async (folder: string): Promise<string> => {
  const hash = createHash('sha256');
  for (const name of (await readdir(folder, { recursive: true })).sort())
    if ((await stat(path.join(folder, name))).isFile())
      hash.update(name).update(await readFile(path.join(folder, name)));
  return hash.digest('hex');
};

const exported = (from: string, format: string) =>
  exportDataset({
    dir: from,
    out: path.join(dir, 'out'),
    format,
    profile: 'urdf',
    jointsOf: async () => [],
    understudy: '0',
  });

async function damaged(damage: Damage): Promise<string> {
  const folder = path.join(dir, 'damaged');
  await rm(folder, { recursive: true, force: true });
  await cp(known, folder, { recursive: true });
  await damage(folder);
  return folder;
}

test('a dataset that is sound passes', async () => {
  await checkDataset(await openDataset(known));
});

describe('refused by append and export, and untouched, is a dataset with', () => {
  test.each(CASES)('%s', async (_, damage, message) => {
    const folder = await damaged(damage);
    const before = await hashOf(folder);
    const refused = async (work: () => Promise<unknown>) => {
      await expect(work()).rejects.toThrow(message);
      await expect(work()).rejects.toThrow(DatasetError);
    };
    await refused(async () => checkDataset(await openDataset(folder)));
    await refused(() => extendLeRobotDataset(path.join(dir, 'next'), folder));
    await refused(() => exported(folder, 'csv'));
    expect(await hashOf(folder)).toBe(before);
    expect((await readdir(dir)).sort()).toEqual(['damaged', 'known']);
  });
});

describe('no export is left of a dataset with a number that is none, as', () => {
  test.each(exportFormatNames)('%s', async format => {
    const folder = await damaged(
      edit(DATA, 'action', values => {
        values[30] = Number.NaN;
      }),
    );
    await expect(exported(folder, format)).rejects.toThrow(
      /episode 0: column 'action' is NaN in frame 10; expected finite numbers/,
    );
    expect((await readdir(dir)).sort()).toEqual(['damaged', 'known']);
  });
});
