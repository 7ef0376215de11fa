/** Datasets of other hosts through this server: what a dataset has, from public addresses, and nothing else. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../src/client/index.ts';
import { openDataset } from '../../src/dataset/open.ts';
import { createApp } from '../../src/server/app.ts';
import { createToken, openTokens } from '../../src/server/tokens.ts';
import { datasetFileType } from '../../src/sources/dataset-file.ts';
import { clips } from '../clips.ts';
import { type Corpus, corpus } from './corpus.ts';

const DATASET = path.join(clips, '../formats/lerobot_v3.0');

let services: Corpus;
let app: FastifyInstance;
let address: string;
/** A host that may be asked; what it was asked. */
let host: Server;
let there: string;
let asked: IncomingMessage[] = [];
let answer: (request: IncomingMessage, response: ServerResponse) => void;
/** A host of one's own network: it must never be asked for anything. */
let canary: Server;
let canaryPort: number;
let alarms = 0;

const listen = (server: Server) =>
  new Promise<number>(done =>
    server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port)),
  );
const through = (file: string, dataset: string, init?: RequestInit) =>
  fetch(`${address}/v1/remote/files/${file}?address=${encodeURIComponent(dataset)}`, init);
const problem = async (response: Response) => (await response.json()) as { type: string; detail: string };

beforeAll(async () => {
  host = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  canary = createServer((_, response) => {
    alarms++;
    response.end('{"secret": true}');
  });
  canary.on('connection', () => alarms++);
  canaryPort = await listen(canary);
  there = `http://127.0.0.1:${await listen(host)}`;
  services = await corpus(0);
  app = await createApp({ ...services, allowHosts: [new URL(there).host] });
  address = await app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  await app.close();
  for (const server of [host, canary]) server.closeAllConnections();
  host.close();
  canary.close();
  await rm(services.root, { recursive: true });
});

/** Files of a folder, with ranges. */
const fromFolder = (folder: string) => (request: IncomingMessage, response: ServerResponse) => {
  const file = path.join(folder, decodeURIComponent(new URL(request.url!, there).pathname));
  if (!existsSync(file)) return response.writeHead(404).end();
  void readFile(file).then(bytes => {
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    const [from, to] = range
      ? [Number(range[1]), Number(range[2] || bytes.length - 1)]
      : [0, bytes.length - 1];
    if (from >= bytes.length) return response.writeHead(416).end();
    const part = bytes.subarray(from, to + 1);
    response.writeHead(range ? 206 : 200, {
      'content-type': 'text/plain',
      'content-length': part.length,
      ...(range && { 'content-range': `bytes ${from}-${from + part.length - 1}/${bytes.length}` }),
    });
    response.end(request.method === 'HEAD' ? undefined : part);
  });
};

test.skipIf(!existsSync(DATASET))('a dataset of another host reads as it does from its folder', async () => {
  answer = fromFolder(DATASET);
  const local = await openDataset(DATASET);
  const remote = await openDataset(connect(address).remoteAddress(`${there}/`));
  expect(remote.info).toEqual(local.info);
  expect(remote.episodes.length).toBe(local.episodes.length);
  const [name] = Object.keys(local.info.features).filter(feature => feature.startsWith('observation.state'));
  expect(await remote.columns(1, [name])).toEqual(await local.columns(1, [name]));
});

