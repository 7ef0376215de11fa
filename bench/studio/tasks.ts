/** What keeps a page from answering: the tasks of its main thread, as the browser's own trace has them. */
import type { Page } from 'playwright-core';

interface TraceEvent {
  name: string;
  ph: string;
  tid: number;
  pid: number;
  /** Start, µs. */
  ts: number;
  /** Processor time, µs. */
  tdur?: number;
  args: { name?: string };
}

/** A task that works longer than this keeps a page from answering, ms. */
export const LONG_TASK_MS = 100;

export interface Tasks {
  count: number;
  /** ms of processor time. */
  longestMs: number;
  /** Over LONG_TASK_MS. */
  long: number;
}

const MARK = 'understudy-page';

/**
 * The tasks of the page's main thread while `run` runs, by their processor time: not the wall's time, which is also
 * that of whatever else the machine does. Only those of the process that has the page at the end: Chromium has pages
 * of its own, such as the one below its address bar, whose scripts are none of ours.
 *
 * @param dump every event, for somebody who looks for what a task does
 */
export async function traceTasks(
  page: Page,
  run: () => Promise<void>,
  dump?: (events: readonly TraceEvent[]) => void,
): Promise<Tasks> {
  const session = await page.context().browser()!.newBrowserCDPSession();
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  const includedCategories = ['toplevel', 'blink.user_timing', ...(dump ? ['devtools.timeline'] : [])];
  await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories } });
  await run();
  await page.evaluate(mark => void performance.mark(mark), MARK);
  const complete = new Promise(done => session.once('Tracing.tracingComplete', done));
  await session.send('Tracing.end');
  await complete;
  dump?.(events);
  const here = events.find(({ name }) => name === MARK);
  if (!here) throw new Error('the trace does not have the page');
  const ms = events
    .filter(
      ({ name, ph, pid, tid }) => ph === 'X' && /RunTask$/.test(name) && pid === here.pid && tid === here.tid,
    )
    .map(({ tdur = 0 }) => tdur / 1000);
  return {
    count: ms.length,
    longestMs: Math.max(0, ...ms),
    long: ms.filter(one => one > LONG_TASK_MS).length,
  };
}
