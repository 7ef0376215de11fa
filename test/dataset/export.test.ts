/** Every export format, by one contract; and what each of them holds. */
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { McapIndexedReader } from '@mcap/core';
import { tableFromIPC } from 'apache-arrow';
import { parse } from 'csv-parse/sync';
import type { Group, Dataset as H5Dataset } from 'h5wasm';
import h5wasm from 'h5wasm/node';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { loadRobot } from '../../models/robots/registry.ts';
import { DatasetError, UnknownNameError } from '../../src/core/errors.ts';
import { independentJoints } from '../../src/core/robot.ts';
import { episodeOf } from '../../src/dataset/copy.ts';
import { exportDataset } from '../../src/dataset/export/export.ts';
import { modality } from '../../src/dataset/export/gr00t.ts';
import { checkWritten } from '../../src/dataset/export/hdf5.ts';
import { exportFormatNames, loadExportFormat } from '../../src/dataset/export/registry.ts';
import { exportSource } from '../../src/dataset/export/source.ts';
import { createLeRobotWriter } from '../../src/dataset/lerobot/writer.ts';
import { openDataset } from '../../src/dataset/open.ts';
import { loadProfile, profileNames } from '../../src/dataset/profiles/registry.ts';
import { unitree } from '../../src/dataset/profiles/unitree.ts';
import { checkFiles } from '../../src/dataset/reader/check.ts';
import { clips } from '../clips.ts';
import { JOINTS } from './fixtures.ts';
import {
  columnsOf,
  extraOf,
  FEATURES,
  FPS,
  greyOf,
  lengthOf,
  publishKnown,
  SIZE,
  SMALL_FILES,
  taskOf,
  VIDEO_KEY,
} from './known-dataset.ts';

const EPISODES = 7;
const FRAMES = Array.from({ length: EPISODES }, (_, e) => lengthOf(e)).reduce((a, b) => a + b);
let dir: string;
let at: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'understudy-export-'));
  at = path.join(dir, 'set');
  await publishKnown(at, 'h264', [4, EPISODES], SMALL_FILES);
}, 60_000);
afterAll(() => rm(dir, { recursive: true }));

test('frames of an episode that does several things are told what each does', async () => {
  const dataset = await openDataset(at);
  const [first, second] = dataset.tasks;
  vi.spyOn(dataset, 'taskOf').mockResolvedValue(t => (t < 5 ? second : first));
  const source = exportSource(dataset, await loadProfile('urdf'), []);
  const { value: episode } = await source.episodes().next();
  expect([0, 4, 5].map(t => episode!.taskOf(t))).toEqual([second, second, first]);
  expect(Array.from(episode!.columns['task_index'].slice(3, 7), Number)).toEqual([1, 1, 0, 0]);
  await expect(episodeOf(dataset, 0)).rejects.toThrow(/episode 0 has several tasks/);
});