test('a range is passed on, the type is that of the name, and nothing of who asks goes along', async () => {
  asked = [];
  answer = (request, response) => {
    response.writeHead(206, {
      'content-type': 'image/svg+xml',
      'content-range': 'bytes 2-4/9',
      'set-cookie': 'a=b',
      'access-control-allow-origin': '*',
      'x-other': 'y',
      etag: '"v1"',
    });
    response.end(request.method === 'HEAD' ? undefined : 'cde');
  };
  const response = await through('videos/cam/file-000.mp4', `${there}/set?version=2`, {
    headers: {
      range: 'bytes=2-4',
      cookie: 'understudy=secret',
      authorization: 'Bearer secret',
      referer: address,
    },
  });
  expect(response.status).toBe(206);
  expect(await response.text()).toBe('cde');
  const { headers } = response;
  expect(headers.get('content-type')).toBe('video/mp4');
  expect(headers.get('content-range')).toBe('bytes 2-4/9');
  expect(headers.get('etag')).toBe('"v1"');
  expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
  for (const name of ['set-cookie', 'access-control-allow-origin', 'x-other'])
    expect(headers.get(name), name).toBeNull();
  expect(asked.map(({ url }) => url)).toEqual(['/set/videos/cam/file-000.mp4?version=2']);
  expect(asked[0].headers.range).toBe('bytes=2-4');
  expect(Object.keys(asked[0].headers).sort()).toEqual([
    'accept',
    'accept-encoding',
    'connection',
    'host',
    'range',
  ]);
  await through('meta/info.json', there, { headers: { range: 'bytes=0-1,5-9' } });
  expect(asked[1].headers.range).toBeUndefined();
  await through('meta/info.json', there, { method: 'HEAD' });
  expect(asked[2].method).toBe('HEAD');
});

describe('an address of one’s own machine or network is refused and never reached', () => {
  const own = () => [
    `http://127.0.0.1:${canaryPort}/`,
    `http://localhost:${canaryPort}/`,
    `http://2130706433:${canaryPort}/`,
    `http://0x7f.1:${canaryPort}/`,
    `http://0.0.0.0:${canaryPort}/`,
    `http://[::1]:${canaryPort}/`,
    `http://[::ffff:127.0.0.1]:${canaryPort}/`,
    `http://canary.localhost:${canaryPort}/`,
    'http://169.254.169.254/latest/',
    'http://metadata.google.internal/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://10.0.0.1/',
    'http://192.168.1.1/',
    'http://168.63.129.16/',
    'http://intranet/',
    `http://user:password@${new URL(there).host}/`,
    'file:///etc/',
    'ftp://example.org/',
    'not an address',
  ];

  test('when it is named', async () => {
    for (const bad of own()) {
      const response = await through('meta/info.json', bad);
      expect(response.status, bad).toBe(400);
      expect((await problem(response)).type, bad).toBe('/docs#RefusedAddressError');
    }
    expect(alarms).toBe(0);
  });

  test('when a public host sends there', async () => {
    for (const bad of own().slice(0, -1)) {
      answer = (_, response) => response.writeHead(302, { location: `${bad}meta/info.json` }).end();
      const response = await through('meta/info.json', there);
      expect(response.status, bad).toBe(400);
      expect((await problem(response)).type, bad).toBe('/docs#RefusedAddressError');
    }
    expect(alarms).toBe(0);
  });

  test('a fault, which is also logged, does not repeat the query of the address', async () => {
    answer = (_, response) => response.writeHead(503).end();
    const { detail } = await problem(await through('meta/info.json', `${there}/?signature=KEY`));
    expect(detail).toBe(`${there}/meta/info.json?…: answered HTTP 503`);
  });

  test('redirects that stay outside are followed, but not for ever', async () => {
    answer = ({ url }, response) =>
      url === '/set/meta/info.json'
        ? response.writeHead(307, { location: '/elsewhere.json' }).end()
        : response.end('{}');
    expect(await (await through('meta/info.json', `${there}/set`)).text()).toBe('{}');
    answer = (_, response) => response.writeHead(302, { location: '/again' }).end();
    expect((await problem(await through('meta/info.json', there))).detail).toContain('more than 5 redirects');
  });
});

test('only what a dataset consists of can be asked for', async () => {
  asked = [];
  for (const file of [
    'meta/info.html',
    'meta/x.constructor',
    'videos/info.json',
    'data/a.mp4',
    'info.json',
    'src/meta/info.json',
    '.env',
    'meta/%2e%2e/secret.json',
    'meta/%2e%2e%2fsecret.json',
    'meta//info.json',
    'meta/a%5cb.json',
    'meta/a%00.json',
    'constructor/name.json',
  ]) {
    const response = await through(file, there);
    expect([400, 404], file).toContain(response.status);
  }
  expect(asked).toEqual([]);
  for (const file of [
    'meta/info.json',
    'meta/episodes/chunk-000/file-000.parquet',
    'data/chunk-000/file-000.parquet',
  ])
    expect(datasetFileType(file), file).not.toBeNull();
  expect(datasetFileType('videos/observation.images.top (left)/chunk-000/file-000.mp4')).toBe('video/mp4');
});

