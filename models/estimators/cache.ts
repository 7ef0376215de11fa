/** Files that are made once from other files and kept: complete under their name, or not there at all. */
import { randomUUID } from 'node:crypto';
import { access, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { storeFault } from '../../src/core/faults.ts';

/**
 * Path of a cached file, made first if it is missing. Several processes may ask at once: each writes under a
 * name of its own and renames, the last one wins with the same bytes.
 * @throws StoreError if the folder cannot be written; whatever `make` throws.
 */
export const ensureFile = async (path: string, make: () => Promise<Uint8Array>): Promise<string> => {
  if (await exists(path)) return path;
  const bytes = await make();
  const temporary = `${path}.${process.pid}-${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeSynced(temporary, bytes);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw storeFault(path, error);
  }
  return path;
};

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** A rename may reach the disk before the data does: sync first, so that a power cut leaves no torn file. */
const writeSynced = async (path: string, bytes: Uint8Array): Promise<void> => {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
};
