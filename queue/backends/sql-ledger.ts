/** The ledger in PostgreSQL, on a server or in this process. */
import { batchId, jobId, rankOf } from '../ids.ts';
import type { BatchRow, Ledger, WorkerRow } from '../ledger.ts';
import { type DatasetBuild, JOB_STATES, type Job, type JobCounts, type JobEvent } from '../types.ts';
import { jobAfter, numberAfter } from './cursors.ts';

/** What of a database the ledger needs. Parameters are numbers, strings, booleans, null, and arrays of strings. */
export interface Sql {
  query(text: string, params: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
  /** Calls back with the payload of each notification of the channel. Returns how to stop. */
  listen(channel: string, heard: (payload: string) => void): Promise<() => void>;
}

/** How often a reader looks for news by itself, ms: a notification is lost while the connection is. */
const LOOK_EVERY_MS = 2000;

/** A job as it is, which its own row may not say yet: its batch may have been cancelled. */
const IS_CANCELLED = 'understudy.is_cancelled(j.state, j.era, b.cancels)';
const STATE = `CASE WHEN ${IS_CANCELLED} THEN 'cancelled' ELSE j.state END`;
const JOB = `SELECT j.id, j.batch, j.rank, j.item, ${STATE} AS state, j.stage, j.attempts, j.error, j.episodes, j.rejected,
  j.created_at, j.started_at, CASE WHEN ${IS_CANCELLED} THEN b.cancels[j.era + 1] ELSE j.finished_at END AS finished_at
  FROM understudy.job j JOIN understudy.batch b ON b.id = j.batch`;

export function sqlLedger(sql: Sql): Ledger {
  const rows = async <T>(text: string, params: readonly unknown[] = []): Promise<T[]> =>
    (await sql.query(text, params)).rows as T[];
  const wakes = new Map<string, Set<() => void>>();
  let listening: Promise<() => void> | null = null;
  const listen = () => {
    listening ??= sql
      .listen('understudy_events', batch => {
        for (const wake of wakes.get(batch) ?? []) wake();
      })
      .catch(error => {
        listening = null;
        throw error;
      });
    return listening;
  };
  const batch = async (id: string): Promise<BatchRow | null> =>
    (await rows<BatchColumns>('SELECT * FROM understudy.batch WHERE id = $1', [id])).map(batchOf)[0] ?? null;

  return {
    async createBatch({ idempotencyKey, digest, createdAt, jobs, settings, priority }) {
      const [{ number }] = await rows<{ number: string }>(
        `SELECT nextval('understudy.batch_number') AS number`,
      );
      const id = batchId(Number(number));
      const [made] = await rows<BatchColumns>(
        `INSERT INTO understudy.batch (id, number, created_at, jobs, settings, priority, idempotency_key, digest)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (idempotency_key) DO NOTHING RETURNING *`,
        [id, Number(number), createdAt, jobs, JSON.stringify(settings), priority, idempotencyKey, digest],
      );
      if (made) return { batch: batchOf(made), known: null };
      const [there] = await rows<BatchColumns>('SELECT * FROM understudy.batch WHERE idempotency_key = $1', [
        idempotencyKey,
      ]);
      return { batch: batchOf(there), known: { digest: there.digest } };
    },
    async addJobs(id, first, items, at) {
      const entries = items.map((item, i) => ({
        id: jobId(id, first + i),
        rank: rankOf(id, first + i),
        item,
      }));
      await rows('SELECT understudy.add_jobs($1, $2::json, $3)', [id, JSON.stringify(entries), at]);
    },
    async setEnqueued(id) {
      await rows('UPDATE understudy.batch SET enqueued = true WHERE id = $1', [id]);
    },
    batch,
    async batches({ after, limit }) {
      const found = await rows<BatchColumns>(
        `SELECT * FROM understudy.batch
         WHERE number < $1::bigint ORDER BY number DESC LIMIT $2`,
        [after === undefined ? 2 ** 53 : numberAfter(after), limit + 1],
      );
      return { rows: found.slice(0, limit).map(batchOf), next: nextOf(found, limit) };
    },
    unfinishedSubmissions: async () =>
      (await rows<BatchColumns>('SELECT * FROM understudy.batch WHERE NOT enqueued')).map(batchOf),

    job: async id => (await rows<JobColumns>(`${JOB} WHERE j.id = $1`, [id])).map(jobOf)[0] ?? null,
    async jobs({ batch: of, state, after, limit }) {
      const params: unknown[] = [after === undefined ? 2 ** 53 : jobAfter(after).rank, limit + 1];
      const where = of === undefined ? [] : [`j.batch = $${params.push(of)}`];
      const page = (conditions: readonly string[]) =>
        `${JOB} WHERE ${['j.rank < $1::bigint', ...where, ...conditions].join(' AND ')} ORDER BY j.rank DESC LIMIT $2`;
      const written = `j.state = '${state}'`;
      const text =
        state === undefined
          ? page([])
          : state === 'cancelled'
            ? `SELECT * FROM ((${page([written])}) UNION ALL (${page(['b.unsettled', IS_CANCELLED])})) u ORDER BY rank DESC LIMIT $2`
            : page([written, `NOT ${IS_CANCELLED}`]);
      const found = await rows<JobColumns>(text, params);
      return { rows: found.slice(0, limit).map(jobOf), next: nextOf(found, limit) };
    },
    async states(ids) {
      const found = await rows<{ id: string; state: Job['state'] }>(
        `SELECT j.id, ${STATE} AS state FROM understudy.job j JOIN understudy.batch b ON b.id = j.batch
         WHERE j.id = ANY ($1::text[])`,
        [ids],
      );
      const known = new Map(found.map(({ id, state }) => [id, state]));
      return ids.map(id => known.get(id) ?? null);
    },
    async move(id, from, to, change, event) {
      const [{ moved }] = await rows<{ moved: boolean }>(
        'SELECT understudy.move($1, $2::text[], $3, $4::jsonb, $5::json) AS moved',
        [id, from, to, JSON.stringify(change), event && stamped(event)],
      );
      return moved;
    },
    async addEpisode(id, episode) {
      await rows('SELECT understudy.add_episode($1, $2, $3::json)', [
        id,
        episode,
        stamped({ event: 'episode', episode }),
      ]);
    },
    async cancelBatch(id, at) {
      const [{ found }] = await rows<{ found: boolean }>(
        'SELECT understudy.cancel_batch($1, $2, $3::json) AS found',
        [id, at, JSON.stringify({ event: 'cancelled', at })],
      );
      return found;
    },
    settle: async limit =>
      (await rows<{ count: number }>('SELECT understudy.settle($1) AS count', [limit]))[0].count,
    forget: async (before, limit) =>
      (await rows<{ count: number }>('SELECT understudy.forget($1, $2) AS count', [before, limit]))[0].count,
    async totals() {
      const sums = JOB_STATES.map(state => `COALESCE(sum(${state}), 0)::int AS ${state}`);
      return (await rows<JobCounts>(`SELECT ${sums.join(', ')} FROM understudy.batch`))[0];
    },

    async eventsAfter(id, after, limit) {
      const found = await rows<{ id: string; job: string; body: object }>(
        'SELECT id, job, body FROM understudy.event WHERE batch = $1 AND id > $2::bigint ORDER BY id LIMIT $3',
        [id, after, limit],
      );
      return found.map(
        row => ({ id: String(row.id), batch: id, job: row.job || null, ...row.body }) as JobEvent,
      );
    },
    async lastEvent(id) {
      const [found] = await rows<{ last_event: string }>(
        'SELECT last_event FROM understudy.batch WHERE id = $1',
        [id],
      );
      return String(found?.last_event ?? '0');
    },
    async watch(id, wake) {
      const all = wakes.get(id) ?? new Set();
      wakes.set(id, all);
      all.add(wake);
      await listen();
      const timer = setInterval(wake, LOOK_EVERY_MS).unref();
      return () => {
        clearInterval(timer);
        all.delete(wake);
        if (all.size === 0) wakes.delete(id);
      };
    },

    async saveDataset(build) {
      await rows(
        `INSERT INTO understudy.dataset VALUES ($1, $2, $3::json)
         ON CONFLICT (name) DO UPDATE SET created_at = $2, build = $3::json`,
        [build.name, build.createdAt, JSON.stringify(build)],
      );
    },
    async dataset(name) {
      const [found] = await rows<{ build: DatasetBuild }>(
        'SELECT build FROM understudy.dataset WHERE name = $1',
        [name],
      );
      return found?.build ?? null;
    },
    async datasets({ after, limit }) {
      const found = await rows<{ id: string; build: DatasetBuild }>(
        `SELECT name AS id, build FROM understudy.dataset
         WHERE $1::text IS NULL OR (created_at, name) < (SELECT created_at, name FROM understudy.dataset WHERE name = $1)
         ORDER BY created_at DESC, name DESC LIMIT $2`,
        [after ?? null, limit + 1],
      );
      return { rows: found.slice(0, limit).map(({ build }) => build), next: nextOf(found, limit) };
    },

    async beat(worker, ttlMs) {
      await rows(
        `WITH gone AS (DELETE FROM understudy.worker WHERE until_ms < $4::bigint AND id <> $1)
         INSERT INTO understudy.worker VALUES ($1, $2::json, $3::bigint)
         ON CONFLICT (id) DO UPDATE SET row = $2::json, until_ms = $3::bigint`,
        [worker.id, JSON.stringify(worker), Date.now() + ttlMs, Date.now()],
      );
    },
    async leave(worker) {
      await rows('DELETE FROM understudy.worker WHERE id = $1', [worker]);
    },
    async workers() {
      const found = await rows<{ row: WorkerRow }>(
        'SELECT row FROM understudy.worker WHERE until_ms >= $1::bigint ORDER BY id',
        [Date.now()],
      );
      return found.map(({ row }) => row);
    },
    async close() {
      (await listening?.catch(() => null))?.();
    },
  };
}

type BatchColumns = JobCounts & {
  id: string;
  created_at: string;
  jobs: number;
  settings: BatchRow['settings'];
  priority: number;
  enqueued: boolean;
  digest: string;
};

const batchOf = (row: BatchColumns): BatchRow => ({
  id: row.id,
  createdAt: row.created_at,
  jobs: row.jobs,
  counts: Object.fromEntries(JOB_STATES.map(state => [state, row[state]])) as JobCounts,
  settings: row.settings,
  priority: row.priority,
  enqueued: row.enqueued,
});

type JobColumns = Omit<Job, 'createdAt' | 'startedAt' | 'finishedAt'> &
  Record<'created_at' | 'started_at' | 'finished_at', string>;

const jobOf = (row: JobColumns): Job => ({
  id: row.id,
  batch: row.batch,
  item: row.item,
  state: row.state,
  stage: row.stage,
  attempts: row.attempts,
  error: row.error,
  episodes: row.episodes,
  rejected: row.rejected,
  createdAt: row.created_at,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
});

const nextOf = (found: readonly { id: string }[], limit: number): string | null =>
  found.length > limit ? found[limit - 1].id : null;

const stamped = (event: object): string => JSON.stringify({ ...event, at: new Date().toISOString() });
