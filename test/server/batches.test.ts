/** Lists in, batches out: what is taken, what is refused, and that nothing is queued twice. */
import { rm } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../src/server/app.ts';
import { LIMITS } from '../../src/server/limits.ts';
import { randomFrom } from '../random.ts';
import { type Corpus, corpus } from './corpus.ts';

let services: Corpus;
let app: FastifyInstance;
beforeAll(async () => {
  services = await corpus();
  app = await createApp(services);
});
afterAll(async () => {
  await app.close();
  await rm(services.root, { recursive: true });
});

const ADDRESS = 'https://videos.example.org/pour.mp4';
const post = (
  payload: unknown,
  type = 'application/json',
  headers: Record<string, string> = {},
  query = '',
) =>
  app.inject({
    method: 'POST',
    url: `/v1/batches${query}`,
    headers: { 'content-type': type, ...headers },
    payload: typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload),
  });
const jobsOf = async (batch: string) =>
  (await app.inject(`/v1/jobs?batch=${batch}&limit=500`)).json().rows as { item: object }[];
const batches = async () => (await services.queue.batches({ limit: 10_000 })).rows.length;

describe('a list is taken', () => {
  test('as JSON, with settings', async () => {
    const item = { url: ADDRESS, task: 'pour tea', license: 'CC0', start: 1.5, end: 4 };
    const response = await post({
      items: [item],
      robot: 'g1-inspire,h1-2-inspire',
      fps: 15,
      imageSize: [320, 180],
    });
    expect(response.statusCode).toBe(202);
    const { id, jobs } = response.json();
    expect(jobs).toBe(1);
    expect(response.headers.location).toBe(`/v1/batches/${id}`);
    expect((await jobsOf(id))[0].item).toEqual(item);
    expect((await app.inject(`/v1/batches/${id}`)).json()).toMatchObject({
      state: 'queued',
      jobs: 1,
      counts: { queued: 1 },
      settings: { robot: 'g1-inspire,h1-2-inspire', fps: 15, imageSize: [320, 180] },
    });
  });

  test.each([
    ['text/csv', `url,task,start\n${ADDRESS},"pour, slowly",1:02.5\n${ADDRESS}?2,,\n`],
    [
      'application/x-ndjson',
      `{"url":"${ADDRESS}","task":"pour, slowly","start":62.5}\n{"url":"${ADDRESS}?2"}\n`,
    ],
  ])('as %s, with settings in the query', async (type, text) => {
    const { id } = (await post(text, type, {}, '?fps=10&preview=true')).json();
    expect((await jobsOf(id)).map(({ item }) => item)).toEqual([
      { url: ADDRESS, task: 'pour, slowly', start: 62.5 },
      { url: `${ADDRESS}?2` },
    ]);
    expect((await services.queue.batch(id))?.settings).toEqual({ fps: 10, preview: true });
  });

  test('with null for what is not given, as it would be without', async () => {
    const nothing = { task: null, license: null, start: null, end: null };
    const headers = { 'idempotency-key': 'nulls' };
    const items = [{ url: ADDRESS }];
    const without = await post({ items }, undefined, headers);
    const spelt = {
      items: [{ url: ADDRESS, ...nothing }],
      fps: null,
      robot: null,
      imageSize: null,
      priority: null,
    };
    const withNulls = await post(spelt, undefined, headers);
    expect([withNulls.statusCode, withNulls.json()]).toEqual([202, without.json()]);
    const judge = { method: 'POST', url: '/v1/validate', payload: { items: spelt.items } } as const;
    expect((await app.inject(judge)).json().rows).toMatchObject([{ ok: true }]);
    const name = 'nulls';
    const build = {
      method: 'POST',
      url: '/v1/datasets',
      payload: { name, where: null, format: null },
    } as const;
    expect((await app.inject(build)).json()).toMatchObject({ name, where: '', format: 'lerobot' });
  });

  test('as plain text, one address a line, with comments', async () => {
    const { id } = (await post(`# mine\n${ADDRESS}\n\n${ADDRESS}?2\r\n`, 'text/plain; charset=utf-8')).json();
    expect((await jobsOf(id)).map(({ item }) => item)).toEqual([{ url: ADDRESS }, { url: `${ADDRESS}?2` }]);
  });

  test('once: the same key and body give the same batch', async () => {
    const headers = { 'idempotency-key': 'monday-1' };
    const first = (await post({ items: [{ url: ADDRESS }] }, undefined, headers)).json();
    const before = await batches();
    const again = await post({ items: [{ url: ADDRESS }] }, undefined, headers);
    expect(again.statusCode).toBe(202);
    expect(again.json()).toEqual(first);
    expect(await batches()).toBe(before);
  });
});

