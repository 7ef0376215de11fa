/** What the operating system says when a dataset is written, as a StoreError that says what to do. */
import { StoreError } from '../core/errors.ts';

const ADVICE: Record<string, string> = {
  ENOSPC: 'no space left on the device: free some or choose another folder',
  EDQUOT: 'the disk quota is used up: free some space or choose another folder',
  EACCES: 'permission denied: choose a folder that this user may write to',
  EPERM: 'operation not permitted: choose a folder that this user may write to',
  EROFS: 'the file system is read-only: choose another folder',
  EXDEV: 'the dataset was built on another volume: build it in a folder of stagingFolder',
};

/** Throw `error` as a StoreError about `file` when the system raised it, else as it is. */
export function writeFault(file: string, error: unknown): never {
  const { code, message } = error as NodeJS.ErrnoException;
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code))
    throw new StoreError(`cannot write ${file}: ${ADVICE[code] ?? message}`, error);
  throw error;
}
