/** What the handlers of a worker do with a ticket, beside a ledger that says what the test wants. */
import type { Job } from 'bullmq';
import { expect, test } from 'vitest';
import type { DatasetBuild } from '../../queue/types.ts';
import { admit } from '../../workers/admit.ts';
import { AtHand } from '../../workers/at-hand.ts';
import { doDataset } from '../../workers/dataset.ts';
import type { Setting } from '../../workers/setting.ts';

const log = { info: () => undefined, warn: () => undefined };
const settingWith = (ledger: object, more: object = {}) =>
  ({ ledger, atHand: new AtHand(), log, ...more }) as unknown as Setting;

test('a video waits until fewer are on their way than there is room for', async () => {
  const running = [8, 8, 7];
  const steps: string[] = [];
  const ledger = {
    states: async () => ['queued'],
    totals: async () => {
      steps.push(`${running[0]} running`);
      return { running: running.shift() };
    },
    workers: async () => [{ concurrency: 2 }, { concurrency: 2 }],
    move: async () => steps.push('started'),
  };
  const queue = { queue: () => ({ addBulk: async () => steps.push('planned') }) };
  await admit(settingWith(ledger, { queue }), { data: { job: 'b-0' } } as Job, '');
  expect(steps).toEqual(['8 running', '8 running', '7 running', 'started', 'planned']);
});

test('a ticket of a build that was asked for before the one that is written down does nothing', async () => {
  const saved: DatasetBuild[] = [];
  const asked = '2026-01-02T00:00:00.000Z';
  const ledger = {
    dataset: async () => ({ name: 'cups', createdAt: asked, finishedAt: null, where: '' }),
    saveDataset: async (build: DatasetBuild) => void saved.push(build),
  };
  const data = { name: 'cups', createdAt: '2026-01-01T00:00:00.000Z' };
  await doDataset(settingWith(ledger, { config: { datasets: '/nowhere' } }), { data } as Job, '').catch(
    () => undefined,
  );
  expect(saved).toEqual([]);
});
