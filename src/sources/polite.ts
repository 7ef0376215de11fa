/** Politeness towards other people's servers: a few downloads from one host at a time, and a pause between their starts. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Politeness {
  /** Downloads from one host at once, in this process. */
  hostConcurrency: number;
  /** ms from the start of one to the start of the next. */
  hostDelayMs: number;
}

interface Host {
  running: number;
  /** When the next may start, ms of performance.now. */
  nextAt: number;
  waiting: (() => void)[];
}

const hosts = new Map<string, Host>();

/** Run `work` when it is `host`'s turn. Rejects with the signal's reason when it is aborted before. */
export async function politely<T>(
  host: string,
  { hostConcurrency, hostDelayMs }: Politeness,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const known = hosts.get(host) ?? { running: 0, nextAt: 0, waiting: [] };
  hosts.set(host, known);
  while (known.running >= hostConcurrency) await turn(known, signal);
  signal?.throwIfAborted();
  known.running++;
  try {
    const now = performance.now();
    const startAt = Math.max(now, known.nextAt);
    known.nextAt = startAt + hostDelayMs;
    if (startAt > now) await sleep(startAt - now, undefined, { signal });
    return await work();
  } finally {
    known.running--;
    const next = known.waiting.shift();
    next?.();
    if (!next && known.running === 0 && performance.now() >= known.nextAt) hosts.delete(host);
  }
}

/** Resolves when one of the running has ended; first come, first served. */
function turn({ waiting }: Host, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const go = () => {
      signal?.removeEventListener('abort', leave);
      resolve();
    };
    const leave = () => {
      waiting.splice(waiting.indexOf(go), 1);
      reject(signal?.reason);
    };
    waiting.push(go);
    signal?.addEventListener('abort', leave, { once: true });
  });
}
