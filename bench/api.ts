/**
 * The API under reads: 500 requests a second on loopback, beside two processes that compute as media processes do.
 * `npm run bench -- api [--rate 500] [--seconds 20] [--episodes 5000] [--idle] [--queue redis://…] [--json]`.
 * The queue is the embedded one unless another is named.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { setPriority, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { connect } from '../src/client/index.ts';
import { MEDIA_PRIORITY } from '../src/stages/process.ts';
import { openCatalogue } from '../src/store/catalogue.ts';
import { openStore } from '../src/store/open.ts';
import { record, writeShard } from '../test/server/corpus.ts';
import { startServer } from './measures/server.ts';

/** Requests whose computing time is measured, by path, and how many at a time. */
const SAMPLES = 400;
const ABREAST = 10;

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '20' },
    episodes: { type: 'string', default: '5000' },
    idle: { type: 'boolean', default: false },
    queue: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});
const [rate, seconds, episodes] = [values.rate, values.seconds, values.episodes].map(Number);

const dir = await mkdtemp(path.join(tmpdir(), 'understudy-api-'));
const busy = values.idle
  ? []
  : [1, 2].map(() => spawn(process.execPath, ['-e', 'for (;;) Math.sin(performance.now())']));
for (const { pid } of busy) if (pid) setPriority(pid, MEDIA_PRIORITY);
try {
  const store = await openStore(path.join(dir, 'store'));
  const catalogue = openCatalogue(store.documents);
  for (let i = 0; i < episodes; i++) await catalogue.add(record(i));
  await store.put(record(0).id, {}, folder => writeShard(folder, record(0)));
  const result = await measure(path.join(dir, 'store'));
  if (values.json) console.log(JSON.stringify(result));
  else console.log(table(result));
} finally {
  for (const child of busy) child.kill('SIGKILL');
  await rm(dir, { recursive: true });
}

interface Measured {
  /** CPU time of the server per read, ms, by path. */
  costs: Record<string, number>;
  /** ms. */
  p50: number;
  p99: number;
  max: number;
  requests: number;
  errors: number;
  /** Resident memory of the server at the start and at the end, MB. */
  memory: [number, number];
  /** Share of one core that the server took. */
  cpu: number;
}

async function measure(storeFolder: string): Promise<Measured> {
  const server = await startServer(storeFolder, values.queue);
  const { address, usage } = server;
  const client = connect(address);
  const items = Array.from({ length: 200 }, (_, i) => ({ url: `https://example.org/${i}.mp4` }));
  const { id } = await client.submit({ items });
  const { rows } = await client.jobs({ batch: id, limit: 5 });
  const episode = `/v1/episodes/${record(0).id}`;
  const paths = [
    '/v1/batches',
    `/v1/batches/${id}`,
    `/v1/jobs?batch=${id}&limit=50`,
    `/v1/jobs/${rows[0].id}`,
    '/v1/episodes?limit=50',
    `/v1/episodes?limit=50&where=${encodeURIComponent("quality > 0.6 and task like '%cup%'")}`,
    episode,
    `${episode}/files`,
    '/v1/robots',
    '/healthz',
  ];
  for (const one of paths) await fetch(address + one);
  const costs: Record<string, number> = {};
  for (const one of paths) {
    const { cpuS: start } = await usage();
    for (let i = 0; i < SAMPLES; i += ABREAST)
      await Promise.all(
        Array.from({ length: ABREAST }, () => fetch(address + one).then(got => got.arrayBuffer())),
      );
    costs[one.replaceAll(id, ':batch').replaceAll(record(0).id, ':id')] =
      (1000 * ((await usage()).cpuS - start)) / SAMPLES;
  }
  const before = await usage();
  const result = await autocannon({
    url: address,
    connections: 20,
    overallRate: rate,
    duration: seconds,
    requests: paths.map(one => ({ method: 'GET' as const, path: one })),
  });
  const after = await usage();
  await server.stop();
  return {
    costs,
    p50: result.latency.p50,
    p99: result.latency.p99,
    max: result.latency.max,
    requests: result.requests.total,
    errors: result.errors + result.timeouts + result.non2xx,
    memory: [Math.round(before.memoryMb), Math.round(after.memoryMb)],
    cpu: (after.cpuS - before.cpuS) / seconds,
  };
}

function table({ costs, p50, p99, max, requests, errors, memory, cpu }: Measured): string {
  return [
    ...Object.entries(costs).map(([one, ms]) => `${ms.toFixed(2).padStart(6)} ms CPU  ${one}`),
    `${requests} reads at ${rate}/s over ${episodes} episodes${values.idle ? '' : ', two processes computing beside'}, node ${process.version}`,
    `p50 ${p50} ms, p99 ${p99} ms, longest ${max} ms, ${errors} errors`,
    `server: ${Math.round(100 * cpu)} % of a core, ${memory[0]} → ${memory[1]} MB`,
  ].join('\n');
}
