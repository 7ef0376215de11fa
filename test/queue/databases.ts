/** Databases of the tests: a Redis and a PostgreSQL of their own, in temporary folders, on free ports. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Database {
  url: string;
  /** Like a crash: the process is killed with SIGKILL. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Ends it and removes its files. */
  stop(): Promise<void>;
}

const postgresFolders = () => {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root) : [];
  return versions.sort((a, b) => Number(b) - Number(a)).map(version => path.join(root, version, 'bin'));
};
const onPath = (program: string): string | undefined =>
  [...(process.env.PATH ?? '').split(':'), ...postgresFolders()]
    .map(folder => path.join(folder, program))
    .find(existsSync);

export const hasRedis = onPath('redis-server') !== undefined;
export const hasPostgres = onPath('initdb') !== undefined && onPath('postgres') !== undefined;

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** With an append-only file, as a queue needs it: a killed server loses nothing. */
export async function startRedis(): Promise<Database> {
  const dir = mkdtempSync(path.join(tmpdir(), 'understudy-redis-'));
  const port = await freePort();
  const args = ['--port', String(port), '--dir', dir, '--save', '', '--appendonly', 'yes'];
  return service(`redis://127.0.0.1:${port}`, dir, /Ready to accept connections/, () =>
    spawn(onPath('redis-server')!, args, { stdio: ['ignore', 'pipe', 'pipe'] }),
  );
}

/** PostgreSQL refuses to run as root: then it runs as the user `postgres`. */
export async function startPostgres(): Promise<Database> {
  const dir = mkdtempSync(path.join(tmpdir(), 'understudy-postgres-'));
  const port = await freePort();
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  const user = process.getuid?.() === 0 ? { uid: id('-u'), gid: id('-g') } : {};
  if (user.uid !== undefined) chownSync(dir, user.uid, user.gid);
  const data = path.join(dir, 'data');
  execFileSync(onPath('initdb')!, ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync'], {
    ...user,
    cwd: dir,
  });
  const args = ['-D', data, '-p', String(port), '-k', dir, '-c', 'listen_addresses=127.0.0.1'];
  return service(`postgres://postgres@127.0.0.1:${port}/postgres`, dir, /ready to accept connections/, () =>
    spawn(onPath('postgres')!, args, { ...user, cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] }),
  );
}

/** PostgreSQL's other processes outlive a killed one for a moment, and it does not start beside them. */
const STILL_THERE = /pre-existing shared memory block/;
const TRY_AGAIN_MS = 100;

async function service(
  url: string,
  dir: string,
  ready: RegExp,
  launch: () => ChildProcess,
): Promise<Database> {
  let child: ChildProcess;
  const start = (): Promise<void> =>
    new Promise<void>((resolve, reject) => {
      child = launch();
      let said = '';
      const hear = (chunk: Buffer) => {
        said += chunk;
        if (ready.test(said)) resolve();
      };
      child.stdout?.on('data', hear);
      child.stderr?.on('data', hear);
      child.once('exit', code => {
        if (STILL_THERE.test(said)) setTimeout(() => start().then(resolve, reject), TRY_AGAIN_MS);
        else reject(new Error(`ended with ${code}: ${said.slice(-500)}`));
      });
    });
  const end = (signal: NodeJS.Signals) =>
    new Promise<void>(resolve => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once('exit', () => resolve());
      child.kill(signal);
    });
  await start();
  return {
    url,
    kill: () => end('SIGKILL'),
    start,
    async stop() {
      await end('SIGKILL');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** In the process that opens it: there is nothing to kill. */
export async function startEmbedded(): Promise<Database> {
  const dir = mkdtempSync(path.join(tmpdir(), 'understudy-embedded-'));
  return {
    url: `embedded:${dir}`,
    kill: async () => undefined,
    start: async () => undefined,
    stop: async () => rmSync(dir, { recursive: true, force: true }),
  };
}

export const backends = [
  { name: 'Redis', there: hasRedis, begin: startRedis },
  { name: 'PostgreSQL', there: hasPostgres, begin: startPostgres },
  { name: 'in this process', there: true, begin: startEmbedded },
];
