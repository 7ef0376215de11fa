import type { Queue } from 'bullmq';
import { expect, test } from 'vitest';
import type { Ledger } from '../../queue/ledger.ts';
import { ticketFinder } from '../../queue/tickets.ts';

test('each search goes on where the last one ended, and begins anew behind the end', async () => {
  const after: (string | undefined)[] = [];
  const given: string[] = [];
  const pages = { '': { ids: ['b-0', 'b-1'], next: 'b-1' }, 'b-1': { ids: ['b-2'], next: null } };
  const ledger = {
    totals: async () => ({ queued: 3, running: 0 }),
    jobs: async (filter: { after?: string }) => {
      after.push(filter.after);
      const { ids, next } = pages[(filter.after ?? '') as keyof typeof pages];
      return { rows: ids.map(id => ({ id, batch: 'b' })), next };
    },
    batch: async () => ({ enqueued: true, priority: 0 }),
  } as unknown as Ledger;
  const queue = {
    getJobCountByTypes: async () => 0,
    addBulk: async (jobs: { opts: { jobId: string } }[]) =>
      void given.push(...jobs.map(({ opts }) => opts.jobId)),
  } as unknown as Queue;
  const find = ticketFinder(ledger, () => queue);
  for (let i = 0; i < 3; i++) await find();
  expect(after).toEqual([undefined, 'b-1', undefined]);
  expect(given).toEqual(['b-0', 'b-1', 'b-2', 'b-0', 'b-1']);
});
