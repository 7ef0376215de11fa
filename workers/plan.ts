/**
 * Queue `plan`: walks through a video's stages without doing any. What is in the store is read; what is missing is asked
 * of the stages' queues; then it sleeps until that is there, and walks again. A video is done when nothing is missing.
 *
 * A stage's job has the key of its result as its id, so the same work is asked for once, whoever needs it: a plan whose
 * missing result is another plan's child looks for it again after a while.
 */
import { DelayedError, type Job, WaitingChildrenError } from 'bullmq';
import type { PlanPayload, StageTask } from '../queue/payloads.ts';
import type { BatchSettings, Job as JobRecord } from '../queue/types.ts';
import { StoreError } from '../src/core/errors.ts';
import { type MissingResult, MissingResults } from '../src/stages/missing.ts';
import { loadRobots } from '../src/stages/robots.ts';
import type { VideoResult } from '../src/stages/video.ts';
import { CANCELLED, type Failure, failureOf, readFailure } from './failure.ts';
import { configFor, type Setting, sourceOf } from './setting.ts';

/** How soon to look again for what another plan has asked for, ms. */
const LOOK_AGAIN_MS = 1000;
/** A result that was made so often and is not there never will be. */
const MOST_ASKED = 3;

export async function plan(setting: Setting, job: Job<PlanPayload>, token: string): Promise<void> {
  const { ledger } = setting;
  const record = await ledger.job(job.data.job);
  if (record?.state !== 'running') return;
  const { settings } = (await ledger.batch(record.batch))!;
  for (;;) {
    const failures = Object.values(await job.getIgnoredChildrenFailures()).map(readFailure);
    const failure = failures.find(({ tag }) => tag !== CANCELLED.tag);
    if (failure) return fail(setting, record, failure);
    const found = await look(setting, record, settings);
    if (!(found instanceof MissingResults)) return complete(setting, record, found);
    const asked = await ask(setting, job, found.results, settings);
    if (asked === 'in vain') {
      const error = new StoreError(
        `a result was made ${MOST_ASKED} times and is not in the store: all workers have to share one store`,
      );
      return fail(setting, record, (await ledger.job(record.id))?.error ?? failureOf(error, 0));
    }
    if (asked === 'others') {
      await job.moveToDelayed(Date.now() + LOOK_AGAIN_MS, token);
      throw new DelayedError();
    }
    // Otherwise they are done already.
    if (await job.moveToWaitingChildren(token)) throw new WaitingChildrenError();
  }
}

/** The video's result, or what is missing towards it. */
async function look(
  setting: Setting,
  { item }: JobRecord,
  settings: BatchSettings,
): Promise<VideoResult | MissingResults> {
  const { store, media } = setting;
  const config = configFor(setting, settings);
  const context = { store, config, media, lookOnly: true, report: () => undefined };
  try {
    return await setting.work.walk(context, sourceOf(item), await loadRobots(config));
  } catch (error) {
    if (error instanceof MissingResults) return error;
    throw error;
  }
}

/** Ask for each missing result, once. Says who makes them: children of this job, or others too. */
async function ask(
  { queue }: Setting,
  job: Job<PlanPayload>,
  missing: readonly MissingResult[],
  settings: BatchSettings,
): Promise<'children' | 'others' | 'in vain'> {
  const asked = { ...job.data.asked };
  const parent = { id: job.id!, queue: queue.queue('plan').qualifiedName };
  let children = false;
  for (const { key, task } of new Map(missing.map(one => [one.key, one])).values()) {
    const stage = queue.queue(task.stage);
    const there = await stage.getJob(key);
    if (there) {
      // A lost plan of this name had asked for it: that wakes nobody.
      const isLost = !(key in asked);
      children ||= !isLost && there.parent?.id === job.id && there.parent?.queueKey === parent.queue;
      continue;
    }
    asked[key] = (asked[key] ?? 0) + 1;
    if (asked[key] > MOST_ASKED) return 'in vain';
    await job.updateData({ ...job.data, asked });
    const payload = { owner: job.data.job, settings, task: task as StageTask };
    // BullMQ counts a child once: what is asked for again is looked for instead.
    const own = asked[key] === 1;
    const options = { jobId: key, ...(own && { parent, ignoreDependencyOnFailure: true }) };
    try {
      await stage.add(task.stage, payload, options);
      children ||= own;
    } catch (error) {
      // Between look and add, another plan has asked for it.
      if (!/cannot be replaced/.test((error as Error).message)) throw error;
    }
  }
  return children ? 'children' : 'others';
}

async function complete(setting: Setting, { id }: JobRecord, found: VideoResult): Promise<void> {
  // Made by another run on the same store, they may not be in the catalogue.
  for (const record of found.episodes) await setting.catalogue.add(record);
  const moved = await setting.ledger.move(
    id,
    ['running'],
    'completed',
    {
      episodes: found.episodes.map(episode => episode.id),
      rejected: found.rejected.map(({ startS, endS, reason }) => ({ startS, endS, reason })),
      error: null,
      finishedAt: new Date().toISOString(),
    },
    { event: 'state', state: 'completed', error: null },
  );
  if (moved) setting.log.info({ job: id, episodes: found.episodes.length }, 'completed');
}

async function fail({ ledger, log }: Setting, { id }: JobRecord, error: Failure): Promise<void> {
  const change = { error, finishedAt: new Date().toISOString() };
  const event = { event: 'state' as const, state: 'failed' as const, error };
  if (await ledger.move(id, ['running'], 'failed', change, event)) log.warn({ job: id, error }, 'failed');
}
