/** Files of a dataset by their paths in it, wherever it lies. This one reads over HTTP and runs in a browser. */
import { type AsyncBuffer, asyncBufferFromUrl, cachedAsyncBuffer } from 'hyparquet';
import { DatasetError } from '../../core/errors.ts';

/** A file that is read in parts. */
export type { AsyncBuffer } from 'hyparquet';

export interface DatasetFiles {
  /** The folder or address of the dataset, for messages. */
  readonly address: string;
  /** Throws DatasetError when the file is missing or unreachable. */
  open(path: string): Promise<AsyncBuffer>;
  /** Text of a small file; null when it is missing. Throws DatasetError when it cannot be read. */
  text(path: string): Promise<string | null>;
  /** Whether a file is there and not empty. */
  exists(path: string): Promise<boolean>;
  /** Address or absolute path of a file, for a player. */
  locate(path: string): string;
}

/** Metadata at the end of a parquet file is fetched with its last bytes, in one request. */
const FIRST_FETCH = 2 ** 19;

/**
 * Files below an http(s) address, by range requests; a server without ranges is read whole. `address` ends where
 * meta/, data/ and videos/ begin; its query string goes to every file.
 *
 * @param saidAs the dataset's own address, for messages, where `address` is that of a server which reads it through
 */
export function httpFiles(address: string, saidAs = address): DatasetFiles {
  const base = new URL(address);
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  const locate = (path: string): string => {
    const url = new URL(path.split('/').map(encodeURIComponent).join('/'), base);
    url.search = base.search;
    return url.href;
  };
  const unreachable = (path: string, error: unknown): never => {
    const place = saidAs === address ? locate(path) : `${saidAs.replace(/\/$/, '')}/${path}`;
    throw new DatasetError(`${place} cannot be read: ${(error as Error).message}`, error);
  };
  const request = async (path: string, init?: RequestInit): Promise<Response> =>
    fetch(locate(path), init).catch(error => unreachable(path, error));

  return {
    address: saidAs,
    locate,
    async open(path) {
      const url = locate(path);
      const buffer = await asyncBufferFromUrl({ url }).catch(error => unreachable(path, error));
      // A small file is fetched once, whole. Of a larger one the cache would keep every part for as long as it is open.
      return buffer.byteLength < FIRST_FETCH ? cachedAsyncBuffer(buffer, { minSize: FIRST_FETCH }) : buffer;
    },
    async text(path) {
      const response = await request(path);
      if (response.status === 404 || response.status === 410) return null;
      if (!response.ok) return unreachable(path, new Error(await reasonOf(response)));
      return response.text().catch(error => unreachable(path, error));
    },
    async exists(path) {
      const response = await request(path, { method: 'HEAD' });
      return response.ok && response.headers.get('content-length') !== '0';
    },
  };
}

/** The status, with the reason where the server gives one as problem details (RFC 9457). */
async function reasonOf(response: Response): Promise<string> {
  const status = `HTTP ${response.status}`;
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) return status;
  const { detail } = (await response.json().catch(() => ({}))) as { detail?: unknown };
  return typeof detail === 'string' ? `${status}, ${detail}` : status;
}
