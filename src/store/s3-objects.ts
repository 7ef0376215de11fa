/** Objects of an S3-compatible bucket below a prefix: what a store needs of S3, with errors that say where. */
import { openAsBlob } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { S3mini } from 's3mini';
import { ConfigError, StoreError } from '../core/errors.ts';

/** How a bucket is reached. */
export interface S3Access {
  /** 'https://s3.eu-central-1.amazonaws.com'; the bucket is put behind it as a path. */
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

export interface S3Object {
  /** Below the prefix. */
  name: string;
  bytes: number;
  /** ms since 1970. */
  modifiedAt: number;
}

export interface S3Objects {
  /** s3://bucket/prefix */
  readonly address: string;
  /** The object's bytes as they come, and when it was written; null when there is none. */
  open(name: string): Promise<{ body: ReadableStream<Uint8Array>; modifiedAt: number } | null>;
  text(name: string): Promise<string | null>;
  putText(name: string, text: string): Promise<void>;
  /** false, and nothing happens, when there is one. See `openObjects`. */
  createText(name: string, text: string): Promise<boolean>;
  /** In parts where it is large. */
  putFile(name: string, file: string): Promise<void>;
  list(below: string): AsyncGenerator<S3Object>;
  remove(names: readonly string[]): Promise<void>;
}

/** Answers that are worth asking again for: RFC 9110, and S3's SlowDown. */
const isTemporary = (status: number) => status >= 500 || status === 429 || status === 408;
const ATTEMPTS = 4;
const FIRST_WAIT_MS = 200;
/** Objects of one page of a list (S3's own limit). */
const PAGE = 1000;

const PLACE = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*?))?\/*$/;

/**
 * Creation is atomic where the server knows If-None-Match (AWS since 2024, MinIO, Ceph, R2). On others two creations in
 * the same instant may both succeed; the later one stays.
 * @param address s3://bucket/prefix
 * @throws ConfigError on another address; StoreError when the bucket cannot be reached or is not there
 */
export async function openObjects(address: string, access: S3Access): Promise<S3Objects> {
  const [, bucket, below = ''] = PLACE.exec(address) ?? [];
  if (!bucket) throw new ConfigError(`${address}: expected s3://bucket or s3://bucket/prefix`);
  const prefix = below === '' ? '' : `${below}/`;
  const place = `s3://${bucket}/${prefix}`;
  const { endpoint, ...credentials } = access;
  const s3 = new S3mini({
    ...credentials,
    endpoint: `${endpoint.replace(/\/+$/, '')}/${bucket}`,
    fetch: persistentFetch,
  });

  async function asked<T>(name: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof StoreError) throw error;
      const { status, message, cause } = error as { status?: number; message: string; cause?: Error };
      const why = [status && `HTTP ${status}`, message, cause?.message].filter(Boolean).join(', ');
      throw new StoreError(`${place}${name}: ${why.replaceAll('\n', ' ').slice(0, 300)}`, error);
    }
  }

  const there = await asked('', () => s3.bucketExists());
  if (!there) throw new StoreError(`${place}: there is no bucket '${bucket}', or no permission to see it`);

  const objects: S3Objects = {
    address: place,
    open: name =>
      asked(name, async () => {
        const response = await s3.getObjectResponse(prefix + name);
        if (!response?.body) return null;
        return {
          body: response.body,
          modifiedAt: Date.parse(response.headers.get('last-modified') ?? '') || 0,
        };
      }),
    text: name => asked(name, () => s3.getObject(prefix + name)),
    putText: (name, text) =>
      asked(name, async () => void (await s3.putObject(prefix + name, text, 'application/json'))),
    createText: (name, text) =>
      asked(name, async () => {
        if ((await s3.objectExists(prefix + name)) !== false) return false;
        const onlyNew = { 'if-none-match': '*' } as Record<`x-amz-${string}`, string>;
        try {
          await s3.putObject(prefix + name, text, 'application/json', undefined, onlyNew);
          return true;
        } catch (error) {
          // 412: another was faster; 409: another is creating it at this moment.
          if ([409, 412].includes((error as { status?: number }).status ?? 0)) return false;
          throw error;
        }
      }),
    putFile: (name, file) =>
      asked(name, async () => {
        const blob = await openAsBlob(file);
        // A body of no bytes as text: an empty Blob would be sent as a stream without a length.
        await s3.putAnyObject(prefix + name, blob.size === 0 ? '' : blob);
      }),
    async *list(folder) {
      let token: string | undefined;
      do {
        const page = await asked(folder, () => s3.listObjectsPaged('/', prefix + folder, PAGE, token));
        for (const { Key, Size, LastModified } of page?.objects ?? [])
          yield {
            name: Key.slice(prefix.length),
            bytes: Number(Size),
            modifiedAt: new Date(LastModified).getTime(),
          };
        token = page?.nextContinuationToken;
      } while (token);
    },
    async remove(names) {
      if (names.length === 0) return;
      await asked(names[0], () => s3.deleteObjects(names.map(name => prefix + name)));
    },
  };
  return objects;
}

/** Asks again where the server is busy or the connection breaks; bodies here can all be sent twice. */
const persistentFetch: typeof fetch = async (input, init) => {
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(input, init);
      if (attempt === ATTEMPTS || !isTemporary(response.status)) return response;
      await response.body?.cancel();
    } catch (error) {
      if (attempt === ATTEMPTS || init?.signal?.aborted) throw error;
    }
    await sleep(FIRST_WAIT_MS * 2 ** (attempt - 1));
  }
};