const request = (format: string, out: string, over: object = {}) => ({
  dir: at,
  out,
  format,
  profile: 'urdf',
  jointsOf: async () => [],
  understudy: '0',
  ...over,
});
const numbers = (column: ArrayLike<unknown>) => Array.from(column, Number);
const filesOf = async (folder: string) =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter(entry => entry.isFile())
    .map(entry => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
const digestOf = async (folder: string) =>
  Object.fromEntries(
    await Promise.all(
      (await filesOf(folder)).map(async name => [
        name,
        (await readFile(path.join(folder, name))).toString('base64'),
      ]),
    ),
  );

describe.each([...exportFormatNames])('%s', format => {
  test('is named, says what it is, and is written whole, beside a dataset that stays as it is', async () => {
    const before = await digestOf(at);
    const out = path.join(dir, format);
    expect(await exportDataset(request(format, out))).toEqual({ episodes: EPISODES, frames: FRAMES });
    const { name, meaning } = await loadExportFormat(format);
    expect(name).toBe(format);
    const card = await readFile(path.join(out, 'README.md'), 'utf8');
    expect(card).toContain(meaning);
    expect(card).toContain(JOINTS.join(', '));
    expect(JSON.parse(await readFile(path.join(out, 'meta/understudy.json'), 'utf8'))).toMatchObject({
      format,
    });
    expect(await digestOf(at)).toEqual(before);
  });

  test('replaces its own export, and nothing else', async () => {
    const out = path.join(dir, `${format}-again`);
    await exportDataset(request(format, out));
    await exportDataset(request(format, out));
    const other = format === 'csv' ? 'arrow' : 'csv';
    await expect(exportDataset(request(other, out))).rejects.toThrow(/choose another folder/);
    await expect(exportDataset(request(format, at))).rejects.toThrow(/lies in the dataset/);
    await expect(exportDataset(request(format, path.join(at, 'inside')))).rejects.toThrow(
      /lies in the dataset/,
    );
    const foreign = path.join(dir, `${format}-foreign`);
    await cp(at, foreign, { recursive: true });
    await expect(exportDataset(request(format, foreign))).rejects.toThrow(/holds a lerobot-v3\.0 dataset/);
    await rm(path.join(foreign, 'meta/understudy.json'));
    await expect(exportDataset(request(format, foreign))).rejects.toThrow(
      /something that Understudy did not write/,
    );
  });

  test('of a damaged dataset is refused, and leaves nothing behind', async () => {
    const hostile = path.join(dir, `${format}-hostile`);
    await cp(at, hostile, { recursive: true });
    await truncate(path.join(hostile, 'data/chunk-000/file-001.parquet'), 3000);
    const out = path.join(dir, `${format}-refused`);
    await expect(exportDataset(request(format, out, { dir: hostile }))).rejects.toThrow(DatasetError);
    await expect(exportDataset(request(format, out, { dir: path.join(at, 'data') }))).rejects.toThrow(
      /is not a LeRobot dataset/,
    );
    expect(existsSync(out)).toBe(false);
    expect((await readdir(dir)).filter(name => name.includes(`${format}-refused.staging`))).toEqual([]);
  });
});

test('an unknown format and an unknown profile are named, with the known ones', async () => {
  const out = path.join(dir, 'x');
  await expect(exportDataset(request('rlds', out))).rejects.toThrow(UnknownNameError);
  await expect(exportDataset(request('rlds', out))).rejects.toThrow(
    /known: lerobot-v2\.1, gr00t, mcap, hdf5, arrow, csv/,
  );
  await expect(exportDataset(request('csv', out, { profile: 'x' }))).rejects.toThrow(
    /unknown profile 'x'; known: urdf, unitree/,
  );
  expect(profileNames).toEqual(['urdf', 'unitree']);
});

test.each(['lerobot-v2.1', 'gr00t'])('%s is read back, every value and every picture', async format => {
  const dataset = await openDataset(path.join(dir, format));
  await checkFiles(dataset);
  expect(dataset.info.version).toBe('v2.1');
  for (let e = 0; e < EPISODES; e++) {
    const columns = await dataset.columns(e);
    for (const { name } of FEATURES) expect(numbers(columns[name])).toEqual(numbers(columnsOf(e)[name]));
    expect(numbers(columns['index']).at(0)).toBe(dataset.episode(e).from);
    let t = 0;
    for await (const { data } of dataset.pictures(e, VIDEO_KEY))
      expect(Math.abs(data[0] - greyOf(e, t++))).toBeLessThanOrEqual(3);
    expect(dataset.episode(e).tasks).toEqual([taskOf(e)]);
    expect(await dataset.extra(e)).toEqual(extraOf(e));
  }
  const [ours, theirs] = [await dataset.stats(), await (await openDataset(at)).stats()];
  for (const { name } of FEATURES)
    for (const key of ['min', 'max', 'mean', 'std'] as const)
      numbers(ours[name]?.[key] ?? []).forEach((value, d) => {
        expect(value).toBeCloseTo(theirs[name]?.[key]?.[d] ?? Number.NaN, 9);
      });
});

test('GR00T’s modality cuts state and action into the parts of the robot', async () => {
  const { joints } = await loadRobot('g1-inspire');
  const names = independentJoints(joints).map(({ name }) => name);
  const feature = (name: string) => ({ name, dtype: 'float32', width: names.length, names }) as const;
  const features = [feature('observation.state'), feature('action')];
  const { state, action, video, annotation } = modality({
    features,
    videos: [{ key: 'observation.images.source', width: 64, height: 64, codec: 'av1', pixFmt: 'yuv420p' }],
  }) as Record<string, Record<string, { original_key: string; start: number; end: number }>>;
  const spans = Object.entries(state).map(([part, { start, end }]) => [part, start, end]);
  expect(spans).toEqual([
    ['left_leg', 0, 6],
    ['right_leg', 6, 12],
    ['waist', 12, 15],
    ['left_arm', 15, 22],
    ['right_arm', 22, 29],
    ['left_hand', 29, 35],
    ['right_hand', 35, 41],
  ]);
  expect(action['left_arm']).toEqual({ original_key: 'action', start: 15, end: 22 });
  expect(video).toEqual({ source: { original_key: 'observation.images.source' } });
  expect(annotation).toEqual({ 'human.task_description': { original_key: 'task_index' } });
});

test('MCAP by its own reader: joint states, targets and pictures, each at its time', async () => {
  const bytes = await readFile(path.join(dir, 'mcap/episode_000001.mcap'));
  const readable = {
    size: async () => BigInt(bytes.length),
    read: async (offset: bigint, size: bigint) => bytes.subarray(Number(offset), Number(offset + size)),
  };
  const reader = await McapIndexedReader.Initialize({ readable });
  const topics = new Map([...reader.channelsById.values()].map(({ id, topic }) => [id, topic]));
  expect(new Set([...reader.schemasById.values()].map(({ name }) => name))).toEqual(
    new Set(['foxglove.JointStates', 'foxglove.CompressedImage', 'understudy.Values']),
  );
  const seen: Record<string, number> = {};
  for await (const { channelId, logTime, data } of reader.readMessages()) {
    const topic = topics.get(channelId) ?? '';
    const t = (seen[topic] = (seen[topic] ?? -1) + 1);
    const message = JSON.parse(new TextDecoder().decode(data));
    expect(Number(logTime) / 1e9).toBeCloseTo(t / FPS, 8);
    expect(message.timestamp.sec + message.timestamp.nsec / 1e9).toBeCloseTo(t / FPS, 8);
    if (topic === '/joint_states') {
      expect(message.joints.map(({ name }: { name: string }) => name)).toEqual(JOINTS);
      const row = numbers(columnsOf(1)['observation.state'].slice(3 * t, 3 * t + 3));
      expect(message.joints.map(({ position }: { position: number }) => position)).toEqual(row);
    }
    if (topic === '/observation/images/main') {
      const { data: pixels, info } = await sharp(Buffer.from(message.data, 'base64'))
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect([info.width, info.height]).toEqual([SIZE.width, SIZE.height]);
      expect(Math.abs(pixels[0] - greyOf(1, t))).toBeLessThanOrEqual(4);
    }
  }
  expect(Object.keys(seen)).toHaveLength(FEATURES.length + 1);
  expect(new Set(Object.values(seen))).toEqual(new Set([lengthOf(1) - 1]));
  for await (const { metadata } of reader.readMetadata()) expect(metadata.get('task')).toBe(taskOf(1));
});

test('HDF5: actions, observations, pictures and the end of each demonstration', async () => {
  await h5wasm.ready;
  const file = new h5wasm.File(path.join(dir, 'hdf5/dataset.hdf5'), 'r');
  expect(() => checkWritten(file, new Map([['/data/demo_0/dones', 'as it was given']]))).toThrow(
    /demo_0\/dones is not as it was written/,
  );
  const value = (name: string) => (file.get(name) as H5Dataset).value as ArrayLike<unknown>;
  expect(Number((file.get('data') as Group).attrs['total'].value)).toBe(FRAMES);
  for (let e = 0; e < EPISODES; e++) {
    const demo = `data/demo_${e}`;
    const columns = columnsOf(e);
    expect(numbers(value(`${demo}/actions`))).toEqual(numbers(columns['action']));
    expect(numbers(value(`${demo}/obs/state`))).toEqual(numbers(columns['observation.state']));
    expect(numbers(value(`${demo}/status`))).toEqual(numbers(columns['status']));
    expect(numbers(value(`${demo}/dones`)).indexOf(1)).toBe(lengthOf(e) - 1);
    const images = file.get(`${demo}/obs/main_image`) as H5Dataset;
    expect(images.shape).toEqual([lengthOf(e), SIZE.height, SIZE.width, 3]);
    const last = images.slice([
      [lengthOf(e) - 1, lengthOf(e)],
      [0, 1],
      [0, 1],
      [0, 1],
    ]) as Uint8Array;
    expect(Math.abs(last[0] - greyOf(e, lengthOf(e) - 1))).toBeLessThanOrEqual(3);
    expect((file.get(demo) as Group).attrs['task'].value).toBe(taskOf(e));
  }
  file.close();
});

test('Arrow and CSV: one row per frame, with every number', async () => {
  const table = tableFromIPC(await readFile(path.join(dir, 'arrow/frames.arrow')));
  const text = await readFile(path.join(dir, 'csv/frames.csv'), 'utf8');
  const rows = parse(text, { columns: true }) as Record<string, string>[];
  expect([table.numRows, table.batches.length, rows.length]).toEqual([FRAMES, EPISODES, FRAMES]);
  let row = 0;
  for (let e = 0; e < EPISODES; e++) {
    const { action, status } = columnsOf(e);
    for (let t = 0; t < lengthOf(e); t++, row++) {
      const arrowRow = table.get(row);
      expect(numbers(arrowRow?.['action'])).toEqual(numbers(action.slice(3 * t, 3 * t + 3)));
      expect(JOINTS.map(name => Math.fround(Number(rows[row][`action.${name}`])))).toEqual(
        numbers(arrowRow?.['action']),
      );
      expect(Number(rows[row]['status.left_hand'])).toBe(Number(status[4 * t + 2]));
      expect([arrowRow?.['task'], rows[row]['task']]).toEqual([taskOf(e), taskOf(e)]);
      expect(Number(rows[row]['index'])).toBe(row);
    }
  }
  const lines = (await readFile(path.join(dir, 'csv/episodes.jsonl'), 'utf8')).trim().split('\n');
  expect(JSON.parse(lines[3])).toMatchObject({ episode_index: 3, length: lengthOf(3), ...extraOf(3) });
});

test('Unitree’s names: arms as they are, hands from 0 closed to 1 open, the rest left out', async () => {
  const { joints } = await loadRobot('g1-inspire');
  const names = independentJoints(joints).map(({ name }) => name);
  const at5 = path.join(dir, 'g1');
  const writer = createLeRobotWriter(at5, {
    fps: 30,
    robotType: 'g1-inspire',
    features: ['observation.state', 'action'].map(
      name => ({ name, dtype: 'float32', width: names.length, names }) as const,
    ),
    video: null,
  });
  const range = (name: string) =>
    joints.find(joint => joint.name === name) as { lower: number; upper: number };
  // Frame 0: every hand open, frame 1: closed, frame 2: half.
  const q = Float32Array.from(
    [0, 1, 0.5].flatMap(share =>
      names.map((name, j) =>
        /^[LR]_/.test(name) ? range(name).lower + share * (range(name).upper - range(name).lower) : j / 100,
      ),
    ),
  );
  await writer.addEpisode({
    columns: { 'observation.state': q, action: q },
    task: 'wave',
    video: null,
    extra: {},
  });
  await writer.finish();
  const out = path.join(dir, 'unitree');
  const jointsOf = async (robot: string) => (await loadRobot(robot)).joints;
  await exportDataset(request('lerobot-v2.1', out, { dir: at5, profile: 'unitree', jointsOf }));
  const dataset = await openDataset(out);
  const reference = path.join(clips, '../formats/lerobot_v2.1_g1_inspire');
  if (existsSync(reference))
    expect(dataset.info.features['action'].names).toEqual(
      (await openDataset(reference)).info.features['action'].names,
    );
  const { action } = await dataset.columns(0);
  expect(action).toHaveLength(3 * 26);
  const [open, closed, half] = [0, 1, 2].map(t =>
    numbers(action.slice(26 * t, 26 * (t + 1)) as Float32Array),
  );
  for (let d = 14; d < 26; d++) {
    expect(open[d]).toBeCloseTo(1, 6);
    expect(closed[d]).toBeCloseTo(0, 6);
    expect(half[d]).toBeCloseTo(0.5, 6);
  }
  expect(open[0]).toBeCloseTo(names.indexOf('left_shoulder_pitch_joint') / 100, 6);
  expect(open[13]).toBeCloseTo(names.indexOf('right_wrist_yaw_joint') / 100, 6);
  expect((await dataset.stats())['action']?.max?.slice(14)).toEqual(new Array(12).fill(1));
  expect(await readFile(path.join(out, 'README.md'), 'utf8')).toContain(unitree.meaning);
  await expect(exportDataset(request('csv', path.join(dir, 'y'), { profile: 'unitree' }))).rejects.toThrow(
    /no left_shoulder_pitch_joint and 25 more/,
  );
});

test('an export of a dataset without statistics of an episode still counts its own', async () => {
  const bare = path.join(dir, 'bare');
  await cp(path.join(dir, 'lerobot-v2.1'), bare, { recursive: true });
  await writeFile(path.join(bare, 'meta/episodes_stats.jsonl'), '');
  const out = path.join(dir, 'from-v21');
  await exportDataset(request('gr00t', out, { dir: bare }));
  expect((await (await openDataset(out)).stats())['action']?.mean).toHaveLength(3);
});
