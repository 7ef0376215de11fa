/**
 * The kill test: jobs over short pieces of real clips, done by several workers of which a random one is killed every few
 * seconds, while the database is killed and restarted once and the disk is full for a while. What is left is compared,
 * byte for byte, with what one undisturbed worker makes of the same jobs.
 *
 *     npx tsx scripts/kill-test.ts --queue redis --jobs 200 --workers 3 --every 5 [--full-disk] [--keep DIR]
 *
 * --queue postgres for PostgreSQL; --cli FILE for a built command line, which starts faster. --full-disk needs the right to mount a file system in memory (root, on Linux).
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createWriteStream,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type OpenQueue, openQueue } from '../queue/open.ts';
import type { BatchItem, BatchSettings, Job } from '../queue/types.ts';
import { startPostgres, startRedis } from '../test/queue/databases.ts';

const { values: flags } = parseArgs({
  options: {
    queue: { type: 'string', default: 'redis' },
    jobs: { type: 'string', default: '12' },
    workers: { type: 'string', default: '3' },
    every: { type: 'string', default: '5' },
    'full-disk': { type: 'boolean', default: false },
    keep: { type: 'string' },
    cli: { type: 'string' },
  },
});
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const clips = process.env.UNDERSTUDY_CLIPS ?? path.join(root, '../shared/clips');
const scratch = flags.keep ?? mkdtempSync(path.join(tmpdir(), 'understudy-kill-'));
const TIME_LIMIT_S = 3 * 3600;
/** Pieces are this long, s, and begin so far apart. */
const [LENGTH_S, STEP_S] = [1, 0.25];
/** Clips with hands in them from the first second to the last, and how long they are, s. */
const CLIPS = [
  ['okami_salt.mp4', 2.8],
  ['rsrd_scissors.mp4', 3.7],
  ['single_hand.mp4', 20],
  ['ph2d_pouring_ego.mp4', 8],
  ['asl_hand.mp4', 13],
  ['okami_bagging.mp4', 7.5],
] as const;
const SETTINGS: BatchSettings = {
  fps: 10,
  handModel: 'lite',
  bodyModel: 'lite',
  imageSize: [160, 90],
  videoCodec: 'h264',
};

/** So many different pieces, the clips in turn. */
function pieces(count: number): BatchItem[] {
  const items: BatchItem[] = [];
  for (let round = 0; items.length < count; round++)
    for (const [name, lengthS] of CLIPS) {
      const start = round * STEP_S;
      if (start + LENGTH_S > lengthS || items.length === count) continue;
      items.push({ url: path.join(clips, name), start, end: start + LENGTH_S, task: 'use the hands' });
    }
  return items;
}

interface Place {
  store: string;
  cache: string;
}

let launched = 0;
interface LaunchedWorker {
  child: ChildProcess;
  /** Resolves when it takes jobs, or has ended. */
  working: Promise<void>;
}

function launch(address: string, { store, cache }: Place): LaunchedWorker {
  const log = path.join(scratch, `worker-${launched++}.log`);
  const handle = openSync(log, 'w');
  const program = flags.cli ? [flags.cli] : ['--import', 'tsx', path.join(root, 'src/cli/main.ts')];
  const args = ['worker', '--queue', address, '--store', store, '--cache', cache];
  const more = ['--workers', '1', '--concurrency', '2', '--datasets', path.join(cache, 'datasets')];
  const child = spawn(process.execPath, [...program, ...args, ...more], {
    cwd: root,
    stdio: ['ignore', handle, handle],
  });
  const working = (async () => {
    while (child.exitCode === null && child.signalCode === null) {
      if (readFileSync(log, 'utf8').includes('"working"')) return;
      await sleep(100);
    }
  })();
  return { child, working };
}
const end = (child: ChildProcess) =>
  new Promise<void>(resolve => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });

interface Outcome {
  jobs: Job[];
  /** SHA-256 of each file of each shard and of the dataset, by name. */
  files: Map<string, string>;
  seconds: number;
  killed: number;
}

/** All jobs, and the dataset of what they gave. `disturb` may do what it likes meanwhile. */
async function pass(
  name: string,
  count: number,
  disturb: (
    queue: OpenQueue,
    address: string,
    place: Place,
    database: Awaited<ReturnType<typeof startRedis>>,
  ) => {
    stop(): Promise<number>;
  },
): Promise<Outcome> {
  const place = { store: path.join(scratch, name, 'store'), cache: path.join(scratch, name, 'cache') };
  execFileSync('mkdir', ['-p', place.store, place.cache]);
  const database = flags.queue === 'postgres' ? await startPostgres() : await startRedis();
  const queue = await openQueue(database.url);
  const began = performance.now();
  const disturbance = disturb(queue, database.url, place, database);
  let killed = 0;
  try {
    const batch = await queue.client.submit({
      items: pieces(count),
      settings: SETTINGS,
      idempotencyKey: name,
    });
    for (;;) {
      const now = await queue.client.batch(batch.id).catch(() => null);
      if (now) process.stderr.write(`\r${name}: ${JSON.stringify(now.counts)}   `);
      if (now && now.state !== 'queued' && now.state !== 'running') break;
      if (performance.now() - began > 1000 * TIME_LIMIT_S) throw new Error('not done in time');
      await sleep(500);
    }
    const seconds = (performance.now() - began) / 1000;
    await queue.client.buildDataset({ name: 'all', where: '', format: 'lerobot' });
    for (;;) {
      const build = await queue.client.dataset('all').catch(() => null);
      if (build?.state === 'completed') break;
      if (build?.state === 'failed') throw new Error(build.error?.message);
      await sleep(500);
    }
    killed = await disturbance.stop();
    const jobs = (await queue.client.jobs({ batch: batch.id, limit: count })).rows;
    const files = new Map<string, string>();
    for (const id of new Set(jobs.flatMap(job => job.episodes)))
      hashInto(files, path.join(place.store, id), `shard ${id.slice(0, 12)}`);
    hashInto(files, path.join(place.cache, 'datasets/all'), 'dataset');
    process.stderr.write('\n');
    return { jobs, files, seconds, killed };
  } finally {
    await disturbance.stop();
    await queue.close();
    await database.stop();
  }
}

