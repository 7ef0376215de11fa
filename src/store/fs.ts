/**
 * A store in a folder, which several machines may share:
 *
 *     root/<key>/                     the stage's files and, last of all, manifest.json
 *     root/documents/<name>.json      small named documents
 *     root/.partial/                  being written, or left behind by a crash
 *
 * An entry is there exactly when its manifest is: it is written in `.partial`, on the same volume, and
 * renamed when complete and on the disk itself. So a crash, of the machine too, loses one entry and never leaves half
 * of one.
 */
import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import {
  access,
  constants,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { storeFault, throwStoreFault } from '../core/faults.ts';
import { DOCUMENTS, folderDocuments } from './documents.ts';
import { faultsOf, MANIFEST, type Manifest, manifestOf, parseManifest } from './manifest.ts';
import {
  ABANDONED_MS,
  artifactKey,
  checkedKey,
  isKey,
  type Store,
  type StoredArtifact,
  USE_RECORDED_MS,
} from './store.ts';

const PARTIAL = '.partial';

/** Open, and make if needed, the store at `root`; sweeps what runs that crashed over a day ago left. */
export async function openFolderStore(root: string): Promise<Store> {
  const partial = path.join(root, PARTIAL);
  try {
    await mkdir(partial, { recursive: true });
    await leftovers(partial, true);
  } catch (error) {
    throw storeFault(root, error);
  }
  const folder = (key: string) => path.join(root, checkedKey(key));

  return {
    root,
    address: root,
    documents: folderDocuments(path.join(root, DOCUMENTS), partial),
    // Opening made `.partial`, and every write goes through it.
    obstacle: () => access(partial, constants.W_OK).then(() => null, obstacleIn(root)),
    key: artifactKey,
    async get(key) {
      const dir = folder(key);
      return (await recordUse(dir)) ? dir : null;
    },
    async put(key, meta, write) {
      const dir = folder(key);
      const draft = path.join(partial, `${key}-${process.pid}-${randomBytes(4).toString('hex')}`);
      try {
        // With its parents: the folder may have been emptied under a server that goes on.
        await mkdir(draft, { recursive: true });
        const value = await write(draft);
        const { manifest, text } = await manifestOf(key, meta, draft);
        await Promise.all(manifest.files.map(({ name }) => flush(path.join(draft, name))));
        await writeFile(path.join(draft, MANIFEST), text, { flush: true });
        await moveInto(draft, dir);
        return { dir, value };
      } catch (error) {
        throw storeFault(dir, error);
      } finally {
        await rm(draft, { recursive: true, force: true }).catch(() => undefined);
      }
    },
    artifacts: () => artifactsIn(root),
    verify: key => faultsOf(folder(key), key),
    async remove(key, usedAt) {
      if (usedAt !== undefined) {
        const found = await stat(path.join(folder(key), MANIFEST)).catch(() => null);
        if (found?.mtimeMs !== usedAt) return found === null;
      }
      const gone = path.join(partial, `gone-${key}-${randomBytes(4).toString('hex')}`);
      try {
        await rename(folder(key), gone);
        await rm(gone, { recursive: true, force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throwStoreFault(folder(key), error);
      }
      return true;
    },
    leftovers: remove => leftovers(partial, remove),
  };
}

const OBSTACLES: Readonly<Record<string, string>> = {
  ENOENT: 'is gone or was emptied',
  ENOTDIR: 'is gone or was emptied',
  EROFS: 'is read-only',
  EACCES: 'is read-only',
};

const obstacleIn = (root: string) => (error: NodeJS.ErrnoException) =>
  OBSTACLES[error.code ?? ''] ?? throwStoreFault(root, error);

/** From memory to the disk: what a power cut would take is otherwise up to the system, for half a minute. */
async function flush(file: string): Promise<void> {
  // Windows lets only a writer do so; elsewhere the file may be one that is only read.
  const handle = await open(file, process.platform === 'win32' ? 'r+' : 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The manifest of a complete artifact; null: there is none, or it is empty, as power cuts leave files. */
async function manifestIn(dir: string): Promise<Stats | null> {
  const found = await stat(path.join(dir, MANIFEST)).catch(() => null);
  return found && found.size > 0 ? found : null;
}

/** Whether the artifact is there; the time of its manifest says when it was last used. */
async function recordUse(dir: string): Promise<boolean> {
  const found = await manifestIn(dir);
  if (!found) return false;
  const now = new Date();
  // A store that this user may only read is used all the same.
  if (now.getTime() - found.mtimeMs > USE_RECORDED_MS)
    await utimes(path.join(dir, MANIFEST), now, now).catch(() => undefined);
  return true;
}

/** Every complete artifact in a folder. */
export async function* artifactsIn(root: string): AsyncGenerator<StoredArtifact> {
  for (const key of (await readdir(root)).filter(isKey)) {
    const file = path.join(root, key, MANIFEST);
    const [text, found] = await Promise.all([
      readFile(file, 'utf8').catch(() => null),
      stat(file).catch(() => null),
    ]);
    if (text === null || !found) continue;
    let manifest: Manifest | null = null;
    try {
      manifest = parseManifest(key, text);
    } catch {
      // A damaged manifest is still an artifact: `verify` says what is wrong with it.
    }
    yield {
      key,
      stage: manifest?.stage ?? '',
      bytes: text.length + (manifest?.files ?? []).reduce((sum, { bytes }) => sum + bytes, 0),
      usedAt: found.mtimeMs,
    };
  }
}

/** Rename `draft` to `dir`; when a complete artifact is already there, leave that one. */
export async function moveInto(draft: string, dir: string): Promise<void> {
  await mkdir(path.dirname(dir), { recursive: true });
  try {
    await rename(draft, dir);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(code)) throw error;
    if (await manifestIn(dir)) return;
    await rm(dir, { recursive: true, force: true });
    await rename(draft, dir);
  }
}

/** Bytes of what nobody has touched in `folder` for so long, ms; removed when `remove`. */
export async function leftovers(
  folder: string,
  remove: boolean,
  untouchedMs = ABANDONED_MS,
): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder)) {
    const draft = path.join(folder, name);
    const found = await stat(draft).catch(() => null);
    if (!found || Date.now() - found.mtimeMs <= untouchedMs) continue;
    bytes += await sizeOf(draft);
    if (remove) await rm(draft, { recursive: true, force: true });
  }
  return bytes;
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => null);
  if (!found?.isDirectory()) return found?.size ?? 0;
  const entries = await readdir(file).catch(() => []);
  const sizes = await Promise.all(entries.map(name => sizeOf(path.join(file, name))));
  return sizes.reduce((a, b) => a + b, 0);
}
