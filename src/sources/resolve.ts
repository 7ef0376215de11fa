/** From what a person names to single videos, and from a video's address to a local file. */
import { resolve } from 'node:path';
import { RefusedAddressError } from '../core/errors.ts';
import { isFolder, listVideos } from './file.ts';
import { type DownloadOptions, download } from './http.ts';
import { hasScheme, isWebAddress, type SourceItem } from './item.ts';
import { isList, readList } from './list.ts';

/**
 * Expand files, folders, http(s) addresses and lists (.txt, .csv, .jsonl) into single videos, in the order
 * given; exact repetitions are dropped. A row of a list may name a folder; a file that a row names is not looked
 * for yet, so that one missing video does not stop a batch.
 * @throws SourceError for an input that is not there; ListError; RefusedAddressError for another scheme.
 */
export async function expandInputs(inputs: readonly string[]): Promise<SourceItem[]> {
  const items: SourceItem[] = [];
  for (const input of inputs) {
    if (hasScheme(input)) items.push(webItem({ address: input }));
    else if (isList(input)) for (const row of await readList(input)) items.push(...(await expandRow(row)));
    else items.push(...(await listVideos(input)).map(address => ({ address })));
  }
  return [...new Map(items.map(item => [JSON.stringify(item), item])).values()];
}

async function expandRow(row: SourceItem): Promise<SourceItem[]> {
  if (hasScheme(row.address)) return [webItem(row)];
  if (!(await isFolder(row.address))) return [row];
  return (await listVideos(row.address)).map(address => ({ ...row, address }));
}

function webItem(item: SourceItem): SourceItem {
  if (isWebAddress(item.address)) return item;
  throw new RefusedAddressError(`${item.address}: only http:// and https:// addresses and paths are read`);
}

/**
 * The local file of one video: itself, or a download.
 * @throws as `download`; a missing local file is a SourceError.
 */
export async function acquire(item: SourceItem, options: DownloadOptions): Promise<string> {
  if (isWebAddress(item.address)) return (await download(item.address, options)).path;
  const [path] = await listVideos(resolve(item.address));
  return path;
}
