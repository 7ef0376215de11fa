import { expect, test } from 'vitest';
import { MediaError } from '../../src/core/errors.ts';
import { type PerceiveRequest, partStarts, perceive } from '../../src/stages/perceive.ts';
import type { JobOptions, MediaPool } from '../../src/stages/process.ts';

const FPS = 30;

test('parts cover the span in order, are an even number, and as long as each other to a frame', () => {
  for (const [start, end] of [
    [0, 61],
    [0, 190],
    [300, 907],
    [12, 54_012],
  ]) {
    const starts = partStarts(start, end, FPS);
    const lengths = starts.map((from, i) => (starts[i + 1] ?? end) - from);
    expect(starts[0]).toBe(start);
    expect(starts.length % 2).toBe(0);
    expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(6 * FPS);
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(FPS);
  }
});

test('a short video is one part', () => {
  expect(partStarts(5, 6, FPS)).toEqual([5]);
  expect(partStarts(5, 65, FPS)).toEqual([5]);
});

test('when one part fails, the others are stopped', async () => {
  const signals: AbortSignal[] = [];
  const run = (_job: string, _args: unknown, { signal }: JobOptions) =>
    signals.push(signal!) === 3 ? Promise.reject(new MediaError('broken')) : new Promise(() => {});
  const request = { width: 64, height: 64, fps: FPS, startS: 0, endS: 20, durationS: 20 } as PerceiveRequest;
  await expect(perceive(request, { run } as unknown as MediaPool, {})).rejects.toThrow('broken');
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true, true]);
});

test('who asked for the parts can stop them', async () => {
  const run = (_job: string, _args: unknown, { signal }: JobOptions) =>
    new Promise((_, reject) => signal!.addEventListener('abort', () => reject(signal!.reason)));
  const request = { width: 64, height: 64, fps: FPS, startS: 0, endS: 20, durationS: 20 } as PerceiveRequest;
  const asking = new AbortController();
  const perceived = perceive(request, { run } as unknown as MediaPool, { signal: asking.signal });
  asking.abort(new Error('no longer wanted'));
  await expect(perceived).rejects.toThrow('no longer wanted');
});
