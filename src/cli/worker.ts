/** `understudy worker`: takes jobs from a queue that others fill, on this machine or another. */
import { Command } from 'commander';
import pino from 'pino';
import { QUEUES, queueNames } from '../../queue/names.ts';
import { openQueue } from '../../queue/open.ts';
import { startWorker } from '../../workers/start.ts';
import { loadConfig } from '../config.ts';
import { ConfigError } from '../core/errors.ts';
import { whole } from './options.ts';

interface WorkerFlags {
  queue?: string;
  queues: string;
  concurrency: number;
  store?: string;
  datasets?: string;
  cache?: string;
  config?: string;
  workers?: number;
  memory: number;
  grace: number;
}

/** How long to wait for a queue that is not up yet, ms. */
const WAIT_MS = 120_000;

export const workerCommand = (): Command =>
  new Command('worker')
    .description('work on the jobs of a queue; SIGTERM finishes what runs, or hands it back')
    .option(
      '--queue <address>',
      'redis://… or postgres://…, the same as the server’s (default UNDERSTUDY_QUEUE)',
    )
    .option(
      '--queues <names>',
      `which jobs, with commas: ${QUEUES.join(', ')} (default all)`,
      QUEUES.join(','),
    )
    .option('--concurrency <n>', 'jobs of each queue at once', whole(1, 10_000), 2)
    .option('--store <address>', 'the store that all workers share (default in the cache folder)')
    .option('--datasets <dir>', 'where datasets are built, shared too (default in the store’s folder)')
    .option('--workers <n>', 'processes that decode and read (default one per processor)', whole(0, 256))
    .option('--memory <MiB>', 'a process that holds more is ended', whole(1, 10_000_000), 4096)
    .option(
      '--grace <s>',
      'time to finish after SIGTERM, before jobs are handed back',
      whole(0, 1_000_000),
      20,
    )
    .option('--cache <dir>', 'downloads on their way, converted networks (default ~/.cache/understudy)')
    .option('--config <file>', 'JSON file with settings')
    .action(async (flags: WorkerFlags) => {
      const { cache: cacheDir, config: file, queue: address, store, datasets, workers } = flags;
      const config = loadConfig({ cacheDir, queue: address, store, datasets, workers }, file);
      if (config.queue.startsWith('embedded:'))
        throw new ConfigError(
          'a worker needs the queue of a server: --queue redis://… or postgres://…, or UNDERSTUDY_QUEUE; an embedded one is worked on by `understudy serve` itself',
        );
      const queues = queueNames(flags.queues);
      const log = pino({ base: { pid: process.pid } }, pino.destination({ fd: 2, sync: false }));
      const queue = await openQueue(config.queue, { waitMs: WAIT_MS, patient: true });
      const worker = await startWorker({
        queue,
        queues,
        concurrency: flags.concurrency,
        config,
        memoryBytes: flags.memory * 2 ** 20,
        log,
      }).catch(async error => {
        await queue.close();
        throw error;
      });
      await new Promise<void>(resolve => {
        for (const name of ['SIGINT', 'SIGTERM'] as const) {
          process.once(name, () => resolve());
        }
      });
      await worker.stop(flags.grace * 1000);
      await queue.close();
      // BullMQ's timers would keep the process while Redis is away.
      process.exit();
    });
