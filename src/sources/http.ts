/** HTTP(S) sources: one guarded download that can be resumed. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Agent, type Dispatcher, request } from 'undici';
import {
  isUnderstudyError,
  RefusedAddressError,
  SourceError,
  SourceUnavailableError,
  StoreError,
  type UnderstudyError,
} from '../core/errors.ts';
import { VIDEO_EXTENSIONS } from './file.ts';
import { checkAddress, guardedAgent } from './guard.ts';

export interface DownloadOptions {
  /** Folder for the file; made when missing. A broken download stays there and is resumed by the next call. */
  folder: string;
  /** Hosts (`host` or `host:port`) exempt from the address guard; default none. */
  allowHosts?: readonly string[];
  /** Largest file, bytes; default 4 GiB. */
  maxBytes?: number;
  signal?: AbortSignal;
}

export interface Download {
  path: string;
  bytes: number;
  /** Where the redirects led. */
  finalAddress: string;
}

const DEFAULT_MAX_BYTES = 4 * 2 ** 30;

/** Enough for a short link, a mirror choice and a signed address; a loop ends here. */
const MAX_REDIRECTS = 5;

/** Answers that may change later without anybody's doing: RFC 9110 and RFC 6585 (429), RFC 8470 (425). */
const isTemporary = (status: number) => status >= 500 || [408, 425, 429].includes(status);

/** What is needed to continue a partial file: whether the server still means the same bytes. */
interface Partial {
  bytes: number;
  /** Strong ETag or Last-Modified, for If-Range. */
  validator: string;
}

/**
 * Fetch `address` into the folder under a name made of the address; the file appears only when it is complete.
 * @throws RefusedAddressError by the guard; SourceError when the address has no video, for good;
 *   SourceUnavailableError when it may work later; StoreError when the folder cannot be written.
 */
export async function download(address: string, options: DownloadOptions): Promise<Download> {
  const { folder, allowHosts = [], maxBytes = DEFAULT_MAX_BYTES } = options;
  const url = checkAddress(address, allowHosts);
  const target = join(folder, fileName(url));
  const part = `${target}.part`;
  await mkdir(folder, { recursive: true }).catch(cause => {
    throw new StoreError(`${folder}: cannot be made (${cause.code})`, cause);
  });
  const agent = guardedAgent(allowHosts);
  try {
    let partial = await readPartial(part);
    let reply = await follow(url, agent, allowHosts, partial, options.signal);
    if (reply.response.statusCode === 416) {
      // The partial file is longer than the file on the server: start afresh.
      reply.response.body.destroy();
      partial = null;
      reply = await follow(url, agent, allowHosts, null, options.signal);
    }
    const { response, finalUrl } = reply;
    const startAt = acceptResponse(finalUrl, response, partial);
    await writeFile(`${part}.validator`, validatorOf(response));
    const bytes = await save(response.body, part, startAt, maxBytes, finalUrl);
    await rename(part, target);
    await rm(`${part}.validator`, { force: true });
    return { path: target, bytes, finalAddress: finalUrl.href };
  } catch (error) {
    const tagged = translate(url, error);
    if (!tagged.retryable) {
      await rm(part, { force: true });
      await rm(`${part}.validator`, { force: true });
    }
    throw tagged;
  } finally {
    await agent.destroy();
  }
}

/** Ask, and follow redirects; each stop is judged by the guard before it is asked. */
async function follow(
  start: URL,
  dispatcher: Agent,
  allowHosts: readonly string[],
  partial: Partial | null,
  signal: AbortSignal | undefined,
): Promise<{ response: Dispatcher.ResponseData; finalUrl: URL }> {
  const headers: Record<string, string> = { accept: 'video/*,*/*;q=0.8', 'accept-encoding': 'identity' };
  if (partial) {
    headers['range'] = `bytes=${partial.bytes}-`;
    headers['if-range'] = partial.validator;
  }
  let url = start;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const response = await request(url, { dispatcher, headers, signal });
    const location = header(response, 'location');
    if (![301, 302, 303, 307, 308].includes(response.statusCode) || !location) {
      return { response, finalUrl: url };
    }
    response.body.on('error', () => {}).destroy();
    if (!URL.canParse(location, url.href))
      throw new SourceError(`${url.href}: redirects to '${location}', no address`);
    url = checkAddress(new URL(location, url).href, allowHosts);
  }
  throw new SourceError(`${start.href}: more than ${MAX_REDIRECTS} redirects`);
}

