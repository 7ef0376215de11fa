/** The reader: what was written comes back, from a folder and over HTTP, in version 3.0 and in older ones. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DatasetError } from '../../src/core/errors.ts';
import { openDataset as openInBrowser } from '../../src/dataset/browser.ts';
import { copyEpisodes, writerLike } from '../../src/dataset/copy.ts';
import { createLeRobotWriter } from '../../src/dataset/lerobot/writer.ts';
import { openDataset } from '../../src/dataset/open.ts';
import { checkFiles } from '../../src/dataset/reader/check.ts';
import { slidingPictures } from '../../src/dataset/reader/windows.ts';
import { clips } from '../clips.ts';
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
import { type FolderServer, serveFolder } from './serve-folder.ts';

const EPISODES = 12;
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const formats = path.join(clips, '../formats');

let dir: string;
let at: string;
let server: FolderServer;
let address: string;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'understudy-reader-'));
  at = path.join(dir, 'set');
  await publishKnown(at, 'h264', [7, EPISODES], SMALL_FILES);
  server = await serveFolder(dir);
  address = `${server.address}/set`;
}, 60_000);
afterAll(async () => {
  server.close();
  await rm(dir, { recursive: true });
});

const numbers = (column: ArrayLike<unknown>) => Array.from(column, Number);

describe.each(['folder', 'http', 'browser'])('from a %s', where => {
  const opened = () =>
    where === 'folder' ? openDataset(at) : where === 'http' ? openDataset(address) : openInBrowser(address);

  test('metadata, tasks, extras, and every value of every column', async () => {
    const dataset = await opened();
    expect(dataset.info).toMatchObject({
      version: 'v3.0',
      robotType: 'test_robot',
      fps: FPS,
      videoKeys: [VIDEO_KEY],
    });
    expect(dataset.episodes.map(({ length, tasks }) => [length, tasks[0]])).toEqual(
      Array.from({ length: EPISODES }, (_, e) => [lengthOf(e), taskOf(e)]),
    );
    for (let e = 0; e < EPISODES; e++) {
      const columns = await dataset.columns(e);
      const wanted = columnsOf(e);
      for (const { name, dtype } of FEATURES) {
        expect(columns[name]).toBeInstanceOf(dtype === 'float32' ? Float32Array : BigInt64Array);
        expect(numbers(columns[name] as Float32Array)).toEqual(numbers(wanted[name]));
      }
      expect(numbers(columns['frame_index'] as BigInt64Array)).toEqual([...Array(lengthOf(e)).keys()]);
      expect(await dataset.extra(e)).toEqual(extraOf(e));
    }
    expect((await dataset.stats())['weight']?.max).toEqual([
      Math.max(...Array.from({ length: EPISODES }, (_, e) => lengthOf(e) - 1 + e)),
    ]);
    expect((await dataset.episodeStats(2))?.[VIDEO_KEY]?.mean).toHaveLength(3);
  });

  test('one episode’s video has an address and a span', async () => {
    const { url, fromS, toS } = (await opened()).video(9, VIDEO_KEY);
    expect(url.startsWith(where === 'folder' ? at : address)).toBe(true);
    expect(toS - fromS).toBeCloseTo(lengthOf(9) / FPS, 9);
    expect(fromS).toBeGreaterThan(0);
  });
});

test('over HTTP only the parts that are asked for are fetched', async () => {
  const dataset = await openDataset(address);
  server.served.length = 0;
  await dataset.columns(0, ['action']);
  const data = server.served.filter(({ path: file }) => file.includes('/data/'));
  const { size } = await stat(path.join(at, 'data/chunk-000/file-000.parquet'));
  expect(data.every(({ range, bytes }) => range !== undefined || bytes === 0)).toBe(true);
  expect(new Set(data.map(({ path: file }) => file)).size).toBe(1);
  // A file as small as this one is fetched by its footer's request; it is not fetched twice.
  expect(data.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(size);
});

test('frames stream in order, with windows that are padded at the ends of episodes', async () => {
  const dataset = await openDataset(at);
  const deltaTimestamps = { action: [0, 1 / FPS, 2 / FPS], weight: [-1 / FPS, 0] };
  const episodes = [3, 1];
  let n = 0;
  for await (const frame of dataset.frames({
    episodes,
    columns: ['action', 'weight', 'status'],
    deltaTimestamps,
  })) {
    const [e, t] = n < lengthOf(3) ? [3, n] : [1, n - lengthOf(3)];
    const last = lengthOf(e) - 1;
    const { action, weight } = columnsOf(e);
    const row = (i: number) => numbers(action.slice(3 * i, 3 * i + 3));
    expect(frame).toMatchObject({ episode: e, frame: t, task: taskOf(e), timestamp: t / FPS });
    expect(numbers(frame.values['action'] as Float32Array)).toEqual(
      [t, t + 1, t + 2].flatMap(i => row(Math.min(i, last))),
    );
    expect(frame.padding['action']).toEqual([false, t + 1 > last, t + 2 > last]);
    expect(numbers(frame.values['weight'] as Float32Array)).toEqual([
      Number(weight[Math.max(0, t - 1)]),
      Number(weight[t]),
    ]);
    expect(frame.padding['weight']).toEqual([t === 0, false]);
    expect(frame.values['status']).toHaveLength(4);
    n += 1;
  }
  expect(n).toBe(lengthOf(3) + lengthOf(1));
});

test('pictures come with their frames, and in windows', async () => {
  const dataset = await openDataset(at);
  const request = {
    columns: [],
    images: [VIDEO_KEY],
    deltaTimestamps: { [VIDEO_KEY]: [-2 / FPS, 0, 1 / FPS] },
  };
  let n = 0;
  for await (const { episode: e, frame: t, images } of dataset.frames({ ...request, episodes: [1, 2, 8] })) {
    const shown = [t - 2, t, t + 1].map(i => Math.min(lengthOf(e) - 1, Math.max(0, i)));
    expect(images[VIDEO_KEY]).toHaveLength(3);
    for (const [k, picture] of images[VIDEO_KEY].entries()) {
      expect([picture.width, picture.height]).toEqual([SIZE.width, SIZE.height]);
      expect(Math.abs(picture.data[0] - greyOf(e, shown[k]))).toBeLessThanOrEqual(3);
    }
    n += 1;
  }
  expect(n).toBe(lengthOf(1) + lengthOf(2) + lengthOf(8));
  await expect(openInBrowser(address).then(set => set.pictures(0, VIDEO_KEY).next())).rejects.toThrow(
    /in Node/,
  );
});

test('a window of pictures holds no more than the window', async () => {
  let made = 0;
  let consumed = 0;
  const source = (async function* () {
    for (; made < 50; made++) {
      expect(made - consumed).toBeLessThanOrEqual(4);
      yield made;
    }
  })();
  for await (const window of slidingPictures(source, 50, [-2, 3])) {
    expect(window).toEqual([Math.max(0, consumed - 2), Math.min(49, consumed + 3)]);
    consumed += 1;
  }
  expect(consumed).toBe(50);
});

test('windows that do not fit are refused', async () => {
  const dataset = await openDataset(at);
  const first = (deltaTimestamps: Record<string, number[]>) => dataset.frames({ deltaTimestamps }).next();
  await expect(first({ action: [0.01] })).rejects.toThrow(/0.01 s is no multiple of 1\/30 s/);
  await expect(first({ actions: [0] })).rejects.toThrow(
    /'actions': no such feature; features: observation.state/,
  );
  await expect(dataset.frames({ columns: ['nothing'] }).next()).rejects.toThrow(/'nothing' is no column/);
  await expect(dataset.columns(EPISODES)).rejects.toThrow(/no episode 12; it has 12/);
});

test('a part of a dataset is a dataset, without decoding a picture', async () => {
  const dataset = await openDataset(at);
  const part = path.join(dir, 'part');
  const writer = writerLike(dataset, part);
  await copyEpisodes(dataset, writer, [8, 1]);
  expect(await writer.finish()).toMatchObject({ episodes: 2, frames: lengthOf(8) + lengthOf(1) });
  const copy = await openDataset(part);
  await checkFiles(copy);
  for (const [i, e] of [8, 1].entries()) {
    expect(numbers((await copy.columns(i))['action'] as Float32Array)).toEqual(
      numbers(columnsOf(e)['action']),
    );
    expect(await copy.extra(i)).toEqual(extraOf(e));
    let t = 0;
    for await (const { data } of copy.pictures(i, VIDEO_KEY))
      expect(Math.abs(data[0] - greyOf(e, t++))).toBeLessThanOrEqual(3);
    expect((await copy.episodeStats(i))?.[VIDEO_KEY]).toEqual((await dataset.episodeStats(e))?.[VIDEO_KEY]);
  }
});

describe.skipIf(!existsSync(formats))('datasets of other recorders', () => {
  test('LeRobot’s own recording: frames, statistics, the span of each video', async () => {
    const dataset = await openDataset(path.join(formats, 'lerobot_v3.0'));
    expect(dataset.info.videoKeys).toEqual(['observation.images.front', 'observation.images.top']);
    expect(dataset.episodes.map(({ length }) => length)).toEqual([373, 374, 372, 373]);
    expect(dataset.video(1, 'observation.images.front').fromS).toBeCloseTo(373 / 30, 9);
    const { action, timestamp } = await dataset.columns(1, ['action', 'timestamp']);
    expect(action).toHaveLength(374 * 6);
    expect(numbers(timestamp as Float32Array)[30]).toBeCloseTo(1, 6);
    const { mean, max } = (await dataset.stats())['action'];
    expect(mean).toHaveLength(6);
    const [first] = [numbers((await dataset.columns(0, ['action']))['action'] as Float32Array)];
    expect(Math.max(...first.filter((_, i) => i % 6 === 0))).toBeLessThanOrEqual((max as number[])[0]);
    await expect(checkFiles(dataset)).rejects.toThrow(/file-000\.mp4 is missing/);
  });

  test.each(['lerobot_v2.1_g1_inspire', 'gr00t'])('the metadata of %s', async name => {
    const dataset = await openDataset(path.join(formats, name));
    expect(dataset.episodes.length).toBe(dataset.info.totalEpisodes);
    const { path: file } = dataset.episode(3).data;
    expect(file).toBe('data/chunk-000/episode_000003.parquet');
    expect((await dataset.stats())['observation.state']?.mean).toHaveLength(name === 'gr00t' ? 44 : 26);
    expect(dataset.info.features['action'].names?.[0]).toBe(
      name === 'gr00t' ? 'motor_0' : 'kLeftShoulderPitch',
    );
    await expect(dataset.columns(3)).rejects.toThrow(/episode_000003\.parquet is missing/);
  });
});

test('a feature that no memory holds is refused before memory is taken', async () => {
  const folder = path.join(dir, 'wide');
  await cp(at, folder, { recursive: true });
  const file = path.join(folder, 'meta/info.json');
  const info = JSON.parse(await readFile(file, 'utf8'));
  info.features.action.shape = [1e9];
  await writeFile(file, JSON.stringify(info));
  await expect((await openDataset(folder)).columns(0)).rejects.toThrow(
    /'action' of episode 0: frame 0 has 3 values, the feature has 1000000000/,
  );
});

describe('a DatasetError says what is wrong with', () => {
  const hostile = async (damage: (folder: string) => Promise<unknown>, message: RegExp) => {
    const folder = path.join(dir, 'hostile');
    await rm(folder, { recursive: true, force: true });
    await cp(at, folder, { recursive: true });
    await damage(folder);
    const readAll = async () => {
      const dataset = await openDataset(folder);
      await checkFiles(dataset);
      for await (const _ of dataset.frames({ images: [VIDEO_KEY] }));
    };
    await expect(readAll()).rejects.toThrow(message);
    await expect(readAll()).rejects.toThrow(DatasetError);
  };
  const edit = (name: string, change: (text: string) => string) => async (folder: string) => {
    const text = await readFile(path.join(folder, name), 'utf8');
    expect(change(text)).not.toBe(text);
    await writeFile(path.join(folder, name), change(text));
  };
  const info = (change: (value: Record<string, never>) => unknown) =>
    edit('meta/info.json', text => {
      const value = JSON.parse(text);
      change(value);
      return JSON.stringify(value);
    });
  const cases: [string, (folder: string) => Promise<unknown>, RegExp][] = [
    ['an info.json that is a list', edit('meta/info.json', () => '[]'), /info\.json is not a JSON object/],
    ['no rate', info(value => delete value['fps']), /fps undefined is not a rate/],
    [
      'negative counts',
      info(value => Object.assign(value, { total_episodes: -1 })),
      /total_episodes -1 is not a whole/,
    ],
    [
      'a feature without a shape',
      info(value => Object.assign(value['features'], { x: { dtype: 'float32' } })),
      /feature 'x' needs/,
    ],
    [
      'a feature that leads elsewhere',
      info(value => Object.assign(value['features'], { '../x': { dtype: 'video', shape: [1] } })),
      /feature '\.\.\/x' needs/,
    ],
    [
      'an absolute path',
      info(value => Object.assign(value, { data_path: '/etc/passwd' })),
      /does not lead to a file inside/,
    ],
    [
      'a path that asks for more',
      info(value => Object.assign(value, { data_path: 'data/{secret}.parquet' })),
      /asks for the unknown \{secret\}/,
    ],
    [
      'a path of half a gigabyte',
      info(value => Object.assign(value, { data_path: 'data/{chunk_index:0999999999d}.parquet' })),
      /does not lead to a file inside/,
    ],
    [
      'a column that no file has',
      info(value => Object.assign(value['features'], { ghost: { dtype: 'float32', shape: [2] } })),
      /lacks the column\(s\) ghost/,
    ],
    [
      'a feature of another width',
      info(value => Object.assign(value['features']['action'], { shape: [4] })),
      /'action' has 51 values in 17 rows, meta\/info\.json says 4 in each/,
    ],
    [
      'a damaged parquet file',
      async folder => {
        const handle = await open(path.join(folder, 'data/chunk-000/file-001.parquet'), 'r+');
        await handle.write(Buffer.alloc(4000, 0xee), 0, 4000, 200);
        await handle.close();
      },
      /file-001\.parquet/,
    ],
    [
      'a truncated video',
      folder => truncate(path.join(folder, `videos/${VIDEO_KEY}/chunk-000/file-000.mp4`), 2000),
      /file-000\.mp4/,
    ],
  ];
  test.each(cases)('%s', (_, damage, message) => hostile(damage, message));

  test('an address without a dataset, and one without a server', async () => {
    await expect(openDataset(`${address}/meta`)).rejects.toThrow(
      /is not a LeRobot dataset: it has no meta\/info\.json/,
    );
    await expect(openDataset('http://127.0.0.1:9/set')).rejects.toThrow(DatasetError);
    await expect(openInBrowser('/set')).rejects.toThrow(/is not an http\(s\) address/);
  });
});

test('nothing that the browser loads needs Node', () => {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, type, target] of readFileSync(file, 'utf8').matchAll(
      /^(?:import|export) (type )?[^;]*?from '([^']+)'/gm,
    )) {
      if (type) continue;
      if (target.startsWith('.')) visit(path.join(path.dirname(file), target));
      else expect(`${file}: ${target}`).toMatch(/: hyparquet(\/src\/\w+\.js)?$/);
    }
    expect(readFileSync(file, 'utf8')).not.toMatch(/node:|process\.|\bBuffer\b/);
  };
  visit(path.join(root, 'src/dataset/browser.ts'));
  expect(seen.size).toBeGreaterThan(8);
  expect(readdirSync(path.join(root, 'src/dataset/reader')).length).toBeGreaterThan(5);
});

test('a feature called __proto__ changes no object but its own', async () => {
  const at = path.join(dir, 'proto');
  const writer = createLeRobotWriter(at, {
    fps: FPS,
    robotType: 'test',
    features: [{ name: 'observation.state', dtype: 'float32', width: 1, names: null }],
    video: null,
  });
  await writer.addEpisode({
    columns: { 'observation.state': Float32Array.of(1, 2) },
    task: 'wave',
    video: null,
    extra: { 'stats/__proto__/polluted': 'yes' },
  });
  await writer.finish();
  const stats = await (await openDataset(at)).episodeStats(0);
  expect(({} as { polluted?: string }).polluted).toBeUndefined();
  expect(Object.keys(stats!)).toContain('observation.state');
});
