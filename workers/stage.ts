/** Queues of the stages: one stage of one video, whose result is in the store when it is done. */
import { type Job, WaitingError } from 'bullmq';
import { RETRIES } from '../queue/names.ts';
import type { StagePayload } from '../queue/payloads.ts';
import type { StageContext } from '../src/stages/stage.ts';
import type { Task } from '../src/stages/task.ts';
import { interruptionOf } from './at-hand.ts';
import { CANCELLED, type Failure, failureOf, thrown } from './failure.ts';
import { configFor, type Setting } from './setting.ts';

/** Progress is told at most so often, ms. */
const REPORT_EVERY_MS = 1000;

export async function doStage(setting: Setting, job: Job<StagePayload>, token: string): Promise<void> {
  const { ledger, store, media, catalogue, atHand, log } = setting;
  const { owner, settings, task } = job.data;
  const { timeoutMs } = RETRIES[task.stage];
  const [state] = await ledger.states([owner]);
  if (state !== 'running') throw thrown(CANCELLED);
  const work = atHand.begin(owner, `${task.stage} ${job.id}`, timeoutMs);
  const began = performance.now();
  const told = { job: owner, stage: task.stage, key: job.id, attempt: job.attemptsMade + 1 };
  try {
    const { signal } = work;
    const config = configFor(setting, settings);
    const report = reporter(setting, owner);
    const record = await setting.work.perform({ store, media, config, signal, report }, task as Task);
    if (record) {
      await catalogue.add(record);
      await ledger.addEpisode(owner, record.id);
    }
    log.info({ ...told, ms: Math.round(performance.now() - began) }, 'done');
  } catch (error) {
    const interrupted = interruptionOf(work);
    if (interrupted === 'shutdown') {
      await job.moveToWait(token);
      log.info(told, 'handed back');
      throw new WaitingError();
    }
    if (interrupted === 'cancelled') {
      log.info(told, 'stopped: cancelled');
      throw thrown(CANCELLED);
    }
    const failure = failureOf(error, timeoutMs);
    log.warn(
      { ...told, error: failure, ...(failure.tag === 'Error' && { stack: (error as Error).stack }) },
      'failed',
    );
    if (failure.retryable) await tellTrouble(setting, owner, failure);
    throw thrown(failure);
  } finally {
    work.done();
  }
}

/** People see that it is tried again, and why. */
async function tellTrouble({ ledger }: Setting, owner: string, error: Failure): Promise<void> {
  await ledger
    .move(owner, ['running'], 'running', { attempts: 1, error }, null)
    // It is about to be tried again; what is not told now is told then.
    .catch(() => undefined);
}

function reporter({ ledger }: Setting, owner: string): StageContext['report'] {
  let last = Number.NEGATIVE_INFINITY;
  return (name, { done, total, cached }) => {
    const now = performance.now();
    if (cached || now - last < REPORT_EVERY_MS) return;
    last = now;
    const stage = { name, done, total };
    ledger
      .move(owner, ['running'], 'running', { stage }, { event: 'stage', stage: name, done, total })
      // Progress that cannot be told is told later.
      .catch(() => undefined);
  };
}
