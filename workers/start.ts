/** A worker process: takes jobs from its queues until it is told to stop, and says that it is alive. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Job, UnrecoverableError, type Worker } from 'bullmq';
import type { Logger } from 'pino';
import type { Ledger } from '../queue/ledger.ts';
import { type QueueName, RETRIES } from '../queue/names.ts';
import type { OpenQueue } from '../queue/open.ts';
import { CHUNK, finishSubmissions, ticketFinder } from '../queue/tickets.ts';
import { type Config, storeAccess } from '../src/config.ts';
import { MediaPool } from '../src/stages/process.ts';
import { perform } from '../src/stages/task.ts';
import { processVideo } from '../src/stages/video.ts';
import { openCatalogue } from '../src/store/catalogue.ts';
import { openStore } from '../src/store/open.ts';
import { admit } from './admit.ts';
import { AtHand } from './at-hand.ts';
import { doDataset } from './dataset.ts';
import { failureOf, isAway, readFailure, thrown, writtenFailure } from './failure.ts';
import { plan } from './plan.ts';
import type { Setting, VideoWork } from './setting.ts';
import { settle } from './settle.ts';
import { doStage } from './stage.ts';

export interface WorkerRequest {
  /** Opened with `patient`; the caller closes it, after `stop`. */
  queue: OpenQueue;
  queues: readonly QueueName[];
  /** Jobs of each queue at once. */
  concurrency: number;
  /** Its store and its folder of datasets are shared by all workers. */
  config: Config;
  /** A media process that holds more is ended, bytes. */
  memoryBytes: number;
  log: Logger;
  /** Default: the stages of src/stages. */
  work?: VideoWork;
}

export interface RunningWorker {
  id: string;
  /** Takes nothing more; what is not done after `graceMs` is handed back and begun anew by others. */
  stop(graceMs: number): Promise<void>;
}

/** How soon a cancelled job's stages are stopped, ms. */
const LOOK_EVERY_MS = 1000;
const BEAT_EVERY_MS = 5000;
/** A worker that has not been heard of for this long is none, ms. */
const GONE_AFTER_MS = 20_000;
const TIDY_EVERY_MS = 60_000;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Jobs of cancelled batches are written down as cancelled so many at once and so often: a tenth of a second's work. */
const SETTLED_AT_ONCE = 1000;
const SETTLE_EVERY_MS = 2000;
/** A submission that takes longer than this has lost its submitter, ms: the largest takes some minutes. */
const SUBMITTING_MS = 900_000;
/** A worker that stops has so long, after its grace, to say so to the queue, ms. */
const LEAVING_MS = 5000;

type Handler = (setting: Setting, job: Job, token: string) => Promise<void>;
const HANDLERS: Record<QueueName, Handler> = {
  video: admit,
  plan,
  acquire: doStage,
  perceive: doStage,
  reconstruct: doStage,
  retarget: doStage,
  emit: doStage,
  dataset: doDataset,
};