function hashInto(files: Map<string, string>, dir: string, name: string): void {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const file = path.join(dir, entry.name);
    if (entry.isDirectory()) hashInto(files, file, `${name}/${entry.name}`);
    else files.set(`${name}/${entry.name}`, createHash('sha256').update(readFileSync(file)).digest('hex'));
  }
}

const count = Number(flags.jobs);
const once = <T>(action: () => Promise<T>) => {
  let done: Promise<T> | null = null;
  return () => (done ??= action());
};

const calm = await pass('calm', count, (_queue, address, place) => {
  const worker = launch(address, place);
  return {
    stop: once(async () => {
      await end(worker.child);
      return 0;
    }),
  };
});

const wild = await pass('wild', count, (queue, address, place, database) => {
  if (flags['full-disk']) execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2g', 'tmpfs', place.store]);
  const workers = Array.from({ length: Number(flags.workers) }, () => launch(address, place));
  let killed = 0;
  let going = true;
  const killing = (async () => {
    while (going) {
      // A worker that never gets to work is no test of one that is killed at it.
      await Promise.all(workers.map(({ working }) => working));
      await sleep(1000 * Number(flags.every) * (0.5 + Math.random()));
      if (!going) break;
      const i = Math.floor(Math.random() * workers.length);
      await end(workers[i].child);
      killed++;
      workers[i] = launch(address, place);
    }
  })();
  const reached = async (share: number) => {
    while (going) {
      const { completed } = await queue.ledger.totals().catch(() => ({ completed: 0 }));
      if (completed >= share * count) return;
      await sleep(300);
    }
  };
  const mishaps = (async () => {
    await reached(0.25);
    if (!going) return;
    process.stderr.write(`\nthe ${flags.queue} server is killed\n`);
    await database.kill();
    await sleep(3000);
    await database.start();
    if (!flags['full-disk']) return;
    await reached(0.5);
    if (!going) return;
    process.stderr.write('\nthe disk is full\n');
    const filler = path.join(place.store, 'filler');
    await fill(filler);
    await sleep(8000);
    rmSync(filler);
    process.stderr.write('\nthe disk has room again\n');
  })();
  return {
    stop: once(async () => {
      going = false;
      await Promise.all([killing, mishaps]);
      for (const { child } of workers) await end(child);
      return killed;
    }),
  };
});

/** Until nothing fits any more. */
async function fill(file: string): Promise<void> {
  createWriteStream(file).end();
  const handle = openSync(file, 'a');
  for (const block of [Buffer.alloc(2 ** 20), Buffer.alloc(4096)])
    try {
      for (;;) writeSync(handle, block);
    } catch {
      // ENOSPC.
    }
}

const differing = [...new Set([...calm.files.keys(), ...wild.files.keys()])].filter(
  file => calm.files.get(file) !== wild.files.get(file),
);
const told = ({ state, episodes, rejected, item }: Job) => JSON.stringify([item, state, episodes, rejected]);
const otherJobs = calm.jobs.filter((job, i) => told(job) !== told(wild.jobs[i]));
const states: Record<string, number> = {};
for (const { state } of wild.jobs) states[state] = (states[state] ?? 0) + 1;
process.stdout.write(
  `${JSON.stringify(
    {
      queue: flags.queue,
      jobs: count,
      states,
      episodes: new Set(wild.jobs.flatMap(job => job.episodes)).size,
      workersKilled: wild.killed,
      attemptsMost: Math.max(...wild.jobs.map(({ attempts }) => attempts)),
      calmS: Math.round(calm.seconds),
      wildS: Math.round(wild.seconds),
      files: calm.files.size,
      filesThatDiffer: differing,
      jobsThatDiffer: otherJobs.map(({ id }) => id),
    },
    null,
    2,
  )}\n`,
);
// Media processes of killed workers may still be about to end.
if (flags['full-disk']) execFileSync('umount', ['-l', path.join(scratch, 'wild/store')]);
if (!flags.keep) rmSync(scratch, { recursive: true, force: true });
process.exitCode = differing.length + otherJobs.length > 0 || wild.jobs.length !== count ? 1 : 0;
