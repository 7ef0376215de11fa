/** Errors on their way through the queue: what a failed job leaves behind is one line of JSON. */
import { UnrecoverableError } from 'bullmq';
import { isUnderstudyError } from '../src/core/errors.ts';

export interface Failure {
  tag: string;
  message: string;
  retryable: boolean;
}

/** The job for which a stage worked was cancelled, or its process is to end: no fault of the stage. */
export class Interruption extends Error {
  readonly why: 'cancelled' | 'shutdown';

  constructor(why: 'cancelled' | 'shutdown') {
    super(why);
    this.why = why;
  }
}

export const CANCELLED: Failure = { tag: 'Cancelled', message: 'the job was cancelled', retryable: false };

/** Of the connection to the queue: ioredis, pg, BullMQ and node word it differently. */
const AWAY =
  /ECONN|EPIPE|ETIMEDOUT|connection|timeout|max retries|Missing lock|57P0|starting up|shutting down/i;
/** Of a database that answers and keeps nothing for now: its memory or disk is full, it is being loaded or changes over. */
const REFUSES =
  /^(OOM|MISCONF|LOADING|READONLY|NOREPLICAS|MASTERDOWN|CLUSTERDOWN|TRYAGAIN)\b|\b53\d{3}\b|No space left/;
export const isAway = ({ message, code = '' }: Error & { code?: string }): boolean =>
  AWAY.test(`${code} ${message}`);

export function failureOf(error: unknown, timeoutMs: number): Failure {
  if (isUnderstudyError(error)) {
    const { tag, message, retryable } = error;
    return { tag, message, retryable };
  }
  const { name, message } = error as Error;
  if (name === 'TimeoutError')
    return {
      tag: 'TimeoutError',
      message: `it was not done within the ${Math.round(timeoutMs / 60_000)} minutes allowed`,
      retryable: true,
    };
  const retryable = isAway(error as Error) || refuses(error as Error);
  return { tag: 'Error', message: `${name}: ${message}`, retryable };
}

const refuses = ({ message, code = '' }: Error & { code?: string }): boolean =>
  REFUSES.test(message) || REFUSES.test(code);

/** As BullMQ has to see it: an error that is final, or one to be tried again. */
export const thrown = (failure: Failure): Error => {
  const text = JSON.stringify(failure);
  return failure.retryable ? new Error(text) : new UnrecoverableError(text);
};

/** What `thrown` wrote; null: something else. */
export function writtenFailure(reason: string): Failure | null {
  try {
    const { tag, message, retryable } = JSON.parse(reason) as Failure;
    return typeof tag === 'string' ? { tag, message, retryable } : null;
  } catch {
    return null;
  }
}

/** What `thrown` wrote, or what BullMQ itself says of a job. */
export const readFailure = (reason: string): Failure =>
  writtenFailure(reason) ?? { tag: 'QueueError', message: reason, retryable: true };
