/** A worker whose stages keep one processor busy, in a process of its own, for a given time and make an empty file. */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pino from 'pino';
import { QUEUES, STAGE_QUEUES } from '../../queue/names.ts';
import { openQueue } from '../../queue/open.ts';
import { loadConfig } from '../../src/config.ts';
import { MissingResults } from '../../src/stages/missing.ts';
import type { VideoWork } from '../../workers/setting.ts';
import { startWorker } from '../../workers/start.ts';

const [address, folder, busyMs, concurrency] = process.argv.slice(2);
const fileOf = (stage: string, item: { address: string }) => `${item.address}-${stage}`;

const work: VideoWork = {
  async walk(_context, item) {
    for (const stage of STAGE_QUEUES)
      if (!existsSync(fileOf(stage, item)))
        throw new MissingResults([
          { key: path.basename(fileOf(stage, item)), task: { stage, item } as never },
        ]);
    return { id: 'media', episodes: [], rejected: [] };
  },
  async perform(_context, { stage, item }) {
    // Of one stage in five: the others of a video are as long as this one's hundredth.
    const until = process.cpuUsage().user + 1000 * (stage === 'perceive' ? Number(busyMs) : 0);
    while (process.cpuUsage().user < until) for (let i = 0; i < 1e5; i++) Math.sqrt(i);
    writeFileSync(fileOf(stage, item), '');
    return null;
  },
};

await startWorker({
  queue: await openQueue(address, { patient: true }),
  queues: QUEUES,
  concurrency: Number(concurrency),
  config: loadConfig({ cacheDir: folder }),
  memoryBytes: 2 ** 32,
  log: pino({ level: 'silent' }),
  work,
});
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  // Of what is not in use nothing is counted: what is left is held by somebody.
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send?.({
    cpuS: (user + system) / 1e6,
    rssMiB: rss / 2 ** 20,
    heldMiB: (heapUsed + external) / 2 ** 20,
  });
});
process.stdout.write('working\n');
