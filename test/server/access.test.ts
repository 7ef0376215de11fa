/** Who may do what: tokens with roles, and a server without tokens that only this machine may use. */
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createApp } from '../../src/server/app.ts';
import { createToken, openTokens, type Role, readTokens, revokeToken } from '../../src/server/tokens.ts';
import { type Corpus, corpus, record } from './corpus.ts';

let dir: string;
let file: string;
let services: Corpus;
const token = {} as Record<Role, string>;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'understudy-tokens-'));
  file = path.join(dir, 'tokens.json');
  for (const role of ['read', 'submit', 'admin'] as const) token[role] = createToken(file, role, role).token;
  services = await corpus();
});
afterAll(async () => {
  await rm(dir, { recursive: true });
  await rm(services.root, { recursive: true });
});

const batch = {
  method: 'POST',
  url: '/v1/batches',
  payload: { items: [{ url: 'https://e.org/a.mp4' }] },
} as const;

describe('tokens at rest', () => {
  test('are hashes in a file that only its owner may read', async () => {
    const text = await readFile(file, 'utf8');
    for (const one of Object.values(token)) expect(text).not.toContain(one);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(readTokens(file).map(({ role }) => role)).toEqual(['read', 'submit', 'admin']);
  });

  test('a damaged file opens nothing', async () => {
    const damaged = path.join(dir, 'damaged.json');
    await writeFile(damaged, '{"tokens": [{"role": "god"}]}');
    expect(() => openTokens(damaged)).toThrow(/not a file of tokens/);
  });
});

describe('a server with tokens', () => {
  let app: FastifyInstance;
  beforeAll(async () => {
    app = await createApp({ ...services, tokens: openTokens(file) });
  });
  afterAll(() => app.close());
  const as = (role: Role | null) => (role ? { authorization: `Bearer ${token[role]}` } : {});

  test.each([
    ['GET', '/v1/episodes', 'read'],
    ['GET', '/v1/jobs', 'read'],
    ['GET', '/v1/robots', 'read'],
    ['GET', '/metrics', 'read'],
    ['GET', `/v1/episodes/${record(0).id}/film`, 'read'],
    ['POST', '/v1/batches', 'submit'],
    ['DELETE', '/v1/batches/b1', 'submit'],
    ['POST', '/v1/jobs/x/retry', 'submit'],
    ['PUT', `/v1/episodes/${record(0).id}/review`, 'submit'],
    ['POST', '/v1/datasets', 'submit'],
  ] as const)('%s %s needs the role %s', async (method, url, needed) => {
    const roles = ['read', 'submit', 'admin'] as const;
    const ask = (headers: Record<string, string>) => app.inject({ method, url, headers });
    for (const headers of [
      {},
      { authorization: 'Bearer understudy_wrong' },
      { authorization: 'Bearer' },
      { cookie: 'understudy=x' },
    ]) {
      const response = await ask(headers as Record<string, string>);
      expect(response.statusCode).toBe(401);
      expect(response.json().type).toBe('/docs#token');
      expect(response.headers['www-authenticate']).toContain('Bearer');
    }
    for (const role of roles) {
      const { statusCode } = await ask(as(role) as Record<string, string>);
      if (roles.indexOf(role) < roles.indexOf(needed)) expect(statusCode).toBe(403);
      else expect([200, 202, 400, 404, 415]).toContain(statusCode);
    }
  });

  test('every route needs a token, except those that say what is there', async () => {
    const open = ['/', '/healthz', '/readyz', '/docs', '/docs/style.css', '/openapi.json', '/v1/session'];
    const paths = app.swagger().paths as Record<string, Record<string, unknown>>;
    for (const [url, methods] of Object.entries(paths))
      for (const method of Object.keys(methods)) {
        const { statusCode } = await app.inject({
          method: method.toUpperCase() as 'GET',
          url: url.replaceAll(/\{\w+\}/g, 'x'),
        });
        if (!open.includes(url)) expect([method, url, statusCode]).toEqual([method, url, 401]);
      }
    for (const url of open) expect((await app.inject(url)).statusCode).toBeLessThan(400);
  });

  test('a token in an address is no token', async () => {
    for (const name of ['token', 'access_token', 'authorization'])
      expect((await app.inject(`/v1/robots?${name}=${token.admin}`)).statusCode).toBe(401);
  });

  test('a cookie for pages: not for scripts, not for other sites', async () => {
    const wrong = await app.inject({
      method: 'POST',
      url: '/v1/session',
      payload: { token: 'understudy_wrong' },
    });
    expect(wrong.statusCode).toBe(401);
    const session = await app.inject({
      method: 'POST',
      url: '/v1/session',
      payload: { token: token.submit },
    });
    const cookie = String(session.headers['set-cookie']);
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    const headers = { cookie: cookie.split(';')[0] };
    expect((await app.inject({ ...batch, headers })).statusCode).toBe(202);
    expect((await app.inject({ url: '/v1/session', headers })).json()).toEqual({
      required: true,
      role: 'submit',
    });
    const crossed = await app.inject({ ...batch, headers: { ...headers, origin: 'https://evil.example' } });
    expect(crossed.statusCode).toBe(403);
    const gone = await app.inject({ method: 'DELETE', url: '/v1/session', headers });
    expect(String(gone.headers['set-cookie'])).toContain('Max-Age=0');
  });

  test('a browser may give the token as the password of its own question', async () => {
    const asked = await app.inject({ url: '/metrics', headers: { accept: 'text/html' } });
    expect(asked.headers['www-authenticate']).toContain('Basic');
    const basic = Buffer.from(`me:${token.read}`).toString('base64');
    expect(
      (await app.inject({ url: '/metrics', headers: { authorization: `Basic ${basic}` } })).statusCode,
    ).toBe(200);
  });

  test('a token that is revoked opens nothing within a second or so; the last one leaves a closed door', async () => {
    const other = path.join(dir, 'other.json');
    const { token: once, record: kept } = createToken(other, 'read', 'once');
    const book = openTokens(other);
    expect(book.find(once)?.id).toBe(kept.id);
    expect(revokeToken(other, kept.id)).toBe(true);
    await new Promise(resolve => setTimeout(resolve, 1_100));
    expect(book.find(once)).toBeNull();
    expect(book.required).toBe(true);
    expect(revokeToken(other, kept.id)).toBe(false);
  });
});

