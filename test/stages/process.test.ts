/** What media processes and the system do to each other. Only who is asked is replaced: processes are real. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { residentBytes } from '../../src/stages/memory.ts';
import { MediaPool } from '../../src/stages/process.ts';
import { SAMPLE } from '../cli/understudy.ts';

vi.mock('node:child_process', async original => {
  const real = (await original()) as typeof import('node:child_process');
  return { ...real, fork: vi.fn(real.fork) };
});
vi.mock('node:os', async original => {
  const real = (await original()) as typeof import('node:os');
  return { ...real, setPriority: vi.fn(real.setPriority) };
});
vi.mock('../../src/stages/memory.ts', () => ({ residentBytes: vi.fn(async () => null) }));

let media: MediaPool;
beforeEach(() => {
  vi.mocked(fork).mockClear();
  media = new MediaPool(1, 1);
});
afterEach(() => {
  media.close();
  vi.restoreAllMocks();
});

const probe = () => media.run('probe', { path: SAMPLE });
const started = (): ChildProcess[] => vi.mocked(fork).mock.results.map(({ value }) => value);
const SIZE = { width: 1280, height: 720 };

test('a process that died without work is replaced', async () => {
  await probe();
  const [idle] = started();
  process.kill(idle.pid!, 'SIGKILL');
  await once(idle, 'exit');
  expect(await probe()).toMatchObject(SIZE);
  expect(started()).toHaveLength(2);
});

test('a process that somebody ends as it gets a job is told of in a tagged error, and replaced', async () => {
  await probe();
  process.kill(started()[0].pid!, 'SIGKILL');
  await expect(probe()).rejects.toMatchObject({
    tag: 'MediaError',
    retryable: true,
    message: expect.stringMatching(/the probe process ended/),
  });
  expect(await probe()).toMatchObject(SIZE);
});

test('processes that cannot be started leave their places to the next jobs', async () => {
  const node = process.execPath;
  process.execPath = '/nowhere/node';
  const failed = await Promise.allSettled([probe(), probe()]).finally(() => {
    process.execPath = node;
  });
  expect(failed).toMatchObject([{ reason: { tag: 'StoreError' } }, { reason: { tag: 'StoreError' } }]);
  expect(await probe()).toMatchObject(SIZE);
});

test('a Ctrl-C or SIGTERM that reaches the whole group is the parent’s to answer', async () => {
  await probe();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.kill(started()[0].pid!, signal);
  expect(await probe()).toMatchObject(SIZE);
  expect(started()).toHaveLength(1);
});

test('a process whose start throws leaves its place to the next job', async () => {
  vi.mocked(fork).mockImplementationOnce(() => {
    throw Object.assign(new Error('spawn ENOMEM'), { code: 'ENOMEM' });
  });
  await expect(probe()).rejects.toMatchObject({ tag: 'StoreError', retryable: true });
  expect(await probe()).toMatchObject(SIZE);
});

test('a process whose priority cannot be set works', async () => {
  vi.mocked(setPriority).mockImplementationOnce(() => {
    throw new Error('ESRCH');
  });
  expect(await probe()).toMatchObject(SIZE);
  expect(started()).toHaveLength(1);
});

test('what is learnt of its memory after a job does not end the next one', async () => {
  let tell = (_bytes: number) => {};
  vi.mocked(residentBytes).mockReturnValueOnce(new Promise(resolve => (tell = resolve)));
  // It is looked at as the job begins, however short that is.
  vi.spyOn(globalThis, 'setInterval').mockImplementationOnce((look: () => void) => {
    look();
    return 0 as never;
  });
  await probe();
  const next = probe();
  tell(Infinity);
  expect(await next).toMatchObject(SIZE);
  expect(started()).toHaveLength(1);
});
