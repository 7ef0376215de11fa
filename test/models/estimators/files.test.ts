import { readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ensureFile } from '../../../models/estimators/cache.ts';
import { ensureModel, modelFile, NETWORK_NAMES, readNetwork } from '../../../models/estimators/files.ts';
import { Network } from '../../../models/estimators/onnx/network.ts';
import { ModelError, StoreError } from '../../../src/core/errors.ts';
import { temporaryCache } from './clips.ts';

const cache = temporaryCache();

describe('network files', () => {
  test.each(NETWORK_NAMES)('%s is in its package with the known digest', async name => {
    expect((await readNetwork(name)).length).toBeGreaterThan(5e5);
    expect(modelFile(name)).toMatchObject({ name, license: 'Apache-2.0' });
  });
});

describe('the cache', () => {
  test('many askers at once get one complete file, whose name tells its source', async () => {
    const folder = join(cache.path, 'shared');
    const paths = await Promise.all([1, 2, 3].map(() => ensureModel('hand-landmark-lite', folder)));
    expect(new Set(paths).size).toBe(1);
    expect(await readdir(folder)).toEqual([basename(paths[0])]);
    expect(basename(paths[0])).toContain(modelFile('hand-landmark-lite').sha256.slice(0, 12));
  });

  test('a file that is there is not made again', async () => {
    const path = join(cache.path, 'once');
    await ensureFile(path, async () => Uint8Array.of(1));
    await ensureFile(path, () => Promise.reject(new Error('made twice')));
  });

  test('a failed making leaves nothing behind', async () => {
    const folder = join(cache.path, 'failed');
    await expect(
      ensureFile(join(folder, 'x'), () => Promise.reject(new ModelError('broken'))),
    ).rejects.toThrow('broken');
    await expect(readdir(folder)).rejects.toThrow(/ENOENT/);
  });

  test('a folder that cannot be written is a store error', async () => {
    const file = join(cache.path, 'a-file');
    await writeFile(file, 'not a folder');
    await expect(ensureModel('hand-landmark-lite', file)).rejects.toThrow(StoreError);
  });

  test('a damaged cached network is a model error that names the file', async () => {
    const folder = join(cache.path, 'damaged');
    const path = await ensureModel('hand-landmark-lite', folder);
    await writeFile(path, 'damaged');
    await expect(Network.load('hand-landmark-lite', folder)).rejects.toThrow(ModelError);
    await expect(Network.load('hand-landmark-lite', folder)).rejects.toThrow(path);
  });
});
