import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DatasetError, StoreError } from '../../src/core/errors.ts';
import { INT64, plainColumn, recordBatch, schemaOf } from '../../src/dataset/lerobot/arrow.ts';
import { fileName, placeOf } from '../../src/dataset/lerobot/layout.ts';
import { openParquetFolder } from '../../src/dataset/lerobot/parquet.ts';
import { createLeRobotWriter, type LeRobotEpisode } from '../../src/dataset/lerobot/writer.ts';
import { openDataset } from '../../src/dataset/open.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'understudy-writer-'));
});
afterEach(() => rm(dir, { recursive: true }));

const features = [
  { name: 'action', dtype: 'float32', width: 2, names: ['a', 'b'] },
  { name: 'flag', dtype: 'int64', width: 1, names: null },
] as const;
const options = { fps: 25, robotType: 'r', features, video: null };
const episode = (frames: number, task = 'wave'): LeRobotEpisode => ({
  columns: { action: new Float32Array(frames * 2).fill(frames), flag: new Uint8Array(frames).fill(1) },
  task,
  video: null,
  extra: { score: 0.5, why: 'x' },
});
const rowsOf = async (file: string) =>
  parquetReadObjects({ file: await asyncBufferFromFile(path.join(dir, file)) });

test('columns may share their numbers: one array for two of them, or neighbouring parts of one buffer', async () => {
  const named = (name: string, dtype: 'float32' | 'int64') => ({ name, dtype, width: 1, names: null });
  const numbers = Float32Array.from({ length: 16 }, (_, i) => i);
  const counts = BigInt64Array.from({ length: 8 }, (_, i) => BigInt(i));
  const writer = createLeRobotWriter(dir, {
    ...options,
    features: [
      named('action', 'float32'),
      named('state', 'float32'),
      named('next', 'float32'),
      named('seen', 'int64'),
      named('told', 'int64'),
    ],
  });
  const columns = {
    action: numbers.subarray(0, 8),
    state: numbers.subarray(0, 8),
    next: numbers.subarray(8),
    seen: counts,
    told: counts,
  };
  await writer.addEpisode({ columns, task: 'x', video: null, extra: {} });
  await writer.finish();
  const rows = await rowsOf('data/chunk-000/file-000.parquet');
  for (const [name, values] of Object.entries(columns))
    expect(rows.map(row => row[name])).toEqual([...values]);
});

