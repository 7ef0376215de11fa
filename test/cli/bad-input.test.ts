import { execFileSync } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plain } from '../../src/core/plain.ts';
import { readDataset } from '../../src/dataset/read.ts';
import { SAMPLE, understudy } from './understudy.ts';

let folder: string;
let server: Server;
let site: string;
let env: Record<string, string>;
const at = (name: string) => path.join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-bad-'));
  server = createServer((request, response) => {
    if (request.url === '/page')
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>');
    else if (request.url === '/text.mp4')
      response.writeHead(200, { 'content-type': 'video/mp4' }).end('This is a text.');
    else response.writeHead(404).end();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  env = { UNDERSTUDY_CACHE: at('cache'), UNDERSTUDY_ALLOW_HOSTS: `${site.slice(7)},127.0.0.1:9` };

  const sample = await readFile(SAMPLE);
  await mkdir(at('empty'));
  await mkdir(at('taken'));
  await writeFile(at('taken/thesis.txt'), 'mine');
  await writeFile(at('text.mp4'), 'This is a text, whatever its name says.\n');
  await writeFile(at('zero.mp4'), '');
  await writeFile(at('truncated.mp4'), sample.subarray(0, 3000));
  await writeFile(at('hls.mp4'), '#EXTM3U\n#EXTINF:5,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n');
  await writeFile(at('concat.mp4'), `ffconcat version 1.0\nfile '${SAMPLE}'\n`);
  await writeFile(at('sound.wav.mp4'), wav());
  await writeFile(at('list.csv'), `url,start,end\n${SAMPLE},2,3.5\n${SAMPLE},soon,4\n`);
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

/** A tenth of a second of silence: media without a picture. */
function wav(): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF\0\0\0\0WAVEfmt ', 0, 'latin1');
  header.writeUInt32LE(36 + 1600, 4);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8000, 24);
  header.writeUInt32LE(16000, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(1600, 40);
  return Buffer.concat([header, Buffer.alloc(1600)]);
}

test('each bad input has one clear line and exit code 2, and the good one beside it is done', async () => {
  const bad: [input: string, line: RegExp][] = [
    [at('missing.mp4'), /missing\.mp4: no such file/],
    [at('empty'), /empty: the folder holds no video/],
    [at('text.mp4'), /^\/.*text\.mp4: text, not a video/],
    [at('zero.mp4'), /zero\.mp4: the file is empty/],
    [at('truncated.mp4'), /truncated\.mp4: .*(truncated|damaged)/],
    [at('hls.mp4'), /hls\.mp4: an HLS playlist, not a video/],
    [at('concat.mp4'), /concat\.mp4: a concat playlist, not a video/],
    [at('sound.wav.mp4'), /sound\.wav\.mp4: .*(no video|no picture|sound|audio|not a video)/i],
    [`${site}/gone.mp4`, /gone\.mp4: answered HTTP 404/],
    [`${site}/page`, /page is an HTML page, not a video/],
    [`${site}/text.mp4`, /^http:\/\/.*\/text\.mp4: text, not a video/],
    ['http://127.0.0.1:9/a.mp4', /cannot be reached now/],
    ['http://10.0.0.1/a.mp4', /not a public address/],
    ['https://me:PASSWORD@example.org/a.mp4', /example\.org: an address with a user name or password/],
  ];
  const inputs = [...bad.map(([input]) => input), at('list.csv')];
  const out = at('out');
  const { code, stderr } = await understudy(
    ['run', ...inputs, '--out', out, '--fps', '12', '--image-size', '160x90', '--video-codec', 'h264'],
    env,
  );
  expect(code).toBe(2);
  const lines = stderr.trim().split('\n');
  expect(lines).toHaveLength(bad.length + 1);
  for (const [input, line] of bad)
    expect(
      lines.filter(l => line.test(l)),
      input,
    ).toHaveLength(1);
  expect(lines.filter(line => /list\.csv row 3: 'start' is 'soon'/.test(line))).toHaveLength(1);

  expect((await readDataset(out)).episodes).toHaveLength(1);
  const rejected = (await readFile(path.join(out, 'rejected.jsonl'), 'utf8')).trim().split('\n');
  expect(rejected).toHaveLength(bad.length + 1);
  expect(rejected.join()).not.toContain('PASSWORD');
  for (const row of rejected)
    expect(JSON.parse(row)).toMatchObject({ kind: expect.stringMatching(/Error$/) });
});

test('a dataset of others writes nothing but text to the terminal', async () => {
  await mkdir(at('hostile/meta'), { recursive: true });
  await writeFile(
    at('hostile/meta/info.json'),
    JSON.stringify({ codebase_version: '\u001b]0;title\u0007\u009b2J' }),
  );
  const { code, stderr } = await understudy(['inspect', at('hostile')], env);
  expect(code).toBe(2);
  expect(stderr).toContain('version \uFFFD]0;title\uFFFD\uFFFD2J is not one of');
});

test('a server of others writes nothing but text to the terminal', async () => {
  const said = { id: 'b\u001b[2J', jobs: 1, state: 'failed', counts: { failed: 1, cancelled: 0 } };
  const failed = { job: 'j\u001b]0;title\u0007', state: 'failed', error: { message: 'no\u009b2J' } };
  const other = createServer((request, response) => {
    const events = `event: state\nid: 1\ndata: ${JSON.stringify(failed)}\n\nevent: end\ndata: {}\n\n`;
    response.end(request.url?.endsWith('/events') ? events : JSON.stringify(said));
  });
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  const words = ['submit', 'https://example.org/a.mp4', '--wait', '--server', address];
  const { stdout, stderr } = await understudy(words, env);
  other.close();
  expect(stdout).toContain('batch b\uFFFD[2J: 1 video(s)\n');
  expect(stderr).toContain('j\uFFFD]0;title\uFFFD failed: no\uFFFD2J\n');
  expect(plain(stdout + stderr)).toBe(stdout + stderr);
});

test('a place where tracks cannot be written is said before any work', async () => {
  const wrong: [out: string, line: RegExp][] = [
    [at('text.mp4/tracks.json'), /is a file, where a folder is needed/],
    [at('empty'), /empty is a folder: name a file/],
  ];
  for (const [out, line] of wrong) {
    const { code, stderr } = await understudy(['tracks', SAMPLE, '--out', out], env);
    expect([code, stderr], out).toEqual([2, expect.stringMatching(line)]);
  }
});

test('what cannot work is refused before any work', async () => {
  const wrong: [words: string[], line: RegExp][] = [
    [['--robot', 'hal-9000', '--out', at('a')], /unknown robot 'hal-9000'; known: .*g1-inspire/],
    [['--estimator', 'guess', '--out', at('a')], /unknown estimator 'guess'; known: onnx, tasks-vision/],
    [['--out', at('text.mp4/out')], /text\.mp4.*is a file, where a folder is needed/],
    [['--out', '/dev/null/out'], /\/dev\/null.*is a file, where a folder is needed/],
    [['--out', at('taken')], /taken holds something that Understudy did not write/],
    [
      ['--view', 'sideways', '--out', at('a')],
      /view is "sideways"; it has to be one of auto, third-person, egocentric/,
    ],
    [['--fps', 'many', '--out', at('a')], /expected frames per second/],
    [['--image-size', '641x361', '--out', at('a')], /two even numbers of px/],
    [['--config', at('proto.json'), '--out', at('a')], /'__proto__' is no setting; the settings are robot,/],
    [[], /required option '--out <dir>' not specified/],
  ];
  await writeFile(at('proto.json'), '{"__proto__": {"robot": "x"}}');
  for (const [words, line] of wrong) {
    const { code, stdout, stderr } = await understudy(['run', SAMPLE, ...words], env);
    expect({ code, stdout }, words.join(' ')).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(line);
  }
  await expect(access(at('a'))).rejects.toThrow();
  expect(await readFile(at('taken/thesis.txt'), 'utf8')).toBe('mine');
});

const canMount = process.getuid?.() === 0 && mounts();

test.skipIf(!canMount)('a full disk is said, and nothing half-written stays at the output', async () => {
  const disk = at('disk');
  await mkdir(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
  try {
    const out = path.join(disk, 'out');
    const flags = ['--fps', '12', '--image-size', '160x90', '--video-codec', 'h264'];
    const { code, stderr } = await understudy(['run', at('list.csv'), '--out', out, ...flags], env);
    expect(code).toBe(2);
    expect(stderr).toMatch(/no space left on the device/);
    await expect(access(out)).rejects.toThrow();
  } finally {
    execFileSync('umount', [disk]);
  }
});

function mounts(): boolean {
  try {
    execFileSync(
      'sh',
      ['-c', 'd=$(mktemp -d) && mount -t tmpfs -o size=16k tmpfs "$d" && umount "$d" && rmdir "$d"'],
      {
        stdio: 'ignore',
      },
    );
    return true;
  } catch {
    return false;
  }
}
