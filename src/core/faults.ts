/** What the operating system says of a file or folder, as a StoreError that says what to do. */
import { StoreError } from './errors.ts';

const ADVICE: Record<string, string> = {
  ENOSPC: 'no space left on the device: free some or choose another folder',
  EDQUOT: 'the disk quota is used up: free some space or choose another folder',
  EACCES: 'permission denied: choose a folder that this user may write to',
  EPERM: 'operation not permitted: choose a folder that this user may write to',
  EROFS: 'the file system is read-only: choose another folder',
  EXDEV: 'the two folders are on different volumes: a rename needs them on one',
  ENOTDIR: 'a part of the path is a file, not a folder',
  ENOENT: 'no such file or folder',
  EEXIST: 'there is a file of this name, where a folder is needed',
  EAGAIN: 'the system has no room for it now: fewer processes, or more memory',
  ENOMEM: 'the system has no memory for it now: fewer processes, or more memory',
  EMFILE: 'too many files are open: raise the limit (ulimit -n)',
  EISDIR: 'this is a folder, where a file is needed',
};

/** Whether the operating system raised it: tagged errors and defects are passed on as they are. */
const isSystemFault = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && 'code' in error && /^E[A-Z0-9]+$/.test(String(error.code));

/** `error` as a StoreError about `path` when the system raised it, else as it is. */
export function storeFault(path: string, error: unknown): unknown {
  if (!isSystemFault(error)) return error;
  return new StoreError(`${path}: ${ADVICE[error.code] ?? error.message}`, error);
}

/** Throws `storeFault(path, error)`: for the end of a promise. */
export function throwStoreFault(path: string, error: unknown): never {
  throw storeFault(path, error);
}
