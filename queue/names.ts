/** The queues, and how the work in each is tried again. What is in a payload says `payloads.ts`. */
import { ConfigError } from '../src/core/errors.ts';

/** Stages with a queue of their own, in the order in which a video passes them. */
export const STAGE_QUEUES = ['acquire', 'perceive', 'reconstruct', 'retarget', 'emit'] as const;
export type StageQueue = (typeof STAGE_QUEUES)[number];

/** `video` holds the videos that wait for room; `plan` asks for the stages of those that have it. */
export const QUEUES = ['video', 'plan', ...STAGE_QUEUES, 'dataset'] as const;
export type QueueName = (typeof QUEUES)[number];

export interface RetryPolicy {
  /** Tries at most, of what may succeed later; other errors are final at once. */
  attempts: number;
  /** Delay before the second try, ms; it doubles with each further one. */
  backoffMs: number;
  /** One try is stopped after this time, ms. */
  timeoutMs: number;
}

const MINUTE = 60_000;
/**
 * A full disk, a store or a source that is away: five tries span half a minute, eight four minutes. Times are those of a
 * two-minute span on one slow core, ten times over; a download of 4 GiB at 10 Mbit/s is one hour.
 */
export const RETRIES: Record<QueueName, RetryPolicy> = {
  video: { attempts: 8, backoffMs: 1000, timeoutMs: 24 * 60 * MINUTE },
  plan: { attempts: 8, backoffMs: 1000, timeoutMs: 10 * MINUTE },
  acquire: { attempts: 8, backoffMs: 2000, timeoutMs: 120 * MINUTE },
  perceive: { attempts: 8, backoffMs: 2000, timeoutMs: 60 * MINUTE },
  reconstruct: { attempts: 8, backoffMs: 1000, timeoutMs: 15 * MINUTE },
  retarget: { attempts: 8, backoffMs: 1000, timeoutMs: 30 * MINUTE },
  emit: { attempts: 8, backoffMs: 1000, timeoutMs: 30 * MINUTE },
  dataset: { attempts: 4, backoffMs: 5000, timeoutMs: 24 * 60 * MINUTE },
};

/** A worker that is silent for this long has died, ms: its jobs are taken up within a third more. */
export const LOCK_MS = 10_000;
/** A job may lose its worker as often as it likes; what kills workers is for the people who run them to see. */
export const MOST_STALLED = 1_000_000;

/** @throws ConfigError for a name that is no queue */
export function queueNames(text: string): QueueName[] {
  const names = text
    .split(',')
    .map(name => name.trim())
    .filter(Boolean);
  const stray = names.find(name => !(QUEUES as readonly string[]).includes(name));
  if (stray !== undefined || names.length === 0)
    throw new ConfigError(`'${stray ?? text}' is no queue; the queues are ${QUEUES.join(', ')}`);
  return [...new Set(names)] as QueueName[];
}
