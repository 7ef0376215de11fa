import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EpisodeRecord } from '../../src/core/episode.ts';
import { openDataset } from '../../src/dataset/open.ts';
import { readDataset } from '../../src/dataset/read.ts';
import { buildDataset } from '../../src/stages/build.ts';
import { selectEpisodes, sharedShape } from '../../src/stages/select.ts';
import { type Catalogue, openCatalogue } from '../../src/store/catalogue.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { recordOf } from '../store/records.ts';
import { addShard } from './shards.ts';

let folder: string;
let out: string;
let store: Store;
let catalogue: Catalogue;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-build-'));
  out = path.join(folder, 'dataset');
  store = await openStore(path.join(folder, 'store'));
  catalogue = openCatalogue(store.documents, 0);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const build = (where = '') => buildDataset({ store, catalogue, where, out });
const idsIn = async (dir: string) => {
  const dataset = await openDataset(dir);
  return Promise.all(dataset.episodes.map(async ({ index }) => (await dataset.extra(index))['episode_id']));
};
const sorted = (records: readonly EpisodeRecord[]) => records.map(({ id }) => id).sort();
const fingerprint = async (dir: string) => {
  const names = (await readdir(dir, { recursive: true, withFileTypes: true })).filter(entry =>
    entry.isFile(),
  );
  const files = names.map(entry => path.join(entry.parentPath, entry.name)).sort();
  const hash = createHash('sha256');
  for (const file of files) hash.update(path.relative(dir, file)).update(await readFile(file));
  return hash.digest('hex');
};

test('the episodes that meet the condition are there, by id, but not what a review rejects', async () => {
  for (let i = 0; i < 5; i++) await addShard(store, catalogue, i, { score: i / 10, task: `task ${i % 2}` });
  const rejected = recordOf(3);
  await catalogue.review(rejected.id, 'rejected', 'the cup is hidden');
  const result = await build("quality > 0.05 and task like 'task%'");
  expect(result).toMatchObject({ written: true, episodes: 3, frames: 36, added: 3, removed: 0 });
  expect(result.left).toMatchObject([{ kind: 'review', reason: 'review: the cup is hidden' }]);
  expect(await idsIn(out)).toEqual(sorted([recordOf(1), recordOf(2), recordOf(4)]));
  const summary = await readDataset(out);
  expect(summary.tasks.toSorted()).toEqual(['task 0', 'task 1']);
  expect(summary.episodes[0].extra).toMatchObject({ 'quality/coverage': 0.5 });
  expect(await readFile(path.join(out, 'rejected.jsonl'), 'utf8')).toContain('the cup is hidden');
});

test('building again writes nothing, and the same episodes elsewhere give the same bytes', async () => {
  for (let i = 0; i < 3; i++) await addShard(store, catalogue, i);
  await build();
  const first = await fingerprint(out);
  expect(await build()).toMatchObject({ written: false, episodes: 3, added: 0 });
  expect(await fingerprint(out)).toBe(first);
  const elsewhere = path.join(folder, 'elsewhere');
  await buildDataset({ store, catalogue, where: '', out: elsewhere });
  expect(await fingerprint(elsewhere)).toBe(first);
});

test('new episodes come behind those that are there, whose numbers and files stay', async () => {
  // Found so that the new ones would come first by id.
  const order = [...Array(8).keys()].sort((a, b) => (recordOf(a).id < recordOf(b).id ? 1 : -1));
  for (const i of order.slice(0, 4)) await addShard(store, catalogue, i);
  await build();
  const [before, data] = [
    await idsIn(out),
    await readFile(path.join(out, 'data/chunk-000/file-000.parquet')),
  ];
  const late = [];
  for (const i of order.slice(4)) late.push(await addShard(store, catalogue, i));
  expect(await build()).toMatchObject({ written: true, episodes: 8, added: 4, removed: 0 });
  expect(await idsIn(out)).toEqual([...before, ...sorted(late)]);
  expect((await readFile(path.join(out, 'data/chunk-000/file-000.parquet'))).equals(data)).toBe(true);
  const { episodes, frames } = await readDataset(out);
  expect({ episodes: episodes.length, frames }).toEqual({ episodes: 8, frames: 96 });
  const card = await readFile(path.join(out, 'README.md'), 'utf8');
  for (const i of order) expect(card).toContain(`${i}.mp4`);
});

test('an episode that is rejected later is taken out, and the others keep their order', async () => {
  for (let i = 0; i < 4; i++) await addShard(store, catalogue, i);
  await build();
  const before = await idsIn(out);
  await catalogue.review(String(before[1]), 'rejected', 'blurred');
  expect(await build()).toMatchObject({ written: true, episodes: 3, removed: 1, added: 0 });
  expect(await idsIn(out)).toEqual([before[0], before[2], before[3]]);
});

test('the same part of a source is there once: the one that is there, else the best', async () => {
  const same = { sourceSha256: 'c'.repeat(64), task: 'pour', startS: 10, endS: 12 };
  await addShard(store, catalogue, 1, { ...same, score: 0.4 });
  await addShard(store, catalogue, 2, { ...same, score: 0.9, startS: 10.5 });
  await addShard(store, catalogue, 3, { ...same, score: 0.1, startS: 12, endS: 14 });
  const result = await build();
  expect(await idsIn(out)).toEqual(sorted([recordOf(2), recordOf(3)]));
  expect(result.left).toMatchObject([{ kind: 'duplicate' }]);
  await addShard(store, catalogue, 4, { ...same, score: 1 });
  await build();
  expect(await idsIn(out)).toEqual(sorted([recordOf(2), recordOf(3)]));
});

test('episodes that cannot share a dataset are told apart, with the condition that chooses', async () => {
  const records = [recordOf(1), recordOf(2), recordOf(3, { fps: 12 })];
  expect(() => sharedShape(records)).toThrow(/2 of 30 frames\/s, 1 of 12 frames\/s.*add fps = 30/);
  // The condition has to find the episodes again: a rate in three decimals is another one.
  const ntsc = [1, 2, 3].map(n => recordOf(n, { fps: n < 3 ? 30_000 / 1001 : 29.97 }));
  expect(() => sharedShape(ntsc)).toThrow(`add fps = ${30_000 / 1001} to`);
  expect(() => sharedShape([recordOf(1), recordOf(2, { robot: 'h1' })])).toThrow(/add robot = 'g1-inspire'/);
  const image = { width: 640, height: 360, codec: 'av1' as const };
  expect(() => sharedShape([recordOf(1, { image }), recordOf(2, { image }), recordOf(3)])).toThrow(
    /add image.width = 640 and image.codec = 'av1'/,
  );
});

test('no episode, a lost shard and a broken condition are told in one line', async () => {
  await expect(build()).rejects.toThrow(/no episode is chosen: the catalogue has 0/);
  const { id } = await addShard(store, catalogue, 1);
  await expect(build('score >')).rejects.toThrow(/condition at character/);
  await store.remove(id);
  await expect(build()).rejects.toThrow(/has no shard/);
});

test('choosing among ten thousand episodes takes less than a second of one core', () => {
  const entries = Array.from({ length: 10_000 }, (_, i) => ({
    record: recordOf(i, { sourceSha256: String(i % 500), startS: i, endS: i + 1 }),
    review: null,
  }));
  const began = process.cpuUsage();
  const { records } = selectEpisodes(entries, () => true, []);
  expect(records.length).toBe(10_000);
  expect(process.cpuUsage(began).user / 1000).toBeLessThan(1000);
});
