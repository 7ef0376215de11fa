/** The walk of docs/api.md, command by command, against `understudy serve` as a user starts it. */
import { execFile, spawnSync } from 'node:child_process';
import { createReadStream, existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDataset } from '../../src/dataset/read.ts';
import { ROOT, SAMPLE, type Started, start, understudy } from '../cli/understudy.ts';

const ITEMS = 3;
let dir: string;
let videos: Server;
let host: string;
let server: Started;
let address: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'understudy-walk-'));
  videos = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'video/mp4' });
    createReadStream(SAMPLE).pipe(response);
  });
  await new Promise<void>(done => videos.listen(0, '127.0.0.1', done));
  host = `127.0.0.1:${(videos.address() as AddressInfo).port}`;
  address = await new Promise((resolve, reject) => {
    server = start(
      ['serve', '--port', '0', '--store', path.join(dir, 'corpus'), '--log', 'warn', '--grace', '0'],
      { UNDERSTUDY_ALLOW_HOSTS: host, UNDERSTUDY_CACHE: path.join(dir, 'cache'), XDG_CONFIG_HOME: dir },
      line => {
        const [, found] = /listens at (\S+)/.exec(line) ?? [];
        if (found) resolve(found);
      },
    );
    server.done.then(({ stderr }) => reject(new Error(stderr)));
  });
});
afterAll(async () => {
  server.kill('SIGTERM');
  await server.done;
  videos.close();
  await rm(dir, { recursive: true });
});

const missing = ['curl', 'tar'].filter(program => spawnSync(program, ['--version']).error);
if (process.env.UNDERSTUDY_REQUIRE_ALL === '1')
  test('curl and tar are there', () => {
    expect(missing).toEqual([]);
  });

test.skipIf(missing.length > 0)(
  'the commands of docs/api.md do what the page says',
  async () => {
    const page = await readFile(path.join(ROOT, 'docs/api.md'), 'utf8');
    const commands = [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block]) => block);
    expect(commands).toHaveLength(4);
    const items = Array.from({ length: ITEMS }, (_, i) => i + 1).join(' ');
    const env = { ...process.env, SERVER: address, VIDEOS: `http://${host}`, ITEMS: items };
    const walk = promisify(execFile)('bash', ['-euo', 'pipefail', '-c', commands.join('\n')], {
      cwd: dir,
      env,
    });
    await walk.catch(async ({ stderr }) => {
      const jobs = await (await fetch(`${address}/v1/jobs`)).text();
      expect.fail(`${stderr}\n${jobs}`);
    });

    const events = await readFile(path.join(dir, 'events.txt'), 'utf8');
    expect(events).toMatch(/^event: batch\n/m);
    expect(events).toMatch(/^event: stage\n/m);
    expect(events.match(/^event: episode\n/gm)).toHaveLength(ITEMS);
    expect(events.trimEnd()).toMatch(/event: end\ndata: {"state":"completed"}$/);

    const [header, ...rows] = (await readFile(path.join(dir, 'trajectory.csv'), 'utf8')).trim().split('\n');
    expect(header).toMatch(/^time,left_hip_pitch_joint,/);
    expect(rows.length).toBeGreaterThan(10);
    expect(await readFile(path.join(dir, 'film.part'))).toHaveLength(100);

    const { episodes } = await readDataset(path.join(dir, 'kitchen'));
    expect(episodes).toHaveLength(ITEMS - 1);
    expect(existsSync(path.join(dir, 'kitchen/meta/info.json'))).toBe(true);
  },
  300_000,
);

test('submit and status say the same from a shell', async () => {
  const env = { UNDERSTUDY_SERVER: address };
  const sent = await understudy(['submit', `http://${host}/pick.mp4?1`, '--wait'], env);
  expect(sent.stderr).toMatch(/completed/);
  expect(sent).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/1 video\(s\)\n.*completed: 1 completed\n$/s),
  });
  const [, batch] = /batch (\S+):/.exec(sent.stdout)!;
  expect((await understudy(['status'], env)).stdout).toContain(`${batch}  `);
  const one = await understudy(['status', batch], env);
  expect(one.stdout).toMatch(/-0 {2}completed {2}http:\S+ {2}1 episode/);
  const refused = await understudy(['submit', 'http://10.0.0.1/a.mp4'], env);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/not a public address/) });
  const nobody = await understudy(['status', '--server', 'http://127.0.0.1:9'], env);
  expect(nobody).toMatchObject({ code: 2, stderr: expect.stringMatching(/does not answer/) });
}, 300_000);

test('without tokens only this machine is served', async () => {
  const env = { XDG_CONFIG_HOME: dir, UNDERSTUDY_CACHE: path.join(dir, 'cache') };
  const open = await understudy(['serve', '--host', '0.0.0.0', '--port', '0', '--workers', '0'], env);
  expect(open).toMatchObject({ code: 2, stderr: expect.stringMatching(/understudy tokens create/) });
});

test('a port in use is told in one line', async () => {
  const { port } = new URL(address);
  const folder = path.join(dir, 'second');
  const env = { XDG_CONFIG_HOME: dir, UNDERSTUDY_CACHE: path.join(dir, 'cache') };
  const second = await understudy(['serve', '--port', port, '--workers', '0', '--store', folder], env);
  expect(second).toMatchObject({ code: 2, stdout: '' });
  expect(second.stderr).toMatch(new RegExp(`^port ${port} of 127\\.0\\.0\\.1 .*EADDRINUSE.*--port.*\\n$`));
});

test('waiting for a batch that is cancelled ends with 2', async () => {
  const env = { UNDERSTUDY_SERVER: address };
  let cancelled: Promise<Response> | null = null;
  const waiting = start(['submit', `http://${host}/never.mp4`, '--priority', '9', '--wait'], env, line => {
    const [, batch] = /^batch (\S+): 1/.exec(line) ?? [];
    if (batch) cancelled ??= fetch(`${address}/v1/batches/${batch}`, { method: 'DELETE' });
  });
  expect(await waiting.done).toMatchObject({ code: 2, stdout: expect.stringMatching(/1 cancelled/) });
  await cancelled;
});

test('SIGTERM ends the server with 0, and what was done is there afterwards', async () => {
  server.kill('SIGTERM');
  expect((await server.done).code).toBe(0);
});
