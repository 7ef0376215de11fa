/** Many episodes in several files and chunks, and datasets that grow. */
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DatasetError, MediaError } from '../../src/core/errors.ts';
import { extendLeRobotDataset } from '../../src/dataset/lerobot/extend.ts';
import { createLeRobotWriter } from '../../src/dataset/lerobot/writer.ts';
import { readDataset } from '../../src/dataset/read.ts';
import { readAll } from '../video/material.ts';
import {
  addKnown,
  columnsOf,
  encodeFilms,
  extraOf,
  FPS,
  filmOf,
  greyOf,
  lengthOf,
  optionsOf,
  publishKnown,
  SMALL_FILES,
  taskOf,
  VIDEO_KEY,
} from './known-dataset.ts';

const EPISODES = 24;
let dir: string;
let films: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'understudy-append-'));
  films = path.join(dir, 'films');
  await encodeFilms(films, EPISODES, 'h264');
  await publishKnown(path.join(dir, 'grown'), 'h264', [10, 17, EPISODES], SMALL_FILES);
}, 60_000);
afterAll(() => rm(dir, { recursive: true }));

const filesOf = async (folder: string) =>
  (await readdir(path.join(dir, folder), { recursive: true, withFileTypes: true }))
    .filter(entry => entry.isFile())
    .map(entry => path.relative(path.join(dir, folder), path.join(entry.parentPath, entry.name)))
    .sort();
/** Content of every file, by path. */
const contentsOf = async (folder: string) =>
  Object.fromEntries(
    await Promise.all(
      (await filesOf(folder)).map(async name => [
        name,
        (await readFile(path.join(dir, folder, name))).toString('base64'),
      ]),
    ),
  );
const episodeRows = async (folder: string) => {
  const rows: Record<string, unknown>[] = [];
  for (const name of (await filesOf(folder)).filter(file => file.startsWith('meta/episodes/')))
    rows.push(
      ...(await parquetReadObjects({ file: await asyncBufferFromFile(path.join(dir, folder, name)) })),
    );
  return rows;
};

test('episodes fill files and files fill chunks, and limits are kept', async () => {
  const files = await filesOf('grown');
  for (const kind of ['data', `videos/${VIDEO_KEY}`]) {
    const of = files.filter(name => name.startsWith(kind));
    const chunks = new Set(of.map(name => name.match(/chunk-\d+/)?.[0]));
    expect(chunks.size).toBeGreaterThan(1);
    for (const chunk of chunks)
      expect(of.filter(name => name.includes(`${chunk}`)).length).toBeLessThanOrEqual(3);
  }
  const rows = await episodeRows('grown');
  const perFile = new Map<string, number>();
  for (const row of rows) {
    const file = `${row[`videos/${VIDEO_KEY}/chunk_index`]}/${row[`videos/${VIDEO_KEY}/file_index`]}`;
    perFile.set(file, (perFile.get(file) ?? 0) + 1);
  }
  expect(Math.max(...perFile.values())).toBeGreaterThan(2);
  const info = JSON.parse(await readFile(path.join(dir, 'grown/meta/info.json'), 'utf8'));
  expect(info).toMatchObject({
    total_episodes: EPISODES,
    chunks_size: 3,
    data_files_size_in_mb: SMALL_FILES.dataFilesSizeMb,
    video_files_size_in_mb: SMALL_FILES.videoFilesSizeMb,
  });
});

test('every episode’s pictures lie where meta/episodes says', async () => {
  for (const [e, row] of (await episodeRows('grown')).entries()) {
    const [chunk, file] = ['chunk_index', 'file_index'].map(name =>
      String(row[`videos/${VIDEO_KEY}/${name}`]).padStart(3, '0'),
    );
    const [startS, endS] = ['from_timestamp', 'to_timestamp'].map(name =>
      Number(row[`videos/${VIDEO_KEY}/${name}`]),
    );
    expect(endS - startS).toBeCloseTo(lengthOf(e) / FPS, 9);
    const film = path.join(dir, `grown/videos/${VIDEO_KEY}/chunk-${chunk}/file-${file}.mp4`);
    const frames = await readAll(film, { fps: FPS, startS, endS });
    expect(frames).toHaveLength(lengthOf(e));
    for (const [t, { frame }] of frames.entries())
      expect(Math.abs(frame.data[0] - greyOf(e, t))).toBeLessThanOrEqual(3);
  }
});

