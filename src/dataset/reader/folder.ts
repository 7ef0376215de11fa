/** Files of a dataset in a folder of this machine. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { asyncBufferFromFile } from 'hyparquet';
import { DatasetError } from '../../core/errors.ts';
import type { DatasetFiles } from './files.ts';

export function folderFiles(dir: string): DatasetFiles {
  const locate = (name: string) => path.join(path.resolve(dir), name);
  return {
    address: dir,
    locate,
    async open(name) {
      try {
        return await asyncBufferFromFile(locate(name));
      } catch (error) {
        if (isMissing(error))
          throw new DatasetError(`${path.join(dir, name)} is missing: the dataset is incomplete`, error);
        throw new DatasetError(`${path.join(dir, name)} cannot be read: ${(error as Error).message}`, error);
      }
    },
    async text(name) {
      try {
        return await readFile(locate(name), 'utf8');
      } catch (error) {
        if (isMissing(error)) return null;
        throw new DatasetError(`${path.join(dir, name)} cannot be read: ${(error as Error).message}`, error);
      }
    },
    exists: name =>
      stat(locate(name)).then(
        found => found.isFile() && found.size > 0,
        () => false,
      ),
  };
}

const isMissing = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
