/** The ledger in Redis. */
import type { ChainableCommander, Redis } from 'ioredis';
import { batchId, batchNumber, jobId, parseJobId, rankOf } from '../ids.ts';
import type { BatchRow, JobChange, Ledger, NewBatch, WorkerRow } from '../ledger.ts';
import {
  type DatasetBuild,
  JOB_STATES,
  type Job,
  type JobCounts,
  type JobEvent,
  type Page,
} from '../types.ts';
import { jobAfter, numberAfter } from './cursors.ts';
import { ADD_EPISODE, ADD_JOBS, CANCEL_BATCH, CREATE_BATCH, FORGET, MOVE } from './redis-scripts.ts';

const PREFIX = 'understudy:ledger:';
const SCRIPTS = { CREATE_BATCH, ADD_JOBS, MOVE, ADD_EPISODE, CANCEL_BATCH, FORGET };
type Fields = Record<string, string>;
/** Batches that are asked at once for their jobs. */
const BATCHES_AT_ONCE = 16;

/** The connection stays the caller's to close. */
export function redisLedger(redis: Redis): Ledger {
  for (const [name, lua] of Object.entries(SCRIPTS))
    if (!(name in redis)) redis.defineCommand(name, { numberOfKeys: 0, lua });
  const script = (name: keyof typeof SCRIPTS, ...args: (string | number)[]): Promise<unknown> =>
    (redis as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>)[name](PREFIX, ...args);
  const key = (...parts: string[]) => PREFIX + parts.join(':');
  const wakers = new Wakers(redis);

  /** Of many commands at once. */
  const answers = async <T>(ask: (pipeline: ChainableCommander) => void): Promise<T[]> => {
    const pipeline = redis.pipeline();
    ask(pipeline);
    return ((await pipeline.exec()) ?? []).map(([error, answer]) => {
      if (error) throw error;
      return answer as T;
    });
  };
  const batch = async (id: string): Promise<BatchRow | null> => {
    const fields = await redis.hgetall(key('batch', id));
    return fields.createdAt ? batchOf(id, fields) : null;
  };
  const jobsOf = async (ids: readonly string[]): Promise<Job[]> => {
    const batches = [...new Set(ids.map(batchIn))];
    const found = await answers<Fields>(pipeline => {
      for (const id of batches) pipeline.hgetall(key('batch', id));
      for (const id of ids) pipeline.hgetall(key('job', id));
    });
    const rows = found.slice(batches.length);
    return rows.flatMap((fields, i) => {
      const of = found[batches.indexOf(batchIn(ids[i]))];
      return fields.state && of.createdAt ? [jobOf(ids[i], fields, of)] : [];
    });
  };
  /** Batches with a job in this state, or all, newest first, from `from` on. */
  async function* batchesWith(state: Job['state'] | undefined, from: string | undefined) {
    const set = state ? key('having', state) : key('batches');
    let below = from === undefined ? '+inf' : String(batchNumber(from));
    for (;;) {
      const ids = await redis.zrange(set, below, '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, BATCHES_AT_ONCE);
      yield ids;
      if (ids.length < BATCHES_AT_ONCE) return;
      below = `(${batchNumber(ids[ids.length - 1])}`;
    }
  }

  return {
    async createBatch({ idempotencyKey, digest, ...rest }: NewBatch) {
      const id = batchId(await redis.incr(key('number')));
      const fields = {
        createdAt: rest.createdAt,
        jobs: rest.jobs,
        settings: JSON.stringify(rest.settings),
        priority: rest.priority,
      };
      const [found, known] = (await script(
        'CREATE_BATCH',
        idempotencyKey ?? '',
        digest,
        id,
        batchNumber(id),
        ...Object.entries(fields).flat(),
      )) as [string, string];
      return { batch: (await batch(found))!, known: known ? { digest: known } : null };
    },
    async addJobs(id, first, items, at) {
      const rows = items.flatMap((item, i) => [
        jobId(id, first + i),
        rankOf(id, first + i),
        JSON.stringify(item),
      ]);
      await script('ADD_JOBS', id, batchNumber(id), at, ...rows);
    },
    async setEnqueued(id) {
      await redis.multi().hset(key('batch', id), 'enqueued', 1).srem(key('submissions'), id).exec();
    },
    batch,
    async batches({ after, limit }) {
      const below = after === undefined ? '+inf' : `(${numberAfter(after)}`;
      const ids = await redis.zrange(key('batches'), below, '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, limit + 1);
      const rows = await Promise.all(ids.slice(0, limit).map(batch));
      return { rows: rows.filter(row => row !== null), next: ids.length > limit ? ids[limit - 1] : null };
    },
    async unfinishedSubmissions() {
      const rows = await Promise.all((await redis.smembers(key('submissions'))).map(batch));
      return rows.filter(row => row !== null);
    },

    job: async id => (await jobsOf([id]))[0] ?? null,
    async jobs({ batch: of, state, after, limit }) {
      const start = after === undefined ? null : jobAfter(after);
      const below = start ? `(${start.rank}` : '+inf';
      const states = state ? [state] : JOB_STATES;
      const found: string[] = [];
      for await (const batches of of === undefined ? batchesWith(state, start?.batch) : [[of]]) {
        const sets = batches.flatMap(id => states.map(name => key('in', id, name)));
        const ids = await answers<string[]>(pipeline => {
          for (const set of sets)
            pipeline.zrange(set, below, '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, limit + 1);
        });
        // A job on its way from one state to the other may be in two answers.
        found.push(...[...new Set(ids.flat())].sort((a, b) => rankIn(b) - rankIn(a)));
        if (found.length > limit) break;
      }
      return {
        rows: await jobsOf(found.slice(0, limit)),
        next: found.length > limit ? found[limit - 1] : null,
      };
    },
    async states(ids) {
      const batches = [...new Set(ids.map(batchIn))];
      const found = await answers<(string | null)[]>(pipeline => {
        for (const id of batches) pipeline.hmget(key('batch', id), 'era', 'createdAt');
        for (const id of ids) pipeline.hmget(key('job', id), 'state', 'era');
      });
      return ids.map((id, i) => {
        const [state, era] = found[batches.length + i];
        const [now, createdAt] = found[batches.indexOf(batchIn(id))];
        if (!createdAt) return null;
        return isWrittenOff({ state, era }, { era: now }) ? 'cancelled' : (state as Job['state'] | null);
      });
    },
    async move(id, from, to, change, event) {
      const at = parseJobId(id);
      if (!at) return false;
      const moved = await script(
        'MOVE',
        id,
        at.batch,
        rankOf(at.batch, at.index),
        from.join(','),
        to,
        event ? JSON.stringify({ ...event, at: new Date().toISOString() }) : '',
        change.attempts ?? 0,
        ...Object.entries(fieldsOf(change)).flat(),
      );
      return moved === 1;
    },
    async addEpisode(id, episode) {
      const at = parseJobId(id);
      const event = JSON.stringify({ event: 'episode', episode, at: new Date().toISOString() });
      if (at) await script('ADD_EPISODE', id, at.batch, episode, event);
    },
    async cancelBatch(id, at) {
      const event = JSON.stringify({ event: 'cancelled', at });
      return (await script('CANCEL_BATCH', id, batchNumber(id), at, event)) === 1;
    },
    settle: async () => 0,
    forget: async (before, limit) => (await script('FORGET', before, limit)) as number,
    async totals() {
      const counts = await redis.hmget(key('totals'), ...JOB_STATES);
      return Object.fromEntries(JOB_STATES.map((state, i) => [state, Number(counts[i] ?? 0)])) as JobCounts;
    },

    async eventsAfter(id, after, limit) {
      const rows = await redis.xrange(key('events', id), `(${after}`, '+', 'COUNT', limit);
      return rows.map(([event, [, job, , body]]) => eventOf(event, id, job, body));
    },
    async lastEvent(id) {
      const [last] = await redis.xrevrange(key('events', id), '+', '-', 'COUNT', 1);
      return last?.[0] ?? '0';
    },
    watch: async (id, wake) => wakers.watch(key('events', id), wake),

    async saveDataset(build) {
      await redis
        .multi()
        .set(key('dataset', build.name), JSON.stringify(build))
        .zadd(key('datasets'), Date.parse(build.createdAt), build.name)
        .exec();
    },
    async dataset(name) {
      const text = await redis.get(key('dataset', name));
      return text ? (JSON.parse(text) as DatasetBuild) : null;
    },
    async datasets({ after, limit }): Promise<Page<DatasetBuild>> {
      const before = after === undefined ? -1 : await redis.zrevrank(key('datasets'), after);
      const names =
        before === null ? [] : await redis.zrevrange(key('datasets'), before + 1, before + 1 + limit);
      if (names.length === 0) return { rows: [], next: null };
      const rows = await redis.mget(names.slice(0, limit).map(name => key('dataset', name)));
      return {
        rows: rows.flatMap(text => (text ? [JSON.parse(text) as DatasetBuild] : [])),
        next: names.length > limit ? names[limit - 1] : null,
      };
    },

    async beat(worker, ttlMs) {
      await redis
        .multi()
        .zadd(key('workers'), String(Date.now() + ttlMs), worker.id)
        .set(key('worker', worker.id), JSON.stringify(worker), 'PX', ttlMs)
        .zremrangebyscore(key('workers'), 0, Date.now())
        .exec();
    },
    async leave(worker) {
      await redis.multi().zrem(key('workers'), worker).del(key('worker', worker)).exec();
    },
    async workers() {
      const ids = await redis.zrange(key('workers'), '0', '-1');
      if (ids.length === 0) return [];
      const rows = await redis.mget(ids.map(id => key('worker', id)));
      return rows.flatMap(text => (text ? [JSON.parse(text) as WorkerRow] : []));
    },
    close: async () => wakers.stop(),
  };
}

function batchOf(id: string, fields: Fields): BatchRow {
  const counts = Object.fromEntries(JOB_STATES.map(state => [state, Number(fields[state] ?? 0)]));
  return {
    id,
    createdAt: fields.createdAt,
    jobs: Number(fields.jobs),
    counts: counts as JobCounts,
    settings: JSON.parse(fields.settings),
    priority: Number(fields.priority),
    enqueued: fields.enqueued === '1',
  };
}

const parsed = <T>(text: string | undefined, otherwise: T): T => (text ? (JSON.parse(text) as T) : otherwise);

/** The batch in the id of a job. */
const batchIn = (id: string): string => parseJobId(id)?.batch ?? '';
const rankIn = (id: string): number => rankOf(batchIn(id), parseJobId(id)?.index ?? 0);

/** Whether a job's batch was cancelled since it was queued or begun. */
const isWrittenOff = (
  { state, era }: { state?: string | null; era?: string | null },
  batch: { era?: string | null },
): boolean => (state === 'queued' || state === 'running') && Number(era ?? 0) < Number(batch.era ?? 0);

function jobOf(id: string, fields: Fields, batch: Fields): Job {
  const job = recordOf(id, fields);
  if (!isWrittenOff(fields, batch)) return job;
  const finishedAt = batch[`cancelledAt:${Number(fields.era ?? 0) + 1}`];
  return { ...job, state: 'cancelled', finishedAt };
}

const recordOf = (id: string, fields: Fields): Job => ({
  id,
  batch: batchIn(id),
  item: JSON.parse(fields.item),
  state: fields.state as Job['state'],
  stage: parsed(fields.stage, null),
  attempts: Number(fields.attempts ?? 0),
  error: parsed(fields.error, null),
  episodes: parsed(fields.episodes, []),
  rejected: parsed(fields.rejected, []),
  createdAt: fields.createdAt,
  startedAt: fields.startedAt || null,
  finishedAt: fields.finishedAt || null,
});

/** Times as they are ('' for null), objects as JSON. */
function fieldsOf({ attempts: _, startedAt, finishedAt, ...objects }: JobChange): Fields {
  const times = Object.entries({ startedAt, finishedAt }).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(times.map(([name, value]) => [name, value ?? ''])),
    ...Object.fromEntries(Object.entries(objects).map(([name, value]) => [name, JSON.stringify(value)])),
  };
}

const eventOf = (id: string, batch: string, job: string, body: string): JobEvent =>
  ({ id, batch, job: job || null, ...(JSON.parse(body) as object) }) as JobEvent;

/** How often readers look for news, ms: one question for all streams, which a lost connection cannot make them miss. */
const LOOK_EVERY_MS = 250;

/** Asks for all readers of this process which of their streams have grown. */
class Wakers {
  readonly #redis: Redis;
  readonly #watched = new Map<string, { last: string; wakes: Set<() => void> }>();
  #timer: NodeJS.Timeout | null = null;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  watch(stream: string, wake: () => void): () => void {
    const entry = this.#watched.get(stream) ?? { last: '', wakes: new Set() };
    this.#watched.set(stream, entry);
    entry.wakes.add(wake);
    this.#timer ??= setInterval(() => void this.#look(), LOOK_EVERY_MS).unref();
    return () => {
      entry.wakes.delete(wake);
      if (entry.wakes.size === 0) this.#watched.delete(stream);
      if (this.#watched.size === 0) this.stop();
    };
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  async #look(): Promise<void> {
    const streams = [...this.#watched];
    const pipeline = this.#redis.pipeline();
    for (const [stream] of streams) pipeline.xrevrange(stream, '+', '-', 'COUNT', 1);
    // Unreachable for now: the next look finds what is new.
    const answers = await pipeline.exec().catch(() => null);
    for (const [i, [, entry]] of streams.entries()) {
      const last = (answers?.[i]?.[1] as [string, unknown][] | undefined)?.[0]?.[0] ?? '';
      if (!last || last === entry.last) continue;
      entry.last = last;
      for (const wake of entry.wakes) wake();
    }
  }
}
