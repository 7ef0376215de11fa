/** From what a person names to single videos, and from a video's address to a local file. */
import { isAbsolute } from 'node:path';
import { isUnderstudyError, RefusedAddressError, SourceError, type UnderstudyError } from '../core/errors.ts';
import { isFolder, listVideos } from './file.ts';
import { checkAddress, guardedFetch } from './guard.ts';
import { download, PageError } from './http.ts';
import { hasScheme, isWebAddress, type SourceItem } from './item.ts';
import { isList, readList } from './list.ts';
import { checkRobots } from './policy.ts';
import { type Politeness, politely } from './polite.ts';
import { withoutPassword } from './told.ts';
import { youtubeAddress, youtubeId } from './youtube.ts';
import { fetchByYtDlp, hasYtDlp } from './yt-dlp.ts';

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
  throw new RefusedAddressError(
    `${withoutPassword(item.address)}: only http:// and https:// addresses and paths are read`,
  );
}

/** How videos are fetched, and what may be. */
export interface FetchOptions extends Politeness {
  /** Folder for what is fetched; a broken download stays there and is gone on with. */
  folder: string;
  /** Hosts (`host` or `host:port`) exempt from the address guard. */
  allowHosts: readonly string[];
  /** Largest file, bytes, and longest time, s. */
  maxBytes: number;
  maxSeconds: number;
  /** 'obey': what a site's robots.txt asks to leave alone is refused. */
  robotsTxt: 'obey' | 'ignore';
  /** Name or path of yt-dlp; '': it is not used. */
  ytDlp: string;
  /** Environment of that program. */
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal;
}

/**
 * The local file of one video: itself, or a download.
 * @throws as `download`; PolicyError by robots.txt; a missing local file is a SourceError
 */
export async function acquire(item: SourceItem, options: FetchOptions): Promise<string> {
  if (isAbsolute(item.address)) return (await listVideos(item.address))[0];
  const url = checkAddress(item.address, options.allowHosts);
  return politely(
    url.host,
    options,
    async () => {
      if (options.robotsTxt === 'obey') await checkRobots(url, options.allowHosts, options.signal);
      return fetchVideo(url, options);
    },
    options.signal,
  );
}

/** A video file as it is; the video of a page by yt-dlp where it is, YouTube's by other means where it is not. */
async function fetchVideo(url: URL, options: FetchOptions): Promise<string> {
  const { ytDlp, env } = options;
  const byProgram = () => fetchByYtDlp(url.href, { ...options, program: ytDlp });
  const id = youtubeId(url);
  if (id === null)
    try {
      return (await download(url.href, options)).path;
    } catch (error) {
      if (!(error instanceof PageError)) throw error;
      if (!(await hasYtDlp(ytDlp, env)))
        throw new SourceError(`${error.message}, or install yt-dlp, which finds the videos of many sites`);
      return byProgram();
    }
  if (await hasYtDlp(ytDlp, env)) return byProgram();
  const ask = guardedFetch(options.allowHosts);
  try {
    return (await download(await youtubeAddress(id, ask.fetch), options)).path;
  } finally {
    await ask.close();
  }
}
