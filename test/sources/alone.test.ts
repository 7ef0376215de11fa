import { existsSync, mkdirSync, rmdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { alone } from '../../src/sources/alone.ts';
import { temporary } from '../temporary.ts';
import { failure } from './servers.ts';

afterEach(() => {
  vi.useRealTimers();
});

const place = () => join(temporary(), 'folder', 'place');

test('works on one place come one after another, and leave no lock', async () => {
  const at = place();
  const seen: string[] = [];
  const work = (name: string) => async () => {
    seen.push(`${name} begins`);
    await new Promise(done => setTimeout(done, 50));
    seen.push(`${name} ends`);
    if (name === 'first') throw new Error('broken');
  };
  const first = failure(alone(at, work('first')));
  await Promise.all([first, alone(at, work('second'))]);
  const [a, b, c, d] = seen.map(line => line.split(' ')[0]);
  expect([a, c]).toEqual([b, d]);
  expect((await first).message).toBe('broken');
  expect(existsSync(`${at}.lock`)).toBe(false);
});

test('a place that another process has is waited for until the caller is stopped', async () => {
  const at = place();
  mkdirSync(`${at}.lock`, { recursive: true });
  const controller = new AbortController();
  const waiting = failure(alone(at, async () => expect.fail('ran'), controller.signal));
  controller.abort();
  expect((await waiting).name).toBe('AbortError');
  expect(existsSync(`${at}.lock`)).toBe(true);
});

test('a place that a killed process had is taken', async () => {
  const at = place();
  mkdirSync(`${at}.lock`, { recursive: true });
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(`${at}.lock`, longAgo, longAgo);
  expect(await alone(at, async () => 'done')).toBe('done');
});

test('who loses the place is stopped, and what has taken it stays', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const at = place();
  const work = alone(at, async signal => {
    // As another process does that finds the lock old.
    rmdirSync(`${at}.lock`);
    mkdirSync(`${at}.lock`);
    utimesSync(`${at}.lock`, new Date(), new Date(0));
    vi.advanceTimersByTime(15_000);
    await new Promise(stopped => signal.addEventListener('abort', stopped));
    signal.throwIfAborted();
  });
  expect(await failure(work)).toMatchObject({ tag: 'SourceUnavailableError', retryable: true });
  expect(existsSync(`${at}.lock`)).toBe(true);
});
