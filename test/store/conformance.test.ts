/** What every kind of store has to do. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StoreError } from '../../src/core/errors.ts';
import { openFolderStore } from '../../src/store/fs.ts';
import { openS3Store } from '../../src/store/s3.ts';
import type { Store } from '../../src/store/store.ts';
import { serveS3 } from './s3-server.ts';

interface Kind {
  /** Two openings of one store, as two machines have it. */
  open(): Promise<[Store, Store]>;
  close(): Promise<void>;
}

const folderKind = async (): Promise<Kind> => {
  const root = await mkdtemp(path.join(tmpdir(), 'understudy-conform-'));
  return {
    open: async () => [await openFolderStore(root), await openFolderStore(root)],
    close: () => rm(root, { recursive: true, force: true }),
  };
};

/** A server of S3's protocol on this machine; each machine has a cache of its own. */
const bucketKind = async (): Promise<Kind> => {
  const { access, close } = await serveS3();
  const folder = await mkdtemp(path.join(tmpdir(), 'understudy-conform-'));
  const machine = (name: string) =>
    openS3Store('s3://understudy/some/prefix', {
      access,
      cacheDir: path.join(folder, name),
      cacheBytes: 2 ** 30,
    });
  return {
    open: async () => [await machine('one'), await machine('other')],
    async close() {
      await close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

const KINDS: [string, () => Promise<Kind>][] = [
  ['a folder', folderKind],
  ['a bucket', bucketKind],
];

describe.each(KINDS)('%s', (_, makeKind) => {
  let kind: Kind;
  let one: Store;
  let other: Store;
  beforeEach(async () => {
    kind = await makeKind();
    [one, other] = await kind.open();
  });
  afterEach(() => kind.close());

  const keyOf = (text: string) => createHash('sha256').update(text).digest('hex');
  const put = (store: Store, key: string, files: Record<string, string | Buffer>) =>
    store.put(key, { stage: 'test' }, async dir => {
      for (const [name, bytes] of Object.entries(files)) {
        await mkdir(path.dirname(path.join(dir, name)), { recursive: true });
        await writeFile(path.join(dir, name), bytes);
      }
      return 'value';
    });
  const all = async (store: Store) => {
    const found = [];
    for await (const artifact of store.artifacts()) found.push(artifact);
    return found;
  };

  test('an artifact that one machine makes, another gets, byte for byte', async () => {
    const key = keyOf('a');
    const files = { 'a.json': '{}', 'deep/er/b.bin': Buffer.from([0, 255, 10]), empty: '' };
    expect(await other.get(key)).toBeNull();
    const { dir, value } = await put(one, key, files);
    expect(value).toBe('value');
    for (const found of [dir, (await other.get(key))!, (await other.get(key))!])
      for (const [name, bytes] of Object.entries(files))
        expect(await readFile(path.join(found, name))).toEqual(Buffer.from(bytes));
    expect(await one.verify(key)).toEqual([]);
    expect(await other.verify(key)).toEqual([]);
  });

  test('nothing is in the way of one that was opened', async () => {
    expect(await one.obstacle()).toBeNull();
  });

  test('a large file comes back whole', async () => {
    const key = keyOf('large');
    const bytes = Buffer.alloc(13 * 2 ** 20 + 7, 'understudy');
    await put(one, key, { 'large.bin': bytes });
    expect((await readFile(path.join((await other.get(key))!, 'large.bin'))).equals(bytes)).toBe(true);
  });

  test('of many writers one artifact stays, whole', async () => {
    const key = keyOf('race');
    await Promise.all(
      Array.from({ length: 6 }, (_writer, i) =>
        put(i % 2 ? one : other, key, { 'a.txt': `writer ${i}`, 'b.txt': `writer ${i}` }),
      ),
    );
    const dir = (await other.get(key))!;
    expect(await readFile(path.join(dir, 'a.txt'), 'utf8')).toBe(
      await readFile(path.join(dir, 'b.txt'), 'utf8'),
    );
    expect(await one.verify(key)).toEqual([]);
    expect((await all(one)).length).toBe(1);
  });

  test('a writer that fails leaves nothing', async () => {
    const key = keyOf('failing');
    const failing = one.put(key, {}, async dir => {
      await writeFile(path.join(dir, 'half'), 'x');
      throw new TypeError('boom');
    });
    await expect(failing).rejects.toThrow(TypeError);
    expect(await one.get(key)).toBeNull();
    expect(await all(other)).toEqual([]);
  });

  test('artifacts are listed with their stage, size and time, and removed for everybody', async () => {
    const before = Date.now() - 60_000;
    await put(one, keyOf('a'), { 'a.txt': 'x'.repeat(1000) });
    await put(one, keyOf('b'), { 'b.txt': 'y' });
    const found = (await all(other)).sort((a, b) => b.bytes - a.bytes);
    expect(found.map(({ key }) => key)).toEqual([keyOf('a'), keyOf('b')]);
    expect(found[0]).toMatchObject({ stage: 'test' });
    expect(found[0].bytes).toBeGreaterThan(1000);
    expect(found[0].usedAt).toBeGreaterThan(before);
    expect(found[0].usedAt).toBeLessThan(Date.now() + 60_000);
    expect(await other.remove(keyOf('a'), found[0].usedAt - 1), 'used since').toBe(false);
    expect(await one.get(keyOf('a'))).not.toBeNull();
    expect(await other.remove(keyOf('a'), found[0].usedAt)).toBe(true);
    expect(await other.remove(keyOf('a'))).toBe(true);
    expect(await one.get(keyOf('a'))).toBeNull();
    expect((await all(one)).map(({ key }) => key)).toEqual([keyOf('b')]);
  });

  test('a key that is no digest, and a name that is a path elsewhere, are refused', async () => {
    await expect(one.get('../../etc')).rejects.toThrow(StoreError);
    for (const name of ['../x', '/etc/passwd', 'a/../../b', '.hidden', 'a//b', '', 'a\0b', 'x'.repeat(300)]) {
      await expect(async () => one.documents.write(name, {})).rejects.toThrow(/is not a document's name/);
      await expect(async () => one.documents.read(name)).rejects.toThrow(/is not a document's name/);
    }
  });

  test('documents are read as they were last written, everywhere', async () => {
    expect(await other.documents.read('batches/a')).toBeNull();
    await one.documents.write('batches/a', { n: 1 });
    expect(await other.documents.read('batches/a')).toEqual({ n: 1 });
    await other.documents.write('batches/a', { n: 2 });
    expect(await one.documents.read('batches/a')).toEqual({ n: 2 });
    await one.documents.remove('batches/a');
    await one.documents.remove('batches/a');
    expect(await other.documents.read('batches/a')).toBeNull();
  });

  test('a document is created once', async () => {
    expect(await one.documents.create('episodes/a', { by: 'one' })).toBe(true);
    expect(await other.documents.create('episodes/a', { by: 'other' })).toBe(false);
    expect(await other.documents.read('episodes/a')).toEqual({ by: 'one' });
  });

  test('documents are listed by folder, in order, page by page', async () => {
    const names = ['a', 'a-b', 'a.b', 'b/c', 'b/d', 'Z', '0'].map(name => `list/${name}`);
    for (const name of [...names, 'lists', 'other/a']) await one.documents.write(name, {});
    const sorted = [...names].sort();
    expect(await other.documents.list('list')).toEqual(sorted);
    const paged: string[] = [];
    for (let after = ''; ; after = paged.at(-1)!) {
      const page = await other.documents.list('list', { after, limit: 2 });
      if (page.length === 0) break;
      paged.push(...page);
    }
    expect(paged).toEqual(sorted);
    expect(await other.documents.list('list/b')).toEqual(['list/b/c', 'list/b/d']);
    expect(await other.documents.list('nothing')).toEqual([]);
    expect((await other.documents.list('')).length).toBe(9);
  });

  test('documents do not count as artifacts, and artifacts not as documents', async () => {
    await one.documents.write(`${keyOf('x')}/manifest`, { key: keyOf('x') });
    await put(one, keyOf('a'), { 'a.json': '{}' });
    expect((await all(one)).map(({ key }) => key)).toEqual([keyOf('a')]);
    expect(await one.documents.list('')).toEqual([`${keyOf('x')}/manifest`]);
  });
});

test('what is damaged on disk is told by verification', async () => {
  const kind = await folderKind();
  const [store] = await kind.open();
  const key = createHash('sha256').update('k').digest('hex');
  const { dir } = await store.put(key, {}, async folder => {
    for (const name of ['same', 'longer', 'changed', 'gone'])
      await writeFile(path.join(folder, name), 'text');
  });
  await writeFile(path.join(dir, 'longer'), 'text and more');
  await writeFile(path.join(dir, 'changed'), 'tExt');
  await rm(path.join(dir, 'gone'));
  expect(await store.verify(key)).toEqual([
    `${key}: changed has changed since it was written`,
    `${key}: gone is missing`,
    `${key}: longer has 13 bytes, 4 were written`,
  ]);
  expect(await readdir(path.join(store.root, '.partial'))).toEqual([]);
  await kind.close();
});
