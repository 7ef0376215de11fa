/**
 * The artifact store: one folder per stage result, named by what it was made from.
 *
 *     root/<key>/                     the stage's files and, last of all, manifest.json
 *     root/.partial/<key>-…/          being written, or left behind by a crash
 *
 * An entry is there exactly when its manifest is: it is written in `.partial`, on the same volume, and
 * renamed when complete. So a crash loses one entry and never leaves half of one.
 */
import { createHash, randomBytes } from 'node:crypto';
import { access, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StoreError } from '../core/errors.ts';
import { storeFault } from '../core/faults.ts';
import { canonicalJson } from './canonical.ts';

const MANIFEST = 'manifest.json';
const PARTIAL = '.partial';
/** A folder in `.partial` that nobody has touched for this long belongs to a crashed run, ms. */
const ABANDONED_MS = 24 * 60 * 60 * 1000;

export interface Store {
  readonly root: string;
  /**
   * The name of a result: SHA-256 of the canonical JSON of everything that decides it.
   * `config` is the stage's own slice of the configuration; `inputs` are digests of its input artifacts.
   */
  key(stage: string, version: number | string, config: unknown, inputs: readonly string[]): string;
  /** The folder of a complete artifact, or null. */
  get(key: string): Promise<string | null>;
  /**
   * Make the artifact `key`: `write` fills a temporary folder, `meta` goes into manifest.json.
   * Returns the artifact's folder and what `write` returned. When another writer of the same key was
   * faster its artifact stays and this one is discarded. Whatever `write` throws is thrown on; a full or
   * read-only disk becomes a StoreError.
   */
  put<T>(
    key: string,
    meta: Record<string, unknown>,
    write: (dir: string) => Promise<T>,
  ): Promise<{ dir: string; value: T }>;
}

/** Open, and make if needed, the store at `root`; sweeps what runs that crashed over a day ago left. */
export async function openStore(root: string): Promise<Store> {
  const partial = path.join(root, PARTIAL);
  try {
    await mkdir(partial, { recursive: true });
    await sweep(partial);
  } catch (error) {
    throw storeFault(root, error);
  }
  const folder = (key: string) => path.join(root, checkedKey(key));

  return {
    root,
    key: (stage, version, config, inputs) => artifactKey(stage, version, config, inputs),
    get: async key => ((await exists(path.join(folder(key), MANIFEST))) ? folder(key) : null),
    async put(key, meta, write) {
      const dir = folder(key);
      const draft = path.join(partial, `${key}-${process.pid}-${randomBytes(4).toString('hex')}`);
      try {
        await mkdir(draft);
        const value = await write(draft);
        await writeFile(path.join(draft, MANIFEST), `${JSON.stringify({ ...meta, key }, null, 2)}\n`);
        await moveInto(draft, dir);
        return { dir, value };
      } catch (error) {
        throw storeFault(dir, error);
      } finally {
        await rm(draft, { recursive: true, force: true }).catch(() => undefined);
      }
    },
  };
}

/** SHA-256, hex, of the canonical JSON of stage, version, configuration slice and input digests. */
export function artifactKey(
  stage: string,
  version: number | string,
  config: unknown,
  inputs: readonly string[],
): string {
  return createHash('sha256').update(canonicalJson({ stage, version, config, inputs })).digest('hex');
}

/** Rename `draft` to `dir`; when a complete artifact is already there, leave that one. */
async function moveInto(draft: string, dir: string): Promise<void> {
  await mkdir(path.dirname(dir), { recursive: true });
  try {
    await rename(draft, dir);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(code)) throw error;
    if (await exists(path.join(dir, MANIFEST))) return;
    await rm(dir, { recursive: true, force: true });
    await rename(draft, dir);
  }
}

async function sweep(partial: string): Promise<void> {
  for (const name of await readdir(partial)) {
    const dir = path.join(partial, name);
    const age = await stat(dir).then(
      found => Date.now() - found.mtimeMs,
      () => 0,
    );
    if (age > ABANDONED_MS) await rm(dir, { recursive: true, force: true });
  }
}

function checkedKey(key: string): string {
  if (/^[0-9a-f]{64}$/.test(key)) return key;
  throw new StoreError(`'${key}' is not an artifact key: expected 64 hexadecimal digits`);
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
