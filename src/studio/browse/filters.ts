/** What is asked for: fields of a form, kept in the address so that a view can be sent to a colleague. */
import type { EpisodeQuery, RobotEntry } from '../../client/index.ts';
import { h } from '../shell/element.ts';

const FIELDS = ['task', 'robot', 'view', 'review', 'minScore', 'source', 'where', 'sort'] as const;
type Field = (typeof FIELDS)[number];
export type Filter = Partial<Record<Field, string>>;

const SORTS: readonly (readonly [string, string])[] = [
  ['-score', 'best first'],
  ['score', 'worst first'],
  ['task', 'task'],
  ['robot', 'robot'],
  ['source', 'source'],
  ['-frames', 'longest first'],
  ['frames', 'shortest first'],
];

export const filterOf = (query: URLSearchParams): Filter =>
  Object.fromEntries(FIELDS.flatMap(name => (query.get(name) ? [[name, query.get(name)]] : [])));

/** As the API takes it. */
export function queryOf({ minScore, ...filter }: Filter): EpisodeQuery {
  return { ...filter, ...(minScore !== undefined && { minScore: Number(minScore) }) } as EpisodeQuery;
}

/** Quiet time before a text is looked for, ms. */
const PAUSE_MS = 300;

export function filterForm(
  filter: Filter,
  robots: readonly RobotEntry[],
  changed: (filter: Filter) => void,
): HTMLFormElement {
  const select = (name: Field, label: string, choices: readonly (readonly [string, string])[]) =>
    h(
      'label',
      {},
      h('span', {}, label),
      h(
        'select',
        { name },
        ...choices.map(([value, text]) =>
          h('option', { value, selected: value === (filter[name] ?? '') }, text),
        ),
      ),
    );
  const text = (name: Field, label: string, attributes = {}) =>
    h(
      'label',
      {},
      h('span', {}, label),
      h('input', { name, value: filter[name], type: 'search', ...attributes }),
    );
  const form = h(
    'form',
    { class: 'filters', role: 'search', 'aria-label': 'Filter episodes' },
    text('task', 'Task', { placeholder: 'any' }),
    select('robot', 'Robot', [['', 'any'], ...robots.map(({ name }) => [name, name] as const)]),
    select('view', 'View', [
      ['', 'any'],
      ['third-person', 'third person'],
      ['egocentric', 'egocentric'],
    ]),
    select('review', 'Review', [
      ['', 'any'],
      ['none', 'not reviewed'],
      ['accepted', 'accepted'],
      ['rejected', 'rejected'],
    ]),
    text('minScore', 'Score from', {
      type: 'number',
      min: 0,
      max: 1,
      step: 'any',
      placeholder: '0',
      class: 'narrow',
    }),
    text('source', 'Source', { placeholder: 'any' }),
    text('where', 'Condition', { placeholder: 'quality.coverage > 0.9', class: 'wide' }),
    select('sort', 'Order', SORTS),
  );
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tell = () => {
    if (!form.checkValidity()) return;
    const values = Object.fromEntries(new FormData(form)) as Record<Field, string>;
    changed(
      Object.fromEntries(FIELDS.flatMap(name => (values[name]?.trim() ? [[name, values[name].trim()]] : []))),
    );
  };
  form.addEventListener('input', event => {
    clearTimeout(timer);
    timer = setTimeout(tell, event.target instanceof HTMLSelectElement ? 0 : PAUSE_MS);
  });
  form.addEventListener('submit', event => {
    event.preventDefault();
    clearTimeout(timer);
    tell();
  });
  return form;
}
