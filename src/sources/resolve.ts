/** From what a person names to single videos, and from a video's address to a local file. */
import { resolve } from 'node:path';
import { isUnderstudyError, RefusedAddressError, type UnderstudyError } from '../core/errors.ts';
import { isFolder, listVideos } from './file.ts';
import { type DownloadOptions, download } from './http.ts';
import { hasScheme, isWebAddress, type SourceItem } from './item.ts';
import { isList, readList } from './list.ts';

/** What inputs name: the videos, and what could not be understood. */
export interface Expansion {
  items: SourceItem[];
  faults: { source: string; error: UnderstudyError }[];
}

/**
 * Expand files, folders, http(s) addresses and lists (.txt, .csv, .jsonl) into single videos, in the order
 * given; exact repetitions are dropped. A row of a list may name a folder; a file that a row names is not looked
 * for yet. One bad input or row does not stop the others: it is among the faults, as a SourceError (not there),
 * ListError (broken row or list) or RefusedAddressError (another scheme).
 */
export async function expandInputs(inputs: readonly string[]): Promise<Expansion> {
  const items: SourceItem[] = [];
  const faults: Expansion['faults'] = [];
  const attempt = async (source: string, work: () => Promise<SourceItem[]>) => {
    try {
      items.push(...(await work()));
    } catch (error) {
      if (!isUnderstudyError(error)) throw error;
      faults.push({ source, error });
    }
  };
  for (const input of inputs) {
    if (hasScheme(input)) await attempt(input, async () => [webItem({ address: input })]);
    else if (!isList(input))
      await attempt(input, async () => (await listVideos(input)).map(address => ({ address })));
    else
      await attempt(input, async () => {
        const list = await readList(input);
        for (const error of list.broken) faults.push({ source: input, error });
        for (const row of list.items) await attempt(row.address, () => expandRow(row));
        return [];
      });
  }
  return { items: [...new Map(items.map(item => [JSON.stringify(item), item])).values()], faults };
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
