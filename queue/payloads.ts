/**
 * What a job of each queue carries: names, keys and settings. Never frames or arrays, which lie in the store.
 * Where a video comes from and what its submitter wants stays in the ledger, under the id of its job.
 */
import type { QueueName, StageQueue } from './names.ts';
import type { BatchSettings } from './types.ts';

/** One part of a video, s; endS null: to its end. */
export interface SpanPayload {
  startS: number;
  endS: number | null;
}

/** One stage of one video. A stage finds the results of earlier ones in the store, by itself. */
export interface StagePayload {
  /** The job for which it is done; it stops when that one is cancelled. */
  owner: string;
  settings: BatchSettings;
  task: StageTask;
}

/** As plain data; src/stages/task.ts carries it out. */
export interface StageTask {
  stage: StageQueue;
  item: { address: string; task?: string; license?: string; startS?: number; endS?: number };
  span?: SpanPayload;
  /** Frames [start, end) of the span. */
  demonstration?: { start: number; end: number; task: string; reason: string };
  robot?: string;
}

export interface VideoPayload {
  job: string;
}

export interface PlanPayload {
  job: string;
  /** How often each missing result, by its key, has been asked for. */
  asked: Record<string, number>;
}

/** The build of this name that was asked for then: another is none of its business. */
export interface DatasetPayload {
  name: string;
  createdAt: string;
}

export type Payload<Q extends QueueName> = Q extends 'video'
  ? VideoPayload
  : Q extends 'plan'
    ? PlanPayload
    : Q extends 'dataset'
      ? DatasetPayload
      : StagePayload;
