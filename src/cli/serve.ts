/** `understudy serve`: the API, the page, the queue and the workers, in one process; or the API alone. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import type { FastifyInstance } from 'fastify';
import pino, { type Logger } from 'pino';
import { ESTIMATOR_NAMES } from '../../models/estimators/registry.ts';
import { loadRobot, robotNames } from '../../models/robots/registry.ts';
import { QUEUES } from '../../queue/names.ts';
import { type OpenQueue, openQueue } from '../../queue/open.ts';
import { startWorker } from '../../workers/start.ts';
import { type Config, environment, loadConfig, storeAccess } from '../config.ts';
import { ConfigError } from '../core/errors.ts';
import { isLoopback } from '../server/access.ts';
import { createApp, RATE_PER_MINUTE } from '../server/app.ts';
import type { Services } from '../server/services.ts';
import { openTokens } from '../server/tokens.ts';
import { openCatalogue } from '../store/catalogue.ts';
import { openStore } from '../store/open.ts';
import { interruptible, whole } from './options.ts';
import { say } from './say.ts';

interface ServeFlags {
  host: string;
  port: number;
  queue?: string;
  store?: string;
  datasets?: string;
  workers?: number;
  memory: number;
  grace: number;
  tokens?: string;
  rate: number;
  trustProxy?: boolean;
  log: string;
  cache?: string;
  config?: string;
}

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

export const serveCommand = (): Command =>
  new Command('serve')
    .description('serve the HTTP API and the page, with workers in the same process')
    .option('--host <host>', 'address to listen at; others than loopback need tokens', '127.0.0.1')
    .option('--port <n>', 'port to listen at; 0: any that is free', whole(0, 65_535), 8090)
    .option('--queue <address>', 'redis://…, postgres://… or embedded:FOLDER (default in the store’s folder)')
    .option('--store <address>', 'folder or s3://bucket/prefix of the results (default in the cache folder)')
    .option('--datasets <dir>', 'where datasets are built (default in the store’s folder)')
    .option(
      '--workers <n>',
      'processes that work; 0: the API alone (default one per processor)',
      whole(0, 256),
    )
    .option('--memory <MiB>', 'a process that holds more is ended', whole(1, 10_000_000), 4096)
    .option(
      '--grace <s>',
      'time to finish after SIGTERM, before jobs are handed back',
      whole(0, 1_000_000),
      20,
    )
    .option('--tokens <file>', 'file of `understudy tokens` (default ~/.config/understudy/tokens.json)')
    .option(
      '--rate <n>',
      'requests that one client may make in a minute',
      whole(1, 10_000_000),
      RATE_PER_MINUTE,
    )
    .option('--trust-proxy', 'believe X-Forwarded-… of a proxy in front')
    .option('--log <level>', LEVELS.join(', '), 'info')
    .option('--cache <dir>', 'where networks and downloads are kept (default ~/.cache/understudy)')
    .option('--config <file>', 'JSON file with settings')
    .action(serve);

async function serve(flags: ServeFlags): Promise<void> {
  const stop = interruptible();
  if (!LEVELS.includes(flags.log))
    throw new ConfigError(`--log is '${flags.log}'; it has to be one of ${LEVELS.join(', ')}`);
  const { queue: queueAddress, store: storeAddress, datasets, cache: cacheDir } = flags;
  const config = loadConfig(
    { queue: queueAddress, store: storeAddress, datasets, cacheDir, workers: flags.workers || undefined },
    flags.config,
  );
  const log = pino({ level: flags.log }, pino.destination({ fd: 2, sync: false }));
  const tokens = openTokens(flags.tokens ?? environment.tokens(), error =>
    log.error({ err: error }, 'the file of tokens cannot be read; those of before stay'),
  );
  if (!tokens.required && !isLoopback(flags.host))
    throw new ConfigError(
      `--host ${flags.host}: without tokens only this machine is served (127.0.0.1); make one with: understudy tokens create --role admin`,
    );
  const undo: (() => Promise<unknown>)[] = [];
  try {
    const queue = await openQueue(config.queue);
    undo.push(() => queue.close());
    const app = await createApp(await servicesOf(config, queue, tokens, log), {
      loggerInstance: log,
      ratePerMinute: flags.rate,
      trustProxy: flags.trustProxy,
      studio: STUDIO,
    });
    undo.push(() => app.close());
    if (flags.workers !== 0) undo.push(await work(config, queue, flags, log));
    const address = await listen(app, flags);
    say(`understudy listens at ${address}${tokens.required ? '' : ' (this machine only)'}`);
    await new Promise<void>(resolve => {
      if (stop.aborted) resolve();
      stop.addEventListener('abort', () => resolve());
    });
  } finally {
    for (const step of undo.reverse()) await step();
  }
  // BullMQ's timers would keep the process while Redis is away.
  process.exit();
}

/** The address that it listens at. @throws ConfigError when the system refuses it */
async function listen(app: FastifyInstance, { host, port }: ServeFlags): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (error) {
    const { syscall, code } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new ConfigError(
      `port ${port} of ${host} cannot be listened at (${code}): stop what uses it, or choose another with --port; 0 is any that is free`,
      error,
    );
  }
}

/** Workers in this process; returns how to stop them. A queue that others share is opened a second time, to wait for it. */
async function work(
  config: Config,
  asking: OpenQueue,
  { memory, grace }: ServeFlags,
  log: Logger,
): Promise<() => Promise<void>> {
  const shared = !config.queue.startsWith('embedded:');
  const queue = shared ? await openQueue(config.queue, { patient: true }) : asking;
  const worker = await startWorker({
    queue,
    queues: QUEUES,
    concurrency: config.workers,
    config,
    memoryBytes: memory * 2 ** 20,
    log,
  }).catch(async error => {
    if (shared) await queue.close();
    throw error;
  });
  return async () => {
    await worker.stop(grace * 1000);
    if (shared) await queue.close();
  };
}

async function servicesOf(
  config: Config,
  queue: OpenQueue,
  tokens: Services['tokens'],
  log: Logger,
): Promise<Services> {
  await mkdir(config.datasets, { recursive: true });
  const store = await openStore(config.store, storeAccess(config));
  return {
    queue: queue.client,
    store,
    catalogue: openCatalogue(store.documents, undefined, message => log.warn(message)),
    datasets: config.datasets,
    registry: { robots: robotNames, robot: loadRobot, estimators: ESTIMATOR_NAMES, formats: ['lerobot'] },
    tokens,
    allowHosts: config.allowHosts,
    boards: queue.boards(),
  };
}

/** Where the built page lies, from the sources as from dist/src/cli. */
const STUDIO = path.join(
  fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../dist' : '../..', import.meta.url)),
  'studio',
);
