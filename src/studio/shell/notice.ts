/** What a screen says when it has nothing to show: one clear state, and what to do. */
import { h } from './element.ts';

export type NoticeKind = 'empty' | 'busy' | 'error' | 'offline' | 'no-webgl';

export interface NoticeAction {
  label: string;
  run(): void;
}

/** @param kind also written as `data-state`, for styles and tests. */
export function notice(
  kind: NoticeKind,
  title: string,
  detail: string,
  action?: NoticeAction,
): HTMLDivElement {
  return h(
    'div',
    {
      class: 'notice',
      'data-state': kind,
      role: kind === 'error' || kind === 'offline' ? 'alert' : 'status',
    },
    h('h2', {}, title),
    h('p', {}, detail),
    action && h('button', { type: 'button', onclick: () => action.run() }, action.label),
  );
}
