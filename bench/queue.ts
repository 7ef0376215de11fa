/**
 * What the queue itself costs, on Redis.
 *
 *     npx tsx bench/queue.ts [--jobs 100000]
 *
 * Enqueue, list, page and cancel of many jobs; time and processor time of a job that does nothing, against what a second
 * of video costs; what two workers do more than one, on stages that keep a processor busy; and the memory of worker and API over
 * 2,000 such jobs, the API with a page open that watches them.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { type OpenQueue, openQueue } from '../queue/open.ts';
import { connect } from '../src/client/index.ts';
import { startRedis } from '../test/queue/databases.ts';
import { startServer } from './measures/server.ts';

const { values } = parseArgs({ options: { jobs: { type: 'string', default: '100000' } } });
const count = Number(values.jobs);
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

const timed = async <T>(action: () => Promise<T>): Promise<[number, T]> => {
  const began = performance.now();
  const result = await action();
  return [(performance.now() - began) / 1000, result];
};
/** Processor time of this process and of Redis, s. */
async function cpuOf(address: string): Promise<{ ownS: number; redisS: number }> {
  const redis = new Redis(address);
  const info = await redis.info('cpu');
  redis.disconnect();
  const redisS = ['user', 'sys'].reduce(
    (sum, what) => sum + Number(new RegExp(`used_cpu_${what}:([\\d.]+)`).exec(info)?.[1]),
    0,
  );
  const { user, system } = process.cpuUsage();
  return { ownS: (user + system) / 1e6, redisS };
}
const round = (value: number, digits = 3) => Number(value.toFixed(digits));

const between = (a: { ownS: number; redisS: number }, b: typeof a) => ({
  ownS: round(b.ownS - a.ownS),
  redisS: round(b.redisS - a.redisS),
});

/** 100,000 jobs at rest. */
async function atRest(queue: OpenQueue, address: string): Promise<object> {
  const items = Array.from({ length: count }, (_, i) => ({ url: `https://videos.example/${i}.mp4` }));
  const settings = { fps: 15, robot: 'g1-inspire' };
  const before = await cpuOf(address);
  const [enqueueS, batch] = await timed(() => queue.client.submit({ items, settings }));
  const enqueued = await cpuOf(address);
  const middle = `${batch.id}-${Math.floor(count / 2)}`;
  const [listS] = await timed(() => queue.client.jobs({ batch: batch.id, limit: 100 }));
  const [pageS] = await timed(() => queue.client.jobs({ state: 'queued', after: middle, limit: 100 }));
  const [countsS] = await timed(() => queue.client.batch(batch.id));
  const memory = process.memoryUsage().rss / 2 ** 20;
  const looked = await cpuOf(address);
  const [cancelS, cancelled] = await timed(() => queue.client.cancelBatch(batch.id));
  const after = await cpuOf(address);
  if (cancelled?.counts.cancelled !== count) throw new Error('not all were cancelled');
  return {
    jobs: count,
    enqueueS: round(enqueueS),
    jobsPerS: Math.round(count / enqueueS),
    listS: round(listS),
    pageS: round(pageS),
    countsS: round(countsS),
    cancelS: round(cancelS),
    enqueueCpuS: between(before, enqueued),
    cancelCpuS: between(looked, after),
    submitterMiB: Math.round(memory),
  };
}

interface Usage {
  cpuS: number;
  rssMiB: number;
  heldMiB: number;
}

interface Pass {
  seconds: number;
  cpuS: number;
  perVideoMs: number;
  /** Of the first worker after each quarter of the videos: held in JavaScript, once collected, and resident. */
  heldMiB: number[];
  residentMiB: number[];
  /** Resident memory of the API after each quarter, MB; empty without one. */
  apiMb: number[];
}

interface PassRequest {
  workers: number;
  videos: number;
  /** Processor time of each. */
  busyMs: number;
  /** Jobs of each queue that a worker takes at once. */
  concurrency: number;
  /** An API stands beside, of which somebody follows the batch and its jobs. */
  watched?: boolean;
}

