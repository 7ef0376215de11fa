import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadConfig, storeAccess } from '../../src/config.ts';
import { ConfigError, StoreError } from '../../src/core/errors.ts';
import { openCache } from '../../src/store/cache.ts';
import { collect, planCollection } from '../../src/store/collect.ts';
import { openStore } from '../../src/store/open.ts';
import { openS3Store } from '../../src/store/s3.ts';
import { openObjects } from '../../src/store/s3-objects.ts';
import { serveS3 } from './s3-server.ts';

let server: Awaited<ReturnType<typeof serveS3>>;
let folder: string;
beforeEach(async () => {
  server = await serveS3();
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-s3-cache-'));
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const open = (machine: string, address = 's3://understudy/corpus') =>
  openS3Store(address, {
    access: server.access,
    cacheDir: path.join(folder, machine),
    cacheBytes: 2 ** 30,
  });
async function listening(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return { port, close: () => new Promise(done => server.close(done)) };
}
const keyOf = (text: string) => createHash('sha256').update(text).digest('hex');
const objects = async () =>
  (await readdir(path.join(server.directory, 'understudy'), { recursive: true }))
    .filter(name => name.endsWith('_object'))
    .sort();

test('the manifest is written last, after the files of its one writer; keys stand below the prefix', async () => {
  const store = await open('one');
  const key = keyOf('a');
  await store.put(key, { stage: 'film' }, dir => writeFile(path.join(dir, 'film.mp4'), 'film'));
  const names = await objects();
  expect(names.length).toBe(2);
  expect(names[0]).toMatch(new RegExp(`^corpus/${key}/film-[0-9a-f]{12}/film.mp4`));
  expect(names[1]).toContain(`corpus/${key}/manifest.json`);
});

test('what was damaged in the bucket is refused when it is fetched, and told by verification', async () => {
  const key = keyOf('a');
  await (await open('one')).put(key, {}, dir => writeFile(path.join(dir, 'a.txt'), 'as it was'));
  const [name] = (await objects()).filter(object => object.includes('a.txt'));
  await writeFile(path.join(server.directory, 'understudy', name), 'as it is.');
  const other = await open('other');
  await expect(other.get(key)).rejects.toThrow(/a.txt has changed since it was written/);
  expect(await other.verify(key)).toEqual([`${key}: a.txt has changed since it was written`]);
  expect((await readdir(other.root)).filter(entry => entry === key)).toEqual([]);
});

test('an artifact that was removed from the bucket is not answered from the cache', async () => {
  const [one, other] = [await open('one'), await open('other')];
  const key = keyOf('a');
  await one.put(key, {}, dir => writeFile(path.join(dir, 'a.txt'), 'one'));
  expect(await other.get(key)).not.toBeNull();
  await one.remove(key);
  expect(await other.get(key)).toBeNull();
  await one.put(key, {}, dir => writeFile(path.join(dir, 'a.txt'), 'two'));
  expect(await readFile(path.join((await other.get(key))!, 'a.txt'), 'utf8')).toBe('two');
});

/** As if everything that is in the bucket now had been written days ago. */
async function age(days: number): Promise<void> {
  const bucket = path.join(server.directory, 'understudy');
  const then = Date.now() / 1000 - days * 86_400;
  for (const name of await readdir(bucket, { recursive: true }))
    await utimes(path.join(bucket, name), then, then);
}

test('files of a writer that was killed, or not the first, are swept after a day; the artifact stays', async () => {
  const store = await open('one');
  const key = keyOf('a');
  await store.put(key, { stage: 'film' }, dir => writeFile(path.join(dir, 'film.mp4'), 'film'));
  const bucket = await openObjects('s3://understudy/corpus', server.access);
  await bucket.putText(`${key}/film-00ff00ff00ff/film.mp4`, 'another film');
  await bucket.putText(`${keyOf('never finished')}/film-00ff00ff00ff/film.mp4`, 'half a film');
  expect(await store.leftovers(true)).toBe(0);
  await age(2);
  expect(await store.leftovers(false)).toBe('another film'.length + 'half a film'.length);
  await store.leftovers(true);
  expect(await store.leftovers(false)).toBe(0);
  expect(await store.verify(key)).toEqual([]);
  expect((await objects()).length).toBe(2);
});

test('a collection takes what was not used lately, and a use is noted for everybody', async () => {
  const store = await open('one');
  for (const name of ['used', 'unused', 'named'])
    await store.put(keyOf(name), { stage: 'film' }, dir => writeFile(path.join(dir, 'film.mp4'), name));
  await age(10);
  await store.documents.write('batches/a', { media: keyOf('named') });
  await (await open('other')).get(keyOf('used'));
  const plan = await planCollection(store, 5 * 86_400_000);
  expect(plan.go.map(({ key }) => key)).toEqual([keyOf('unused')]);
  expect(await collect(store, plan)).toMatchObject({ count: 1 });
  expect(await store.get(keyOf('unused'))).toBeNull();
  expect(await store.get(keyOf('used'))).not.toBeNull();
});

test('local copies stay within their limit, but for what was used a moment ago', async () => {
  const draftOf = async (cache: Awaited<ReturnType<typeof openCache>>, name: string) => {
    const source = await openStore(path.join(folder, 'source'));
    const { dir } = await source.put(keyOf(name), { stage: 's' }, at =>
      writeFile(path.join(at, 'data'), 'x'.repeat(100_000)),
    );
    await cache.accept(keyOf(name), dir, 100_000);
  };
  const held = async (root: string) => (await readdir(root)).filter(name => name.length === 64).length;
  const strict = await openCache(path.join(folder, 'strict'), 250_000, -1);
  for (const name of 'abcdef') await draftOf(strict, name);
  expect(await held(path.join(folder, 'strict'))).toBe(2);
  const kind = await openCache(path.join(folder, 'kind'), 250_000, 60_000);
  for (const name of 'abcdef') await draftOf(kind, name);
  expect(await held(path.join(folder, 'kind'))).toBe(6);
});

test('no bucket, no server, no credentials and no address are told in one line', async () => {
  await expect(open('one', 's3://missing')).rejects.toThrow(/there is no bucket 'missing'/);
  const { port, close } = await listening(() => undefined);
  await close();
  const access = { ...server.access, endpoint: `http://127.0.0.1:${port}` };
  const unreachable = openS3Store('s3://understudy', { access, cacheDir: folder, cacheBytes: 1 });
  await expect(unreachable).rejects.toSatisfy(
    error => error instanceof StoreError && error.retryable && !error.message.includes('\n'),
  );
  const none = { s3: null, storeCacheDir: folder, storeCacheBytes: 1 };
  await expect(openStore('s3://understudy', none)).rejects.toThrow(/needs AWS_ACCESS_KEY_ID/);
  await expect(openStore('ftp://understudy', none)).rejects.toThrow(ConfigError);
  await expect(open('one', 's3://')).rejects.toThrow(/expected s3:\/\/bucket/);
});

test('a server that is busy for a moment is asked again', async () => {
  let asked = 0;
  const { port, close } = await listening((_, response) => {
    response.writeHead(++asked < 3 ? 503 : 200).end();
  });
  const access = { ...server.access, endpoint: `http://127.0.0.1:${port}` };
  await openS3Store('s3://understudy', { access, cacheDir: folder, cacheBytes: 1 });
  expect(asked).toBe(3);
  await close();
});

test('an answer that was lost is no loss of the artifact', async () => {
  const { fetch: real } = globalThis;
  let lost = 0;
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const { method, url } = new Request(input, init);
    const isManifest = method === 'PUT' && url.includes('manifest.json');
    // The server of these tests does not know If-None-Match.
    if (isManifest && lost > 0) return new Response('', { status: 412 });
    const response = await real(input, init);
    if (isManifest && lost++ === 0) throw new TypeError('fetch failed');
    return response;
  });
  try {
    const store = await open('one');
    const key = keyOf('lost');
    await store.put(key, {}, dir => writeFile(path.join(dir, 'a.txt'), 'kept'));
    expect(lost).toBeGreaterThan(0);
    expect(await store.verify(key)).toEqual([]);
  } finally {
    vi.restoreAllMocks();
  }
});

