/** What the operating system says, as a StoreError that says what to do. */
import { isUnderstudyError, StoreError } from '../core/errors.ts';

const ADVICE: Record<string, string> = {
  ENOSPC: 'no space left on the device: free some or choose another folder',
  EDQUOT: 'the disk quota is used up: free some space or choose another folder',
  EACCES: 'permission denied: choose a folder that this user may write to',
  EPERM: 'operation not permitted: choose a folder that this user may write to',
  EROFS: 'the file system is read-only: choose another folder',
  EXDEV: 'the two folders are on different volumes: a rename needs them on one',
  ENOTDIR: 'a part of the path is a file, not a folder',
  ENOENT: 'no such file or folder',
};

/** `error` as it is when already tagged, else as a StoreError about `path`. */
export function storeFault(path: string, error: unknown): Error {
  if (isUnderstudyError(error)) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  return new StoreError(`${path}: ${ADVICE[code] ?? message}`, error);
}

/** Whether the system refused the write for a reason outside of this program. */
export const isStoreFault = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS'].includes(
    (error as NodeJS.ErrnoException | null)?.code ?? '',
  );
