/** Small plots made of elements: bars with names and numbers, readable without seeing them. */
import { h } from '../shell/element.ts';

export interface BarRow {
  name: string;
  value: number;
  /** Beside the bar; the value where absent. */
  text?: string;
}

/** Bars in the order given, at most `most`; the rest is summed. */
export function barPlot(
  title: string,
  rows: readonly BarRow[],
  { most = 8, wide = false }: { most?: number; wide?: boolean } = {},
): HTMLElement {
  const head = rows.slice(0, most);
  const rest = rows.slice(most).reduce((sum, { value }) => sum + value, 0);
  const shown = rest > 0 ? [...head, { name: `${rows.length - most} more`, value: rest }] : head;
  const highest = Math.max(1e-9, ...shown.map(({ value }) => value));
  return h(
    'section',
    { class: `panel plot-panel${wide ? ' wide' : ''}` },
    h('h2', {}, title),
    shown.length === 0
      ? h('p', { class: 'faint' }, 'nothing to show')
      : h(
          'ul',
          { class: 'bars' },
          ...shown.map(({ name, value, text }: BarRow) => {
            const bar = h('span', { class: 'bar', 'aria-hidden': 'true' });
            bar.style.width = `${(100 * value) / highest}%`;
            return h(
              'li',
              {},
              h('span', { class: 'clip', title: name }, name),
              h('span', { class: 'track' }, bar),
              h('span', { class: 'value' }, text ?? value.toLocaleString('en')),
            );
          }),
        ),
  );
}

/** Counts of numbers in equal bins from `low` to `high`. */
export function histogram(
  title: string,
  values: readonly number[],
  { low, high, bins, unit }: { low: number; high: number; bins: number; unit: string },
): HTMLElement {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = Math.floor(((value - low) / (high - low || 1)) * bins);
    counts[Math.min(bins - 1, Math.max(0, bin))]++;
  }
  const highest = Math.max(1, ...counts);
  const edge = (i: number) => Number((low + ((high - low) * i) / bins).toPrecision(3));
  return h(
    'section',
    { class: 'panel plot-panel' },
    h('h2', {}, title),
    h(
      'ol',
      { class: 'histogram' },
      ...counts.map((n, i) => {
        const bar = h('span', { class: 'bar', 'aria-hidden': 'true' });
        bar.style.height = `${(100 * n) / highest}%`;
        const words = `${edge(i)}–${edge(i + 1)} ${unit}: ${n}`;
        return h('li', { title: words }, bar, h('span', { class: 'unseen' }, words));
      }),
    ),
    h(
      'div',
      { class: 'row faint' },
      h('span', {}, `${edge(0)} ${unit}`),
      h('span', { class: 'grow' }),
      h('span', {}, `${edge(bins)} ${unit}`),
    ),
  );
}
