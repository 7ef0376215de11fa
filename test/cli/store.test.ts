import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDataset } from '../../src/dataset/read.ts';
import { openCatalogue } from '../../src/store/catalogue.ts';
import { openFolderStore } from '../../src/store/fs.ts';
import { addShard } from '../stages/shards.ts';
import { understudy } from './understudy.ts';

let folder: string;
let address: string;
let cache: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-cli-store-'));
  address = path.join(folder, 'store');
  cache = path.join(folder, 'cache');
  const store = await openFolderStore(address);
  const catalogue = openCatalogue(store.documents, 0);
  for (let i = 0; i < 3; i++) await addShard(store, catalogue, i, { score: i / 2 });
  const { dir } = await store.put('f'.repeat(64), { stage: 'perceive' }, at =>
    writeFile(path.join(at, 'data'), 'x'.repeat(4096)),
  );
  await utimes(path.join(dir, 'manifest.json'), 1, 1);
  const partial = path.join(cache, 'downloads', 'a');
  await mkdir(partial, { recursive: true });
  await writeFile(path.join(partial, 'film.mp4.part'), 'x'.repeat(100));
  await utimes(partial, 1, 1);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('dataset build makes a dataset of the episodes that meet the condition', async () => {
  const out = path.join(folder, 'out');
  const words = ['dataset', 'build', '--store', address, '--where', 'quality > 0.2', '--out', out];
  const first = await understudy(words);
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout).toContain(`2 episode(s), 24 frames in ${out} (2 new)`);
  expect((await readDataset(out)).episodes.length).toBe(2);
  expect((await understudy(words)).stdout).toContain('already there');
  const broken = await understudy([
    'dataset',
    'build',
    '--store',
    address,
    '--where',
    'quality >',
    '--out',
    out,
  ]);
  expect(broken).toMatchObject({ code: 2, stdout: '' });
  expect(broken.stderr).toMatch(/^condition at character 10: .*\n$/);
});

test('gc says what would go and how much it is, and removes it only when told to', async () => {
  const dry = await understudy(['gc', '--store', address, '--cache', cache]);
  expect(dry).toMatchObject({ code: 0, stderr: '' });
  expect(dry.stdout).toMatch(/ 3 .* needed by the catalogue or a batch/);
  expect(dry.stdout).toMatch(/ 1 +4\.\d KiB {2}unneeded results of perceive/);
  expect(dry.stdout).toMatch(/100 B {2}downloads that were given up/);
  expect(dry.stdout).toMatch(/--delete would free 4\.\d KiB/);
  const wet = await understudy(['gc', '--store', address, '--cache', cache, '--delete', '--verify']);
  expect(wet).toMatchObject({ code: 0, stderr: '' });
  expect(wet.stdout).toMatch(/removed 1 results/);
  expect(wet.stdout).toContain('every byte that stays is as it was written');
  expect((await understudy(['gc', '--store', address, '--cache', cache])).stdout).toContain(
    'nothing to remove',
  );
});

test('gc --verify tells what is damaged, with exit code 2', async () => {
  const store = await openFolderStore(address);
  for await (const { key } of store.artifacts()) {
    await writeFile(path.join(address, key, 'record.json'), '{}');
    break;
  }
  const { code, stdout } = await understudy(['gc', '--store', address, '--verify']);
  expect(code).toBe(2);
  expect(stdout).toMatch(/damaged: [0-9a-f]{64}: record.json has 2 bytes/);
});
