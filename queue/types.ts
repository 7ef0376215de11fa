/**
 * The contract between those who ask for work (API, command line) and those who do it (workers).
 * Plain data; nothing here touches a queue, a store or a network.
 */
import type { Config } from '../src/config.ts';

export const JOB_STATES = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** One video of a batch, as its submitter names it. */
export interface BatchItem {
  url: string;
  task?: string;
  license?: string;
  /** s in the source. */
  start?: number;
  end?: number;
}

/** The part of the configuration that a submitter may set; the rest is the worker's own. */
export const BATCH_SETTINGS = [
  ...['robot', 'fps', 'view', 'estimator', 'handModel', 'bodyModel'],
  ...['imageSize', 'videoCodec', 'task', 'license', 'preview'],
] as const satisfies readonly (keyof Config)[];
export type BatchSettings = Partial<Pick<Config, (typeof BATCH_SETTINGS)[number]>>;

/** Above it BullMQ's order is no longer exact: it adds the order of arrival to 2^32 times the priority. */
export const LAST_PRIORITY = 2 ** 21 - 1;

export interface BatchRequest {
  items: readonly BatchItem[];
  settings: BatchSettings;
  /** 1 (first) … LAST_PRIORITY; equals in the order of arrival; 0 or absent: the last. */
  priority?: number;
  /** The same key with the same request gives the batch that is already there. */
  idempotencyKey?: string;
}

export type JobCounts = Record<JobState, number>;

/** A batch: its jobs are its items, one video each. */
export interface Batch {
  id: string;
  /** ISO 8601. */
  createdAt: string;
  /** 'running' from the first job's start to the last job's end; 'failed' when every job failed. */
  state: JobState;
  jobs: number;
  counts: JobCounts;
  settings: BatchSettings;
}

/** What became of a part of a video, or of all of it, that is not in any episode. */
export interface JobRejection {
  startS: number | null;
  endS: number | null;
  reason: string;
}

/** The way of one video. */
export interface Job {
  id: string;
  batch: string;
  item: BatchItem;
  state: JobState;
  /** The stage that was last heard of; done of total frames (bytes for acquire). */
  stage: { name: string; done: number; total: number } | null;
  attempts: number;
  /** Of the last failure. */
  error: { tag: string; message: string; retryable: boolean } | null;
  /** Ids of its episode records. */
  episodes: readonly string[];
  rejected: readonly JobRejection[];
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
}

/** One thing that happened; `at` is ISO 8601. */
export type JobEvent = { id: string; at: string; batch: string } & (
  | ({ job: string } & (
      | { event: 'state'; state: JobState; error: Job['error'] }
      | { event: 'stage'; stage: string; done: number; total: number }
      | { event: 'episode'; episode: string }
    ))
  /** Every job of the batch that had not ended is cancelled. */
  | { job: null; event: 'cancelled' }
);

/** A dataset to be built of the catalogue's episodes, by a worker. */
export interface DatasetRequest {
  /** [a-z0-9] first, then up to 63 of [a-z0-9._-]; also the name of its folder. */
  name: string;
  /** Which episodes, as `understudy dataset build --where` reads it; '': all but the rejected. */
  where: string;
  /** A name of the registry of formats; 'lerobot' is LeRobot v3.0. */
  format: string;
}

/** The last build of a dataset. Building the same name again brings it up to date. */
export interface DatasetBuild extends DatasetRequest {
  state: JobState;
  /** Episodes written, of how many. */
  done: number;
  total: number;
  /** Of the finished dataset; null before. */
  episodes: number | null;
  frames: number | null;
  error: Job['error'];
  createdAt: string;
  finishedAt: string | null;
}

export interface Page<T> {
  rows: T[];
  /** Give it as `after` for the next page; null: there is none. */
  next: string | null;
}

/** What the API and the command line ask of the queue. Every method throws QueueError when it is unreachable. */
export interface QueueClient {
  submit(request: BatchRequest): Promise<Batch>;
  batch(id: string): Promise<Batch | null>;
  /** Newest first. */
  batches(page: { after?: string; limit: number }): Promise<Page<Batch>>;
  job(id: string): Promise<Job | null>;
  jobs(filter: { batch?: string; state?: JobState; after?: string; limit: number }): Promise<Page<Job>>;
  /** What was not started never is, what runs is stopped; finished work stays. null: no such batch or job. */
  cancelBatch(id: string): Promise<Batch | null>;
  cancelJob(id: string): Promise<Job | null>;
  /** Only of a failed or cancelled job. */
  retryJob(id: string): Promise<Job | null>;
  /**
   * Events of one job or one batch (of a job alone its cancelled batch is its own `state`), from now on, or after the event of the id `after` (as many as are kept, when it
   * is no more there); the caller ends it by the signal.
   */
  events(of: { job?: string; batch?: string; after?: string }, signal: AbortSignal): AsyncIterable<JobEvent>;
  /** Queued once per name: while a build of that name waits or runs, that one is given back. */
  buildDataset(request: DatasetRequest): Promise<DatasetBuild>;
  dataset(name: string): Promise<DatasetBuild | null>;
  /** Newest first. */
  datasets(page: { after?: string; limit: number }): Promise<Page<DatasetBuild>>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Jobs per queue and BullMQ state, for metrics. */
  depths(): Promise<Record<string, Record<string, number>>>;
  close(): Promise<void>;
}