/** A page that watches a batch: its events, and its jobs every second. */
async function watch(address: string, batch: string, signal: AbortSignal): Promise<void> {
  const client = connect(address);
  const follow = async () => {
    for await (const _ of client.batchEvents(batch, { signal }));
  };
  const look = async () => {
    for (; !signal.aborted; await sleep(1000)) await client.jobs({ batch, limit: 100 });
  };
  await Promise.all([follow(), look()]);
}

/** Videos of five stages each, by worker processes that compute on one thread. */
async function pass(
  address: string,
  { workers, videos, busyMs, concurrency, watched = false }: PassRequest,
): Promise<Pass> {
  const folder = mkdtempSync(path.join(tmpdir(), 'understudy-bench-'));
  const queue = await openQueue(address);
  const server = watched ? await startServer(path.join(folder, 'store'), address) : null;
  const left = new AbortController();
  const script = path.join(root, 'bench/queue/busy-worker.ts');
  const children = await Promise.all(
    Array.from({ length: workers }, async () => {
      const child = spawn(
        process.execPath,
        ['--expose-gc', '--import', 'tsx', script, address, folder, String(busyMs), String(concurrency)],
        {
          stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
        },
      );
      await new Promise(resolve => child.stdout!.once('data', resolve));
      return child;
    }),
  );
  const ask = (child: (typeof children)[number], what: string) =>
    new Promise<Usage>(resolve => {
      child.once('message', answer => resolve(answer as Usage));
      child.send(what);
    });
  try {
    const before = await Promise.all(children.map(child => ask(child, 'usage')));
    const began = performance.now();
    const items = Array.from({ length: videos }, (_, i) => ({ url: `${folder}/${i}` }));
    const { id } = await queue.client.submit({ items, settings: {} });
    const watching = server && watch(server.address, id, left.signal).catch(() => undefined);
    const reached = async (share: number) => {
      while ((await queue.client.batch(id))!.counts.completed < share * videos) await sleep(50);
    };
    const quarters: Usage[] = [];
    const apiMb: number[] = [];
    for (const share of [0.25, 0.5, 0.75, 1]) {
      await reached(share);
      quarters.push(await ask(children[0], 'usage'));
      if (server) apiMb.push(Math.round((await server.usage()).memoryMb));
    }
    const seconds = (performance.now() - began) / 1000;
    const after = await Promise.all(children.map(child => ask(child, 'usage')));
    left.abort();
    await watching;
    const cpuS = after.reduce((sum, { cpuS }, i) => sum + cpuS - before[i].cpuS, 0);
    return {
      seconds: round(seconds, 2),
      cpuS: round(cpuS, 2),
      perVideoMs: round((1000 * cpuS) / videos, 1),
      heldMiB: quarters.map(({ heldMiB }) => round(heldMiB, 1)),
      residentMiB: quarters.map(({ rssMiB }) => Math.round(rssMiB)),
      apiMb,
    };
  } finally {
    left.abort();
    for (const child of children) child.kill('SIGKILL');
    await server?.stop();
    await queue.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const redis = await startRedis();
try {
  const queue = await openQueue(redis.url);
  const rest = await atRest(queue, redis.url);
  await queue.queue('video').obliterate({ force: true });
  await queue.close();
  const idle = await pass(redis.url, { workers: 1, videos: 2000, busyMs: 0, concurrency: 4, watched: true });
  // A worker of one thread takes one job at a time: what it held beyond that, the other would wait for at the end.
  const busy = { videos: 60, busyMs: 300, concurrency: 1 };
  const one = await pass(redis.url, { workers: 1, ...busy });
  const two = await pass(redis.url, { workers: 2, ...busy });
  process.stdout.write(
    `${JSON.stringify({ rest, idle, one, two, twoWorkersAre: round(one.seconds / two.seconds, 2) }, null, 2)}\n`,
  );
} finally {
  await redis.stop();
}
