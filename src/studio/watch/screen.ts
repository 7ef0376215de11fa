/** Watch: the batches, and the videos of one of them as they go. */
import type { Batch, Job } from '../../client/index.ts';
import { h, setText } from '../shell/element.ts';
import { notice } from '../shell/notice.ts';
import { hashOf } from '../shell/router.ts';
import { mayChange, type Screen, type Studio } from '../shell/studio.ts';
import { count, whenText } from '../shell/words.ts';
import { createJobRow, type JobRow } from './job-row.ts';

/** Rows that are shown before 'more' is asked for. */
const PAGE = 100;
/** How often the other batches of the list are asked after, ms. */
const LOOK_MS = 4000;
const STATES = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const;
const isOver = (state: Batch['state']): boolean => state !== 'queued' && state !== 'running';

export const watchScreen: Screen = async (host, route, studio, signal) => {
  const { api } = studio;
  const { rows: batches, next } = await api.batches({ limit: 50 });
  if (signal.aborted) return;
  if (batches.length === 0) {
    host.replaceChildren(
      notice(
        'empty',
        'Nothing was submitted yet',
        'Submit the addresses of some videos and watch them go here.',
        {
          label: 'Submit videos',
          run: () => (location.hash = hashOf(['submit'])),
        },
      ),
    );
    return;
  }
  const chosen = route.parts[1] ?? batches[0].id;
  const list = h('ul', { class: 'batches' });
  const lines = new Map<string, HTMLElement>();
  /** Batches that are not over, beside the chosen one. */
  const going = new Set<string>();
  const addLines = (rows: readonly Batch[]) => {
    for (const batch of rows) {
      if (batch.id !== chosen && !isOver(batch.state)) going.add(batch.id);
      const line = batchLine(batch, batch.id === chosen);
      lines.set(batch.id, line);
      list.append(h('li', {}, line));
    }
  };
  addLines(batches);
  const more = moreButton(next, async after => {
    const page = await api.batches({ limit: 50, after });
    addLines(page.rows);
    return page.next;
  });
  async function lookAtOthers(): Promise<void> {
    for (const id of going) {
      const batch = await api.batch(id);
      if (signal.aborted) return;
      fillLine(lines.get(id)!, batch);
      if (isOver(batch.state)) going.delete(id);
    }
  }
  const looking = setInterval(() => void lookAtOthers().catch(() => undefined), LOOK_MS);
  signal.addEventListener('abort', () => clearInterval(looking));
  const detail = h('section', { class: 'jobs', 'aria-label': 'Batch' });
  host.replaceChildren(
    h(
      'div',
      { class: 'watch' },
      h('aside', { class: 'batch-list' }, h('h1', {}, 'Batches'), list, more),
      detail,
    ),
  );
  await showBatch(detail, chosen, studio, signal, batch => {
    const line = lines.get(batch.id);
    if (line) fillLine(line, batch);
  });
};

function batchLine(batch: Batch, current: boolean): HTMLElement {
  const line = h('a', { href: hashOf(['watch', batch.id]), 'aria-current': current && 'true' });
  fillLine(line, batch);
  return line;
}

function fillLine(line: HTMLElement, batch: Batch): void {
  const { counts, jobs } = batch;
  const over = counts.completed + counts.failed + counts.cancelled;
  line.replaceChildren(
    h('span', {}, whenText(batch.createdAt)),
    h('span', { class: 'faint' }, `${count(jobs, 'video')} · ${batch.state}`),
    h('progress', { max: jobs, value: over, 'aria-label': `${over} of ${jobs} are over` }),
  );
}

