/** What a process that is killed between two steps leaves behind is found, on every backend. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createClient } from '../../queue/client.ts';
import type { Ledger } from '../../queue/ledger.ts';
import { type OpenQueue, openQueue } from '../../queue/open.ts';
import { finishSubmissions, ticketFinder } from '../../queue/tickets.ts';
import { QueueError } from '../../src/core/errors.ts';
import type { RunningWorker } from '../../workers/start.ts';
import { until } from '../until.ts';
import { backends, type Database } from './databases.ts';
import { fakeVideo, fakeWork, historyOf, openGate, startFakeWorker } from './fake-work.ts';

describe.each(backends)('the queue on $name', ({ there, begin }) => {
  let database: Database;
  let queue: OpenQueue;
  let folder: string;
  let worker: RunningWorker | null = null;

  beforeAll(async () => {
    if (!there) return;
    database = await begin();
    queue = await openQueue(database.url);
    folder = mkdtempSync(path.join(tmpdir(), 'understudy-losses-'));
  });
  afterEach(async () => {
    await worker?.stop(0);
    worker = null;
  });
  afterAll(async () => {
    if (!there) return;
    await queue.close();
    await database.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const check = test.skipIf(!there);

  const work = async (of: OpenQueue = queue) => {
    worker = await startFakeWorker(of, folder);
  };
  const video = (key: string, gate = false) => ({ url: fakeVideo({ stage: 'acquire', key, ms: 20, gate }) });
  const submit = (...keys: string[]) =>
    queue.client.submit({ items: keys.map(key => video(key)), settings: {} });
  const tickets = async (name: 'video' | 'plan' | 'dataset') => {
    const { failed: _, completed: __, ...undone } = (await queue.client.depths())[name];
    return Object.values(undone).reduce((sum, jobs) => sum + jobs, 0);
  };
  const completed = (batch: string) =>
    until(async () => (await queue.client.batch(batch))?.state === 'completed');
  /** The ledger, but that one of its methods is another one. */
  const ledgerWith = (change: Partial<Ledger>): Ledger =>
    new Proxy(queue.ledger, {
      get: (ledger, name) => Reflect.get(change, name) ?? Reflect.get(ledger, name),
    });
  const clientWith = (change: Partial<Ledger>) =>
    createClient(ledgerWith(change), queue.queue, queue.boards, async () => undefined);
  const findTickets = () => ticketFinder(queue.ledger, queue.queue)();

  check('a job that is tried again is done although its ticket of before is just being dropped', async () => {
    const batch = await submit('again');
    const job = `${batch.id}-0`;
    await queue.client.cancelJob(job);
    let drop: () => void = () => undefined;
    const held = new Promise<void>(resolve => (drop = resolve));
    const dropping = queue.worker('video', () => held, { concurrency: 1 });
    const active = new Promise(resolve => dropping.once('active', resolve));
    void dropping.run();
    await active;
    expect(await queue.client.retryJob(job)).toMatchObject({ state: 'queued' });
    const dropped = new Promise(resolve => dropping.once('completed', resolve));
    const paused = dropping.pause(true);
    drop();
    await Promise.all([dropped, paused]);
    await dropping.close();
    await work();
    await completed(batch.id);
  });

  check('a submission that broke off is not given back to who sends it again with its key', async () => {
    const request = {
      items: [video('broken-off'), video('broken-off-too')],
      settings: {},
      idempotencyKey: 'off',
    };
    const failing = clientWith({ addJobs: () => Promise.reject(new Error('away')) });
    await expect(failing.submit(request)).rejects.toThrow('away');
    await finishSubmissions(queue.ledger, queue.queue('video'), 0);
    await expect(queue.client.submit(request)).rejects.toMatchObject({
      tag: 'ConflictError',
      message: expect.stringContaining('broke off'),
    });
  });

  check('a queued job whose ticket is gone gets one again, and no second', async () => {
    const batch = await submit('gone1', 'gone2');
    await queue.queue('video').obliterate({ force: true });
    await findTickets();
    expect(await tickets('video')).toBe(2);
    await findTickets();
    expect(await tickets('video')).toBe(2);
    await work();
    await completed(batch.id);
  });

  check('a running job whose plan is gone gets one again, and what it began is not begun anew', async () => {
    await work();
    const { id } = await queue.client.submit({ items: [video('planless', true)], settings: {} });
    await until(async () => historyOf(folder).includes('begin planless'));
    await until(async () => (await queue.client.depths()).plan['waiting-children'] === 1);
    const plan = await queue.queue('plan').getJob(`${id}-0`);
    await plan!.remove({ removeChildren: false });
    expect(await tickets('plan')).toBe(0);
    await findTickets();
    expect(await tickets('plan')).toBe(1);
    // Nobody wakes it: it looks again by itself.
    await until(async () => (await queue.client.depths()).plan.delayed === 1);
    openGate(folder, 'planless');
    await completed(id);
    expect(historyOf(folder).filter(line => line === 'begin planless')).toHaveLength(1);
  });

  check('of a submission that fails half way nothing is begun, and it ends cancelled', async () => {
    let parts = 0;
    const client = clientWith({
      addJobs: async (...args) => {
        if (++parts === 2) throw new Error('ECONNRESET');
        await queue.ledger.addJobs(...args);
      },
    });
    const items = Array.from({ length: 1001 }, (_, i) => video(`half${i}`));
    await expect(client.submit({ items, settings: {} })).rejects.toThrow(/ECONNRESET/);
    await findTickets();
    expect(await tickets('video')).toBe(0);
    const [{ id, state }] = (await queue.client.batches({ limit: 1 })).rows;
    expect(state).toBe('queued');
    await finishSubmissions(queue.ledger, queue.queue('video'), 60_000);
    expect(await queue.client.batch(id)).toMatchObject({ state: 'queued' });
    await finishSubmissions(queue.ledger, queue.queue('video'), 0);
    expect(await queue.client.batch(id)).toMatchObject({ state: 'cancelled', counts: { cancelled: 1000 } });
    expect(await queue.ledger.unfinishedSubmissions()).toEqual([]);
    expect(await tickets('video')).toBe(0);
  });

  check('a submission that is cancelled before it has written anything has ended', async () => {
    const client = clientWith({ addJobs: () => Promise.reject(new Error('ECONNRESET')) });
    await expect(client.submit({ items: [video('none')], settings: {} })).rejects.toThrow(/ECONNRESET/);
    const [{ id }] = (await queue.client.batches({ limit: 1 })).rows;
    expect(await queue.client.cancelBatch(id)).toMatchObject({
      state: 'cancelled',
      counts: { cancelled: 0 },
    });
  });

  check('what was written down in full and not brought into the queue is brought there', async () => {
    const client = clientWith({ setEnqueued: () => Promise.reject(new Error('ECONNRESET')) });
    const items = [video('whole1'), video('whole2')];
    await expect(client.submit({ items, settings: {} })).rejects.toThrow(/ECONNRESET/);
    await queue.queue('video').obliterate({ force: true });
    await finishSubmissions(queue.ledger, queue.queue('video'), 0);
    expect(await tickets('video')).toBe(2);
    const [{ id }] = (await queue.client.batches({ limit: 1 })).rows;
    await work();
    await completed(id);
  });

  check('a stage in which the queue refused to keep something is tried again', async () => {
    let refused = 0;
    const { walk, perform } = fakeWork(folder);
    worker = await startFakeWorker(queue, folder, 2, {
      walk,
      async perform(context, task) {
        if (refused++ === 0) throw new QueueError('OOM command not allowed');
        return perform(context, task);
      },
    });
    const url = fakeVideo({ stage: 'reconstruct', key: 'refused' });
    const { id } = await queue.client.submit({ items: [{ url }], settings: {} });
    const state = () => queue.client.batch(id).then(batch => batch!.state);
    expect(await until(state, now => now !== 'queued' && now !== 'running')).toBe('completed');
    expect(refused).toBe(2);
  });

  check('a dataset whose ticket is gone gets one when it is asked for again', async () => {
    const request = { name: 'cups', where: '', format: 'lerobot' };
    const build = await queue.client.buildDataset(request);
    await queue.queue('dataset').obliterate({ force: true });
    expect(await queue.client.buildDataset({ ...request, where: 'quality > 1' })).toEqual(build);
    expect(await queue.client.buildDataset(request)).toEqual(build);
    expect(await tickets('dataset')).toBe(1);
    await work();
    const failed = async () => (await queue.client.dataset('cups'))?.state === 'failed';
    await until(failed);
    // At once, while the ticket of before may be there still.
    const next = await queue.client.buildDataset(request);
    expect(next).toMatchObject({ state: 'queued', error: null });
    await until(failed);
    expect(await queue.client.dataset('cups')).toMatchObject({
      createdAt: next.createdAt,
      error: { tag: 'DatasetError' },
    });
  });

  check('a dataset whose ticket is given up has failed, and says why', async () => {
    let asked = 0;
    const ledger = ledgerWith({
      dataset: async name => {
        if (++asked === 1) throw new TypeError('a defect');
        return queue.ledger.dataset(name);
      },
    });
    await work({ ...queue, ledger });
    await queue.client.buildDataset({ name: 'plates', where: '', format: 'lerobot' });
    await until(async () => (await queue.client.dataset('plates'))?.state === 'failed');
    expect(await queue.client.dataset('plates')).toMatchObject({
      error: { message: 'TypeError: a defect' },
      finishedAt: expect.stringMatching(/^20/),
    });
  });
});
