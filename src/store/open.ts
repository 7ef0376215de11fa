/** A store by its address. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { ConfigError, StoreError } from '../core/errors.ts';
import { openFolderStore } from './fs.ts';
import { openS3Store } from './s3.ts';
import type { S3Access } from './s3-objects.ts';
import type { Store } from './store.ts';

/** What a store that is elsewhere needs on this machine. */
export interface StoreAccess {
  /** null: the environment has no credentials. */
  s3: S3Access | null;
  /** Folder of the local copies, and its size, bytes. */
  storeCacheDir: string;
  storeCacheBytes: number;
}

/** A store that is used and not begun: a mistyped folder is not made. @throws as `openStore` */
export async function openPresentStore(address: string, access?: StoreAccess): Promise<Store> {
  if (!address.includes('://') && !(await stat(address).catch(() => null)))
    throw new StoreError(`${address}: there is no store; the stages of a run or of a worker make one`);
  return openStore(address, access);
}

/**
 * @param address a folder, shared or not, or s3://bucket/prefix
 * @throws StoreError when it cannot be opened; ConfigError when the address or its credentials are not usable
 */
export async function openStore(address: string, access?: StoreAccess): Promise<Store> {
  if (!address.includes('://')) return openFolderStore(path.resolve(address));
  if (!address.startsWith('s3://'))
    throw new ConfigError(`store ${address}: expected a folder or s3://bucket/prefix`);
  if (!access?.s3)
    throw new ConfigError(
      `store ${address} needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment`,
    );
  const { s3, storeCacheDir, storeCacheBytes } = access;
  return openS3Store(address, { access: s3, cacheDir: storeCacheDir, cacheBytes: storeCacheBytes });
}
