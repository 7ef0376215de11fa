/**
 * Queue `video`: a video waits here until there is room. Downloads would otherwise run ahead of what the workers can
 * look at, and fill the disk.
 */
import { type Job, WaitingError } from 'bullmq';
import { RETRIES } from '../queue/names.ts';
import type { VideoPayload } from '../queue/payloads.ts';
import { enqueuePlans } from '../queue/tickets.ts';
import type { Setting } from './setting.ts';

/** Videos on their way per job that the workers can do at once: enough that no stage waits for another. */
const PER_PLACE = 2;
/** And so many at least. */
const FEWEST = 8;
const LOOK_EVERY_MS = 500;

export async function admit(setting: Setting, job: Job<VideoPayload>, token: string): Promise<void> {
  const { ledger, queue, atHand, log } = setting;
  const id = job.data.job;
  const work = atHand.begin('', `video ${id}`, RETRIES.video.timeoutMs);
  try {
    for (;;) {
      const [state] = await ledger.states([id]);
      if (state !== 'queued' && state !== 'running') return;
      if (state === 'running' || (await hasRoom(setting))) break;
      if (work.signal.aborted || atHand.stopping) {
        await job.moveToWait(token);
        throw new WaitingError();
      }
      await new Promise(resolve => setTimeout(resolve, LOOK_EVERY_MS));
    }
    const startedAt = new Date().toISOString();
    const event = { event: 'state' as const, state: 'running' as const, error: null };
    if (await ledger.move(id, ['queued'], 'running', { startedAt, attempts: 1 }, event))
      log.info({ job: id }, 'started');
    // Taken up a second time, it is running already: the plan may be there or not.
    await enqueuePlans(queue.queue('plan'), [id]);
  } finally {
    work.done();
  }
}

async function hasRoom({ ledger }: Setting): Promise<boolean> {
  const [{ running }, workers] = await Promise.all([ledger.totals(), ledger.workers()]);
  const places = workers.reduce((sum, { concurrency }) => sum + concurrency, 0);
  return running < Math.max(FEWEST, PER_PLACE * places);
}