test('what cannot be used is refused with the reason', async () => {
  const said = async (status: number, headers: Record<string, string>, body = 'x') => {
    answer = (_, response) => response.writeHead(status, headers).end(body);
    const response = await through('meta/info.json', there);
    return [response.status, (await problem(response)).detail.replaceAll(there, '')] as const;
  };
  expect(await said(404, {})).toEqual([404, 'there is no file "meta/info.json"']);
  expect((await said(416, {}))[0]).toBe(416);
  expect(await said(401, {})).toEqual([
    400,
    '/meta/info.json: answered HTTP 401; a file that anybody may read is needed',
  ]);
  expect(await said(500, {})).toEqual([503, '/meta/info.json: answered HTTP 500']);
  expect((await said(200, { 'content-type': 'text/html; charset=utf-8' }))[1]).toContain('is an HTML page');
  expect((await said(200, { 'content-encoding': 'gzip' }))[1]).toContain('compressed');
  answer = (_, response) => {
    response.writeHead(200, { 'content-length': 2 ** 33 });
    response.write('x');
  };
  const large = await through('meta/info.json', there);
  expect([large.status, (await problem(large)).detail]).toEqual([
    400,
    expect.stringContaining('larger than the limit of 67108864 bytes'),
  ]);
  const gone = await through('meta/info.json', 'http://no-such-host.invalid/');
  expect(gone.status).toBe(503);
});

test('a text that never ends is cut, and the other side with it', async () => {
  const ended = new Promise(done => {
    answer = (_, response) => {
      const chunk = Buffer.alloc(2 ** 20, 32);
      const more = () => {
        while (response.write(chunk));
      };
      response.on('drain', more).on('close', done);
      more();
    };
  });
  const response = await through('meta/info.json', there);
  expect(response.status).toBe(200);
  let bytes = 0;
  const read = (async () => {
    for await (const chunk of response.body!) bytes += chunk.length;
  })();
  await expect(read).rejects.toThrow();
  await ended;
  expect(bytes).toBeLessThanOrEqual(2 ** 26);
});

test('who leaves ends what was asked for', async () => {
  const ended = new Promise(done => {
    answer = (_, response) => {
      response.writeHead(200);
      response.write('{');
      response.on('close', done);
    };
  });
  const leave = new AbortController();
  await through('meta/info.json', there, { signal: leave.signal });
  leave.abort();
  await ended;
});

test('it takes the role submit, and no page of another origin', async () => {
  answer = (_, response) => response.end('{}');
  const folder = await mkdtemp(path.join(tmpdir(), 'understudy-remote-'));
  const file = path.join(folder, 'tokens.json');
  const [reader, submitter] = (['read', 'submit'] as const).map(role => createToken(file, role, role).token);
  const own = await createApp({ ...services, allowHosts: [new URL(there).host], tokens: openTokens(file) });
  const ask = (headers: Record<string, string>) =>
    own.inject({ url: '/v1/remote/files/meta/info.json', query: { address: there }, headers });
  expect((await ask({})).statusCode).toBe(401);
  expect((await ask({ authorization: `Bearer ${reader}` })).statusCode).toBe(403);
  expect((await ask({ authorization: `Bearer ${submitter}` })).statusCode).toBe(200);
  await own.close();
  await rm(folder, { recursive: true });
  const foreign = await through('meta/info.json', there, { headers: { 'sec-fetch-site': 'cross-site' } });
  expect(foreign.status).toBe(403);
});

test('one client asks other hosts so often in a minute and no more', async () => {
  answer = (_, response) => response.end('{}');
  const own = await createApp({ ...services, allowHosts: [new URL(there).host] });
  const ask = () => own.inject({ url: '/v1/remote/files/meta/x.html', query: { address: there } });
  const statuses = new Set<number>();
  for (let i = 0; i < 1201; i++) statuses.add((await ask()).statusCode);
  expect([...statuses]).toEqual([400, 429]);
  await own.close();
});
