import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { StoreError } from '../../src/core/errors.ts';
import { type CatalogueEntry, openCatalogue } from '../../src/store/catalogue.ts';
import type { Documents } from '../../src/store/documents.ts';
import { openFolderStore } from '../../src/store/fs.ts';
import { recordOf } from './records.ts';

let root: string;
let documents: Documents;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'understudy-catalogue-'));
  ({ documents } = await openFolderStore(root));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const ids = (rows: readonly CatalogueEntry[]) => rows.map(({ record }) => record.id);

test('an episode that is added twice is there once', async () => {
  const catalogue = openCatalogue(documents);
  expect(await catalogue.add(recordOf(1))).toBe(true);
  expect(await catalogue.add(recordOf(1))).toBe(false);
  expect((await catalogue.list({ limit: 10 })).total).toBe(1);
  expect((await catalogue.get(recordOf(1).id))?.record).toEqual(recordOf(1));
  expect(await catalogue.get(recordOf(2).id)).toBeNull();
});

test('who only adds keeps no records in memory, and sees them when it asks', async () => {
  const read = vi.spyOn(documents, 'read');
  const catalogue = openCatalogue(documents, 1e9);
  for (const i of [1, 2, 3]) await catalogue.add(recordOf(i));
  expect(await catalogue.entries()).toHaveLength(3);
  expect(read).toHaveBeenCalledTimes(3);
  // From now on it follows.
  await catalogue.add(recordOf(4));
  expect(await catalogue.entries()).toHaveLength(4);
  expect(read).toHaveBeenCalledTimes(3);
});

test('what one process adds, removes and says of an episode, another sees', async () => {
  const [one, other] = [openCatalogue(documents), openCatalogue(documents, 0)];
  await one.add(recordOf(1));
  await one.add(recordOf(2));
  expect(ids(await other.entries())).toEqual([recordOf(1).id, recordOf(2).id].sort());
  await one.review(recordOf(1).id, 'rejected', 'the cup is hidden');
  expect((await other.get(recordOf(1).id))?.review).toMatchObject({
    decision: 'rejected',
    reason: 'the cup is hidden',
  });
  expect(await one.remove(recordOf(1).id)).toBe(true);
  expect(await one.remove(recordOf(1).id)).toBe(false);
  expect(ids(await other.entries())).toEqual([recordOf(2).id]);
  expect(await documents.list('reviews')).toEqual([]);
});

test('the latest review counts, and the ones before it are kept', async () => {
  const catalogue = openCatalogue(documents, 0);
  await catalogue.add(recordOf(1));
  const { id } = recordOf(1);
  await catalogue.review(id, 'rejected', 'too dark');
  await catalogue.review(id, 'accepted', 'bright enough');
  expect((await catalogue.get(id))?.review?.decision).toBe('accepted');
  expect((await openCatalogue(documents).get(id))?.review?.decision).toBe('accepted');
  expect((await documents.list('reviews')).length).toBe(2);
  expect(await catalogue.review(recordOf(2).id, 'accepted', '')).toBeNull();
});

test('a review of an episode that another process has just added counts', async () => {
  const [api, worker] = [openCatalogue(documents, 1e9), openCatalogue(documents)];
  await api.entries();
  await worker.add(recordOf(1));
  const { id } = recordOf(1);
  expect(await api.review(id, 'rejected', 'the cup is hidden')).toMatchObject({ decision: 'rejected' });
  expect((await api.get(id))?.review?.decision).toBe('rejected');
  expect((await documents.list('reviews')).length).toBe(1);
  expect(await api.unreview(id)).toBe(true);
  expect((await api.get(id))?.review).toBeNull();
});

test('a damaged document is told once and hides itself alone, until it is whole again', async () => {
  const told: string[] = [];
  const catalogue = openCatalogue(documents, 0, message => told.push(message));
  await documents.create(`episodes/${recordOf(1).id}`, recordOf(1));
  const torn = `episodes/${recordOf(2).id}`;
  await documents.create(torn, recordOf(2));
  await documents.create(`reviews/${recordOf(1).id}.2026`, { decision: 'rejected' });
  for (const name of [torn, `reviews/${recordOf(1).id}.2026`])
    await writeFile(path.join(root, 'documents', `${name}.json`), '');
  for (let look = 0; look < 2; look++) {
    expect(ids(await catalogue.entries())).toEqual([recordOf(1).id]);
    expect(await catalogue.get(recordOf(2).id)).toBeNull();
  }
  expect(told).toHaveLength(2);
  expect(told).toContainEqual(expect.stringContaining(`document '${torn}' is damaged`));
  await documents.write(torn, recordOf(2));
  expect((await catalogue.list({ limit: 1 })).total).toBe(2);
});

