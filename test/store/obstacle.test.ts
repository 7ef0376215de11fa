/** What is in the way of a store in a folder, told without writing to it. */
import { createHash } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { openFolderStore } from '../../src/store/fs.ts';
import { temporary } from '../temporary.ts';

/** What the system says of every folder; null: the truth. */
const says = vi.hoisted((): { code: string | null } => ({ code: null }));
vi.mock('node:fs/promises', async original => {
  const fs = await original<typeof import('node:fs/promises')>();
  const access = async (...words: Parameters<typeof fs.access>) => {
    if (says.code) throw Object.assign(new Error(says.code), { code: says.code });
    return fs.access(...words);
  };
  return { ...fs, access };
});

test('a store that was emptied says so, until somebody writes to it', async () => {
  const root = temporary();
  const store = await openFolderStore(root);
  for (const name of await readdir(root)) await rm(path.join(root, name), { recursive: true });
  expect(await store.obstacle()).toBe('is gone or was emptied');
  expect(await readdir(root)).toEqual([]);
  const key = createHash('sha256').update('a').digest('hex');
  await store.put(key, {}, dir => writeFile(path.join(dir, 'a'), ''));
  expect(await store.obstacle()).toBeNull();
});

test.each(['EROFS', 'EACCES'])('a store on which the system answers %s is read-only', async code => {
  const store = await openFolderStore(temporary());
  says.code = code;
  expect(await store.obstacle()).toBe('is read-only');
  says.code = null;
});

test('what else the system says is an error, with its advice', async () => {
  const store = await openFolderStore(temporary());
  says.code = 'EMFILE';
  await expect(store.obstacle()).rejects.toThrow(/too many files are open/);
  says.code = null;
});