test('the environment gives credentials and address', () => {
  const before = { ...process.env };
  try {
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_REGION: 'eu-west-1',
    });
    delete process.env['UNDERSTUDY_S3_ENDPOINT'];
    expect(storeAccess(loadConfig({ cacheDir: '/tmp/c' }))).toEqual({
      s3: {
        endpoint: 'https://s3.eu-west-1.amazonaws.com',
        region: 'eu-west-1',
        accessKeyId: 'id',
        secretAccessKey: 'secret',
      },
      storeCacheDir: '/tmp/c/s3',
      storeCacheBytes: 20 * 2 ** 30,
    });
    process.env['UNDERSTUDY_S3_ENDPOINT'] = 'http://minio:9000';
    expect(storeAccess(loadConfig()).s3?.endpoint).toBe('http://minio:9000');
  } finally {
    process.env = before;
  }
});

test('a list goes on behind its first page', async () => {
  const names = Array.from({ length: 1003 }, (_, i) => `episodes/${String(i).padStart(4, '0')}.json`);
  const pages = [names.slice(0, 1000), names.slice(1000)];
  const { port, close } = await listening((request, response) => {
    const asked = new URL(request.url ?? '', 'http://s3').searchParams;
    if (!asked.has('list-type')) return void response.writeHead(200).end();
    const page = asked.get('continuation-token') === 'second' ? 1 : 0;
    const contents = pages[page].map(
      name =>
        `<Contents><Key>corpus/${name}</Key><LastModified>2024-01-01T00:00:00.000Z</LastModified><ETag>"x"</ETag><Size>2</Size><StorageClass>STANDARD</StorageClass></Contents>`,
    );
    const more =
      page === 0
        ? '<IsTruncated>true</IsTruncated><NextContinuationToken>second</NextContinuationToken>'
        : '<IsTruncated>false</IsTruncated>';
    response
      .writeHead(200, { 'content-type': 'application/xml' })
      .end(`<ListBucketResult><Name>understudy</Name>${more}${contents.join('')}</ListBucketResult>`);
  });
  const access = { ...server.access, endpoint: `http://127.0.0.1:${port}` };
  const bucket = await openObjects('s3://understudy/corpus', access);
  const seen: string[] = [];
  for await (const { name } of bucket.list('episodes/')) seen.push(name);
  expect(seen).toEqual(names);
  await close();
});

test.each([409, 412])('who is told HTTP %i was not the first to create', async status => {
  const { port, close } = await listening((request, response) => {
    const isBucket = /^\/understudy\/?(\?|$)/.test(request.url ?? '');
    response.writeHead(request.method === 'PUT' ? status : isBucket ? 200 : 404).end();
  });
  const access = { ...server.access, endpoint: `http://127.0.0.1:${port}` };
  const bucket = await openObjects('s3://understudy', access);
  expect(await bucket.createText('a', 'mine')).toBe(false);
  await close();
});