test('a page of the name that a proxy forwards may change things', async () => {
  const app = await createApp({ ...services, tokens: openTokens(file) }, { trustProxy: true });
  const { host, origin } = { host: 'robots.example', origin: 'https://robots.example' };
  const headers = { authorization: `Bearer ${token.admin}`, host: '10.0.0.7:8090', origin };
  const ask = (more: object) => app.inject({ ...batch, headers: { ...headers, ...more } });
  expect((await ask({ 'x-forwarded-host': host })).statusCode).toBe(202);
  expect((await ask({})).statusCode).toBe(403);
  await app.close();
});

test('a file of tokens that breaks while serving is told, and the tokens of before stay', async () => {
  const other = path.join(dir, 'breaking.json');
  const { token: known, record: kept } = createToken(other, 'read', 'kept');
  const told: string[] = [];
  const book = openTokens(other, error => told.push(error.message));
  await writeFile(other, '{"tokens": [');
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2_000 });
  try {
    expect(book.find(known)?.id).toBe(kept.id);
    expect(book.find('understudy_wrong')).toBeNull();
    expect(told).toEqual([expect.stringMatching(/not a file of tokens/)]);
  } finally {
    vi.useRealTimers();
  }
});

describe('a server without tokens', () => {
  let app: FastifyInstance;
  beforeAll(async () => {
    app = await createApp(services);
  });
  afterAll(() => app.close());

  test.each([
    ['localhost:8080', 200],
    ['127.0.0.1:8080', 200],
    ['[::1]:8080', 200],
    ['127.0.0.1', 200],
    ['evil.example', 403],
    ['localhost.evil.example', 403],
    ['127.0.0.1.evil.example:80', 403],
    ['10.0.0.1', 403],
  ])('named %j answers %d: a rebound name gets nothing', async (host, status) => {
    expect((await app.inject({ url: '/v1/robots', headers: { host } })).statusCode).toBe(status);
  });

  test.each([
    [{}, 202],
    [{ origin: 'http://localhost:80', host: 'localhost:80' }, 202],
    [{ 'sec-fetch-site': 'same-origin' }, 202],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
  ] as [Record<string, string>, number][])('a change asked for with %j: %d', async (headers, status) => {
    expect((await app.inject({ ...batch, headers: { host: 'localhost:80', ...headers } })).statusCode).toBe(
      status,
    );
  });

  test('behind a proxy a rebound name gets nothing either, whatever the page forwards', async () => {
    const proxied = await createApp(services, { trustProxy: true });
    const headers = { host: 'evil.example', 'x-forwarded-host': 'localhost' };
    expect((await proxied.inject({ url: '/v1/robots', headers })).statusCode).toBe(403);
    await proxied.close();
  });

  test('pages run no script but its own files', async () => {
    const policy = String((await app.inject('/docs')).headers['content-security-policy']);
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain('unsafe');
    expect((await app.inject('/docs')).body).not.toContain('<script');
  });
});

test('the page is given to anyone, its data to those with a token; hidden files and other folders to nobody', async () => {
  const studio = path.join(dir, 'studio');
  await mkdir(path.join(studio, 'assets'), { recursive: true });
  await writeFile(
    path.join(studio, 'index.html'),
    '<!doctype html><script type="module" src="assets/a.js"></script>',
  );
  await writeFile(path.join(studio, 'assets/a.js'), 'export {};');
  const app = await createApp({ ...services, tokens: openTokens(file) }, { studio });
  const page = await app.inject('/');
  expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  expect(page.headers['content-security-policy']).toContain("script-src 'self'");
  expect((await app.inject('/assets/a.js')).headers['cache-control']).toContain('immutable');
  expect((await app.inject('/v1/episodes')).statusCode).toBe(401);
  for (const url of ['/../tokens.json', '/%2e%2e/tokens.json', '/assets/..%2f..%2ftokens.json'])
    expect((await app.inject(url)).statusCode).toBe(404);
  await app.close();
});

test('who asks too often is told when to come back', async () => {
  const app = await createApp(services, { ratePerMinute: 5 });
  const statuses: number[] = [];
  for (let i = 0; i < 7; i++) statuses.push((await app.inject('/v1/robots')).statusCode);
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
  const refused = await app.inject('/v1/robots');
  expect(refused.json().type).toBe('/docs#rate');
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect((await app.inject('/healthz')).statusCode).toBe(200);
  await app.close();
});

test('the dashboard of the queue asks for a token as everything else does', async () => {
  const board = { name: 'media', opts: {}, metaValues: { version: 'bullmq:5' } };
  const app = await createApp({ ...services, boards: [board as never], tokens: openTokens(file) });
  const ask = async (headers: Record<string, string>) =>
    (await app.inject({ url: '/queues', headers })).statusCode;
  expect(await ask({})).toBe(401);
  expect(await ask({ authorization: `Bearer ${token.read}` })).toBe(403);
  expect(await ask({ authorization: `Bearer ${token.admin}` })).toBe(200);
  await app.close();
});
