/**
 * One file of a LeRobot dataset that lies at somebody else's address, read through for a page that may talk to its own
 * server only. Nothing but the dataset's own files can be asked for, only public addresses are reached, and nothing of
 * whoever asks is passed on: no cookie, no token, no address of the page.
 */
import { pipeline, type Readable, Transform } from 'node:stream';
import type { Agent, Dispatcher } from 'undici';
import {
  isUnderstudyError,
  RefusedAddressError,
  SourceError,
  SourceUnavailableError,
  type UnderstudyError,
} from '../core/errors.ts';
import { checkAddress } from './guard.ts';
import { discard, followRedirects, headerOf } from './redirects.ts';
import { told } from './told.ts';

/** What the files of a dataset are, by folder and ending, and what they are given out as. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['meta json', 'application/json'],
  ['meta jsonl', 'application/x-ndjson'],
  ['meta parquet', 'application/octet-stream'],
  ['data parquet', 'application/octet-stream'],
  ['videos mp4', 'video/mp4'],
]);
/** Bytes of one answer: texts are read whole by the page; the rest as large as a video may be. */
const MOST_TEXT_BYTES = 64 * 2 ** 20;
const MOST_BYTES = 4 * 2 ** 30;
/** One span of bytes; several would come as a multipart body. */
const RANGE = /^bytes=\d{0,15}-\d{0,15}$/;

export interface DatasetFileRequest {
  method: 'GET' | 'HEAD';
  /** As the page sent it; anything but one span of bytes is left out. */
  range?: string;
  /** Of `guardedAgent`. */
  agent: Agent;
  allowHosts: readonly string[];
  signal?: AbortSignal;
}

export interface DatasetFileAnswer {
  /** 404: the dataset has no such file; 416: the range lies outside of it. Both without a body. */
  status: 200 | 206 | 404 | 416;
  /** By the file's name, whatever the other server says. */
  type: string;
  /** What the other server said of size, place and version; nothing else of its headers. */
  headers: Readonly<Record<string, string>>;
  body: Readable | null;
}

/** The type of a file of a dataset; null: a dataset has no file of this name. */
export function datasetFileType(file: string): string | null {
  const parts = file.split('/');
  const isPlain = parts.every(part => !['', '.', '..'].includes(part) && !/[\\\p{Cc}]/u.test(part));
  if (!isPlain || parts.length < 2) return null;
  return TYPES.get(`${parts[0]} ${/\.([a-z0-9]+)$/.exec(file)?.[1]}`) ?? null;
}

/**
 * @param address where meta/, data/ and videos/ begin; its query goes to every file
 * @throws RefusedAddressError, SourceError for what is no dataset's file, SourceUnavailableError when it may work later
 */
export async function askDatasetFile(
  address: string,
  file: string,
  { method, range, agent, allowHosts, signal }: DatasetFileRequest,
): Promise<DatasetFileAnswer> {
  const type = datasetFileType(file);
  if (type === null)
    throw new SourceError(
      `'${file}' is no file of a dataset: meta/*.json, .jsonl and .parquet, data/*.parquet and videos/*.mp4 are`,
    );
  const url = placeOf(checkAddress(address, allowHosts), file);
  const headers = {
    accept: '*/*',
    'accept-encoding': 'identity',
    ...(range !== undefined && RANGE.test(range) && { range }),
  };
  let response: Dispatcher.ResponseData;
  try {
    ({ response } = await followRedirects(url, { dispatcher: agent, allowHosts, method, headers, signal }));
  } catch (error) {
    throw translate(url, error);
  }
  const { statusCode: status } = response;
  const refuse = (error: UnderstudyError): never => {
    discard(response);
    throw error;
  };
  if (status === 404 || status === 410 || status === 416) {
    discard(response);
    return { status: status === 416 ? 416 : 404, type, headers: {}, body: null };
  }
  if (status >= 500 || status === 429)
    refuse(new SourceUnavailableError(`${told(url)}: answered HTTP ${status}`));
  if (status !== 200 && status !== 206)
    refuse(new SourceError(`${told(url)}: answered HTTP ${status}; a file that anybody may read is needed`));
  if (/^(text\/html|application\/xhtml)/i.test(headerOf(response, 'content-type')))
    refuse(new SourceError(`${told(url)} is an HTML page, not a file of a dataset`));
  if (!['', 'identity'].includes(headerOf(response, 'content-encoding')))
    refuse(new SourceError(`${told(url)} comes compressed only`));
  const most = /^application\/(json|x-ndjson)$/.test(type) ? MOST_TEXT_BYTES : MOST_BYTES;
  const tooLarge = () => new SourceError(`${told(url)}: larger than the limit of ${most} bytes`);
  if (Number(headerOf(response, 'content-length')) > most) refuse(tooLarge());
  const passedOn = ['content-length', 'content-range', 'accept-ranges', 'etag', 'last-modified'];
  return {
    status: status as 200 | 206,
    type,
    headers: Object.fromEntries(
      passedOn.flatMap(name => (headerOf(response, name) === '' ? [] : [[name, headerOf(response, name)]])),
    ),
    body: limited(response.body, most, tooLarge),
  };
}

/** The file below the address, which may end with a slash or not. */
function placeOf(base: URL, file: string): URL {
  const folder = new URL(base);
  if (!folder.pathname.endsWith('/')) folder.pathname += '/';
  const url = new URL(file.split('/').map(encodeURIComponent).join('/'), folder);
  url.search = base.search;
  return url;
}

/** Ends with an error once more than `most` bytes came; ends the other side when nobody reads on. */
function limited(body: Readable, most: number, tooLarge: () => Error): Readable {
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      if (bytes > most) done(tooLarge());
      else done(null, chunk);
    },
  });
  pipeline(body, count, () => {});
  return count;
}

function translate(url: URL, error: unknown): UnderstudyError {
  if (isUnderstudyError(error)) return error;
  const { cause, code = '', message } = error as NodeJS.ErrnoException & { cause?: unknown };
  if (cause instanceof RefusedAddressError) return cause;
  return new SourceUnavailableError(`${told(url)}: cannot be reached now (${code || message})`, error);
}
