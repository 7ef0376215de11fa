import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { acquire } from '../../src/sources/resolve.ts';
import { youtubeAddress, youtubeId } from '../../src/sources/youtube.ts';
import { hasYtDlp } from '../../src/sources/yt-dlp.ts';
import { temporary } from '../temporary.ts';
import { closeServers, failure, fetchOptions, serve } from './servers.ts';

afterAll(closeServers);

describe('YouTube addresses', () => {
  test('name a video in every form, and other addresses do not', () => {
    const id = 'dQw4w9WgXcQ';
    for (const address of [
      `https://www.youtube.com/watch?v=${id}&t=3`,
      `https://youtube.com/shorts/${id}`,
      `https://m.youtube.com/watch?app=desktop&v=${id}`,
      `https://youtu.be/${id}?si=x`,
      `https://www.youtube-nocookie.com/embed/${id}`,
      `https://www.youtube.com/live/${id}`,
    ])
      expect(youtubeId(new URL(address)), address).toBe(id);
    for (const address of [
      `https://www.youtube.com.evil.example/watch?v=${id}`,
      `https://notyoutube.com/watch?v=${id}`,
      'https://www.youtube.com/watch?v=short',
      'https://www.youtube.com/@channel',
      'https://youtu.be/',
    ])
      expect(youtubeId(new URL(address)), address).toBeNull();
  });
});

/**
 * A stand-in for yt-dlp: notes its arguments, then does what a script says. It fetches through the proxy that it is
 * given, as the real one does.
 */
function fakeYtDlp(script: string): { program: string; words: () => string[]; environment: () => string[] } {
  const folder = temporary();
  const program = join(folder, 'yt-dlp');
  writeFileSync(
    program,
    `#!${process.execPath}
const { writeFileSync } = require('node:fs');
const http = require('node:http');
const words = process.argv.slice(2);
if (words[0] === '--version') { console.log('2026.01.01'); process.exit(0); }
writeFileSync(${JSON.stringify(join(folder, 'words.json'))}, JSON.stringify(words));
writeFileSync(${JSON.stringify(join(folder, 'env.json'))}, JSON.stringify(Object.keys(process.env)));
const after = name => words[words.indexOf(name) + 1];
const address = words.at(-1);
const save = (bytes, ext = 'mp4') => writeFileSync(after('--output').replace('%(ext)s', ext), bytes);
const proxy = new URL(after('--proxy'));
const get = target => new Promise((resolve, reject) => http
  .get({ host: proxy.hostname, port: proxy.port, path: target, headers: { host: new URL(target).host } }, response => {
    const parts = [];
    response.on('data', part => parts.push(part)).on('error', reject)
      .on('end', () => resolve({ status: response.statusCode, bytes: Buffer.concat(parts) }));
  }).on('error', reject));
const tunnel = host => new Promise((resolve, reject) => http
  .request({ host: proxy.hostname, port: proxy.port, method: 'CONNECT', path: host })
  .on('connect', (response, socket) => { socket.destroy(); resolve(response.statusCode); })
  .on('error', reject).end());
(async () => { ${script} })().catch(error => { console.error('ERROR: ' + error.message); process.exit(1); });
`,
  );
  chmodSync(program, 0o755);
  const noted = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as string[];
  return { program, words: () => noted('words.json'), environment: () => noted('env.json') };
}

