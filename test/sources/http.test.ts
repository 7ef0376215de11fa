import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkAddress, isPublicAddress } from '../../src/sources/guard.ts';
import { download } from '../../src/sources/http.ts';
import { temporary } from '../temporary.ts';
import { failure } from './servers.ts';

const VIDEO = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31) >> 3));

const servers: Server[] = [];
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
afterAll(() => {
  for (const server of servers) server.close();
});

test('no message holds the query of an address, which may be a key, of a redirect neither', async () => {
  const store = await serve((_, response) => response.writeHead(403).end());
  const site = await serve((_, response) =>
    response.writeHead(302, { location: `http://${store}/a.mp4?signature=KEY` }).end(),
  );
  const allowHosts = [site, store];
  for (const address of [`http://${site}/a.mp4`, `http://${store}/a.mp4?signature=KEY`]) {
    const { message } = await failure(download(address, { folder: temporary(), allowHosts }));
    expect(message).toBe(`http://${store}/a.mp4?…: answered HTTP 403; a video is needed`);
  }
});

test.each(['http://me:KEY@host:99999/a.mp4', 'ftp://me:KEY@host/a.mp4', 'http://me:K@EY@host/a.mp4'])(
  'the password of %s is not repeated by whoever refuses it',
  address => {
    expect(() => checkAddress(address, [])).toThrow(/^(?!.*EY).*host/);
  },
);

