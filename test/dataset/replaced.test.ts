/** A dataset that is replaced while it is read is not called damaged: ReplacedError says to open it again. */
import { appendFile, cp, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { checkDataset } from '../../src/dataset/check.ts';
import { openDataset } from '../../src/dataset/open.ts';
import { openFiles } from '../../src/dataset/reader/dataset.ts';
import { folderFiles } from '../../src/dataset/reader/folder.ts';
import { rewriteDataset } from '../../src/stages/rewrite.ts';
import { temporary } from '../temporary.ts';
import { lengthOf, publishKnown, SMALL_FILES, VIDEO_KEY } from './known-dataset.ts';
import { type FolderServer, serveFolder } from './serve-folder.ts';

const dir = temporary();
const at = path.join(dir, 'set');
let server: FolderServer;
const long = () => path.join(dir, 'long');
const short = () => path.join(dir, 'short');

beforeAll(async () => {
  await publishKnown(long(), 'h264', [8], SMALL_FILES);
  await publishKnown(short(), 'h264', [2], SMALL_FILES);
  server = await serveFolder(dir);
}, 60_000);
beforeEach(() => place(long()));
afterAll(() => server.close());

async function place(dataset: string): Promise<void> {
  await cp(dataset, `${at}.next`, { recursive: true });
  await rm(at, { recursive: true, force: true });
  await rename(`${at}.next`, at);
}

const REPLACED = {
  tag: 'ReplacedError',
  retryable: true,
  message: expect.stringMatching(/set was replaced by another dataset while it was read: open it again$/),
};

test.each(['folder', 'http'])('whatever is read of it, from a %s', async where => {
  const dataset = await openDataset(where === 'folder' ? at : `${server.address}/set`);
  expect((await dataset.columns(0, ['action']))['action']).toHaveLength(3 * lengthOf(0));
  await place(short());
  await expect(dataset.columns(7)).rejects.toMatchObject(REPLACED);
  await expect(dataset.extra(7)).rejects.toMatchObject(REPLACED);
  await expect(dataset.episodeStats(7)).rejects.toMatchObject(REPLACED);
  await expect(dataset.frames({ episodes: [7] }).next()).rejects.toMatchObject(REPLACED);
  await expect(checkDataset(dataset)).rejects.toMatchObject(REPLACED);
});

test('its pictures', async () => {
  const dataset = await openDataset(at);
  await place(short());
  await expect(dataset.pictures(7, VIDEO_KEY).next()).rejects.toMatchObject(REPLACED);
});

test('while it is opened, also in the moment in which nothing is there', async () => {
  const opened = (swap: string, replace: () => Promise<void>) => {
    const files = folderFiles(at);
    const text = async (name: string) => {
      const answer = await files.text(name);
      if (name === swap) await replace();
      return answer;
    };
    return openFiles({ ...files, text }, null);
  };
  // The metadata of the old one, and files of the new one.
  await expect(opened('meta/info.json', () => place(short()))).rejects.toMatchObject(REPLACED);
  await rm(at, { recursive: true });
  await expect(opened('meta/info.json', () => place(short()))).rejects.toMatchObject(REPLACED);
});

test('one that is damaged in its place stays a damaged one', async () => {
  const dataset = await openDataset(at);
  await rm(path.join(at, dataset.episode(7).data.path));
  await expect(dataset.columns(7)).rejects.toMatchObject({ tag: 'DatasetError', retryable: false });
  await rm(path.join(at, 'meta/understudy.json'));
  const unmarked = await openDataset(at);
  await expect(unmarked.columns(7)).rejects.toMatchObject({ tag: 'DatasetError', retryable: false });
});

test('one that was replaced by one of the same shape is not rewritten as the old one', async () => {
  const dataset = await openDataset(at);
  // Between opening and rewriting: its files are as readable as before.
  await appendFile(path.join(at, 'meta/understudy.json'), '\n');
  const rewrite = {
    dataset,
    dir: at,
    out: at,
    keep: [0],
    rejected: () => [],
    forget: new Set<string>(),
    understudy: '0',
  };
  await expect(rewriteDataset(rewrite)).rejects.toMatchObject(REPLACED);
  expect(JSON.parse(await readFile(path.join(at, 'meta/info.json'), 'utf8')).total_episodes).toBe(8);
});
