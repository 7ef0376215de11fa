/** Addresses that lead into one's own machine or network, in every spelling that is known to us. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { guardedFetch, guardedSocket } from '../../src/sources/guard.ts';
import { openGuardedProxy } from '../../src/sources/guarded-proxy.ts';
import { download } from '../../src/sources/http.ts';
import { acquire } from '../../src/sources/resolve.ts';
import { temporary } from '../temporary.ts';
import { closeServers, failure, fetchOptions, serve } from './servers.ts';

/** What names resolve to, call by call; the last answer stays. */
const answers = vi.hoisted(() => new Map<string, string[][]>());
vi.mock('node:dns', async original => {
  const dns = (await original()) as typeof import('node:dns');
  type Found = { address: string; family: number }[];
  const lookup = (name: string, options: object, done: (error: Error | null, found: Found) => void) => {
    if (name.startsWith('turncoat.')) {
      // Public while it is judged, private when it is used.
      let looks = 0;
      const turning = {
        family: 4,
        get address() {
          return looks++ === 0 ? '93.184.216.34' : '127.0.0.1';
        },
      };
      return setImmediate(() => done(null, [turning]));
    }
    const told = answers.get(name);
    if (!told) return dns.lookup(name, options as never, done as never);
    const now = told.length > 1 ? told.shift()! : told[0];
    const found = now.map(address => ({ address, family: address.includes(':') ? 6 : 4 }));
    setImmediate(() => done(null, found));
  };
  return { ...dns, lookup, default: { ...dns, lookup } };
});

/** HOST stands where the port of the canary follows. */
const NUMBERS = [
  // IPv4 loopback: dotted, short, decimal, octal, hexadecimal, mixed, with a dot at the end
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '127.255.255.254',
  '2130706433',
  '0x7f000001',
  '0x7f.0.0.1',
  '0x7f.1',
  '0X7F.0X0.0X0.0X1',
  '0177.0.0.1',
  '0177.1',
  '017700000001',
  '00000177.0.0.0001',
  '127.0.0.1.',
  // this host, this network
  '0',
  '0.0.0.0',
  '0x0',
  '0.1.2.3',
  // private, shared, link-local, and where clouds keep their secrets
  '10.0.0.1',
  '10.255.255.255',
  '167772161',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '0300.0250.0.1',
  '100.64.0.1',
  '100.100.100.200',
  '169.254.169.254',
  '2852039166',
  '0xa9fea9fe',
  '0251.0376.0251.0376',
  '168.63.129.16',
  '192.0.0.192',
  // documentation, benchmarks, multicast, reserved, broadcast
  '192.0.2.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  // IPv6: loopback, unspecified, mapped, compatible, translated, tunnelled, link and site local, private
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[0:0:0:0:0:ffff:7f00:0001]',
  '[::ffff:169.254.169.254]',
  '[::ffff:10.0.0.1]',
  '[::127.0.0.1]',
  '[::7f00:1]',
  '[::ffff:0:127.0.0.1]',
  '[64:ff9b::127.0.0.1]',
  '[64:ff9b::a9fe:a9fe]',
  '[64:ff9b:1::7f00:1]',
  '[2002:7f00:1::]',
  '[2002:a9fe:a9fe::1]',
  '[2001:0:7f00:1::]',
  '[fe80::1]',
  '[fec0::1]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[ff02::1]',
  '[100::1]',
  '[2001:db8::1]',
  '[4000::1]',
];
const NAMES = [
  'localhost',
  'LOCALHOST',
  'localhost.',
  'anything.localhost',
  'localhost.localdomain',
  'printer.local',
  'printer.local.',
  'metadata.google.internal',
  'metadata',
  'instance-data',
  'redis',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
  'router.home.arpa',
];
const UNICODE = [
  '１２７.０.０.１',
  '①②⑦.⓪.⓪.①',
  '127。0。0。1',
  '127｡0｡0｡1',
  'ｌｏｃａｌｈｏｓｔ',
  'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ',
  'local\u00adhost',
  '127%2e0%2e0%2e1',
  '%31%32%37.0.0.1',
  '%6cocalhost',
];
const CREDENTIALS = [
  'user@127.0.0.1',
  'user:secret@127.0.0.1',
  'example.org@127.0.0.1',
  'example.org%23@127.0.0.1',
];
/** Whole addresses; PORT is the canary's. */
const ADDRESSES = [
  'http:127.0.0.1:PORT/x.mp4',
  'http:/127.0.0.1:PORT/x.mp4',
  'http:///127.0.0.1:PORT/x.mp4',
  'http:\\\\127.0.0.1:PORT\\x.mp4',
  'http://\t127.0.0.1:PORT/x.mp4',
  'ht\ntp://127.0.0.1:PORT/x.mp4',
  'HTTP://127.0.0.1:PORT/x.mp4',
  'https://127.0.0.1:PORT/x.mp4',
  'http://example.org:secret@127.0.0.1:PORT/x.mp4',
  'http://127.0.0.1:PORT@example.org/x.mp4',
  'ftp://127.0.0.1:PORT/x.mp4',
  'file:///etc/passwd',
  'file://127.0.0.1/etc/passwd',
  'gopher://127.0.0.1:PORT/_GET%20/x.mp4',
  'dict://127.0.0.1:PORT/x',
  'data:video/mp4;base64,AAAA',
  'javascript:fetch("http://127.0.0.1:PORT")',
  'blob:http://127.0.0.1:PORT/x',
  'concat:http://127.0.0.1:PORT/x.mp4',
  'http://',
  'http://[::1',
  'http://127.0.0.1:99999/',
  'http://127.0.0.1%00:PORT/x.mp4',
];

