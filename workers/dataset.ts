/** Queue `dataset`: episodes of the catalogue, written as a dataset under its name. */
import path from 'node:path';
import { type Job, WaitingError } from 'bullmq';
import { RETRIES } from '../queue/names.ts';
import type { DatasetPayload } from '../queue/payloads.ts';
import type { DatasetBuild } from '../queue/types.ts';
import { buildDataset } from '../src/stages/build.ts';
import { interruptionOf } from './at-hand.ts';
import { failureOf, thrown } from './failure.ts';
import type { Setting } from './setting.ts';

const REPORT_EVERY_MS = 1000;

export async function doDataset(setting: Setting, job: Job<DatasetPayload>, token: string): Promise<void> {
  const { ledger, store, catalogue, config, atHand, log } = setting;
  const { name, createdAt } = job.data;
  const { timeoutMs } = RETRIES.dataset;
  const before = await ledger.dataset(name);
  if (before?.createdAt !== createdAt || before.finishedAt !== null) return;
  let build: DatasetBuild = { ...before, state: 'running', error: null };
  let saved: Promise<unknown> = Promise.resolve();
  // One after the other: one that waits for the database must not come after a later one.
  const save = (change: Partial<DatasetBuild>) => {
    const next = (build = { ...build, ...change });
    const saving = saved.then(() => ledger.saveDataset(next));
    saved = saving.catch(() => undefined);
    return saving;
  };
  const work = atHand.begin('', `dataset ${name}`, timeoutMs);
  try {
    await save({});
    let last = Number.NEGATIVE_INFINITY;
    const { episodes, frames, written } = await buildDataset({
      store,
      catalogue,
      where: before.where,
      out: path.join(config.datasets, name),
      signal: work.signal,
      report: (done, total) => {
        if (performance.now() - last < REPORT_EVERY_MS) return;
        last = performance.now();
        save({ done, total }).catch(() => undefined);
      },
    });
    const finishedAt = new Date().toISOString();
    await save({ state: 'completed', done: episodes, total: episodes, episodes, frames, finishedAt });
    log.info({ dataset: name, episodes, frames, written }, 'built');
  } catch (error) {
    if (interruptionOf(work) === 'shutdown') {
      await job.moveToWait(token);
      throw new WaitingError();
    }
    const failure = failureOf(error, timeoutMs);
    const again = failure.retryable && job.attemptsMade + 1 < RETRIES.dataset.attempts;
    const finishedAt = again ? null : new Date().toISOString();
    await save({ state: again ? 'running' : 'failed', error: failure, finishedAt });
    log.warn({ dataset: name, error: failure }, 'failed');
    throw thrown(failure);
  } finally {
    work.done();
  }
}
