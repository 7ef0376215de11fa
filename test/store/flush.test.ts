/** What a power cut leaves of a store: everything is on the disk before it has its name. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { openFolderStore } from '../../src/store/fs.ts';

/** What happened to the files, in order. */
const done = vi.hoisted((): string[] => []);
vi.mock('node:fs/promises', async original => {
  const fs = await original<typeof import('node:fs/promises')>();
  const note = (what: string, file: unknown) => done.push(`${what} ${String(file).split('/').at(-1)}`);
  return {
    ...fs,
    open: async (file: string, flags?: string) => {
      const handle = await fs.open(file, flags);
      const sync = handle.sync.bind(handle);
      handle.sync = async () => {
        await sync();
        note('flush', file);
      };
      return handle;
    },
    writeFile: async (file: string, text: string, options?: { flush?: boolean }) => {
      await fs.writeFile(file, text, options);
      note(options?.flush ? 'flush' : 'write', file);
    },
    rename: async (from: string, to: string) => {
      await fs.rename(from, to);
      note('name', to);
    },
  };
});

test('an artifact and a document are flushed before they get their names', async () => {
  const root = await mkdtemp(path.join(tmpdir(), 'understudy-flush-'));
  const store = await openFolderStore(root);
  const key = createHash('sha256').update('k').digest('hex');
  await store.put(key, {}, dir => writeFile(path.join(dir, 'data'), 'text'));
  expect(done).toEqual(['write data', 'flush data', 'flush manifest.json', `name ${key}`]);
  done.length = 0;
  await store.documents.write('episodes/a', {});
  expect(done).toEqual([expect.stringMatching(/^flush document-/), 'name a.json']);
  await rm(root, { recursive: true });
});