test('a dataset that grew twice says the same as one that was written at once: indices, tasks, extras and statistics', async () => {
  const writer = createLeRobotWriter(path.join(dir, 'at-once'), optionsOf('h264', SMALL_FILES));
  await addKnown(writer, films, 0, EPISODES);
  await writer.finish();
  for (const name of ['meta/stats.json', 'meta/tasks.parquet', 'meta/info.json'])
    expect(await readFile(path.join(dir, 'grown', name))).toEqual(
      await readFile(path.join(dir, 'at-once', name)),
    );
  const plain = (row: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => !/(chunk|file)_index$|_timestamp$/.test(name)));
  expect((await episodeRows('grown')).map(plain)).toEqual((await episodeRows('at-once')).map(plain));
  const { episodes } = await readDataset(path.join(dir, 'grown'));
  expect(episodes.map(({ task, frames }) => [task, frames])).toEqual(
    Array.from({ length: EPISODES }, (_, e) => [taskOf(e), lengthOf(e)]),
  );
  expect(episodes[20].extra).toEqual(extraOf(20));
});

test('the files of the episodes before are the same bytes', async () => {
  const before = path.join(dir, 'before');
  await publishKnown(before, 'h264', [10], SMALL_FILES);
  const [old, grown] = [await contentsOf('before'), await contentsOf('grown')];
  const kept = Object.keys(old).filter(name => /^(data|videos|meta\/episodes)\//.test(name));
  expect(kept.length).toBeGreaterThan(4);
  for (const name of kept) expect(grown[name] === old[name], name).toBe(true);
});

test('an addition that fails leaves the dataset as it was', async () => {
  const before = await contentsOf('grown');
  const staging = path.join(dir, 'staging');
  await mkdir(staging);
  const writer = await extendLeRobotDataset(staging, path.join(dir, 'grown'));
  const episode = {
    columns: columnsOf(0),
    task: 'wave',
    video: { path: filmOf(films, 1), stats: { ...JSON.parse(STATS), count: 1 } },
    extra: extraOf(0),
  };
  // Columns of 17 frames and a film of 40 are allowed; the other way round the film is too short.
  await expect(
    writer.addEpisode({
      ...episode,
      columns: columnsOf(1),
      video: { ...episode.video, path: filmOf(films, 0) },
    }),
  ).rejects.toThrow(MediaError);
  await expect(writer.addEpisode({ ...episode, extra: { view: 'x' } })).rejects.toThrow(
    /those before have \{flags/,
  );
  await expect(
    writer.addEpisode({ ...episode, columns: { ...columnsOf(0), more: new Float32Array(17) } }),
  ).rejects.toThrow(DatasetError);
  await writer.abort();
  await rm(staging, { recursive: true });
  expect(await contentsOf('grown')).toEqual(before);
});

const STATS = JSON.stringify(
  Object.fromEntries(
    ['min', 'max', 'mean', 'std', 'q01', 'q10', 'q50', 'q90', 'q99'].map(key => [key, [0, 0, 0]]),
  ),
);

test.each([
  [
    'a truncated data file',
    /truncated or damaged/,
    (at: string) => truncate(path.join(at, 'data/chunk-000/file-000.parquet'), 999),
  ],
  [
    'a missing video',
    /is missing or empty/,
    (at: string) => rm(path.join(at, `videos/${VIDEO_KEY}/chunk-000/file-001.mp4`)),
  ],
  [
    'statistics that are gone',
    /stats\.json is missing/,
    (at: string) => rm(path.join(at, 'meta/stats.json')),
  ],
  [
    'another version',
    /version v2\.1; episodes are added to v3\.0 only|tasks\.jsonl is missing/,
    (at: string) => edit(at, 'v3.0', 'v2.1'),
  ],
  [
    'a path that leads out of it',
    /does not lead to a file inside/,
    (at: string) => edit(at, '"data/chunk', '"../data/chunk'),
  ],
  [
    'a wrong count of frames',
    /frames, meta\/episodes has/,
    (at: string) => edit(at, /"total_frames": \d+/, '"total_frames": 5'),
  ],
  ['no dataset in it', /is not a LeRobot dataset/, (at: string) => rm(path.join(at, 'meta/info.json'))],
] as const)('nothing is added to a folder with %s', async (_, message, damage) => {
  const at = path.join(dir, 'hostile');
  await rm(at, { recursive: true, force: true });
  const writer = createLeRobotWriter(at, optionsOf('h264', SMALL_FILES));
  await addKnown(writer, films, 0, 8);
  await writer.finish();
  await damage(at);
  const before = await contentsOf('hostile');
  const staging = path.join(dir, 'hostile-staging');
  await expect(extendLeRobotDataset(staging, at)).rejects.toThrow(DatasetError);
  await expect(extendLeRobotDataset(staging, at)).rejects.toThrow(message);
  expect(await contentsOf('hostile')).toEqual(before);
});

async function edit(at: string, from: string | RegExp, to: string) {
  const file = path.join(at, 'meta/info.json');
  const text = await readFile(file, 'utf8');
  expect(text.replace(from, to)).not.toBe(text);
  await writeFile(file, text.replace(from, to));
}