/** Judge the answer. @returns the offset in the file at which its body starts. */
function acceptResponse(url: URL, response: Dispatcher.ResponseData, partial: Partial | null): number {
  const { statusCode } = response;
  if (isTemporary(statusCode)) throw new SourceUnavailableError(`${url.href}: answered HTTP ${statusCode}`);
  if (statusCode !== 200 && statusCode !== 206) {
    throw new SourceError(
      `${url.href}: answered HTTP ${statusCode}${statusCode === 404 ? ' (not found)' : ''}; a video is needed`,
    );
  }
  if (/^(text\/html|application\/xhtml)/i.test(header(response, 'content-type'))) {
    throw new SourceError(`${url.href} is an HTML page, not a video; give the address of the video file`);
  }
  if (statusCode === 200) return 0;
  const start = Number(/^bytes (\d+)-/.exec(header(response, 'content-range'))?.[1]);
  if (!partial || start !== partial.bytes) {
    throw new SourceError(`${url.href}: answered with a part of the file that was not asked for`);
  }
  return start;
}

/** Write the body behind the first `startAt` bytes of the file. @returns the file's size. */
async function save(
  body: Readable,
  path: string,
  startAt: number,
  maxBytes: number,
  url: URL,
): Promise<number> {
  let bytes = startAt;
  const count = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      if (bytes <= maxBytes) return done(null, chunk);
      done(new SourceError(`${url.href}: larger than the limit of ${maxBytes} bytes`));
    },
  });
  const file = createWriteStream(path, startAt > 0 ? { flags: 'r+', start: startAt } : { flags: 'w' });
  await pipeline(body, count, file);
  return bytes;
}

async function readPartial(part: string): Promise<Partial | null> {
  const validator = await readFile(`${part}.validator`, 'utf8').catch(() => '');
  const bytes = (await stat(part).catch(() => null))?.size ?? 0;
  return bytes > 0 && validator !== '' ? { bytes, validator } : null;
}

/** If-Range needs a strong validator (RFC 9110, 13.1.5); a weak ETag is none. */
function validatorOf(response: Dispatcher.ResponseData): string {
  const etag = header(response, 'etag');
  return etag && !etag.startsWith('W/') ? etag : header(response, 'last-modified');
}

function header(response: Dispatcher.ResponseData, name: string): string {
  const value = response.headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
}

/** A readable name that no other address has. */
function fileName(url: URL): string {
  const extension = extname(url.pathname).toLowerCase();
  const stem = basename(url.pathname, extname(url.pathname))
    .replace(/[^\w-]+/g, '_')
    .slice(0, 60);
  const digest = createHash('sha256').update(url.href).digest('hex').slice(0, 16);
  return `${stem || 'video'}-${digest}${VIDEO_EXTENSIONS.includes(extension) ? extension : '.mp4'}`;
}

/** The network's many errors as ours. */
function translate(url: URL, error: unknown): UnderstudyError {
  if (isUnderstudyError(error)) return error;
  const { cause, code = '', message, name } = error as NodeJS.ErrnoException & { cause?: unknown };
  if (cause instanceof RefusedAddressError) return cause;
  if (['ENOSPC', 'EACCES', 'EROFS', 'EDQUOT', 'ENOENT', 'EISDIR', 'EIO'].includes(code)) {
    return new StoreError(`${url.href}: the download cannot be written (${code})`, error);
  }
  if (name === 'AbortError')
    return new SourceUnavailableError(`${url.href}: the download was stopped`, error);
  return new SourceUnavailableError(`${url.href}: cannot be reached now (${code || message})`, error);
}
