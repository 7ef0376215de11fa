/** Address → media file with a known content hash, that has been found to be a video. */
import { copyFile, mkdir, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { environment } from '../config.ts';
import { isUnderstudyError, StoreError, UnderstudyError } from '../core/errors.ts';
import { alone } from '../sources/alone.ts';
import { sha256File } from '../sources/digest.ts';
import { isWebAddress, type SourceItem } from '../sources/item.ts';
import { checkLicense } from '../sources/policy.ts';
import { type FetchOptions, acquire as fetchItem } from '../sources/resolve.ts';
import type { MediaInfo } from '../video/probe.ts';
import { NotMade } from './missing.ts';
import { type StageContext, staged } from './stage.ts';

const VERSION = 2;

export interface Media {
  item: SourceItem;
  /** SHA-256 of the file, hex. */
  id: string;
  path: string;
  info: MediaInfo;
}

/** @throws PolicyError, SourceError, SourceUnavailableError, RefusedAddressError, MediaError. */
export async function acquire(context: StageContext, item: SourceItem): Promise<Media> {
  checkLicense(item.address, item.license ?? context.config.license, context.config);
  const { file, origin } = isWebAddress(item.address)
    ? await download(context, item)
    : await localFile(context, item);
  const { dir } = await staged(
    context,
    { name: 'acquire', version: VERSION, config: { probe: 3 }, inputs: [origin] },
    async folder => {
      const id = await sha256File(file);
      const info = await context.media
        .run('probe', { path: file }, { signal: context.signal })
        .catch(inWordsOfSource({ item, path: file }));
      await writeFile(path.join(folder, 'media.json'), JSON.stringify({ id, info }));
    },
  );
  const known = JSON.parse(await readFile(path.join(dir, 'media.json'), 'utf8')) as Pick<
    Media,
    'id' | 'info'
  >;
  return { item, path: file, ...known };
}

/** For the end of a promise: who submitted an address does not know under which path its media lies in the store. */
export const inWordsOfSource =
  ({ item, path }: Pick<Media, 'item' | 'path'>) =>
  (error: unknown): never => {
    const isOwn = isUnderstudyError(error) && isWebAddress(item.address);
    if (!isOwn || !error.message.startsWith(`${path}: `)) throw error;
    const { tag, message, retryable } = error;
    if (tag === 'SourceError')
      throw new StoreError(`${item.address}: what was fetched of it is no longer in the store`, error);
    throw new UnderstudyError(tag, item.address + message.slice(path.length), { cause: error, retryable });
  };

/** A file is what it was as long as its size and time are: gigabytes are not read anew for each stage. */
async function localFile(context: StageContext, item: SourceItem): Promise<{ file: string; origin: string }> {
  const file = await fetchItem(item, fetchOptions(context, ''));
  const { size, mtimeMs } = await stat(file);
  return { file, origin: context.store.key('acquire', VERSION, { size, mtimeMs }, [file]) };
}

/**
 * A broken download stays in the cache and is resumed; a whole one moves into the store. One process fetches; the others
 * wait, and find it there.
 */
async function download(context: StageContext, item: SourceItem): Promise<{ file: string; origin: string }> {
  const key = { name: 'acquire' as const, version: VERSION, config: {}, inputs: [item.address] };
  const arrivingAt = (id: string) => path.join(context.config.cacheDir, 'downloads', id);
  const fetched = (within: StageContext) =>
    staged(within, key, async (folder, id) => {
      const arriving = arrivingAt(id);
      await mkdir(arriving, { recursive: true });
      const file = await fetchItem(item, fetchOptions(within, arriving)).catch(async error => {
        // Nothing of it has come: it leaves nothing.
        await rmdir(arriving).catch(() => undefined);
        throw error;
      });
      await moveFile(file, path.join(folder, path.basename(file)));
      await rm(arriving, { recursive: true, force: true });
    });
  const { dir, key: origin } = await fetched({ ...context, lookOnly: true }).catch(error => {
    if (context.lookOnly || !(error instanceof NotMade)) throw error;
    return alone(arrivingAt(error.key), signal => fetched({ ...context, signal }), context.signal);
  });
  const [name] = (await readdir(dir)).filter(entry => entry !== 'manifest.json');
  return { file: path.join(dir, name), origin };
}

function fetchOptions({ config, signal }: StageContext, folder: string): FetchOptions {
  const { allowHosts, hostConcurrency, hostDelayMs, robotsTxt, ytDlp } = config;
  return {
    folder,
    allowHosts,
    hostConcurrency,
    hostDelayMs,
    robotsTxt,
    ytDlp,
    maxBytes: config.maxDownloadBytes,
    maxSeconds: config.maxDownloadSeconds,
    env: environment.forTools(),
    signal,
  };
}

/** Downloads arrive in the cache folder; a shared store may be on another volume. */
async function moveFile(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await copyFile(from, to);
    await rm(from);
  }
}
