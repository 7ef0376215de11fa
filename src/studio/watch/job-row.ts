/** One video on its way: where it is, how fast, what went wrong and what to do. */
import type { Job } from '../../client/index.ts';
import { h, setText } from '../shell/element.ts';
import { hashOf } from '../shell/router.ts';
import { count, durationText } from '../shell/words.ts';
import { adviceFor } from './advice.ts';
import { StageRate } from './rate.ts';
import { speedText, stageWords } from './stages.ts';

export interface JobActions {
  /** null: this person may not. */
  cancel: ((job: string) => void) | null;
  retry: ((job: string) => void) | null;
}

export interface JobRow {
  element: HTMLElement;
  set(job: Job): void;
  /** A report of its stage. */
  stage(name: string, done: number, total: number, at: number): void;
}

export function createJobRow(first: Job, actions: JobActions): JobRow {
  let job = first;
  const rate = new StageRate();
  const badge = h('span', { class: 'badge' });
  const bar = h('progress', { max: 1, value: 0, 'aria-label': 'Progress of the stage' });
  const words = h('span', { class: 'faint' });
  const fault = h('div', { class: 'fault' });
  const results = h('span');
  const buttons = h('div', { class: 'row end' });
  const element = h(
    'li',
    { class: 'job', 'data-job': first.id },
    h(
      'div',
      { class: 'job-head' },
      badge,
      h('span', { class: 'mono clip grow', title: first.item.url }, first.item.url),
      results,
      buttons,
    ),
    first.item.task ? h('div', { class: 'faint clip', title: first.item.task }, first.item.task) : null,
    h('div', { class: 'job-stage' }, bar, words),
    fault,
  );
  const row: JobRow = {
    element,
    set(next) {
      job = next;
      element.dataset['state'] = job.state;
      setText(badge, job.state);
      badge.className = `badge ${toneOf(job.state)}`;
      showStage(job.stage?.name ?? '', job.stage?.done ?? 0, job.stage?.total ?? 0);
      results.replaceChildren(...resultOf(job));
      fault.replaceChildren(...faultOf(job));
      buttons.replaceChildren(...buttonsOf(job, actions));
    },
    stage(name, done, total, at) {
      rate.report(name, done, at);
      showStage(name, done, total);
    },
  };
  function showStage(name: string, done: number, total: number): void {
    const running = job.state === 'running';
    bar.parentElement!.hidden = !running;
    if (!running) return;
    if (total > 0) bar.value = Math.min(1, done / total);
    else bar.removeAttribute('value');
    const speed = rate.perSecond();
    const left = speed && total > done ? `about ${durationText((total - done) / speed)} left` : '';
    const share = total > 1 ? `${Math.round((100 * done) / total)} %` : '';
    setText(
      words,
      [stageWords(name) || 'starting', share, speedText(name, speed), left].filter(Boolean).join(' · '),
    );
  }
  row.set(first);
  return row;
}

const toneOf = (state: Job['state']): string =>
  ({ queued: 'faint', running: '', completed: 'good', failed: 'bad', cancelled: 'warn' })[state];

function resultOf({ episodes, state, item }: Job): Node[] {
  if (episodes.length === 0) return state === 'completed' ? [h('span', { class: 'warn' }, 'no episode')] : [];
  const one = episodes.length === 1;
  const target = one ? hashOf(['episodes', episodes[0]]) : hashOf(['browse'], { source: item.url });
  return [h('a', { href: target }, count(episodes.length, 'episode'))];
}

/** Shown at once; a long list of refused parts is shortened. */
const REJECTIONS = 5;

function faultOf({ error, rejected, attempts, state }: Job): Node[] {
  const nodes: Node[] = [];
  if (error && state !== 'completed') {
    nodes.push(
      h('p', { class: 'bad' }, error.message),
      h(
        'p',
        { class: 'faint' },
        adviceFor(error.tag, error.retryable),
        attempts > 1 ? ` Tried ${attempts} times.` : '',
      ),
    );
  }
  for (const { startS, endS, reason } of rejected.slice(0, REJECTIONS)) {
    const span = startS === null || endS === null ? 'all of it' : `${startS.toFixed(1)}–${endS.toFixed(1)} s`;
    nodes.push(h('p', { class: 'faint' }, `Not kept, ${span}: ${reason}`));
  }
  if (rejected.length > REJECTIONS)
    nodes.push(h('p', { class: 'faint' }, `and ${count(rejected.length - REJECTIONS, 'more part')}`));
  return nodes;
}

function buttonsOf({ id, state }: Job, { cancel, retry }: JobActions): Node[] {
  const button = (label: string, run: (job: string) => void) =>
    h('button', { type: 'button', onclick: () => run(id) }, label);
  if (cancel && (state === 'queued' || state === 'running')) return [button('Cancel', cancel)];
  if (retry && (state === 'failed' || state === 'cancelled')) return [button('Retry', retry)];
  return [];
}
