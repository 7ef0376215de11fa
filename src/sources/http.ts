/** HTTP(S) sources: one guarded download that can be resumed. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Agent, Dispatcher } from 'undici';
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
import { followRedirects, headerOf } from './redirects.ts';
import { told } from './told.ts';

export interface DownloadOptions {
  /** Folder for the file; made when missing. A broken download stays there and is resumed by the next call. */
  folder: string;
  /** Hosts (`host` or `host:port`) exempt from the address guard; default none. */
  allowHosts?: readonly string[];
  /** Largest file, bytes; default 4 GiB. */
  maxBytes?: number;
  /** Longest time, s; default an hour. What has come by then is gone on with by the next call. */
  maxSeconds?: number;
  signal?: AbortSignal;
}

export interface Download {
  path: string;
  bytes: number;
  /** Where the redirects led. */
  finalAddress: string;
}

const DEFAULT_MAX_BYTES = 4 * 2 ** 30;
const DEFAULT_MAX_SECONDS = 60 * 60;

/** A page where a video was expected: it may lead to one. */
export class PageError extends SourceError {}

/** What has come of a file is not of the one that is there now. */
class ChangedError extends SourceUnavailableError {}

/** Media types of video files, and those that servers give for any file. */
const MEDIA_TYPE =
  /^(video\/|application\/(mp4|mxf|ogg|x-matroska|octet-stream|force-download|x-download)$|binary\/|$)/i;
/** What some servers call files that they do not know. */
const PLAIN_TYPE = /^text\/plain$/i;
const PAGE_TYPE = /^(text\/html|application\/xhtml\+xml)$/i;

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
  const { folder, allowHosts = [], maxBytes = DEFAULT_MAX_BYTES, maxSeconds = DEFAULT_MAX_SECONDS } = options;
  const timeout = AbortSignal.timeout(maxSeconds * 1000);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  const url = checkAddress(address, allowHosts);
  const target = join(folder, fileName(url));
  const part = `${target}.part`;
  await mkdir(folder, { recursive: true }).catch(cause => {
    throw new StoreError(`${folder}: cannot be made (${cause.code})`, cause);
  });
  // Whole already: whoever was to take it could not, and asks again.
  const there = await stat(target).catch(() => null);
  if (there) return { path: target, bytes: there.size, finalAddress: url.href };
  const agent = guardedAgent(allowHosts);
  try {
    let partial = await readPartial(part);
    let reply = await ask(url, agent, allowHosts, partial, signal);
    if (reply.response.statusCode === 416) {
      // The partial file is longer than the file on the server: start afresh.
      reply.response.body.destroy();
      partial = null;
      reply = await ask(url, agent, allowHosts, null, signal);
    }
    const { response, finalUrl } = reply;
    const startAt = acceptResponse(finalUrl, response, partial);
    await writeFile(`${part}.validator`, validatorOf(response));
    const bytes = await save(response.body, part, startAt, maxBytes, finalUrl);
    await rename(part, target);
    await rm(`${part}.validator`, { force: true });
    return { path: target, bytes, finalAddress: finalUrl.href };
  } catch (error) {
    const tagged = timeout.aborted
      ? new SourceUnavailableError(`${told(url)}: took longer than ${maxSeconds} s`, error)
      : translate(url, error);
    if (!tagged.retryable || tagged instanceof ChangedError) {
      await rm(part, { force: true });
      await rm(`${part}.validator`, { force: true });
    }
    throw tagged;
  } finally {
    await agent.destroy();
  }
}

/** Ask for the file, or for what is missing of it. */
function ask(
  url: URL,
  dispatcher: Agent,
  allowHosts: readonly string[],
  partial: Partial | null,
  signal: AbortSignal,
) {
  const headers: Record<string, string> = { accept: 'video/*,*/*;q=0.8', 'accept-encoding': 'identity' };
  if (partial) {
    headers['range'] = `bytes=${partial.bytes}-`;
    headers['if-range'] = partial.validator;
  }
  return followRedirects(url, { dispatcher, allowHosts, headers, signal });
}

/** Judge the answer. @returns the offset in the file at which its body starts. */
function acceptResponse(url: URL, response: Dispatcher.ResponseData, partial: Partial | null): number {
  const { statusCode } = response;
  if (isTemporary(statusCode)) throw new SourceUnavailableError(`${told(url)}: answered HTTP ${statusCode}`);
  if (statusCode !== 200 && statusCode !== 206) {
    throw new SourceError(
      `${told(url)}: answered HTTP ${statusCode}${statusCode === 404 ? ' (not found)' : ''}; a video is needed`,
    );
  }
  const type = headerOf(response, 'content-type').split(';')[0].trim();
  if (PAGE_TYPE.test(type))
    throw new PageError(`${told(url)} is an HTML page, not a video; give the address of the video file`);
  const named = VIDEO_EXTENSIONS.includes(extname(url.pathname).toLowerCase());
  if (!MEDIA_TYPE.test(type) && !(PLAIN_TYPE.test(type) && named))
    throw new SourceError(`${told(url)} is '${type}', not a video`);
  if (statusCode === 200) return 0;
  const start = Number(/^bytes (\d+)-/.exec(headerOf(response, 'content-range'))?.[1]);
  if (!partial || start !== partial.bytes) {
    throw new SourceError(`${told(url)}: answered with a part of the file that was not asked for`);
  }
  // Some servers do not know If-Range: what is there already would be the head of another file.
  const now = validatorOf(response);
  if (now !== '' && now !== partial.validator)
    throw new ChangedError(`${told(url)}: the file has changed meanwhile`);
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
      done(new SourceError(`${told(url)}: larger than the limit of ${maxBytes} bytes`));
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
  const etag = headerOf(response, 'etag');
  return etag && !etag.startsWith('W/') ? etag : headerOf(response, 'last-modified');
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
    return new StoreError(`${told(url)}: the download cannot be written (${code})`, error);
  }
  if (name === 'AbortError')
    return new SourceUnavailableError(`${told(url)}: the download was stopped`, error);
  return new SourceUnavailableError(`${told(url)}: cannot be reached now (${code || message})`, error);
}