test.each([
  'http:/a.example/../../../tmp/a.mp4',
  'http:a.example/a.mp4',
  'https:\\\\a.example\\a.mp4',
  ' http://a.example/a.mp4',
])('%j is an address to the URL parser alone, and refused', address => {
  expect(URL.canParse(address)).toBe(true);
  expect(() => checkAddress(address, [])).toThrow(/begins with http:\/\/ or https:\/\//);
});

describe('the address guard', () => {
  let canary = '';
  const asked: (string | undefined)[] = [];
  let outside = '';
  beforeAll(async () => {
    canary = await serve((request, response) => {
      asked.push(request.url);
      response.end(VIDEO);
    });
    // A server that stands for the public network: allowed by name, it redirects wherever it is asked to.
    outside = await serve((request, response) => {
      const to = decodeURIComponent((request.url ?? '').slice(1)).replace(/\.mp4$/, '');
      response.writeHead(302, { location: to }).end();
    });
  });

  const port = () => canary.split(':')[1];
  const FORMS = [
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
    '127.1',
    '0',
    '0.0.0.0',
    'localhost',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[64:ff9b::7f00:1]',
  ];
  for (const form of FORMS) {
    test(`${form} is refused, directly and behind a redirect, before a request is sent`, async () => {
      const direct = `http://${form}:${port()}/canary.mp4`;
      for (const address of [direct, `http://${outside}/${encodeURIComponent(direct)}`]) {
        const error = await failure(download(address, { folder: temporary(), allowHosts: [outside] }));
        expect(error).toMatchObject({ tag: 'RefusedAddressError', retryable: false });
      }
      expect(asked).toEqual([]);
    });
  }

  test('other schemes and credentials are refused, directly and behind a redirect', async () => {
    for (const bad of [
      'ftp://example.org/a.mp4',
      'file:///etc/passwd',
      'http://user:secret@example.org/a.mp4',
    ]) {
      for (const address of [bad, `http://${outside}/${encodeURIComponent(bad)}`]) {
        const error = await failure(download(address, { folder: temporary(), allowHosts: [outside] }));
        expect(error.tag).toBe('RefusedAddressError');
        expect(error.message).not.toContain('secret');
      }
    }
  });

  test('private, link-local, shared and multicast ranges are not public; ordinary addresses are', () => {
    for (const ip of [
      '10.0.0.1',
      '172.16.0.1',
      '192.168.1.1',
      '169.254.169.254',
      '100.64.0.1',
      '224.0.0.1',
    ]) {
      expect(isPublicAddress(ip)).toBe(false);
      expect(isPublicAddress(`::ffff:${ip}`)).toBe(false);
    }
    for (const ip of ['fe80::1', 'fc00::1', 'ff02::1', '2002:7f00:1::', 'not an address', '']) {
      expect(isPublicAddress(ip)).toBe(false);
    }
    for (const ip of ['93.184.216.34', '8.8.8.8', '2606:2800:220:1::1'])
      expect(isPublicAddress(ip)).toBe(true);
    expect(checkAddress('https://8.8.8.8/a.mp4', []).host).toBe('8.8.8.8');
  });

  test('an allowed host with a port opens no other port', async () => {
    const error = await failure(
      download(`http://${canary}/a.mp4`, { folder: temporary(), allowHosts: [outside] }),
    );
    expect(error.tag).toBe('RefusedAddressError');
    expect(asked).toEqual([]);
  });
});

describe('a download', () => {
  const get = async (listener: RequestListener, options: { maxBytes?: number; folder?: string } = {}) => {
    const host = await serve(listener);
    return download(`http://${host}/clips/a%20b.webm`, {
      folder: temporary(),
      ...options,
      allowHosts: [host],
    });
  };
  const status =
    (code: number): RequestListener =>
    (_, response) =>
      void response.writeHead(code).end();

  test('is complete, keeps the extension, and leaves nothing beside it', async () => {
    const into = temporary();
    const { path, bytes } = await get((_, response) => void response.end(VIDEO), { folder: into });
    expect(readFileSync(path).equals(VIDEO)).toBe(true);
    expect(bytes).toBe(VIDEO.length);
    expect(path).toMatch(/a_20b-[0-9a-f]{16}\.webm$/);
    expect(readdirSync(into).length).toBe(1);
  });

  test('follows redirects, but not for ever', async () => {
    const hop: RequestListener = (request, response) => {
      if (request.url?.startsWith('/end')) response.end(VIDEO);
      else response.writeHead(302, { location: '/end.mp4' }).end();
    };
    expect((await get(hop)).bytes).toBe(VIDEO.length);
    const loop = await failure(get((r, response) => void response.writeHead(302, { location: r.url }).end()));
    expect(loop).toMatchObject({ tag: 'SourceError' });
    expect(loop.message).toMatch(/redirects/);
  });

  test('of something that will never be a video is a SourceError', async () => {
    expect(await failure(get(status(404)))).toMatchObject({ tag: 'SourceError', retryable: false });
    expect((await failure(get(status(403)))).tag).toBe('SourceError');
    const page: RequestListener = (_, response) =>
      void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>');
    const error = await failure(get(page));
    expect(error.tag).toBe('SourceError');
    expect(error.message).toMatch(/is an HTML page, not a video/);
  });

  test('of another media type is told, of a type that says nothing is taken', async () => {
    const typed =
      (type: string): RequestListener =>
      (_, response) =>
        void response.writeHead(200, { 'content-type': type }).end('film');
    for (const type of [
      'application/vnd.apple.mpegurl',
      'application/json',
      'image/png',
      'audio/mpeg',
      'text/css',
    ])
      expect((await failure(get(typed(type)))).message, type).toContain(`is '${type}', not a video`);
    for (const type of [
      'video/webm',
      'application/octet-stream',
      'binary/octet-stream',
      'text/plain; charset=x',
    ])
      expect((await get(typed(type))).bytes, type).toBe(4);
  });

  test('that takes too long is stopped, and gone on with by the next call', async () => {
    let calls = 0;
    const into = temporary();
    const host = await serve((request, response) => {
      calls++;
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const range = `bytes ${from}-${VIDEO.length - 1}/${VIDEO.length}`;
      response.writeHead(from ? 206 : 200, { etag: '"x"', ...(from && { 'content-range': range }) });
      if (calls === 1) response.write(VIDEO.subarray(0, 1000));
      else response.end(VIDEO.subarray(from));
    });
    const options = { folder: into, allowHosts: [host] };
    const error = await failure(download(`http://${host}/a.mp4`, { ...options, maxSeconds: 1 }));
    expect(error).toMatchObject({ tag: 'SourceUnavailableError', retryable: true });
    expect(error.message).toMatch(/took longer than 1 s/);
    const { path } = await download(`http://${host}/a.mp4`, options);
    expect(readFileSync(path).equals(VIDEO)).toBe(true);
    expect(calls).toBe(2);
  });

  test('that may work later is a SourceUnavailableError', async () => {
    for (const code of [500, 503, 429, 408]) {
      expect(await failure(get(status(code)))).toMatchObject({
        tag: 'SourceUnavailableError',
        retryable: true,
      });
    }
    const closed = await serve(status(200));
    await new Promise(done => servers.pop()!.close(done));
    const error = await failure(
      download(`http://${closed}/a.mp4`, { folder: temporary(), allowHosts: [closed] }),
    );
    expect(error.tag).toBe('SourceUnavailableError');
    const name = await failure(download('http://no-such-name.invalid/a.mp4', { folder: temporary() }));
    expect(name.tag).toBe('SourceUnavailableError');
  });

  test('stops at the size limit, also when the server does not say how long it is', async () => {
    const into = temporary();
    const listener: RequestListener = (_, response) => {
      response.write(VIDEO);
      response.end(VIDEO);
    };
    const error = await failure(get(listener, { maxBytes: 400_000, folder: into }));
    expect(error.tag).toBe('SourceError');
    expect(error.message).toMatch(/400000 bytes/);
    expect(readdirSync(into)).toEqual([]);
  });

  test('is whole when the server closes the connection while the file is still being written', async () => {
    for (const headers of [{ 'content-length': VIDEO.length }, {}]) {
      const host = await serve((_, response) => {
        response.writeHead(200, { connection: 'close', ...headers }).end(VIDEO);
      });
      for (let i = 0; i < 10; i++) {
        const { path } = await download(`http://${host}/${i}.mp4`, {
          folder: temporary(),
          allowHosts: [host],
        });
        expect(readFileSync(path).equals(VIDEO)).toBe(true);
      }
    }
  });

  test('that breaks is continued where it broke, if the server still has the same file', async () => {
    for (const changed of [false, true]) {
      const seen: IncomingMessage['headers'][] = [];
      const content = changed ? Buffer.from(VIDEO).reverse() : VIDEO;
      const host = await serve((request, response) => {
        seen.push(request.headers);
        if (seen.length === 1) {
          response.writeHead(200, { etag: '"one"', 'content-length': VIDEO.length });
          response.write(VIDEO.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 50));
          return;
        }
        const same = request.headers['if-range'] === (changed ? '"two"' : '"one"');
        const start = same ? Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1]) : 0;
        const range = `bytes ${start}-${content.length - 1}/${content.length}`;
        response
          .writeHead(same ? 206 : 200, same ? { 'content-range': range } : {})
          .end(content.subarray(start));
      });
      const into = temporary();
      const options = { folder: into, allowHosts: [host] };
      const broken = await failure(download(`http://${host}/a.mp4`, options));
      expect(broken.tag).toBe('SourceUnavailableError');
      expect(readdirSync(into).some(name => name.endsWith('.mp4'))).toBe(false);
      const { path, bytes } = await download(`http://${host}/a.mp4`, options);
      expect(bytes).toBe(VIDEO.length);
      expect(readFileSync(path).equals(content)).toBe(true);
      expect(seen[1].range).toMatch(/^bytes=\d{4,}-$/);
      expect(existsSync(`${path}.part`)).toBe(false);
    }
  });

  test('that breaks is begun anew when a server goes on with another file', async () => {
    const other = Buffer.from(VIDEO).reverse();
    let asked = 0;
    const host = await serve((request, response) => {
      asked++;
      if (asked === 1) {
        response.writeHead(200, { etag: '"one"', 'content-length': VIDEO.length });
        response.write(VIDEO.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 50));
        return;
      }
      // It does not know If-Range.
      const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const range = `bytes ${start}-${other.length - 1}/${other.length}`;
      response
        .writeHead(start > 0 ? 206 : 200, { etag: '"two"', ...(start > 0 && { 'content-range': range }) })
        .end(other.subarray(start));
    });
    const options = { folder: temporary(), allowHosts: [host] };
    await failure(download(`http://${host}/a.mp4`, options));
    const changed = await failure(download(`http://${host}/a.mp4`, options));
    expect([changed.tag, changed.message]).toEqual([
      'SourceUnavailableError',
      expect.stringContaining('the file has changed meanwhile'),
    ]);
    const { path } = await download(`http://${host}/a.mp4`, options);
    expect(readFileSync(path).equals(other)).toBe(true);
    // Whole already, it is not asked for again.
    await download(`http://${host}/a.mp4`, options);
    expect(asked).toBe(3);
  });
});