describe('yt-dlp', () => {
  let site = '';
  const asked: string[] = [];
  beforeEach(async () => {
    asked.length = 0;
    site = await serve((request, response) => {
      asked.push(request.url ?? '');
      if (request.url === '/film.mp4') response.end('the film');
      else if (request.url === '/large') response.end(Buffer.alloc(70 * 2 ** 20));
      else response.writeHead(200, { 'content-type': 'text/html' }).end('<video>');
    });
  });
  const get = (program: string, given: object = {}, address = `http://${site}/page`) =>
    acquire({ address }, fetchOptions({ allowHosts: [site], ytDlp: program, ...given }));

  test('is found by its version, and not where there is none', async () => {
    const env = { PATH: process.env['PATH'] };
    expect(await hasYtDlp(fakeYtDlp('').program, env)).toBe(true);
    expect(await hasYtDlp('/nowhere/yt-dlp', env)).toBe(false);
    expect(await hasYtDlp('', env)).toBe(false);
  });

  test('fetches the video of a page: an argument array, our proxy, limits, the address behind --', async () => {
    const { program, words, environment } = fakeYtDlp(
      `save((await get('http://${site}/film.mp4')).bytes, 'webm');`,
    );
    const address = `http://${site}/page?a=1;touch%20x&b=$(id)`;
    const file = await get(program, {}, address);
    expect(readFileSync(file, 'utf8')).toBe('the film');
    expect(asked).toContain('/film.mp4');
    const given = words();
    expect(given.slice(-2)).toEqual(['--', address]);
    expect(given.slice(0, 2)).toEqual(['--ignore-config', '--no-cache-dir']);
    const flag = (name: string) => given[given.indexOf(name) + 1];
    expect(flag('--js-runtimes')).toBe('node');
    expect(flag('--max-filesize')).toBe('10000000');
    expect(flag('--proxy')).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(environment().filter(name => /SECRET|TOKEN|AWS/.test(name))).toEqual([]);
  });

  test('without it, a page is refused with the advice to install it', async () => {
    expect((await failure(get(''))).message).toMatch(/is an HTML page.*install yt-dlp/);
  });

  test('what it asks for goes through the address guard, plain and tunnelled', async () => {
    const canary: string[] = [];
    const inside = await serve((request, response) => {
      canary.push(request.url ?? '');
      response.end('secret');
    });
    const { program } = fakeYtDlp(`
      const plain = await get('http://${inside}/secret');
      const tunnelled = await tunnel('${inside}');
      const named = await tunnel('localhost:${inside.split(':')[1]}');
      if (plain.status === 403 && tunnelled === 403 && named === 403) throw new Error('nothing came through');
      save('leaked');
    `);
    const error = await failure(get(program));
    expect(error).toMatchObject({ tag: 'SourceError' });
    expect(error.message).toMatch(/nothing came through.*not a public address/);
    expect(canary).toEqual([]);
  });

  test('that brings too much, takes too long or says nothing is ended', async () => {
    const large = fakeYtDlp(`await get('http://${site}/large'); save('x');`);
    expect((await failure(get(large.program, { maxBytes: 1000 }))).message).toMatch(/limit of 1000 bytes/);
    const left = fakeYtDlp('');
    expect((await failure(get(left.program))).message).toMatch(/no video, or larger/);
    const big = fakeYtDlp('save(Buffer.alloc(5000))');
    expect((await failure(get(big.program, { maxBytes: 1000 }))).message).toMatch(/limit of 1000 bytes/);
    const pid = join(temporary(), 'pid');
    const slow = fakeYtDlp(`writeFileSync('${pid}', String(process.pid)); setTimeout(() => {}, 3_600_000);`);
    const error = await failure(get(slow.program, { maxSeconds: 5 }));
    expect(error).toMatchObject({ tag: 'SourceUnavailableError' });
    expect(error.message).toMatch(/took longer than 5 s/);
    expect(() => process.kill(Number(readFileSync(pid, 'utf8')), 0)).toThrow(/ESRCH/);
  });

  test('what it says decides whether a second try is of use', async () => {
    const saying = (words: string) => fakeYtDlp(`throw new Error(${JSON.stringify(words)})`).program;
    expect(await failure(get(saying('[x] Private video')))).toMatchObject({ tag: 'SourceError' });
    expect(await failure(get(saying('HTTP Error 404: Not Found')))).toMatchObject({ tag: 'SourceError' });
    expect(await failure(get(saying('HTTP Error 429: Too Many')))).toMatchObject({
      tag: 'SourceUnavailableError',
    });
    expect(await failure(get(saying('Connection reset')))).toMatchObject({ retryable: true });
  });

  test('goes on in the folder where it was stopped, and ends with its children', async () => {
    const folder = temporary();
    const mark = join(folder, 'still-alive');
    const { program } = fakeYtDlp(`
      const { existsSync } = require('node:fs');
      const part = after('--output').replace('%(ext)s', 'mp4.part');
      if (existsSync(part)) return save('whole');
      writeFileSync(part, 'half');
      require('node:child_process').spawn('sh', ['-c', 'sleep 2; touch ${mark}'], { stdio: 'ignore' });
      setTimeout(() => {}, 60_000);
    `);
    expect((await failure(get(program, { folder, maxSeconds: 1 }))).tag).toBe('SourceUnavailableError');
    expect(readFileSync(await get(program, { folder }), 'utf8')).toBe('whole');
    await new Promise(done => setTimeout(done, 2000));
    expect(existsSync(mark)).toBe(false);
  });
});

describe('YouTube by itself', () => {
  const id = 'aqz-KE-bpKQ';
  /** What YouTube answers, reduced to what is looked at. */
  const answer = (playability: object, formats: object[]) => ({
    responseContext: {},
    playabilityStatus: playability,
    streamingData: { expiresInSeconds: '20000', formats: [], adaptiveFormats: formats },
    videoDetails: { videoId: id, title: 'hands', thumbnail: { thumbnails: [] } },
  });
  const format = (itag: number, height: number, given: object = {}) => ({
    itag,
    url: `https://media.example/${itag}`,
    mimeType: 'video/mp4; codecs="avc1.640028"',
    bitrate: 1000 * height,
    width: height,
    qualityLabel: height > 0 ? `${height}p` : undefined,
    height,
    ...given,
  });
  const asking = (reply: object, seen: string[] = []): typeof fetch =>
    (async (input: unknown) => {
      const address = input instanceof Request ? input.url : String(input);
      seen.push(address);
      return new Response(JSON.stringify(reply), { headers: { 'content-type': 'application/json' } });
    }) as typeof fetch;

  test('the best pictures of at most 1080 lines are taken, sound alone is not', async () => {
    const formats = [
      format(140, 0, { mimeType: 'audio/mp4; codecs="mp4a.40.2"', height: undefined, width: undefined }),
      format(135, 480),
      format(137, 1080),
      format(313, 2160),
    ];
    const seen: string[] = [];
    const address = await youtubeAddress(id, asking(answer({ status: 'OK' }, formats), seen));
    expect(address).toBe('https://media.example/137');
    expect(seen.some(url => url.includes('/player'))).toBe(true);
  });

  test('a video that is gone is gone for good; one that needs a login may be had otherwise', async () => {
    const gone = await failure(
      youtubeAddress(id, asking(answer({ status: 'ERROR', reason: 'Video unavailable' }, []))),
    );
    expect(gone).toMatchObject({ tag: 'SourceError', message: `YouTube ${id}: Video unavailable` });
    const login = await failure(
      youtubeAddress(id, asking(answer({ status: 'LOGIN_REQUIRED', reason: 'Sign in' }, []))),
    );
    expect(login).toMatchObject({ tag: 'SourceUnavailableError' });
    expect(login.message).toMatch(/Sign in; with yt-dlp installed/);
  });
});
