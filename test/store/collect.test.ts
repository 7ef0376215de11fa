import { createHash } from 'node:crypto';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openCatalogue } from '../../src/store/catalogue.ts';
import { collect, planCollection } from '../../src/store/collect.ts';
import { openFolderStore } from '../../src/store/fs.ts';
import type { Store } from '../../src/store/store.ts';
import { recordOf } from './records.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const keyOf = (text: string) => createHash('sha256').update(text).digest('hex');

let root: string;
let store: Store;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'understudy-collect-'));
  store = await openFolderStore(root);
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function artifact(key: string, ageDays: number, stage = 'perceive'): Promise<void> {
  const { dir } = await store.put(key, { stage }, at => writeFile(path.join(at, 'data'), 'x'.repeat(1000)));
  const then = Date.now() / 1000 - (ageDays * DAY_MS) / 1000;
  await utimes(path.join(dir, 'manifest.json'), then, then);
}
const keys = (plan: Awaited<ReturnType<typeof planCollection>>) => plan.go.map(({ key }) => key);

test('what the catalogue or any document names stays, and what was used lately; the rest goes', async () => {
  const catalogue = openCatalogue(store.documents);
  await catalogue.add(recordOf(1));
  await artifact(recordOf(1).id, 100, 'shard');
  await store.documents.write('batches/a', { jobs: [{ media: keyOf('in a batch') }] });
  await artifact(keyOf('in a batch'), 100);
  await artifact(keyOf('recent'), 1);
  await artifact(keyOf('old'), 100);
  await artifact(keyOf('older'), 200);
  const plan = await planCollection(store, 30 * DAY_MS);
  expect(keys(plan)).toEqual([keyOf('older'), keyOf('old')]);
  expect(plan).toMatchObject({ needed: { count: 2 }, recent: { count: 1 }, lost: [], leftovers: 0 });
  expect(await store.get(keyOf('old'))).not.toBeNull();
});

test('what a record was made from is not needed: its shard is whole', async () => {
  await openCatalogue(store.documents).add(recordOf(1));
  await artifact(recordOf(1).id, 100, 'shard');
  await artifact(recordOf(1).configuration, 100);
  expect(keys(await planCollection(store, DAY_MS))).toEqual([recordOf(1).configuration]);
});

test('collecting removes what was planned, but not what was used or named in between', async () => {
  for (const name of ['goes', 'used', 'named']) await artifact(keyOf(name), 100);
  const plan = await planCollection(store, 30 * DAY_MS);
  expect(plan.go.length).toBe(3);
  await store.get(keyOf('used'));
  await store.documents.write('batches/late', { media: keyOf('named') });
  const gone = await collect(store, plan);
  expect(gone.count).toBe(1);
  expect(gone.bytes).toBeGreaterThan(1000);
  expect(await store.get(keyOf('goes'))).toBeNull();
  expect(await store.get(keyOf('used'))).not.toBeNull();
  expect(await store.get(keyOf('named'))).not.toBeNull();
});

test('a use is noted once a day', async () => {
  await artifact(keyOf('a'), 3);
  await store.get(keyOf('a'));
  expect(keys(await planCollection(store, DAY_MS))).toEqual([]);
});

test('an episode whose shard is gone is told, and an episode that is taken out frees its shard', async () => {
  const catalogue = openCatalogue(store.documents);
  await catalogue.add(recordOf(1));
  expect((await planCollection(store, DAY_MS)).lost).toEqual([recordOf(1).id]);
  await artifact(recordOf(1).id, 100, 'shard');
  expect((await planCollection(store, DAY_MS)).lost).toEqual([]);
  await catalogue.review(recordOf(1).id, 'rejected', 'no');
  await catalogue.remove(recordOf(1).id);
  expect(keys(await planCollection(store, DAY_MS))).toEqual([recordOf(1).id]);
});

test('a key that is part of a document’s name is needed too', async () => {
  await artifact(keyOf('in a name'), 100);
  await store.documents.write(`locks/${keyOf('in a name')}`, {});
  expect(keys(await planCollection(store, DAY_MS))).toEqual([]);
});
