/** Address → media file with a known content hash, that has been found to be a video. */
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sha256File } from '../sources/digest.ts';
import { isWebAddress, type SourceItem } from '../sources/item.ts';
import { acquire as fetchItem } from '../sources/resolve.ts';
import type { MediaInfo } from '../video/probe.ts';
import { type StageContext, staged } from './stage.ts';

const VERSION = 1;

export interface Media {
  item: SourceItem;
  /** SHA-256 of the file, hex. */
  id: string;
  path: string;
  info: MediaInfo;
}

/** @throws SourceError, SourceUnavailableError, RefusedAddressError, MediaError. */
export async function acquire(context: StageContext, item: SourceItem): Promise<Media> {
  const file = isWebAddress(item.address)
    ? await download(context, item)
    : await fetchItem(item, { folder: '' });
  const id = await sha256File(file);
  const { dir } = await staged(
    context,
    { name: 'acquire', version: VERSION, config: { probe: true }, inputs: [id] },
    async folder => {
      const info = await context.media.run('probe', { path: file }, { signal: context.signal });
      await writeFile(path.join(folder, 'media.json'), JSON.stringify(info));
    },
  );
  return {
    item,
    id,
    path: file,
    info: JSON.parse(await readFile(path.join(dir, 'media.json'), 'utf8')) as MediaInfo,
  };
}

/** A broken download stays in the cache and is resumed; a whole one moves into the store. */
async function download(context: StageContext, item: SourceItem): Promise<string> {
  const { config, store, signal } = context;
  const key = { name: 'acquire' as const, version: VERSION, config: {}, inputs: [item.address] };
  const { dir } = await staged(context, key, async folder => {
    const arriving = path.join(
      config.cacheDir,
      'downloads',
      store.key(key.name, key.version, key.config, key.inputs),
    );
    await mkdir(arriving, { recursive: true });
    const file = await fetchItem(item, {
      folder: arriving,
      allowHosts: config.allowHosts,
      maxBytes: config.maxDownloadBytes,
      signal,
    });
    await rename(file, path.join(folder, path.basename(file)));
  });
  const [name] = (await readdir(dir)).filter(entry => entry !== 'manifest.json');
  return path.join(dir, name);
}