async function showBatch(
  host: HTMLElement,
  id: string,
  studio: Studio,
  signal: AbortSignal,
  told: (batch: Batch) => void,
): Promise<void> {
  const { api } = studio;
  const [batch, page] = await Promise.all([api.batch(id), api.jobs({ batch: id, limit: PAGE })]);
  if (signal.aborted) return;
  const rows = new Map<string, JobRow>();
  const failures = h('p', { class: 'bad', role: 'alert' });
  const act = (run: (job: string) => Promise<Job>) =>
    mayChange(studio)
      ? (job: string) =>
          void run(job).then(
            now => {
              rows.get(job)?.set(now);
              setText(failures, '');
              if (!isOver(now.state)) listen();
            },
            error => setText(failures, (error as Error).message),
          )
      : null;
  const actions = { cancel: act(api.cancelJob), retry: act(api.retryJob) };
  const list = h('ul', { class: 'job-list' });
  const add = (jobs: readonly Job[]) => {
    for (const job of jobs) {
      const row = createJobRow(job, actions);
      rows.set(job.id, row);
      list.append(row.element);
    }
  };
  add(page.rows);
  const summary = h('p', { class: 'counts', role: 'status' });
  const lost = h(
    'p',
    { class: 'warn', role: 'status', hidden: true },
    'The connection is interrupted; it is being taken up again.',
  );
  const cancelAll = h('button', { type: 'button', onclick: () => void cancelBatch() }, 'Cancel the batch');
  const say = (now: Batch) => {
    summary.replaceChildren(
      ...STATES.filter(state => now.counts[state] > 0).map(state =>
        h('span', { class: 'badge', 'data-state': state }, `${now.counts[state]} ${state}`),
      ),
    );
    cancelAll.hidden = isOver(now.state) || !mayChange(studio);
    told(now);
  };
  async function cancelBatch(): Promise<void> {
    try {
      say(await api.cancelBatch(id));
      await refresh();
    } catch (error) {
      setText(failures, (error as Error).message);
    }
  }
  async function refresh(): Promise<void> {
    let after: string | undefined;
    let seen = 0;
    do {
      const page = await api.jobs({ batch: id, limit: PAGE, after });
      for (const job of page.rows) rows.get(job.id)?.set(job);
      seen += page.rows.length;
      after = page.next ?? undefined;
    } while (after !== undefined && seen < rows.size && !signal.aborted);
  }
  say(batch);
  host.replaceChildren(
    h(
      'div',
      { class: 'row' },
      h('h2', { class: 'grow' }, `Batch of ${whenText(batch.createdAt)}`),
      cancelAll,
    ),
    h('p', { class: 'faint mono' }, id),
    summary,
    lost,
    failures,
    list,
    moreButton(page.next, async after => {
      const later = await api.jobs({ batch: id, limit: PAGE, after });
      add(later.rows);
      return later.next;
    }),
  );

  let listening = false;
  const listen = () => {
    if (listening) return;
    listening = true;
    void follow().finally(() => {
      listening = false;
    });
  };
  /** Every state change is read anew from the job itself: it says more than the event does. */
  async function follow(): Promise<void> {
    for await (const message of api.batchEvents(id, { signal })) {
      lost.hidden = true;
      if (message.event === 'batch') say(message.data);
      else if (message.event === 'cancelled') await refresh();
      else if (message.event === 'stage') {
        const { job, stage, done, total, at } = message.data;
        rows.get(job)?.stage(stage, done, total, Date.parse(at));
      } else if (message.event === 'state' || message.event === 'episode') {
        const row = rows.get(message.data.job);
        if (row)
          void api.job(message.data.job).then(
            job => row.set(job),
            () => undefined,
          );
      }
    }
    await refresh();
  }
  if (!isOver(batch.state)) listen();
}

/** 'More', until there is none. */
function moreButton(
  first: string | null,
  load: (after: string) => Promise<string | null>,
): HTMLButtonElement {
  let next = first;
  const button = h(
    'button',
    {
      type: 'button',
      hidden: next === null,
      onclick: () => {
        button.disabled = true;
        void load(next!).then(
          after => {
            next = after;
            button.hidden = next === null;
            button.disabled = false;
          },
          () => {
            button.disabled = false;
          },
        );
      },
    },
    'More',
  );
  return button;
}