let canaries: Server[] = [];
let port = 0;
const asked: string[] = [];
/** Stands for the public network: it is allowed by name, and leads wherever it is asked to. */
let outside = '';

beforeAll(async () => {
  const canary = () => {
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(200, { 'content-type': 'video/mp4' }).end('secret');
    });
    // A connection alone is already too much.
    server.on('connection', () => asked.push('connection'));
    canaries.push(server);
    return server;
  };
  await new Promise<void>(done => canary().listen(0, '0.0.0.0', done));
  port = (canaries[0].address() as AddressInfo).port;
  await new Promise<void>(done => {
    canary()
      .listen({ port, host: '::', ipv6Only: true }, done)
      .on('error', () => done());
  });
  outside = await serve((request, response) => {
    const to = decodeURIComponent((request.url ?? '').replace(/^\/to\//, ''));
    // A header holds neither line ends nor letters beyond ASCII: those stand in it as a browser writes them.
    const location = to.replace(/[\r\n]/g, '').replace(/[^\x20-\x7e]/g, encodeURIComponent);
    response.writeHead(302, { location }).end();
  });
});
beforeEach(() => {
  asked.length = 0;
  answers.clear();
});
afterAll(() => {
  for (const server of canaries) server.close();
  canaries = [];
  closeServers();
});

const FORMS = [
  ...[...NUMBERS, ...NAMES, ...UNICODE, ...CREDENTIALS].map(host => `http://${host}:PORT/canary.mp4`),
  ...ADDRESSES,
];

test('there are more than a hundred forms, each once, and the canary sings when it is asked', async () => {
  expect(FORMS.length).toBeGreaterThan(100);
  expect(new Set(FORMS).size).toBe(FORMS.length);
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('secret');
  expect(asked).toEqual(['connection', 'GET /']);
});

test('each form is refused when it is given', async () => {
  const folder = temporary();
  for (const form of FORMS) {
    const error = await failure(
      download(form.replaceAll('PORT', String(port)), { folder, allowHosts: [outside] }),
    );
    expect(error, form).toMatchObject({ tag: 'RefusedAddressError', retryable: false });
    expect(error.message, form).not.toContain('secret@');
  }
  expect(asked).toEqual([]);
});

