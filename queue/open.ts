/** Opening a queue by its address: for those who ask of it, and for those who work in the same process. */
import { type JobsOptions, type Processor, Queue, type Worker, type WorkerOptions } from 'bullmq';
import { ConfigError, isUnderstudyError, QueueError } from '../src/core/errors.ts';
import type { Connections, OpenOptions } from './backends/connections.ts';
import { createClient } from './client.ts';
import type { Ledger } from './ledger.ts';
import { LOCK_MS, MOST_STALLED, QUEUES, type QueueName, RETRIES } from './names.ts';
import type { Payload } from './payloads.ts';
import type { QueueClient } from './types.ts';
import { UnhurriedWorker } from './unhurried-worker.ts';

/** Prefix of BullMQ's keys in Redis. */
const PREFIX = 'understudy';

export interface OpenQueue {
  client: QueueClient;
  ledger: Ledger;
  queue<Q extends QueueName>(name: Q): Queue<Payload<Q>>;
  /** All queues, in order: for a dashboard. */
  boards(): Queue[];
  /** It begins with `run`, once it is ready. */
  worker<Q extends QueueName>(
    name: Q,
    process: Processor<Payload<Q>>,
    options: Pick<WorkerOptions, 'concurrency' | 'name'>,
  ): Worker<Payload<Q>>;
  close(): Promise<void>;
}

/**
 * @param address `redis://…` (`rediss://…`), `postgres://…`, or `embedded:DIR` for this process alone
 * @throws ConfigError for another address; QueueError when it does not answer within `waitMs`
 */
export async function openQueue(
  address: string,
  { waitMs = 5000, patient = false, lockMs = LOCK_MS }: Partial<OpenOptions> = {},
): Promise<OpenQueue> {
  const connections = await connect(address, { waitMs, patient, lockMs });
  const { factory, asking } = connections;
  const ledger = tagged(connections.ledger, address);
  const queues = new Map<QueueName, Queue>();
  const queue = (name: QueueName): Queue => {
    let found = queues.get(name);
    if (!found) {
      found = new Queue(
        name,
        { connection: asking, prefix: PREFIX, defaultJobOptions: jobOptions(name) },
        factory as never,
      );
      // What is asked and cannot be answered says so itself.
      found.on('error', () => undefined);
      queues.set(name, found);
    }
    return found;
  };
  const all = () => QUEUES.map(queue);
  return {
    client: tagged(
      createClient(ledger, queue, all, () => close()),
      address,
    ),
    ledger,
    queue: queue as OpenQueue['queue'],
    boards: all,
    worker: ((name: QueueName, process: Processor, options: Partial<WorkerOptions>) =>
      new UnhurriedWorker(
        name,
        process,
        {
          ...options,
          autorun: false,
          lockDuration: lockMs,
          // Whole numbers: Redis refuses others.
          lockRenewTime: Math.round(lockMs / 3),
          stalledInterval: Math.round(lockMs / 3),
          maxStalledCount: MOST_STALLED,
          connection: connections.working(),
          prefix: PREFIX,
          runRetryDelay: 1000,
          drainDelay: 5,
        },
        factory as never,
      )) as OpenQueue['worker'],
    close: () => close(),
  };

  async function close(): Promise<void> {
    await ledger.close();
    await Promise.all([...queues.values()].map(each => each.close()));
    await connections.close();
  }
}

async function connect(address: string, options: OpenOptions): Promise<Connections> {
  const embedded = /^embedded:(.+)$/.exec(address);
  try {
    if (embedded) return await (await import('./backends/embedded.ts')).openEmbedded(embedded[1]);
    if (/^rediss?:\/\//.test(address))
      return await (await import('./backends/redis.ts')).openRedis(address, options);
    if (/^postgres(ql)?:\/\//.test(address))
      return await (await import('./backends/postgres.ts')).openPostgres(address, options);
  } catch (error) {
    throw unreachable(error, address);
  }
  throw new ConfigError(
    'the address of the queue has to be redis://…, postgres://… or embedded:FOLDER; this one is none of them',
  );
}

/** A finished job leaves nothing in the queue: its result is in the store, its story in the ledger. */
function jobOptions(name: QueueName): JobsOptions {
  const { attempts, backoffMs } = RETRIES[name];
  return {
    attempts,
    backoff: { type: 'exponential', delay: backoffMs, jitter: 0.2 },
    removeOnComplete: true,
    removeOnFail: true,
  };
}

const unreachable = (error: unknown, address: string): Error =>
  isUnderstudyError(error)
    ? error
    : new QueueError(
        `the queue at ${placeOf(address)} does not answer: ${(error as Error).message || error}`,
        error,
      );

/** Where it is, without name, password and parameters: a password may stand in each, and hold any sign. */
function placeOf(address: string): string {
  if (address.startsWith('embedded:')) return address;
  if (!URL.canParse(address)) return '…';
  const { protocol, host } = new URL(address);
  return `${protocol}//${host}`;
}

/** The same object, whose promises are rejected with tagged errors only. */
function tagged<T extends object>(target: T, address: string): T {
  return new Proxy(target, {
    get(object, name) {
      const member = Reflect.get(object, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        const result = member.apply(object, args);
        return result instanceof Promise
          ? result.catch(error => {
              throw unreachable(error, address);
            })
          : result;
      };
    },
  });
}