test('episodes follow each other: global index, own time, shared task numbers, exclusive ends', async () => {
  const writer = createLeRobotWriter(dir, options);
  for (const [frames, task] of [
    [3, 'b'],
    [2, 'a'],
    [4, 'b'],
  ] as const)
    await writer.addEpisode(episode(frames, task));
  expect(await writer.finish()).toEqual({ episodes: 3, frames: 9, tasks: 2 });

  const rows = await rowsOf('data/chunk-000/file-000.parquet');
  expect(rows.map(row => Number(row['index']))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(rows.map(row => Number(row['frame_index']))).toEqual([0, 1, 2, 0, 1, 0, 1, 2, 3]);
  expect(rows.map(row => Number(row['task_index']))).toEqual([0, 0, 0, 1, 1, 0, 0, 0, 0]);
  rows.forEach(row => {
    expect(row['timestamp']).toBe(Math.fround(Number(row['frame_index']) / 25));
  });
  expect(await rowsOf('meta/tasks.parquet')).toEqual([
    { task_index: 0n, task: 'b' },
    { task_index: 1n, task: 'a' },
  ]);
  const episodes = await rowsOf('meta/episodes/chunk-000/file-000.parquet');
  expect(episodes.map(row => [row['dataset_from_index'], row['dataset_to_index']])).toEqual([
    [0n, 3n],
    [3n, 5n],
    [5n, 9n],
  ]);
  expect(episodes[1]).toMatchObject({
    tasks: ['a'],
    length: 2n,
    score: 0.5,
    why: 'x',
    'stats/action/count': [2n],
  });
  const info = JSON.parse(await readFile(path.join(dir, 'meta/info.json'), 'utf8'));
  expect(info).toMatchObject({
    total_episodes: 3,
    total_frames: 9,
    total_tasks: 2,
    splits: { train: '0:3' },
    video_path: null,
  });
  expect(Object.keys(info.features)).toEqual([
    'action',
    'flag',
    'timestamp',
    'frame_index',
    'episode_index',
    'index',
    'task_index',
  ]);
});

test('there is one row group per episode', async () => {
  const writer = createLeRobotWriter(dir, options);
  for (const frames of [5, 1, 700]) await writer.addEpisode(episode(frames));
  await writer.finish();
  const { row_groups } = await parquetMetadataAsync(
    await asyncBufferFromFile(path.join(dir, 'data/chunk-000/file-000.parquet')),
  );
  expect(row_groups.map(group => Number(group.num_rows))).toEqual([5, 1, 700]);
  expect(new Set(row_groups.flatMap(group => group.columns.map(column => column.meta_data?.codec)))).toEqual(
    new Set(['SNAPPY']),
  );
});

test('many episodes are all in meta/episodes, in order', async () => {
  const writer = createLeRobotWriter(dir, options);
  for (let e = 0; e < 70; e++) await writer.addEpisode(episode(1 + (e % 3)));
  await writer.finish();
  const rows = await rowsOf('meta/episodes/chunk-000/file-000.parquet');
  expect(rows.map(row => Number(row['episode_index']))).toEqual([...Array(70).keys()]);
});

test('the same episodes give the same bytes', async () => {
  const written = [];
  for (const name of ['one', 'two']) {
    const writer = createLeRobotWriter(path.join(dir, name), options);
    for (const frames of [4, 9]) await writer.addEpisode(episode(frames));
    await writer.finish();
    const files = (await readdir(path.join(dir, name), { recursive: true, withFileTypes: true })).filter(
      entry => entry.isFile(),
    );
    const paths = files.map(entry => path.join(entry.parentPath, entry.name)).sort();
    written.push(await Promise.all(paths.map(async file => (await readFile(file)).toString('base64'))));
  }
  expect(written[0].length).toBe(5);
  expect(written[0]).toEqual(written[1]);
});

test('a file is closed before it outgrows the limit, and every row group knows its file', async () => {
  const schema = schemaOf([['place', INT64]]);
  const folder = openParquetFolder(dir, { limitBytes: 6000, chunksSize: 1000 });
  const places: number[] = [];
  for (let n = 0; n < 8; n++) {
    const { file } = await folder.append(place =>
      recordBatch(schema, 300, [plainColumn(INT64, Array(300).fill(place.file))]),
    );
    places.push(file);
  }
  await folder.close();
  expect(new Set(places).size).toBeGreaterThan(2);
  expect(places).toEqual([...places].sort());
  const files = await readdir(path.join(dir, 'chunk-000'));
  expect(files).toEqual(
    [...new Set(places)].map(file => fileName(placeOf(file, 1000), 'parquet').slice('chunk-000/'.length)),
  );
  for (const [file, name] of files.entries()) {
    const rows = await rowsOf(path.join('chunk-000', name));
    expect(rows.length).toBe(300 * places.filter(place => place === file).length);
    expect(rows.every(row => Number(row['place']) === file)).toBe(true);
  }
});

test('the thousandth file opens the next chunk', () => {
  expect([0, 999, 1000, 2001].map(n => fileName(placeOf(n, 1000), 'mp4'))).toEqual([
    'chunk-000/file-000.mp4',
    'chunk-000/file-999.mp4',
    'chunk-001/file-000.mp4',
    'chunk-002/file-001.mp4',
  ]);
});

describe('an episode is refused, and leaves nothing behind, when', () => {
  const good = episode(3);
  const cases: [string, LeRobotEpisode, RegExp][] = [
    [
      'a value is not finite',
      { ...good, columns: { ...good.columns, action: Float32Array.of(0, 1, 2, Number.NaN, 0, 0) } },
      /'action' is NaN in frame 1/,
    ],
    [
      'columns differ in length',
      { ...good, columns: { ...good.columns, flag: new Uint8Array(4) } },
      /'flag' has 4 values/,
    ],
    ['a column is missing', { ...good, columns: { action: good.columns['action'] } }, /no column 'flag'/],
    [
      'a column is no feature',
      { ...good, columns: { ...good.columns, more: new Uint8Array(3) } },
      /'more' is no feature/,
    ],
    [
      'a type is wrong',
      { ...good, columns: { ...good.columns, flag: new Float32Array(3) } },
      /int64 is a Float32Array/,
    ],
    [
      'it has no frames',
      { ...good, columns: { action: new Float32Array(0), flag: new Uint8Array(0) } },
      /expected 1 rows/,
    ],
    ['its task is empty', { ...good, task: ' ' }, /empty task/],
    [
      'its extra columns are others',
      { ...good, extra: { score: 'high', why: 'x' } },
      /those before have \{score: number/,
    ],
  ];
  test.each(cases)('%s', async (_, bad, message) => {
    const writer = createLeRobotWriter(dir, options);
    await writer.addEpisode(good);
    await expect(writer.addEpisode(bad)).rejects.toThrow(DatasetError);
    await expect(writer.addEpisode(bad)).rejects.toThrow(message);
    await writer.addEpisode(good);
    expect(await writer.finish()).toMatchObject({ episodes: 2, frames: 6 });
  });
});

test('a dataset without episodes is refused, and has no info.json', async () => {
  await expect(createLeRobotWriter(dir, options).finish()).rejects.toThrow(/at least one episode/);
  expect(existsSync(path.join(dir, 'meta/info.json'))).toBe(false);
});

test('features that LeRobot would misread are refused', () => {
  const make = (feature: object) => () =>
    createLeRobotWriter(dir, { ...options, features: [{ ...features[0], ...feature }] });
  expect(make({ name: 'a/b' })).toThrow(/no '\/'/);
  expect(make({ name: 'index' })).toThrow(/twice or is a column/);
  expect(make({ width: 3 })).toThrow(/2 names for 3 values/);
});

test.each(['data', 'meta/episodes'])(
  'a disk that is full while %s is written is a StoreError, not a hang',
  async folder => {
    await mkdir(path.join(dir, folder, 'chunk-000'), { recursive: true });
    await symlink('/dev/full', path.join(dir, folder, 'chunk-000/file-000.parquet'));
    const writer = createLeRobotWriter(dir, options);
    const writing = (async () => {
      for (let e = 0; e < 3; e++) await writer.addEpisode(episode(2000));
      await writer.finish();
    })();
    await expect(writing).rejects.toThrow(StoreError);
    await expect(writing).rejects.toThrow(/no space left/);
    await writer.abort();
  },
);

test('every type of feature is written and read back: floats of both widths, integers and booleans', async () => {
  const kinds = [
    { name: 'single', dtype: 'float32', width: 2, names: null },
    { name: 'double', dtype: 'float64', width: 2, names: null },
    { name: 'whole', dtype: 'int64', width: 1, names: null },
    { name: 'flags', dtype: 'bool', width: 3, names: null },
    { name: 'next.done', dtype: 'bool', width: 1, names: null },
  ] as const;
  const columns = {
    single: Float32Array.from({ length: 22 }, (_, i) => i / 7),
    double: Float64Array.from({ length: 22 }, (_, i) => i / 7),
    whole: BigInt64Array.from({ length: 11 }, (_, i) => 2n ** 53n + BigInt(i)),
    flags: Uint8Array.from({ length: 33 }, (_, i) => Number(i % 5 === 0)),
    'next.done': Uint8Array.from({ length: 11 }, (_, i) => Number(i === 10)),
  };
  const writer = createLeRobotWriter(dir, { ...options, features: kinds });
  await expect(
    writer.addEpisode({ columns: { ...columns, double: columns.single }, task: 'x', video: null, extra: {} }),
  ).rejects.toThrow(/'double' of float64 is a Float32Array/);
  await writer.addEpisode({ columns, task: 'x', video: null, extra: {} });
  await writer.finish();
  const dataset = await openDataset(dir);
  expect(await dataset.columns(0, Object.keys(columns))).toEqual(columns);
  expect((await dataset.stats())['next.done']).toMatchObject({ max: [1], count: 11 });
});
