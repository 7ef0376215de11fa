/** What a queue promises, on every backend. Workers are real; only what a stage computes is not. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type OpenQueue, openQueue } from '../../queue/open.ts';
import type { Batch, BatchRequest, Job, JobEvent } from '../../queue/types.ts';
import type { RunningWorker } from '../../workers/start.ts';
import { until } from '../until.ts';
import { backends, type Database, startEmbedded } from './databases.ts';
import { fakeVideo, historyOf, openGate, startFakeWorker } from './fake-work.ts';

/** Short, so that a dead worker is missed soon; not a multiple of three, as the real one. */
const LOCK_MS = 1600;

describe.each(backends)('the queue on $name', ({ name, there, begin }) => {
  let database: Database;
  let queue: OpenQueue;
  let folder: string;
  let worker: RunningWorker | null = null;
  const children: ChildProcess[] = [];
  let count = 0;
  /** A key of this test's own. */
  const key = (what: string) => `${what}-${count}`;

  beforeAll(async () => {
    if (!there) return;
    database = await begin();
    queue = await openQueue(database.url, { lockMs: LOCK_MS });
    folder = mkdtempSync(path.join(tmpdir(), 'understudy-queue-'));
  });
  afterEach(async () => {
    count++;
    await worker?.stop(0);
    worker = null;
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });
  afterAll(async () => {
    if (!there) return;
    await queue.close();
    await database.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const check = test.skipIf(!there);

  const work = async (concurrency = 2) => {
    worker = await startFakeWorker(queue, folder, concurrency);
  };
  const submit = (urls: string[], request: Partial<BatchRequest> = {}) =>
    queue.client.submit({ items: urls.map(url => ({ url })), settings: {}, ...request });
  const ended = (batch: Batch) =>
    until(
      async () => (await queue.client.batch(batch.id))!,
      ({ state }) => state !== 'queued' && state !== 'running',
    );
  const begun = (what: string) => historyOf(folder).filter(line => line === `begin ${what}`).length;
  const start = (folderOf = folder, url?: string): Promise<ChildProcess> =>
    new Promise((resolve, reject) => {
      const script = fileURLToPath(new URL('worker-process.ts', import.meta.url));
      const args = [
        '--import',
        'tsx',
        script,
        database.url,
        folderOf,
        String(LOCK_MS),
        ...(url ? [url] : []),
      ];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      children.push(child);
      let said = '';
      const hear = (chunk: Buffer) => {
        said += chunk;
        if (said.includes('working')) resolve(child);
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.once('exit', () => reject(new Error(said)));
    });
  const dead = (child: ChildProcess) =>
    new Promise<void>(resolve => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once('exit', () => resolve());
      child.kill('SIGKILL');
    });

  check('a batch is what was submitted, and its jobs come in pages, in the order of its items', async () => {
    const batch = await submit(
      Array.from({ length: 25 }, (_, i) => fakeVideo({ stage: 'acquire', key: `${i}` })),
      { settings: { fps: 15, robot: 'g1-inspire' } },
    );
    expect(batch).toMatchObject({ state: 'queued', jobs: 25, settings: { fps: 15, robot: 'g1-inspire' } });
    expect(batch.counts).toEqual({ queued: 25, running: 0, completed: 0, failed: 0, cancelled: 0 });
    const seen: Job[] = [];
    let after: string | undefined;
    do {
      const page = await queue.client.jobs({ batch: batch.id, state: 'queued', after, limit: 10 });
      seen.push(...page.rows);
      after = page.next ?? undefined;
    } while (after);
    expect(seen.map(({ id }) => id)).toEqual(Array.from({ length: 25 }, (_, i) => `${batch.id}-${i}`));
    expect(seen[7]).toEqual(await queue.client.job(seen[7].id));
    const later = await submit([fakeVideo({ stage: 'acquire', key: 'x' })]);
    expect((await queue.client.batches({ limit: 1 })).rows).toEqual([later]);
    expect((await queue.client.jobs({ limit: 2 })).rows.map(job => job.batch)).toEqual([later.id, batch.id]);
    expect((await queue.client.depths()).video).toMatchObject({ waiting: 26 });
    for (const { id } of [batch, later]) await queue.client.cancelBatch(id);
    expect(await queue.client.batch(batch.id)).toMatchObject({
      state: 'cancelled',
      counts: { cancelled: 25 },
    });
    expect(await queue.client.batch('000000-00000000')).toBeNull();
    expect(await queue.client.job('nothing')).toBeNull();
    expect(await queue.client.cancelBatch('nothing')).toBeNull();
  });

  check('a video passes its stages in order, and tells of it', async () => {
    const stages = (['acquire', 'perceive', 'reconstruct', 'retarget', 'emit'] as const).map(stage => ({
      stage,
      key: key(stage),
    }));
    await queue.client.pause();
    const batch = await submit([fakeVideo(...stages)]);
    const events: JobEvent[] = [];
    const stop = new AbortController();
    const reading = (async () => {
      for await (const event of queue.client.events({ batch: batch.id, after: '0' }, stop.signal))
        events.push(event);
    })();
    await work();
    await new Promise(resolve => setTimeout(resolve, 300));
    expect((await queue.client.batch(batch.id))?.state).toBe('queued');
    await queue.client.resume();
    expect(await ended(batch)).toMatchObject({ state: 'completed', counts: { completed: 1 } });
    await until(
      async () => events,
      () => events.at(-1)?.event === 'state' && events.length > 2,
    );
    stop.abort();
    await reading;
    expect(historyOf(folder).slice(-10)).toEqual(
      stages.flatMap(stage => [`begin ${stage.key}`, `done ${stage.key}`]),
    );
    const states = events.flatMap(event => (event.event === 'state' ? [event.state] : []));
    expect(states).toEqual(['running', 'completed']);
    expect(events.some(event => event.event === 'stage')).toBe(true);
    const job = (await queue.client.job(`${batch.id}-0`))!;
    expect(job).toMatchObject({ attempts: 1, error: null, rejected: [{ reason: 'nothing to be seen' }] });
    expect(Date.parse(job.finishedAt!)).toBeGreaterThanOrEqual(Date.parse(job.startedAt!));
    // Nothing is left of it in the queue.
    await until(
      async () => Object.values(await queue.client.depths()).flatMap(depth => Object.values(depth)),
      left => left.every(depth => depth === 0),
    );
    // A reader that was away goes on where it was.
    const again: JobEvent[] = [];
    const second = new AbortController();
    for await (const event of queue.client.events({ job: job.id, after: events[0].id }, second.signal)) {
      again.push(event);
      if (again.length === events.length - 1) second.abort();
    }
    expect(again).toEqual(events.slice(1));
  });

  check('a batch that ended long ago is forgotten, with all that is its own', async () => {
    const request = { idempotencyKey: key('forgotten') };
    const urls = ['a', 'b', 'c'].map(name =>
      fakeVideo({ stage: 'acquire', key: key(name), broken: name === 'b' }),
    );
    const batch = await submit(urls, request);
    await work();
    await ended(batch);
    await worker?.stop(0);
    const waiting = await submit([fakeVideo({ stage: 'acquire', key: key('waits') })]);
    const { ledger } = queue;
    while ((await ledger.forget(batch.createdAt, 2)) > 0);
    expect(await queue.client.batch(batch.id)).not.toBeNull();
    const [last] = (await ledger.eventsAfter(batch.id, '0', 1000)).slice(-1);
    const totals = await ledger.totals();

    const after = new Date(Date.parse(last.at) + 1).toISOString();
    while ((await queue.client.batch(batch.id)) !== null)
      expect(await ledger.forget(after, 2)).toBeGreaterThan(0);
    expect((await queue.client.jobs({ batch: batch.id, limit: 10 })).rows).toEqual([]);
    expect(await queue.client.job(`${batch.id}-2`)).toBeNull();
    expect(await queue.client.retryJob(`${batch.id}-1`)).toBeNull();
    expect(await ledger.move(`${batch.id}-1`, ['failed'], 'queued', {}, null)).toBe(false);
    expect(await ledger.states([`${batch.id}-0`])).toEqual([null]);
    expect(await ledger.eventsAfter(batch.id, '0', 10)).toEqual([]);
    while ((await ledger.forget(after, 2)) > 0);

    const now = await ledger.totals();
    expect(now.completed).toBeLessThanOrEqual(totals.completed - 2);
    expect(now.failed).toBeLessThanOrEqual(totals.failed - 1);
    expect((await queue.client.batches({ limit: 1000 })).rows.map(({ id }) => id)).toEqual([waiting.id]);
    expect((await queue.client.jobs({ limit: 1000 })).rows.map(job => job.batch)).toEqual([waiting.id]);
    const again = await submit(urls.slice(0, 1), request);
    expect(again.id).not.toBe(batch.id);
    for (const { id } of [again, waiting]) await queue.client.cancelBatch(id);
  });

  check('the same request with the same key is the same batch; another request is refused', async () => {
    const items = [{ url: fakeVideo({ stage: 'acquire', key: key('a') }) }];
    const [first, second] = await Promise.all(
      [1, 2].map(() => queue.client.submit({ items, settings: {}, idempotencyKey: key('key') })),
    );
    expect(second.id).toBe(first.id);
    await expect(
      queue.client.submit({ items, settings: { fps: 10 }, idempotencyKey: key('key') }),
    ).rejects.toMatchObject({ tag: 'ConflictError', message: expect.stringMatching(/another request/) });
    const [one, two] = [{ robot: 'g1', fps: 10 } as const, { fps: 10, robot: 'g1' } as const].map(settings =>
      queue.client.submit({ items, settings, idempotencyKey: key('order') }),
    );
    expect((await two).id).toBe((await one).id);
    await expect(queue.client.submit({ items: [], settings: {} })).rejects.toThrow(/1 to/);
    for (const { id } of [first, await one]) await queue.client.cancelBatch(id);
  });

  check('a smaller priority goes first, none goes last, and equals in the order of arrival', async () => {
    const urls = (what: string) => [1, 2].map(i => fakeVideo({ stage: 'acquire', key: key(`${what}${i}`) }));
    await queue.client.pause();
    const any = await submit(urls('any'));
    const late = await submit(urls('late'), { priority: 9 });
    const early = await submit(urls('early'), { priority: 2 });
    await queue.client.resume();
    await work(1);
    await Promise.all([ended(any), ended(late), ended(early)]);
    const order = historyOf(folder).filter(line => line.endsWith(`-${count}`) && line.startsWith('begin'));
    expect(order).toEqual(
      ['early1', 'early2', 'late1', 'late2', 'any1', 'any2'].map(what => `begin ${key(what)}`),
    );
  });

  check('work that several videos need is done once', async () => {
    const shared = { stage: 'acquire', key: key('shared'), ms: 300 } as const;
    const urls = [1, 2, 3].map(i => fakeVideo(shared, { stage: 'perceive', key: key(`own${i}`) }));
    await work();
    const [one, two] = await Promise.all([submit(urls.slice(0, 2)), submit(urls.slice(2))]);
    expect([(await ended(one)).state, (await ended(two)).state]).toEqual(['completed', 'completed']);
    expect(begun(shared.key)).toBe(1);
    expect([1, 2, 3].map(i => begun(key(`own${i}`)))).toEqual([1, 1, 1]);
  });

  check('what may succeed later is tried again; what may not fails at once, and says why', async () => {
    await work();
    const batch = await submit([
      fakeVideo({ stage: 'reconstruct', key: key('later'), failures: 1 }),
      fakeVideo({ stage: 'reconstruct', key: key('broken'), broken: true }),
    ]);
    await until(
      async () => (await queue.client.job(`${batch.id}-0`))!,
      ({ error, attempts }) => error?.tag === 'StoreError' && attempts === 2,
    );
    expect(await ended(batch)).toMatchObject({ state: 'completed', counts: { completed: 1, failed: 1 } });
    expect([begun(key('later')), begun(key('broken'))]).toEqual([2, 1]);
    const [failed] = (await queue.client.jobs({ batch: batch.id, state: 'failed', limit: 5 })).rows;
    const error = { tag: 'MediaError', message: `${key('broken')} is no video`, retryable: false };
    expect(failed).toMatchObject({ id: `${batch.id}-1`, error, attempts: 1 });
    // Its stage is tried anew.
    expect(await queue.client.retryJob(failed.id)).toMatchObject({ state: 'queued', error: null });
    await until(
      async () => begun(key('broken')),
      times => times === 2,
    );
    expect((await ended(batch)).counts.failed).toBe(1);
  });

  check('a job that waits is cancelled, one that runs is stopped, and both can be tried again', async () => {
    const slow = fakeVideo({ stage: 'perceive', key: key('slow'), ms: 20, gate: true });
    const batch = await submit([slow, fakeVideo({ stage: 'acquire', key: key('quick') })]);
    expect(await queue.client.cancelJob(`${batch.id}-1`)).toMatchObject({ state: 'cancelled' });
    await work();
    await until(
      async () => begun(key('slow')),
      times => times === 1,
    );
    expect(await queue.client.cancelBatch(batch.id)).toMatchObject({
      state: 'cancelled',
      counts: { cancelled: 2 },
    });
    // Stopped, not finished: its place is free for the next.
    await until(
      async () => (await queue.client.depths()).perceive,
      ({ active }) => active === 0,
    );
    expect(begun(key('quick'))).toBe(0);
    openGate(folder, key('slow'));
    for (const i of [0, 1]) await queue.client.retryJob(`${batch.id}-${i}`);
    expect(await ended(batch)).toMatchObject({ state: 'completed', counts: { completed: 2 } });
    expect(begun(key('slow'))).toBe(2);
    // A finished job stays as it is.
    expect(await queue.client.cancelJob(`${batch.id}-0`)).toMatchObject({ state: 'completed' });
    expect(await queue.client.retryJob(`${batch.id}-0`)).toMatchObject({ state: 'completed' });
  });

  check(
    'a batch is cancelled in one step that everything shows at once, and nothing of it is begun',
    async () => {
      const before = await queue.ledger.totals();
      const video = (i: number) => fakeVideo({ stage: 'acquire', key: key(`${i}`) });
      const batch = await submit(Array.from({ length: 40 }, (_, i) => video(i)));
      const other = await submit([video(40)]);
      const [lone, ofJob] = [`${batch.id}-3`, `${batch.id}-7`];
      await queue.client.cancelJob(lone);
      const alone = await queue.client.job(lone);
      const seen = await queue.ledger.lastEvent(batch.id);
      await queue.client.cancelBatch(batch.id);
      const counts = { queued: 0, running: 0, completed: 0, failed: 0, cancelled: 40 };
      const shows = async () => {
        expect(await queue.client.batch(batch.id)).toMatchObject({ state: 'cancelled', counts });
        const total = await queue.ledger.totals();
        expect([total.queued - before.queued, total.cancelled - before.cancelled]).toEqual([1, 40]);
        const ids = async (filter: { batch?: string; state?: Job['state']; limit: number; after?: string }) =>
          (await queue.client.jobs(filter)).rows.map(({ id }) => id);
        const all = Array.from({ length: 40 }, (_, i) => `${batch.id}-${i}`);
        expect(await ids({ batch: batch.id, state: 'cancelled', limit: 50 })).toEqual(all);
        expect(await ids({ batch: batch.id, state: 'cancelled', limit: 5, after: all[20] })).toEqual(
          all.slice(21, 26),
        );
        expect(await ids({ state: 'cancelled', limit: 40 })).toEqual(all);
        expect(await ids({ batch: batch.id, state: 'queued', limit: 50 })).toEqual([]);
        expect(await ids({ state: 'queued', limit: 1 })).toEqual([`${other.id}-0`]);
        expect(await queue.client.job(ofJob)).toMatchObject({ state: 'cancelled', startedAt: null });
        expect((await queue.client.job(ofJob))?.finishedAt).toMatch(/^20/);
        expect(await queue.client.job(lone)).toEqual(alone);
        expect(await queue.ledger.states([ofJob, `${other.id}-0`])).toEqual(['cancelled', 'queued']);
      };
      await shows();
      // Written down or not, it is the same.
      while ((await queue.ledger.settle(7)) > 0);
      await shows();
      // One event of the batch; to who follows one job it is that job's, unless it had ended before.
      expect(
        (await queue.ledger.eventsAfter(batch.id, seen, 9)).map(({ job, event }) => [job, event]),
      ).toEqual([[null, 'cancelled']]);
      for await (const event of queue.client.events(
        { job: ofJob, after: seen },
        AbortSignal.timeout(60_000),
      )) {
        expect(event).toMatchObject({ job: ofJob, event: 'state', state: 'cancelled' });
        break;
      }
      // What is tried again is queued while the rest stays; it is cancelled again like any other.
      expect(await queue.client.retryJob(ofJob)).toMatchObject({ state: 'queued', finishedAt: null });
      expect((await queue.client.jobs({ batch: batch.id, state: 'queued', limit: 9 })).rows).toHaveLength(1);
      expect((await queue.client.jobs({ batch: batch.id, state: 'cancelled', limit: 99 })).rows).toHaveLength(
        39,
      );
      expect((await queue.client.cancelBatch(batch.id))?.counts).toEqual(counts);
      expect((await queue.client.job(ofJob))?.state).toBe('cancelled');
      expect(await queue.client.job(lone)).toEqual(alone);
      // Its tickets are dropped, and the next batch is done.
      await work();
      expect(await ended(other)).toMatchObject({ counts: { completed: 1 } });
      expect(Array.from({ length: 40 }, (_, i) => begun(key(`${i}`))).every(times => times === 0)).toBe(true);
    },
  );

  check('work of a cancelled batch that another batch needs too is done all the same', async () => {
    const shared = { stage: 'acquire', key: key('both'), ms: 20, gate: true } as const;
    await work();
    const first = await submit([fakeVideo(shared, { stage: 'perceive', key: key('first') })]);
    await until(
      async () => begun(shared.key),
      times => times === 1,
    );
    const second = await submit([fakeVideo(shared, { stage: 'perceive', key: key('second') })]);
    await until(
      async () => (await queue.client.batch(second.id))!,
      ({ counts }) => counts.running === 1,
    );
    await queue.client.cancelBatch(first.id);
    openGate(folder, shared.key);
    expect(await ended(second)).toMatchObject({ state: 'completed', counts: { completed: 1 } });
    expect(await queue.client.batch(first.id)).toMatchObject({
      state: 'cancelled',
      counts: { cancelled: 1 },
    });
    expect(historyOf(folder).filter(line => line === `done ${shared.key}`)).toHaveLength(1);
    expect([begun(key('first')), begun(key('second'))]).toEqual([0, 1]);
  });

  check('a worker that is told to stop hands its job back, and the next one does it', async () => {
    await work();
    const batch = await submit([fakeVideo({ stage: 'perceive', key: key('handed'), ms: 20, gate: true })]);
    await until(
      async () => begun(key('handed')),
      times => times === 1,
    );
    // It ends although its job does not.
    await worker!.stop(100);
    expect(await queue.client.batch(batch.id)).toMatchObject({ counts: { running: 1 } });
    openGate(folder, key('handed'));
    await work();
    expect(await ended(batch)).toMatchObject({ counts: { completed: 1 } });
    expect(begun(key('handed'))).toBe(2);
    expect((await queue.client.job(`${batch.id}-0`))?.attempts).toBe(1);
  });

  check('a worker says that it is there, and that it leaves', async () => {
    await work();
    expect(await queue.ledger.workers()).toMatchObject([{ id: worker!.id, pid: process.pid }]);
    await worker!.stop(0);
    expect(await queue.ledger.workers()).toEqual([]);
  });

  if (name !== 'in this process')
    check('the job of a worker that is killed is taken up by another within seconds', async () => {
      const first = await start();
      const batch = await submit([fakeVideo({ stage: 'perceive', key: key('orphan'), ms: 2000 })]);
      await until(
        async () => begun(key('orphan')),
        times => times === 1,
      );
      await dead(first);
      await work();
      await until(
        async () => begun(key('orphan')),
        times => times === 2,
      );
      expect(await ended(batch)).toMatchObject({ counts: { completed: 1 } });
    });

  if (name !== 'in this process')
    check('nothing is lost when the database is killed and comes back', async () => {
      await work();
      const urls = [1, 2, 3, 4].map(i => fakeVideo({ stage: 'perceive', key: key(`back${i}`), ms: 400 }));
      const batch = await submit(urls);
      await until(
        async () => begun(key('back1')),
        times => times === 1,
      );
      await database.kill();
      await expect(queue.client.batch(batch.id)).rejects.toMatchObject({
        tag: 'QueueError',
        retryable: true,
      });
      await database.start();
      const state = () => queue.client.batch(batch.id).catch(() => null);
      await until(state, seen => seen?.state === 'completed');
      expect((await queue.client.batch(batch.id))?.counts.completed).toBe(4);
    });

  if (name !== 'in this process')
    check('a worker that is told to stop while its database is away ends all the same', async () => {
      const child = await start();
      await database.kill();
      const end = new Promise(resolve => child.once('exit', resolve));
      child.kill('SIGTERM');
      expect(await end).toBe(0);
      await database.start();
    });

  if (name === 'in this process')
    check(
      'a second process is told who has the folder; after a kill its jobs go on',
      async () => {
        await expect(start()).rejects.toThrow(new RegExp(`in use by process ${process.pid}`));
        const other = await startEmbedded();
        const own = database;
        database = other;
        try {
          const killed = await start(
            folder,
            fakeVideo({ stage: 'perceive', key: key('reopened'), ms: 3000 }),
          );
          await until(
            async () => begun(key('reopened')),
            times => times === 1,
          );
          await dead(killed);
          await start();
          await until(
            async () => historyOf(folder),
            lines => lines.includes(`done ${key('reopened')}`),
          );
        } finally {
          database = own;
          for (const child of children.splice(0)) await dead(child);
          await other.stop();
        }
      },
      240_000,
    );
});
