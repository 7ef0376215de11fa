/** What can be asked of the queue: submit, look, cancel, try again. It does no work. */
import { createHash } from 'node:crypto';
import type { Queue } from 'bullmq';
import { canonicalJson } from '../src/core/canonical.ts';
import { ConfigError, ConflictError } from '../src/core/errors.ts';
import { readEvents } from './events.ts';
import { jobId, MAX_JOBS } from './ids.ts';
import { type BatchRow, type Ledger, writtenJobs } from './ledger.ts';
import { QUEUES, type QueueName } from './names.ts';
import { queuedBuild } from './queued-build.ts';
import { CHUNK, enqueue, orderOf } from './tickets.ts';
import { type Batch, type BatchRequest, type JobState, LAST_PRIORITY, type QueueClient } from './types.ts';

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
        throw new ConflictError(
          `the idempotency key '${idempotencyKey}' was used for another request: the same request, or another key`,
        );
      if (known && batch.enqueued && writtenJobs(batch) < batch.jobs)
        throw new ConflictError(
          `the submission with the idempotency key '${idempotencyKey}' broke off and was cancelled: send it with another key`,
        );
      if (!batch.enqueued) {
        const parts = Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, i) => ({
          first: i * CHUNK,
          some: items.slice(i * CHUNK, (i + 1) * CHUNK),
        }));
        // All is written down before any is begun: of a submission that fails nothing is.
        for (const { first, some } of parts) await ledger.addJobs(batch.id, first, some, batch.createdAt);
        for (const { first, some } of parts)
          await enqueue(
            queue('video'),
            some.map((_, i) => jobId(batch.id, first + i)),
            priority,
          );
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
        const fresh = {
          error: null,
          stage: null,
          episodes: [],
          rejected: [],
          startedAt: null,
          finishedAt: null,
        };
        const priority = (await ledger.batch(job.batch))?.priority ?? 0;
        // With an id of its own: the ticket of before may be there still, about to be dropped.
        if (await ledger.move(id, ['failed', 'cancelled'], 'queued', fresh, stateEvent('queued')))
          await queue('video').add('video', { job: id }, orderOf(priority));
      }
      return ledger.job(id);
    },
    events: (of, signal) => readEvents(ledger, of, signal),

    async buildDataset(request) {
      const last = await ledger.dataset(request.name);
      const isUndone = last?.state === 'queued' || last?.state === 'running';
      const build = isUndone ? last : queuedBuild(request, now());
      if (!isUndone) await ledger.saveDataset(build);
      // Also when it waits already: who asked for it first may have been killed before this step.
      const { name, createdAt } = build;
      const ticket = `dataset-${name}-${Date.parse(createdAt)}`;
      await queue('dataset').add('dataset', { name, createdAt }, { jobId: ticket });
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
      // To who watches, those wait too.
      const told = counts.map(({ prioritized, waiting, ...rest }) => ({
        waiting: waiting + prioritized,
        ...rest,
      }));
      return Object.fromEntries(QUEUES.map((name, i) => [name, told[i]]));
    },
    close,
  };
}

/** 'cancelled' when any job was, or was never written down, once none is left to do; the counts tell the rest. */
function batchState({ counts, jobs, enqueued }: Pick<BatchRow, 'counts' | 'jobs' | 'enqueued'>): JobState {
  const ended = counts.completed + counts.failed + counts.cancelled;
  const left = enqueued ? counts.queued + counts.running : jobs - ended;
  if (left > 0) return ended + counts.running > 0 ? 'running' : 'queued';
  if (counts.cancelled > 0 || ended < jobs) return 'cancelled';
  return counts.completed > 0 ? 'completed' : 'failed';
}

const summary = (row: BatchRow): Batch => ({
  id: row.id,
  createdAt: row.createdAt,
  state: batchState(row),
  jobs: row.jobs,
  counts: row.counts,
  settings: row.settings,
});

const stateEvent = (state: JobState) => ({ event: 'state' as const, state, error: null });
const now = () => new Date().toISOString();

function checked(request: BatchRequest): BatchRequest {
  const { items, priority = 0 } = request;
  if (items.length === 0 || items.length > MAX_JOBS)
    throw new ConfigError(`a batch has 1 to ${MAX_JOBS} items, and this one has ${items.length}`);
  if (!Number.isInteger(priority) || priority < 0 || priority > LAST_PRIORITY)
    throw new ConfigError(`priority is ${priority}; it has to be a whole number from 0 to ${LAST_PRIORITY}`);
  return request;
}

/** Of what is asked for, however it is spelled. */
function digestOf({ items, settings, priority = 0 }: BatchRequest): string {
  return createHash('sha256')
    .update(canonicalJson([items, settings, priority]))
    .digest('hex');
}
