/** What becomes of a record whose ticket is given up. Stages say so themselves, to the plan that asked for them. */
import type { Job } from 'bullmq';
import type { DatasetPayload, VideoPayload } from '../queue/payloads.ts';
import type { Failure } from './failure.ts';
import type { Setting } from './setting.ts';

export async function settle(setting: Setting, { queueName, data }: Job, error: Failure): Promise<void> {
  const { log } = setting;
  const settleOne = { video: settleVideo, plan: settleVideo, dataset: settleBuild }[queueName];
  if (!settleOne) return;
  await settleOne(setting, data, error).catch(({ message }: Error) =>
    log.error({ ...data, message }, 'cannot be recorded'),
  );
  log.warn({ ...data, error }, 'failed');
}

async function settleVideo({ ledger }: Setting, { job }: VideoPayload, error: Failure): Promise<void> {
  const change = { error, finishedAt: new Date().toISOString() };
  await ledger.move(job, ['queued', 'running'], 'failed', change, { event: 'state', state: 'failed', error });
}

async function settleBuild(
  { ledger }: Setting,
  { name, createdAt }: DatasetPayload,
  error: Failure,
): Promise<void> {
  const build = await ledger.dataset(name);
  if (build?.createdAt !== createdAt || build.finishedAt !== null) return;
  await ledger.saveDataset({ ...build, state: 'failed', error, finishedAt: new Date().toISOString() });
}
