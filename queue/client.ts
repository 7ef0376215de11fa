/** What can be asked of the queue: submit, look, cancel, try again. It does no work. */
import { createHash } from 'node:crypto';
import type { Queue } from 'bullmq';
import { ConfigError } from '../src/core/errors.ts';
import { readEvents } from './events.ts';
import { jobId, MAX_JOBS } from './ids.ts';
import type { BatchRow, Ledger } from './ledger.ts';
import { QUEUES, type QueueName } from './names.ts';
import { queuedBuild } from './queued-build.ts';
import type { Batch, BatchRequest, JobCounts, JobState, QueueClient } from './types.ts';

/** Jobs per step: a database is not held up for more than some milliseconds. */
const CHUNK = 1000;
/** A job that is tried again waits this long in the queue, ms: its record says so by then, whatever happens here. */
const RETRY_DELAY_MS = 500;

export function createClient(
  ledger: Ledger,
  queue: (name: QueueName) => Queue,
  all: () => Queue[],
  close: () => Promise<void>,
): QueueClient {
  const batchNow = async (id: string): Promise<Batch | null> => {
    const row = await ledger.batch(id);
    return row && summary(row);
  };
  return {
    async submit(request) {
      const { items, settings, priority = 0, idempotencyKey = null } = checked(request);
      const { batch, known } = await ledger.createBatch({
        createdAt: now(),
        jobs: items.length,
        settings,
        priority,
        idempotencyKey,
        digest: digestOf(request),
      });
      if (known && known.digest !== digestOf(request))
        throw new ConfigError(
          `the idempotency key '${idempotencyKey}' was used for another request: the same request, or another key`,
        );
      if (!batch.enqueued) {
        for (let first = 0; first < items.length; first += CHUNK) {
          const some = items.slice(first, first + CHUNK);
          await ledger.addJobs(batch.id, first, some, batch.createdAt);
          await enqueue(
            queue('video'),
            some.map((_, i) => jobId(batch.id, first + i)),
            priority,
          );
        }
        await ledger.setEnqueued(batch.id);
      }
      return (await batchNow(batch.id))!;
    },
    batch: batchNow,
    async batches(page) {
      const { rows, next } = await ledger.batches(page);
      return { rows: rows.map(summary), next };
    },
    job: id => ledger.job(id),
    jobs: filter => ledger.jobs(filter),
    cancelBatch: async id => ((await ledger.cancelBatch(id, now())) ? batchNow(id) : null),
    async cancelJob(id) {
      await ledger.move(
        id,
        ['queued', 'running'],
        'cancelled',
        { finishedAt: now() },
        stateEvent('cancelled'),
      );
      return ledger.job(id);
    },
    async retryJob(id) {
      const job = await ledger.job(id);
      if (job?.state === 'failed' || job?.state === 'cancelled') {
        const priority = (await ledger.batch(job.batch))?.priority ?? 0;
        await enqueue(queue('video'), [id], priority, RETRY_DELAY_MS);
        const fresh = {
          error: null,
          stage: null,
          episodes: [],
          rejected: [],
          startedAt: null,
          finishedAt: null,
        };
        await ledger.move(id, ['failed', 'cancelled'], 'queued', fresh, stateEvent('queued'));
      }
      return ledger.job(id);
    },
    events: (of, signal) => readEvents(ledger, of, signal),

    async buildDataset(request) {
      const last = await ledger.dataset(request.name);
      if (last?.state === 'queued' || last?.state === 'running') return last;
      const build = queuedBuild(request, now());
      await ledger.saveDataset(build);
      await queue('dataset').add('dataset', request, { jobId: `dataset-${request.name}` });
      return build;
    },
    dataset: name => ledger.dataset(name),
    datasets: page => ledger.datasets(page),

    async pause() {
      await Promise.all(all().map(each => each.pause()));
    },
    async resume() {
      await Promise.all(all().map(each => each.resume()));
    },
    async depths() {
      const counts = await Promise.all(
        all().map(each =>
          each.getJobCounts(
            'waiting',
            'prioritized',
            'active',
            'delayed',
            'waiting-children',
            'failed',
            'completed',
          ),
        ),
      );
      return Object.fromEntries(QUEUES.map((name, i) => [name, counts[i]]));
    },
    close,
  };
}

/** A ticket per job; one that is there already stays as it is. */
export async function enqueue(
  video: Queue,
  ids: readonly string[],
  priority: number,
  delay = 0,
): Promise<void> {
  await video.addBulk(
    ids.map(id => ({ name: 'video', data: { job: id }, opts: { jobId: id, priority, delay } })),
  );
}

/**
 * Bring into the queue what a submitter wrote down and was killed before it could do so. What it did not write down
 * was never answered for: the same request with the same key adds it.
 */
export async function finishSubmissions(ledger: Ledger, video: Queue, olderThanMs: number): Promise<void> {
  for (const batch of await ledger.unfinishedSubmissions()) {
    if (Date.now() - Date.parse(batch.createdAt) < olderThanMs) continue;
    let after: string | undefined;
    let written = 0;
    do {
      const { rows, next } = await ledger.jobs({ batch: batch.id, after, limit: CHUNK });
      const waiting = rows.filter(({ state }) => state === 'queued').map(({ id }) => id);
      if (waiting.length > 0) await enqueue(video, waiting, batch.priority);
      written += rows.length;
      after = next ?? undefined;
    } while (after !== undefined);
    if (written === batch.jobs) await ledger.setEnqueued(batch.id);
  }
}

/** 'cancelled' when any job was, once none is left to do; the counts tell the rest. */
export function batchState(counts: JobCounts, jobs: number): JobState {
  const ended = counts.completed + counts.failed + counts.cancelled;
  if (ended < jobs) return ended + counts.running > 0 ? 'running' : 'queued';
  if (counts.cancelled > 0) return 'cancelled';
  return counts.completed > 0 ? 'completed' : 'failed';
}

const summary = ({ id, createdAt, jobs, counts, settings }: BatchRow): Batch => ({
  id,
  createdAt,
  state: batchState(counts, jobs),
  jobs,
  counts,
  settings,
});

const stateEvent = (state: JobState) => ({ event: 'state' as const, state, error: null });
const now = () => new Date().toISOString();

function checked(request: BatchRequest): BatchRequest {
  const { items, priority = 0 } = request;
  if (items.length === 0 || items.length > MAX_JOBS)
    throw new ConfigError(`a batch has 1 to ${MAX_JOBS} items, and this one has ${items.length}`);
  if (!Number.isInteger(priority) || priority < 0 || priority > 2 ** 21)
    throw new ConfigError(`priority is ${priority}; it has to be a whole number from 0 to ${2 ** 21}`);
  return request;
}

function digestOf({ items, settings, priority }: BatchRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([items, settings, priority]))
    .digest('hex');
}
