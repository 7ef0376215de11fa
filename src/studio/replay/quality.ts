/** The quality vector as bars, with its score. */
import type { QualityVector } from '../../core/episode.ts';
import { h } from '../shell/element.ts';
import { plain } from '../shell/words.ts';

export function qualityList(quality: QualityVector, score: number): HTMLElement {
  const row = (name: string, value: number | null) =>
    h(
      'li',
      {},
      h('span', {}, plain(name)),
      value === null
        ? h('span', { class: 'faint' }, 'not applicable')
        : h('meter', { min: 0, max: 1, low: 0.5, high: 0.8, optimum: 1, value, 'aria-label': plain(name) }),
      h('span', { class: 'value' }, value === null ? '' : value.toFixed(2)),
    );
  return h(
    'section',
    { class: 'panel quality', 'aria-label': 'Quality' },
    h('h2', {}, 'Quality ', h('b', {}, score.toFixed(2))),
    h('ul', {}, ...worstFirst(quality).map(([name, value]) => row(name, value))),
  );
}

/** What is not applicable comes last. */
const worstFirst = (quality: QualityVector): [string, number | null][] =>
  Object.entries(quality).sort(([, a], [, b]) => (a ?? 2) - (b ?? 2));
