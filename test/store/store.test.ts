import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { canonicalJson } from '../../src/core/canonical.ts';
import { StoreError } from '../../src/core/errors.ts';
import { openFolderStore } from '../../src/store/fs.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'understudy-store-'));
});
afterEach(async () => {
  await chmod(root, 0o755);
  await rm(root, { recursive: true });
});

const put = (store: Awaited<ReturnType<typeof openFolderStore>>, key: string, text: string) =>
  store.put(key, { stage: 'perceive' }, dir => writeFile(path.join(dir, 'text'), text));

describe('keys', () => {
  test('are the SHA-256 of the canonical JSON, whatever the order of the configuration', async () => {
    const store = await openFolderStore(root);
    const expected = createHash('sha256')
      .update('{"config":{"a":[1,{"c":null,"d":"x"}],"b":0.5},"inputs":["q","p"],"stage":"s","version":1}')
      .digest('hex');
    expect(store.key('s', 1, { b: 0.5, a: [1, { d: 'x', c: null }], z: undefined }, ['q', 'p'])).toBe(
      expected,
    );
  });

  test('change with each part, the order of inputs included', async () => {
    const { key } = await openFolderStore(root);
    const keys = [
      key('a', 1, {}, ['p', 'q']),
      key('b', 1, {}, ['p', 'q']),
      key('a', 2, {}, ['p', 'q']),
      key('a', 1, { x: 1 }, ['p', 'q']),
      key('a', 1, {}, ['q', 'p']),
      key('a', 1, {}, ['p']),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('refuse what JSON would change silently', () => {
    for (const bad of [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      new Float32Array(2),
      new Date(0),
      new Map(),
      () => 1,
    ])
      expect(() => canonicalJson({ bad })).toThrow(StoreError);
  });
});

describe('artifacts', () => {
  test('are there once written, with their manifest, and survive reopening', async () => {
    const store = await openFolderStore(root);
    const key = store.key('perceive', 1, {}, []);
    expect(await store.get(key)).toBeNull();
    const { dir } = await put(store, key, 'hello');
    expect(await (await openFolderStore(root)).get(key)).toBe(dir);
    expect(await readFile(path.join(dir, 'text'), 'utf8')).toBe('hello');
    expect(JSON.parse(await readFile(path.join(dir, 'manifest.json'), 'utf8'))).toEqual({
      key,
      stage: 'perceive',
      files: [{ name: 'text', bytes: 5, sha256: createHash('sha256').update('hello').digest('hex') }],
    });
  });

  test('are not there when their writer fails, and nothing is left', async () => {
    const store = await openFolderStore(root);
    const key = store.key('perceive', 1, {}, []);
    const failing = store.put(key, {}, async dir => {
      await writeFile(path.join(dir, 'half'), 'x');
      throw new TypeError('boom');
    });
    await expect(failing).rejects.toThrow(TypeError);
    expect(await store.get(key)).toBeNull();
    expect(await readdir(path.join(root, '.partial'))).toEqual([]);
  });

  test('written by many at once end as one whole artifact', async () => {
    const stores = await Promise.all(Array.from({ length: 8 }, () => openFolderStore(root)));
    const key = stores[0].key('perceive', 1, {}, []);
    const results = await Promise.all(stores.map((store, i) => put(store, key, `writer ${i}`)));
    expect(new Set(results.map(result => result.dir)).size).toBe(1);
    expect(await readFile(path.join(results[0].dir, 'text'), 'utf8')).toMatch(/^writer \d$/);
    expect((await readdir(root)).sort()).toEqual(['.partial', key].sort());
    expect(await readdir(path.join(root, '.partial'))).toEqual([]);
  });

  test('are not there when a power cut left their manifest empty, and are made anew', async () => {
    const store = await openFolderStore(root);
    const key = store.key('perceive', 1, {}, []);
    const { dir } = await put(store, key, 'torn');
    await writeFile(path.join(dir, 'manifest.json'), '');
    expect(await store.get(key)).toBeNull();
    await put(store, key, 'whole');
    expect(await readFile(path.join((await store.get(key))!, 'text'), 'utf8')).toBe('whole');
  });

  test('may hold files that nobody may write', async () => {
    const store = await openFolderStore(root);
    const key = store.key('acquire', 1, {}, []);
    const { dir } = await store.put(key, {}, async draft => {
      await writeFile(path.join(draft, 'media'), 'x', { mode: 0o444 });
    });
    expect(await store.get(key)).toBe(dir);
  });

  test('replace a folder without a manifest', async () => {
    const store = await openFolderStore(root);
    const key = store.key('perceive', 1, {}, []);
    await mkdir(path.join(root, key));
    await writeFile(path.join(root, key, 'stale'), 'x');
    expect(await store.get(key)).toBeNull();
    const { dir } = await put(store, key, 'new');
    expect((await readdir(dir)).sort()).toEqual(['manifest.json', 'text']);
  });
});

test('opening sweeps folders of crashed runs after a day, and no younger ones', async () => {
  await openFolderStore(root);
  const old = path.join(root, '.partial', 'old');
  const young = path.join(root, '.partial', 'young');
  await mkdir(old);
  await mkdir(young);
  const twoDaysAgo = Date.now() / 1000 - 2 * 86400;
  await utimes(old, twoDaysAgo, twoDaysAgo);
  await openFolderStore(root);
  expect(await readdir(path.join(root, '.partial'))).toEqual(['young']);
});

test('a key that is not a digest never becomes a path', async () => {
  const store = await openFolderStore(root);
  await expect(store.get('../../etc')).rejects.toThrow(/64 hexadecimal digits/);
});

test('a full disk is a StoreError of one line that says so', async () => {
  const store = await openFolderStore(root);
  const writing = store.put(store.key('s', 1, {}, []), {}, async dir => {
    await symlink('/dev/full', path.join(dir, 'data'));
    await writeFile(path.join(dir, 'data'), 'x'.repeat(10));
  });
  await expect(writing).rejects.toSatisfy(
    error =>
      error instanceof StoreError &&
      error.retryable &&
      /no space left/.test(error.message) &&
      !error.message.includes('\n'),
  );
});

test('a root that is a file is a StoreError', async () => {
  await writeFile(path.join(root, 'file'), '');
  await expect(openFolderStore(path.join(root, 'file'))).rejects.toThrow(StoreError);
});
