/** Events of a batch as they happen, on whatever machine. */
import { parseJobId } from './ids.ts';
import type { Ledger } from './ledger.ts';
import type { JobEvent } from './types.ts';

const AT_ONCE = 500;

/** Whether it was the cancelling of the batch at this time that ended the job. */
async function wasCancelled(ledger: Ledger, job: string, at: string): Promise<boolean> {
  const now = await ledger.job(job);
  return now?.state === 'cancelled' && now.finishedAt === at;
}

/**
 * Events of one job or one batch, oldest first, each once; ends with the signal. `after` is the id of the last event
 * that was seen, to go on from there; without it only what happens from now on.
 */
export async function* readEvents(
  ledger: Ledger,
  { job, batch, after }: { job?: string; batch?: string; after?: string },
  signal: AbortSignal,
): AsyncGenerator<JobEvent> {
  const of = batch ?? parseJobId(job ?? '')?.batch;
  if (of === undefined) return;
  let wake: () => void = () => undefined;
  let news = true;
  const ring = () => {
    news = true;
    wake();
  };
  let last = after ?? (await ledger.lastEvent(of));
  const stop = await ledger.watch(of, ring);
  signal.addEventListener('abort', ring);
  try {
    while (!signal.aborted) {
      if (!news) await new Promise<void>(resolve => (wake = resolve));
      news = false;
      const events = await ledger.eventsAfter(of, last, AT_ONCE);
      if (events.length === AT_ONCE) news = true;
      for (const event of events) {
        last = event.id;
        if (job === undefined || event.job === job) yield event;
        else if (event.event === 'cancelled' && (await wasCancelled(ledger, job, event.at)))
          yield { ...event, job, event: 'state', state: 'cancelled', error: null };
        if (signal.aborted) return;
      }
    }
  } finally {
    signal.removeEventListener('abort', ring);
    stop();
  }
}
