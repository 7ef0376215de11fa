/** One at a time in a place on disk, among the processes that share it: two downloads into one file leave holes in it. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { SourceUnavailableError } from '../core/errors.ts';
import { throwStoreFault } from '../core/faults.ts';

/** A lock that its process has not renewed for this long belongs to a killed one, ms. */
const STALE_MS = 30_000;
const LOOK_AGAIN_MS = 250;

/**
 * Run `work` when nobody else has `place`, a path that need not be there; the lock stands beside it. `work` is to stop
 * by its signal: the caller's, or the loss of the place by a process that stood still for too long.
 * @throws AbortError when aborted while waiting; StoreError when the lock cannot be written
 */
export async function alone<T>(
  place: string,
  work: (signal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const lost = new AbortController();
  const onCompromised = (cause: Error) =>
    lost.abort(new SourceUnavailableError(`${place}: another process has taken it over`, cause));
  await mkdir(dirname(place), { recursive: true }).catch(error => throwStoreFault(place, error));
  const take = () =>
    lock(place, { realpath: false, stale: STALE_MS, onCompromised }).catch(error =>
      error.code === 'ELOCKED' ? null : throwStoreFault(place, error),
    );
  let release = await take();
  while (!release) {
    await sleep(LOOK_AGAIN_MS, undefined, { signal });
    release = await take();
  }
  try {
    return await work(signal ? AbortSignal.any([signal, lost.signal]) : lost.signal);
  } finally {
    // A lost place is not ours to release.
    if (!lost.signal.aborted) await release();
  }
}