test('each form is refused behind a redirect', async () => {
  const folder = temporary();
  for (const form of FORMS) {
    const to = encodeURIComponent(form.replaceAll('PORT', String(port)));
    const error = await failure(download(`http://${outside}/to/${to}`, { folder, allowHosts: [outside] }));
    // What is no address at all is none to be redirected to.
    expect(['RefusedAddressError', 'SourceError'], `${form}: ${error.message}`).toContain(error.tag);
  }
  expect(asked).toEqual([]);
});

describe('names that resolve to', () => {
  const BAD = ['127.0.0.1', '::1', '10.1.2.3', '169.254.169.254', '::ffff:127.0.0.1', '::7f00:1', 'fd00::1'];
  const folder = temporary();
  const get = () => failure(download(`http://video.example.com:${port}/a.mp4`, { folder }));

  test.each(BAD)('%s are refused', async address => {
    answers.set('video.example.com', [[address]]);
    expect((await get()).tag).toBe('RefusedAddressError');
    expect(asked).toEqual([]);
  });

  test('an address that passed, but lead elsewhere, are refused before a byte is sent', async () => {
    const error = await failure(download(`http://turncoat.example.com:${port}/a.mp4`, { folder }));
    expect(error.tag).toBe('RefusedAddressError');
    await expect(guardedSocket(`http://turncoat.example.com:${port}/`, [])).rejects.toMatchObject({
      tag: 'RefusedAddressError',
    });
    expect(asked.filter(what => what !== 'connection')).toEqual([]);
  });

  test('a public and a private address at once are refused', async () => {
    for (const both of [
      ['93.184.216.34', '127.0.0.1'],
      ['::1', '2606:2800:220:1::1'],
    ]) {
      answers.set('video.example.com', [both]);
      expect((await get()).tag).toBe('RefusedAddressError');
    }
    expect(asked).toEqual([]);
  });

  test('something else at the second asking are judged by what is reached', async () => {
    answers.set('video.example.com', [['127.0.0.1'], ['93.184.216.34']]);
    expect((await get()).tag).toBe('RefusedAddressError');
    expect(asked).toEqual([]);
  });

  test('a private address are refused to libraries and programs too', async () => {
    answers.set('video.example.com', [['127.0.0.1']]);
    const ask = guardedFetch([]);
    const error = await failure(ask.fetch(`http://video.example.com:${port}/`));
    expect((error.cause as Error).message).toMatch(/not a public address/);
    await ask.close();
    const proxy = await openGuardedProxy([], 1000);
    const through = await fetch(`${proxy.address}`, { headers: {} }).catch(() => null);
    expect(through?.status).toBe(403);
    await proxy.close();
    expect(asked).toEqual([]);
  });
});

test('a robots.txt that redirects inwards is not followed', async () => {
  const site = await serve((request, response) => {
    if (request.url === '/robots.txt')
      response.writeHead(302, { location: `http://127.0.0.1:${port}/robots.txt` }).end();
    else response.writeHead(200, { 'content-type': 'video/mp4' }).end('film');
  });
  const error = await failure(
    acquire({ address: `http://${site}/a.mp4` }, fetchOptions({ allowHosts: [site], robotsTxt: 'obey' })),
  );
  expect(error.tag).toBe('RefusedAddressError');
  expect(asked).toEqual([]);
});

test('names of files that a server makes up do not leave the folder', async () => {
  const site = await serve((_, response) => {
    response.writeHead(200, {
      'content-type': 'video/mp4',
      'content-disposition': 'attachment; filename="../../../etc/cron.d/x"',
    });
    response.end('film');
  });
  const folder = temporary();
  for (const path of [
    '/..%2f..%2fetc%2fpasswd',
    '/%00.mp4',
    '/a/..%5c..%5cb.mp4',
    `/${'x'.repeat(2000)}.mp4`,
    '/.hidden',
  ]) {
    const { path: file } = await download(`http://${site}${path}`, { folder, allowHosts: [site] });
    expect(file.startsWith(`${folder}/`), path).toBe(true);
    expect(file.slice(folder.length + 1), path).toMatch(/^[\w-]{1,80}\.\w{2,4}$/);
  }
});
