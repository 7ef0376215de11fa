/**
 * Tickets: what makes a worker look at a job. A job without one waits for ever; one too many finds nothing left to do.
 */
import type { Queue } from 'bullmq';
import { type Ledger, writtenJobs } from './ledger.ts';
import type { QueueName } from './names.ts';
import { type Job, LAST_PRIORITY } from './types.ts';

/** Jobs per step: a database is not held up for more than some milliseconds. */
export const CHUNK = 1000;

/** To BullMQ a ticket without a priority comes before all that have one. @param priority of a batch, 0: none */
export const orderOf = (priority: number) => ({ priority: priority || LAST_PRIORITY });

/** A ticket for each queued job; one that is there already stays as it is. */
export async function enqueue(video: Queue, ids: readonly string[], priority: number): Promise<void> {
  await video.addBulk(
    ids.map(id => ({ name: 'video', data: { job: id }, opts: { jobId: id, ...orderOf(priority) } })),
  );
}

/** The same for running jobs. */
export async function enqueuePlans(plan: Queue, ids: readonly string[]): Promise<void> {
  await plan.addBulk(ids.map(id => ({ name: 'plan', data: { job: id, asked: {} }, opts: { jobId: id } })));
}

/**
 * Bring into the queue what a submitter wrote down and was killed before it could do so. A batch of which it did not
 * write down all was never answered for: it is cancelled, and so ends.
 */
export async function finishSubmissions(ledger: Ledger, video: Queue, olderThanMs: number): Promise<void> {
  for (const batch of await ledger.unfinishedSubmissions()) {
    if (Date.now() - Date.parse(batch.createdAt) < olderThanMs) continue;
    if (writtenJobs(batch) < batch.jobs) {
      await ledger.cancelBatch(batch.id, new Date().toISOString());
      continue;
    }
    let after: string | undefined;
    do {
      const { rows, next } = await ledger.jobs({ batch: batch.id, state: 'queued', after, limit: CHUNK });
      if (rows.length > 0) await enqueue(video, idsOf(rows), batch.priority);
      after = next ?? undefined;
    } while (after !== undefined);
    await ledger.setEnqueued(batch.id);
  }
}

/**
 * Gives jobs their tickets again that were lost: by a process killed between two steps, by someone in the dashboard.
 * Each call looks whether there are fewer tickets than jobs in need of one, and only then at the next thousand jobs;
 * tickets of cancelled jobs may hide a loss until workers have dropped them.
 */
export function ticketFinder(ledger: Ledger, queue: (name: QueueName) => Queue): () => Promise<void> {
  const find = (state: 'queued' | 'running', name: QueueName, add: (jobs: Job[]) => Promise<void>) => {
    let after: string | undefined;
    return async () => {
      const needed = (await ledger.totals())[state];
      const there = await queue(name).getJobCountByTypes(...UNDONE);
      if (there >= needed) return;
      const { rows, next } = await ledger.jobs({ state, after, limit: CHUNK });
      after = next ?? undefined;
      await add(rows);
    };
  };
  const findVideos = find('queued', 'video', async jobs => {
    for (const id of new Set(jobs.map(({ batch }) => batch))) {
      const batch = await ledger.batch(id);
      // Nothing of a batch is begun before all of it is written down.
      if (batch?.enqueued)
        await enqueue(queue('video'), idsOf(jobs.filter(job => job.batch === id)), batch.priority);
    }
  });
  const findPlans = find('running', 'plan', jobs => enqueuePlans(queue('plan'), idsOf(jobs)));
  return async () => {
    await findVideos();
    await findPlans();
  };
}

const UNDONE = ['waiting', 'prioritized', 'active', 'delayed', 'waiting-children'] as const;
const idsOf = (jobs: readonly Job[]): string[] => jobs.map(({ id }) => id);