test('a store that cannot be read is no empty catalogue', async () => {
  const away = { ...documents, read: () => Promise.reject(new StoreError('the disk is away')) };
  await documents.create(`episodes/${recordOf(1).id}`, recordOf(1));
  await expect(openCatalogue(away).entries()).rejects.toThrow(/away/);
});

test('pages in every order hold every episode once, also when some come and go between them', async () => {
  const catalogue = openCatalogue(documents);
  for (let i = 0; i < 23; i++)
    await catalogue.add(recordOf(i, { score: (i % 5) / 5, source: `clip-${i % 3}` }));
  for (const order of ['id', 'score', 'source'] as const) {
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await catalogue.list({ order, after, limit: 5 });
      expect(page.total).toBe(23);
      seen.push(...ids(page.rows));
      after = page.next ?? undefined;
    } while (after);
    expect(seen).toEqual(ids(await catalogue.entries(order)));
    expect(new Set(seen).size).toBe(23);
  }
  const first = await catalogue.list({ order: 'score', limit: 5 });
  expect(first.rows.every(({ record }) => record.score === 0.8)).toBe(false);
  expect(first.rows[0].record.score).toBe(0.8);
  const rest = ids(await catalogue.entries('score')).slice(5);
  await catalogue.remove(first.rows[4].record.id);
  expect(ids((await catalogue.list({ order: 'score', after: first.next!, limit: 50 })).rows)).toEqual(rest);
  await expect(catalogue.list({ after: 'x', limit: 5 })).rejects.toThrow(/no place in a list/);
});

test('a condition leaves out what does not meet it, and is counted', async () => {
  const catalogue = openCatalogue(documents);
  for (let i = 0; i < 9; i++) await catalogue.add(recordOf(i, { score: i / 10 }));
  const { rows, total, next } = await catalogue.list({
    where: ({ record }) => record.score > 0.45,
    limit: 3,
  });
  expect({ found: rows.length, total, more: next !== null }).toEqual({ found: 3, total: 4, more: true });
});

test('two thousand episodes are indexed from disk, and then answered from memory', async () => {
  for (let i = 0; i < 2000; i++) await documents.create(`episodes/${recordOf(i).id}`, recordOf(i));
  let reads = 0;
  const counted: Documents = {
    ...documents,
    read: name => {
      reads++;
      return documents.read(name);
    },
  };
  const catalogue = openCatalogue(counted, 0);
  expect((await catalogue.list({ limit: 1 })).total).toBe(2000);
  expect(reads).toBe(2000);
  await catalogue.add(recordOf(5000));
  await documents.create(`episodes/${recordOf(6000).id}`, recordOf(6000));
  expect((await catalogue.list({ limit: 1 })).total).toBe(2002);
  expect(reads).toBe(2001);
});

test('of two reviews in one millisecond the second counts, of many the latest, however late it was heard of', async () => {
  const catalogue = openCatalogue(documents, 0);
  const { id } = recordOf(1);
  await catalogue.add(recordOf(1));
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    await catalogue.review(id, 'rejected', 'too dark');
    await catalogue.review(id, 'accepted', 'bright enough');
  } finally {
    vi.useRealTimers();
  }
  expect((await catalogue.get(id))?.review?.decision).toBe('accepted');
  expect((await documents.list('reviews')).length).toBe(2);
  const old = { decision: 'rejected', reason: 'of old', at: '2020-01-01T00:00:00.000Z' };
  await documents.create(`reviews/${id}.2020-01-01T00-00-00.000Z`, old);
  expect((await catalogue.get(id))?.review?.decision).toBe('accepted');
});

test('what is added while the names are listed stays', async () => {
  let meanwhile = async () => {};
  const slow: Documents = {
    ...documents,
    list: async folder => {
      const names = await documents.list(folder);
      if (folder === 'episodes') await meanwhile();
      return names;
    },
  };
  const catalogue = openCatalogue(slow, 0);
  await catalogue.add(recordOf(1));
  meanwhile = async () => void (await catalogue.add(recordOf(2)));
  expect(ids(await catalogue.entries())).toEqual([recordOf(1).id, recordOf(2).id].sort());
});
