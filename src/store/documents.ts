/**
 * Small named JSON documents beside the artifacts: what is listed, looked up and changed, where artifacts are
 * found by key and never change.
 *
 *     root/documents/<name>.json        name: 'episodes/3f…', with slashes
 */
import { randomBytes } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StoreError } from '../core/errors.ts';
import { throwStoreFault } from '../core/faults.ts';

export interface Documents {
  /** The document, or null when there is none. */
  read<T>(name: string): Promise<T | null>;
  /** Make or replace it: a reader sees the old one or the new one, whole. */
  write(name: string, value: object): Promise<void>;
  /** Make it; false, and nothing happens, when there is one. Of many at once, one succeeds. */
  create(name: string, value: object): Promise<boolean>;
  /** Nothing happens when there is none. */
  remove(name: string): Promise<void>;
  /** Names below a folder ('episodes', or '' for all), sorted by code unit; those after `after`, `limit` at most. */
  list(folder: string, page?: { after?: string; limit?: number }): Promise<string[]>;
}

export const DOCUMENTS = 'documents';
export const EXTENSION = '.json';

/** A part of a name, as a pattern: an id in an address has to be one, too. */
export const NAME_PART = '[A-Za-z0-9][\\w.~-]*';
const NAME = new RegExp(`^${NAME_PART}(/${NAME_PART})*$`);
const LONGEST_NAME = 200;

/** @throws StoreError on a name that could be read as another path */
export function checkedName(name: string): string {
  if (NAME.test(name) && name.length <= LONGEST_NAME) return name;
  throw new StoreError(
    `'${name.slice(0, LONGEST_NAME)}' is not a document's name: expected letters, digits and . _ ~ - in parts with / between them, ${LONGEST_NAME} at most`,
  );
}

/** A document that is there and holds no JSON: asking again does not help. */
export class DamagedDocument extends StoreError {}

/** The names of one page. */
export function pageOf(
  names: string[],
  { after = '', limit = Number.POSITIVE_INFINITY }: { after?: string; limit?: number } = {},
): string[] {
  const sorted = names.sort();
  const from = after === '' ? 0 : sorted.findIndex(name => name > after);
  return from === -1 ? [] : sorted.slice(from, from + limit);
}

/** Documents in a folder, which several machines may share. @param drafts folder on the same volume */
export function folderDocuments(root: string, drafts: string): Documents {
  const fileOf = (name: string) => path.join(root, `${checkedName(name)}${EXTENSION}`);

  /** Write elsewhere, down to the disk, and let `place` put it there: a power cut leaves it whole or not at all. */
  async function placed<T>(file: string, value: object, place: (draft: string) => Promise<T>): Promise<T> {
    const draft = path.join(drafts, `document-${process.pid}-${randomBytes(6).toString('hex')}`);
    try {
      await mkdir(path.dirname(file), { recursive: true });
      await mkdir(drafts, { recursive: true });
      await writeFile(draft, JSON.stringify(value), { flush: true });
      return await place(draft);
    } catch (error) {
      return throwStoreFault(file, error);
    } finally {
      await rm(draft, { force: true }).catch(() => undefined);
    }
  }

  return {
    async read<T>(name: string): Promise<T | null> {
      const file = fileOf(name);
      const text = await readFile(file, 'utf8').catch(error => {
        if (['ENOENT', 'ENOTDIR'].includes(error.code)) return null;
        return throwStoreFault(file, error);
      });
      return text === null ? null : parseDocument<T>(name, text);
    },
    write(name, value) {
      const file = fileOf(name);
      return placed(file, value, draft => rename(draft, file));
    },
    create(name, value) {
      const file = fileOf(name);
      return placed(file, value, draft =>
        link(draft, file).then(
          () => true,
          error => {
            if (error.code === 'EEXIST') return false;
            throw error;
          },
        ),
      );
    },
    remove: name => rm(fileOf(name), { force: true }).catch(error => throwStoreFault(name, error)),
    async list(folder, page) {
      const dir = path.join(root, folder === '' ? '' : checkedName(folder));
      const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(error => {
        if (['ENOENT', 'ENOTDIR'].includes(error.code)) return [];
        return throwStoreFault(dir, error);
      });
      const names = entries
        .filter(entry => entry.isFile() && entry.name.endsWith(EXTENSION))
        .map(entry => path.relative(root, path.join(entry.parentPath, entry.name)))
        .map(file => file.slice(0, -EXTENSION.length).split(path.sep).join('/'));
      return pageOf(names, page);
    },
  };
}

/** @throws DamagedDocument */
export function parseDocument<T>(name: string, text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new DamagedDocument(`document '${name}' is damaged: ${(error as Error).message}`, error);
  }
}