describe('a list is refused, and nothing is queued', () => {
  const refused = async (
    response: Awaited<ReturnType<typeof post>>,
    status: number,
    kind: string,
    words: RegExp,
  ) => {
    expect(response.json()).toMatchObject({
      type: `/docs#${kind}`,
      status,
      detail: expect.stringMatching(words),
    });
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toContain('application/problem+json');
  };
  let before = 0;
  beforeAll(async () => {
    before = await batches();
  });
  afterAll(async () => {
    expect(await batches()).toBe(before);
  });

  const items = (...urls: string[]) => ({ items: urls.map(url => ({ url })) });
  test.each([
    ['no JSON', '{"items":', 'application/json', 400, 'syntax', /JSON/],
    ['an empty body', '', 'application/json', 400, 'syntax', /empty/],
    ['no items', { items: [] }, 'application/json', 400, 'invalid', /items/],
    ['a stray setting', { ...items(ADDRESS), reobot: 'x' }, 'application/json', 400, 'invalid', /additional/],
    [
      'a prototype',
      `{"items":[{"url":"${ADDRESS}"}],"__proto__":{"x":1}}`,
      'application/json',
      400,
      'invalid|syntax',
      /./,
    ],
    ['a wrong rate', { ...items(ADDRESS), fps: 100_000 }, 'application/json', 400, 'invalid', /fps/],
    [
      'an unknown robot',
      { ...items(ADDRESS), robot: 'nao' },
      'application/json',
      400,
      'UnknownNameError',
      /g1-inspire/,
    ],
    [
      'a robot by path',
      { ...items(ADDRESS), robot: '/etc/passwd' },
      'application/json',
      400,
      'UnknownNameError',
      /known/,
    ],
    [
      'an unknown estimator',
      { ...items(ADDRESS), estimator: 'x' },
      'application/json',
      400,
      'UnknownNameError',
      /onnx/,
    ],
    [
      'an end before the start',
      { items: [{ url: ADDRESS, start: 3, end: 2 }] },
      'application/json',
      400,
      'ListError',
      /row 1: 'end'/,
    ],
    [
      'a NUL in a task',
      { items: [{ url: ADDRESS, task: 'a\u0000b' }] },
      'application/json',
      400,
      'invalid|ListError',
      /./,
    ],
    [
      'half a character',
      '{"items":[{"url":"https://e.org/","task":"\\ud800"}]}',
      'application/json',
      400,
      'invalid',
      /task/,
    ],
    [
      'half a character in a list',
      '{"url":"https://e.org/","task":"\\ud800"}',
      'application/x-ndjson',
      400,
      'ListError',
      /half a character/,
    ],
    [
      'an end beyond all numbers',
      `url,end\n${ADDRESS},${'9'.repeat(400)}`,
      'text/csv',
      400,
      'ListError',
      /'end' is Infinity/,
    ],
    ['CSV without url', `address\n${ADDRESS}`, 'text/csv', 400, 'ListError', /no column 'url'/],
    ['CSV with an open quote', `url,task\n${ADDRESS},"pour`, 'text/csv', 400, 'ListError', /not valid CSV/],
    ['CSV with a stray column', `url,colour\n${ADDRESS},red`, 'text/csv', 400, 'ListError', /colour/],
    ['an empty list', '# nothing\n', 'text/plain', 400, 'ListError', /empty/],
    ['a JSON line that is none', '{"url":', 'application/x-ndjson', 400, 'ListError', /row 1/],
    ['an object for an address', '{"url":{"toString":1}}', 'application/x-ndjson', 400, 'ListError', /row 1/],
    ['another type', '<a/>', 'application/xml', 415, 'media-type', /./],
    ['a path', items('/etc/passwd'), 'application/json', 400, 'RefusedAddressError', /valid address/],
    ['a file address', items('file:///etc/passwd'), 'application/json', 400, 'RefusedAddressError', /file:/],
    ['this machine', items('http://127.0.0.1/x'), 'application/json', 400, 'RefusedAddressError', /public/],
    [
      'this machine in disguise',
      items('http://2130706433/x'),
      'application/json',
      400,
      'RefusedAddressError',
      /public/,
    ],
    [
      'this machine in IPv6',
      items('http://[::ffff:7f00:1]/x'),
      'application/json',
      400,
      'RefusedAddressError',
      /public/,
    ],
    [
      'a password',
      items('https://a:b@example.org/'),
      'application/json',
      400,
      'RefusedAddressError',
      /password/,
    ],
  ] as [string, unknown, string, number, string, RegExp][])(
    '%s',
    async (_, body, type, status, kind, words) => {
      const response = await post(body, type);
      const [, tag] = response.json().type.split('#');
      expect(kind.split('|')).toContain(tag);
      await refused(response, status, tag, words);
    },
  );

  test('nothing at all', async () => {
    await refused(await app.inject({ method: 'POST', url: '/v1/batches' }), 400, 'syntax', /no body/);
    await refused(await app.inject({ method: 'POST', url: '/v1/validate' }), 400, 'syntax', /no body/);
  });

  test.each(['application/json', 'text/plain', 'text/csv', 'application/x-ndjson'])(
    'an address that whoever fetches it would take for a path of its machine, as %s',
    async type => {
      const url = 'http:/a.example/../../../../../../etc/a.mp4';
      const item = JSON.stringify({ url });
      const body = { 'text/plain': url, 'text/csv': `url\n${url}`, 'application/x-ndjson': item }[type];
      const response = await post(body ?? { items: [{ url }] }, type);
      await refused(response, 400, 'RefusedAddressError', /begins with http:\/\//);
    },
  );

  test('every broken row is named, up to a hundred', async () => {
    const rows = Array.from({ length: 150 }, (_, i) => (i % 2 === 0 ? ADDRESS : 'ftp://x'));
    const problem = (await post(`url\n${rows.join('\n')}`, 'text/csv')).json();
    expect(problem.detail).toContain('75 of 150 rows');
    expect(problem.errors).toHaveLength(75);
    expect(problem.errors[0]).toMatchObject({ row: 3, subject: 'ftp://x' });
  });

  test('10 MB of JSON: 413', async () => {
    const body = `{"items":[{"url":"${ADDRESS}","task":"${'x'.repeat(10 * 2 ** 20)}"}]}`;
    await refused(await post(body), 413, 'too-large', /large/);
  });

  test('a list that is too long: 413', async () => {
    const lines = Array.from({ length: LIMITS.items + 1 }, (_, i) => `https://e.org/${i}`).join('\n');
    await refused(await post(lines, 'text/plain'), 413, 'too-large', /20001 rows/);
  });

  test.each(['text/plain', 'text/csv', 'application/x-ndjson'])(
    'eight megabytes of lines, as %s: 413, counted and not read',
    async type => {
      const { heapUsed } = process.memoryUsage();
      const body = `url${'\r'.repeat(LIMITS.bodyBytes - 3)}`;
      await refused(await post(body, type), 413, 'too-large', /over 80000 lines/);
      expect(process.memoryUsage().heapUsed - heapUsed).toBeLessThan(300 * 2 ** 20);
    },
  );

  test('a robot that is named a hundred thousand times: 400', async () => {
    const robot = Array.from({ length: 100_000 }, () => 'g1-inspire').join(',');
    await refused(await post({ items: [{ url: ADDRESS }], robot }), 400, 'invalid', /robot/);
  });

  test('a compressed body, which may be a bomb: 415, unread', async () => {
    const { gzipSync } = await import('node:zlib');
    const bomb = gzipSync(Buffer.alloc(50 * 2 ** 20, ' '));
    const response = await post(bomb, 'application/json', { 'content-encoding': 'gzip' });
    await refused(response, 415, 'media-type', /gzip/);
    expect(response.headers['accept-encoding']).toBe('identity');
  });

  test.each([{ fps: true }, { fps: '30' }, { items: null }, { items: [null] }, { items: [{ url: null }] }])(
    'values of another type: %j',
    async over => {
      const response = await post({ items: [{ url: ADDRESS }], ...over });
      expect(response.statusCode).toBe(400);
    },
  );

  test('another request under a key that was used: no second batch', async () => {
    const headers = { 'idempotency-key': 'tuesday-1' };
    await post({ items: [{ url: ADDRESS }] }, undefined, headers);
    before++;
    const other = await post({ items: [{ url: `${ADDRESS}?2` }] }, undefined, headers);
    await refused(other, 409, 'ConflictError', /another request/);
  });
});

describe('a dataset is refused, and nothing is built', () => {
  test.each(['a\0b', 'task = "\ud800"', 'quality >'])('where %j', async where => {
    const response = await app.inject({ method: 'POST', url: '/v1/datasets', payload: { name: 'd', where } });
    expect(response.statusCode).toBe(400);
    expect((await app.inject('/v1/datasets/d')).statusCode).toBe(404);
  });
});

test.each([
  '/v1/batches?after=garbage',
  '/v1/jobs?after=garbage',
  '/v1/jobs?after=a%00b',
  '/v1/jobs?batch=a%00b',
  '/v1/datasets?after=a%00b',
  '/v1/datasets?after=../x',
])('%s names no place: 400', async url => {
  const { status, detail } = (await app.inject(url)).json();
  expect(status).toBe(400);
  expect(detail).toMatch(/after|batch/);
});

test('after a dataset that is not there comes nothing', async () => {
  expect((await app.inject('/v1/datasets?after=none')).json()).toEqual({ rows: [], next: null });
});

test('a list is judged row by row without being submitted', async () => {
  const before = await batches();
  const verdicts = await app.inject({
    method: 'POST',
    url: '/v1/validate',
    headers: { 'content-type': 'text/csv' },
    payload: `url,start\n${ADDRESS},\nhttp://10.0.0.1/x,\n${ADDRESS},soon\n`,
  });
  expect(verdicts.json().rows).toEqual([
    { row: 2, url: ADDRESS, ok: true, reason: null },
    { row: 3, url: 'http://10.0.0.1/x', ok: false, reason: expect.stringMatching(/public/) },
    { row: 4, url: ADDRESS, ok: false, reason: expect.stringMatching(/seconds are needed/) },
  ]);
  expect(await batches()).toBe(before);
});

test('2,000 mutated lists: each is taken or refused with a reason, none is a fault of the server', async () => {
  const random = randomFrom(20_251_122).uniform;
  const seeds: [string, string][] = [
    [
      'application/json',
      JSON.stringify({ items: [{ url: ADDRESS, task: 'é 好 😀', start: 1 }], fps: 30, robot: 'g1-inspire' }),
    ],
    ['text/csv', `url,task,license,start,end\n${ADDRESS},"pour ""tea""",CC0,1,2:03\n${ADDRESS},x,,,\n`],
    ['text/plain', `# list\n${ADDRESS}\nhttps://example.org/2\n`],
    ['application/x-ndjson', `{"url":"${ADDRESS}","start":"1:02"}\n{"url":"${ADDRESS}"}\n`],
  ];
  const counts: Record<number, number> = {};
  for (let i = 0; i < 2_000; i++) {
    const [type, text] = seeds[i % seeds.length];
    const response = await app.inject({
      method: 'POST',
      url: i % 3 === 0 ? '/v1/batches' : '/v1/validate',
      headers: { 'content-type': type },
      remoteAddress: `127.0.${i >> 8}.${i & 255 || 1}`,
      payload: mutated(Buffer.from(text), random),
    });
    counts[response.statusCode] = (counts[response.statusCode] ?? 0) + 1;
    if (response.statusCode >= 300) expect(response.json().detail).toMatch(/\S/);
  }
  expect(Object.keys(counts).filter(status => !['200', '202', '400', '413'].includes(status))).toEqual([]);
  expect(counts[400]).toBeGreaterThan(200);
  expect(counts[200]).toBeGreaterThan(100);
});

/** A few bytes changed, removed, repeated or put in. */
function mutated(bytes: Buffer, random: () => number): Buffer {
  const values = [...bytes];
  const at = () => Math.floor(random() * values.length);
  const special = [0, 10, 13, 34, 44, 58, 91, 92, 123, 125, 0x80, 0xc3, 0xed, 0xff];
  for (let n = 1 + Math.floor(random() * 6); n > 0; n--) {
    const kind = Math.floor(random() * 5);
    if (kind === 0) values[at()] = Math.floor(random() * 256);
    else if (kind === 1) values.splice(at(), 1 + Math.floor(random() * 8));
    else if (kind === 2) values.splice(at(), 0, special[Math.floor(random() * special.length)]);
    else if (kind === 3) values.splice(at(), 0, ...values.slice(at(), at() + 20));
    else values.length = Math.max(1, at());
  }
  return Buffer.from(values);
}
