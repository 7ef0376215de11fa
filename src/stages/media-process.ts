/** Entry of a media process: jobs, one after the other, until the parent ends it. */
import { isUnderstudyError } from '../core/errors.ts';
import { storeFault } from '../core/faults.ts';
import { mediaJobs } from './media-jobs.ts';
import type { FromChild, Report, ToChild } from './process.ts';

const REPORT_EVERY_MS = 100;

const send = (message: FromChild) => process.send?.(message);

function throttled(): Report {
  let last = 0;
  return (done, total) => {
    const now = performance.now();
    if (now - last < REPORT_EVERY_MS && done !== total) return;
    last = now;
    send({ kind: 'progress', done, total });
  };
}

process.on('message', async ({ job, args }: ToChild) => {
  try {
    const work = mediaJobs[job] as (args: unknown, report: Report) => Promise<unknown>;
    send({ kind: 'result', value: await work(args, throttled()) });
  } catch (thrown) {
    // A full disk, say: the same may succeed later.
    const error = storeFault('dir' in args ? args.dir : args.path, thrown);
    const known = isUnderstudyError(error) ? error : null;
    send({
      kind: 'error',
      tag: known?.tag ?? 'Error',
      message: known?.message ?? `${(error as Error).stack ?? error}`,
      retryable: known?.retryable ?? false,
    });
  }
});
// Ctrl-C in a terminal, and a service manager's SIGTERM, reach the whole group: the parent decides what ends, and when.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
// The parent is gone: nobody waits for the result.
process.once('disconnect', () => process.exit(1));