export async function startWorker(request: WorkerRequest): Promise<RunningWorker> {
  const { queue, queues, concurrency, config, log } = request;
  const { ledger } = queue;
  const store = await openStore(config.store, storeAccess(config));
  const media = new MediaPool(config.workers, request.memoryBytes);
  const atHand = new AtHand();
  const setting: Setting = {
    work: request.work ?? { walk: processVideo, perform },
    queue,
    ledger,
    store,
    catalogue: openCatalogue(store.documents),
    media,
    config,
    atHand,
    log,
  };
  const id = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
  const startedAt = new Date().toISOString();
  const beat = () =>
    ledger.beat(
      {
        id,
        host: hostname(),
        pid: process.pid,
        queues,
        concurrency: concurrency * queues.length,
        busy: atHand.list,
        startedAt,
        seenAt: new Date().toISOString(),
      },
      GONE_AFTER_MS,
    );
  await beat();
  const workers = queues.map(name => take(setting, name, name === 'video' ? 1 : concurrency));
  try {
    // One that begins on a connection that is not there yet, and then is not to be, asks for jobs without end (PostgreSQL).
    await Promise.all(workers.map(worker => worker.waitUntilReady()));
  } catch (error) {
    media.close();
    await Promise.allSettled(workers.map(worker => worker.close()));
    throw error;
  }
  for (const worker of workers) worker.run().catch(error => worker.emit('error', error));
  const stopTimers = [
    every(BEAT_EVERY_MS, log, beat),
    every(LOOK_EVERY_MS, log, () => stopCancelled(setting)),
    every(TIDY_EVERY_MS, log, () => finishSubmissions(ledger, queue.queue('video'), SUBMITTING_MS)),
    every(TIDY_EVERY_MS, log, ticketFinder(ledger, queue.queue)),
    every(TIDY_EVERY_MS, log, () => forgetBatches(ledger, config.keepBatchesDays)),
    every(SETTLE_EVERY_MS, log, () => ledger.settle(SETTLED_AT_ONCE)),
  ];
  log.info({ worker: id, queues, concurrency }, 'working');
  let stopping: Promise<void> | null = null;
  return {
    id,
    stop: graceMs => (stopping ??= stop(graceMs)),
  };

  async function stop(graceMs: number): Promise<void> {
    log.info({ worker: id, graceMs, busy: atHand.list }, 'stopping');
    atHand.stopping = true;
    const timer = setTimeout(() => atHand.handBack(), graceMs);
    // A queue that is away is not waited for: it will miss this worker, and give its jobs to others.
    const patience = sleep(graceMs + LEAVING_MS, null, { ref: false });
    await Promise.race([Promise.all(workers.map(worker => worker.close())), patience]);
    clearTimeout(timer);
    for (const end of stopTimers) end();
    media.close();
    await Promise.race([ledger.leave(id).catch(() => undefined), patience]);
    log.info({ worker: id }, 'stopped');
  }
}

function take(setting: Setting, name: QueueName, concurrency: number): Worker {
  const { log } = setting;
  const handle = HANDLERS[name];
  const worker = setting.queue.worker(
    name,
    async (job: Job, token?: string) => {
      try {
        await handle(setting, job, token!);
      } catch (error) {
        throw asBullmqWants(error, name);
      }
    },
    { concurrency },
  );
  worker.on('error', error => {
    // A queue that is away comes back; anything else is for people to see.
    const level = isAway(error) ? 'debug' : 'warn';
    log[level]({ queue: name, message: error.message }, 'queue');
  });
  worker.on('stalled', id => log.warn({ queue: name, key: id }, 'taken over from a worker that died'));
  worker.on('failed', (job, error) => {
    if (job && isFinal(job, error)) void settle(setting, job, readFailure(error.message));
  });
  return worker;
}

const isFinal = ({ attemptsMade, opts }: Job, error: Error): boolean =>
  error instanceof UnrecoverableError || attemptsMade >= (opts.attempts ?? 1);

/** Errors that BullMQ steers by pass; others become final or not by their tag. */
function asBullmqWants(error: unknown, name: QueueName): unknown {
  const steering = ['DelayedError', 'WaitingError', 'WaitingChildrenError', 'UnrecoverableError'];
  if (steering.includes((error as Error).name) || writtenFailure((error as Error).message)) return error;
  return thrown(failureOf(error, RETRIES[name].timeoutMs));
}

async function stopCancelled({ ledger, atHand }: Setting): Promise<void> {
  const owners = atHand.owners.filter(Boolean);
  if (owners.length === 0) return;
  const states = await ledger.states(owners);
  for (const [i, owner] of owners.entries()) if (states[i] !== 'running') atHand.cancel(owner);
}

/** What they made stays: datasets, and the store with its catalogue. */
async function forgetBatches(ledger: Ledger, days: number): Promise<void> {
  const before = new Date(Date.now() - days * DAY_MS).toISOString();
  while ((await ledger.forget(before, CHUNK)) > 0);
}

/** Again and again, one after the other; what fails is tried again the next time. */
function every(ms: number, log: Logger, action: () => Promise<unknown>): () => void {
  let timer: NodeJS.Timeout;
  let ended = false;
  const next = () => {
    timer = setTimeout(async () => {
      await action().catch(error => log.debug({ message: (error as Error).message }, 'later'));
      if (!ended) next();
    }, ms);
  };
  next();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
