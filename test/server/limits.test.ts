/** What a hostile or broken client can do to a listening server: nothing. */
import { readFile, rm } from 'node:fs/promises';
import { type AddressInfo, connect as dial } from 'node:net';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../src/server/app.ts';
import { openStore } from '../../src/store/open.ts';
import { type Corpus, corpus, FILM } from './corpus.ts';

let services: Corpus;
let app: FastifyInstance;
let port: number;
beforeAll(async () => {
  services = await corpus();
  app = await createApp(services, { patience: { headersMs: 400, requestMs: 800, silenceMs: 5_000 } });
  await app.listen({ port: 0, host: '127.0.0.1' });
  port = (app.server.address() as AddressInfo).port;
});
afterAll(async () => {
  await app.close();
  await rm(services.root, { recursive: true });
});

/** What comes back for raw bytes, once the server closes; `drip` is sent a byte at a time. */
function raw(text: string, drip = ''): Promise<string> {
  return new Promise(resolve => {
    const socket = dial(port, '127.0.0.1');
    let answer = '';
    socket.write(text);
    let at = 0;
    const timer = setInterval(() => {
      if (at < drip.length) socket.write(drip[at++]);
    }, 50);
    socket.on('data', chunk => (answer += chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(timer);
      resolve(answer);
    });
  });
}

describe('a connection is closed with a status', () => {
  test.each([
    ['headers that never end', 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n', 'x-slow: '.repeat(100), 408],
    [
      'a body that never ends',
      'POST /v1/batches HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\n',
      'https://example.org/'.repeat(50),
      408,
    ],
    ['no HTTP', 'HELO example.org\r\n\r\n', '', 400],
    [
      'a header of a megabyte',
      `GET / HTTP/1.1\r\nHost: localhost\r\nx: ${'y'.repeat(2 ** 20)}\r\n\r\n`,
      '',
      431,
    ],
    [
      'two lengths',
      'POST /v1/batches HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello',
      '',
      400,
    ],
    [
      'a length and chunks, to smuggle a request',
      'POST /v1/batches HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      '',
      400,
    ],
  ])('%s', async (_, text, drip, status) => {
    const answer = await raw(text, drip);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('application/problem+json');
  });
});

test('fifty slow clients at once keep nobody from being served', async () => {
  const slow = Array.from({ length: 50 }, () =>
    raw('GET / HTTP/1.1\r\nHost: localhost\r\n', 'x: y'.repeat(50)),
  );
  // Served whether or not the slow ones have been let go by then: none of them is waited for.
  const response = await fetch(`http://127.0.0.1:${port}/v1/robots`);
  expect(response.status).toBe(200);
  for (const answer of await Promise.all(slow)) expect(answer).toMatch(/^HTTP\/1\.1 408 /);
});

test('a body that is too long is refused before it is read', async () => {
  const answer = await raw(
    'POST /v1/batches HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 99999999999\r\n\r\nx',
  );
  expect(answer).toMatch(/^HTTP\/1.1 413 /);
});

test('a queue that is away: 503 with words, alive but not ready, and back again', async () => {
  services.queue.lost = true;
  const ask = (url: string) => app.inject(url);
  const { detail, ...problem } = (await ask('/v1/batches')).json();
  expect(problem).toMatchObject({ status: 503, type: '/docs#QueueError' });
  // Where the queue is stays in the log.
  expect(detail).toMatch(/^The queue does not answer/);
  expect((await ask('/readyz')).statusCode).toBe(503);
  expect((await ask('/healthz')).statusCode).toBe(200);
  expect((await ask('/metrics')).statusCode).toBe(200);
  services.queue.lost = false;
  expect((await ask('/readyz')).statusCode).toBe(200);
});

test('a store that was taken away under the server: not ready, and the reason without its place', async () => {
  const root = path.join(services.root, 'taken away');
  const away = await createApp({ ...services, store: await openStore(root) });
  expect((await away.inject('/readyz')).statusCode).toBe(200);
  await rm(root, { recursive: true });
  expect((await away.inject('/readyz')).json()).toMatchObject({
    status: 503,
    type: '/docs#not-ready',
    detail: 'not ready: the store is gone or was emptied',
  });
  await away.close();
});

test('metrics count by route, never by address', async () => {
  await app.inject('/v1/batches/one');
  await app.inject('/v1/batches/two');
  await app.inject('/wp-admin');
  const text = (await app.inject('/metrics')).body;
  expect(text).toMatch(
    /understudy_http_request_seconds_count\{method="GET",route="\/v1\/batches\/:id",status="404"\} 2/,
  );
  expect(text).not.toContain('/v1/batches/one');
  expect(text).toMatch(/understudy_queue_jobs\{queue="video",state="waiting"\} \d/);
});

test('a dataset comes as an archive that tar itself unpacks, byte for byte', async () => {
  const { mkdtemp, writeFile } = await import('node:fs/promises');
  const { execFile } = await import('node:child_process');
  const { promisify } = await import('node:util');
  const response = await fetch(`http://127.0.0.1:${port}/v1/datasets/kitchen/download`);
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(Number(response.headers.get('content-length'))).toBe(bytes.length);
  const dir = await mkdtemp(path.join(services.root, 'tar-'));
  await writeFile(path.join(dir, 'a.tar'), bytes);
  await promisify(execFile)('tar', ['-xf', 'a.tar'], { cwd: dir });
  expect((await readFile(path.join(dir, `kitchen/${'long'.repeat(40)}.bin`))).equals(FILM)).toBe(true);
  expect(await readFile(path.join(dir, 'kitchen/meta/info.json'), 'utf8')).toBe('{}');
});
