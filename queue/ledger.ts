/**
 * The durable record of batches, jobs and datasets: what is true of them, whatever happens to a queue's own job. A
 * queue's job is only a ticket to look here: one that comes twice, or late, finds that nothing is left to do.
 *
 * Each method is one atomic step of the database. All throw QueueError when it cannot be reached.
 */
import type {
  BatchItem,
  BatchSettings,
  DatasetBuild,
  Job,
  JobCounts,
  JobEvent,
  JobState,
  Page,
} from './types.ts';

/** A batch as it is kept; `Batch.state` follows from the counts. */
export interface BatchRow {
  id: string;
  createdAt: string;
  jobs: number;
  counts: JobCounts;
  settings: BatchSettings;
  priority: number;
  /** Whether its submission is over: all jobs are in the queue, or it was cancelled. */
  enqueued: boolean;
}

/** Jobs of it that are written down; fewer than `jobs` while it is being submitted, or when that broke off. */
export const writtenJobs = ({ counts }: Pick<BatchRow, 'counts'>): number =>
  Object.values(counts).reduce((sum, jobs) => sum + jobs, 0);

/** What a batch is made of; `digest` is of the request, to tell a repetition from another use of the same key. */
export interface NewBatch extends Pick<BatchRow, 'createdAt' | 'jobs' | 'settings' | 'priority'> {
  idempotencyKey: string | null;
  digest: string;
}

/** What changes of a job; absent: stays. */
export type JobChange = Partial<
  Pick<Job, 'stage' | 'error' | 'episodes' | 'rejected' | 'startedAt' | 'finishedAt'>
> & {
  /** Added to the attempts. */
  attempts?: number;
};

/** What of a job is told. */
export type EventBody =
  | { event: 'state'; state: JobState; error: Job['error'] }
  | { event: 'stage'; stage: string; done: number; total: number }
  | { event: 'episode'; episode: string };

/** A process that works, as its last heartbeat said. */
export interface WorkerRow {
  id: string;
  host: string;
  pid: number;
  queues: readonly string[];
  concurrency: number;
  /** Ids of the queue jobs it has at hand. */
  busy: readonly string[];
  startedAt: string;
  seenAt: string;
}

export interface Ledger {
  /** `known` with another digest: the key was used for another request. */
  createBatch(batch: NewBatch): Promise<{ batch: BatchRow; known: { digest: string } | null }>;
  /** Jobs from `first` on, queued; those that are there stay as they are. */
  addJobs(batch: string, first: number, items: readonly BatchItem[], at: string): Promise<void>;
  setEnqueued(batch: string): Promise<void>;
  batch(id: string): Promise<BatchRow | null>;
  batches(page: { after?: string; limit: number }): Promise<Page<BatchRow>>;
  /** Batches whose submission is not over. */
  unfinishedSubmissions(): Promise<BatchRow[]>;

  job(id: string): Promise<Job | null>;
  /** Newest batch first, and in a batch in the order of its items. */
  jobs(filter: { batch?: string; state?: JobState; after?: string; limit: number }): Promise<Page<Job>>;
  /** The state of each; null: no such job. */
  states(ids: readonly string[]): Promise<(JobState | null)[]>;
  /** Change a job that is in one of the states `from`, and tell of it. false: it is in another one. */
  move(
    id: string,
    from: readonly JobState[],
    to: JobState,
    change: JobChange,
    event: EventBody | null,
  ): Promise<boolean>;
  /** Note an episode of a running job, once. */
  addEpisode(id: string, episode: string): Promise<void>;
  /**
   * Cancel every job of a batch that is queued or running, and those that are still to be added; one event tells of it,
   * and its submission is over.
   * However many they are, it takes the same time: they count as cancelled from now on. false: no such batch.
   */
  cancelBatch(batch: string, at: string): Promise<boolean>;
  /** Write down in up to `limit` records that they were cancelled, where it makes lists quicker. Returns how many. */
  settle(limit: number): Promise<number>;
  /**
   * Forget a batch that has ended and of which nothing was told from the time `before` on: its jobs, its events and its
   * key; up to `limit` records of it, its own first. Returns how many; 0: nothing is left to forget.
   */
  forget(before: string, limit: number): Promise<number>;
  /** Jobs per state over all batches. */
  totals(): Promise<JobCounts>;

  /** Up to `limit` events of a batch after the event `after` ('0': all that are kept), oldest first. */
  eventsAfter(batch: string, after: string, limit: number): Promise<JobEvent[]>;
  /** The id of the last event of a batch; '0': none yet. */
  lastEvent(batch: string): Promise<string>;
  /** Calls `wake` when a batch has new events; it may call without need. Returns how to stop. */
  watch(batch: string, wake: () => void): Promise<() => void>;

  saveDataset(build: DatasetBuild): Promise<void>;
  dataset(name: string): Promise<DatasetBuild | null>;
  datasets(page: { after?: string; limit: number }): Promise<Page<DatasetBuild>>;

  /** Kept for `ttlMs`. */
  beat(worker: WorkerRow, ttlMs: number): Promise<void>;
  leave(worker: string): Promise<void>;
  workers(): Promise<WorkerRow[]>;
  close(): Promise<void>;
}

/** Events kept per batch: a reader that was away for longer sees the state, not the way to it. */
export const EVENTS_KEPT = 10_000;
