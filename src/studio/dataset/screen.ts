/** Dataset: what the corpus is made of, what was rejected and why, building and fetching datasets. */
import type { DatasetBuild, ReviewedEpisode, RobotEntry } from '../../client/index.ts';
import type { Api } from '../api/api.ts';
import { h, setText } from '../shell/element.ts';
import { hashOf } from '../shell/router.ts';
import { mayChange, type Screen, type Studio } from '../shell/studio.ts';
import { count, durationText } from '../shell/words.ts';
import { buildRow } from './builds.ts';
import { type Composition, compositionOf } from './composition.ts';
import { diversityPlots } from './diversity.ts';
import { barPlot, histogram } from './plots.ts';

/** Episodes that the plots are made of; more are a sample of the first by id. */
const MOST = 20_000;
const PAGE = 500;
/** How often a build that runs is asked after, ms. */
const ASK_MS = 800;
const FORMATS = ['lerobot'] as const;

export const datasetScreen: Screen = async (host, _route, studio, signal) => {
  const { api } = studio;
  const plots = h('div', { class: 'plots' }, h('p', { class: 'faint' }, 'counting …'));
  const [robots, { element: builds, add }] = await Promise.all([api.robots(), buildList(studio, signal)]);
  if (signal.aborted) return;
  host.replaceChildren(
    h(
      'div',
      { class: 'screen' },
      h('h1', {}, 'Datasets'),
      h(
        'div',
        { class: 'columns' },
        builds,
        h('div', { class: 'stack' }, buildForm(studio, robots, add), openPanel()),
      ),
      plots,
    ),
  );
  const [episodes, diversity] = await Promise.all([allEpisodes(api, signal), api.diversity()]);
  if (!signal.aborted)
    plots.replaceChildren(...compositionPlots(compositionOf(episodes)), ...diversityPlots(diversity));
};

async function allEpisodes(api: Api, signal: AbortSignal): Promise<ReviewedEpisode[]> {
  const all: ReviewedEpisode[] = [];
  let after: string | undefined;
  do {
    const page = await api.episodes({ limit: PAGE, sort: 'id', after });
    all.push(...page.rows);
    after = page.next ?? undefined;
  } while (after !== undefined && all.length < MOST && !signal.aborted);
  return all;
}

async function buildList(
  { api }: Studio,
  signal: AbortSignal,
): Promise<{ element: HTMLElement; add(build: DatasetBuild): void }> {
  const list = h('ul', { class: 'builds', id: 'builds' });
  const none = h('p', { class: 'faint' }, 'No dataset was built yet.');
  const rows = new Map<string, HTMLElement>();
  const put = (build: DatasetBuild, first: boolean) => {
    const row = buildRow(api, build);
    const old = rows.get(build.name);
    rows.set(build.name, row);
    none.hidden = true;
    if (old) old.replaceWith(row);
    else if (first) list.prepend(row);
    else list.append(row);
    if (build.state === 'queued' || build.state === 'running') setTimeout(() => void ask(build.name), ASK_MS);
  };
  async function ask(name: string): Promise<void> {
    if (signal.aborted) return;
    // A server that is away for a moment is asked again.
    await api.dataset(name).then(
      build => put(build, false),
      () => setTimeout(() => void ask(name), ASK_MS),
    );
  }
  let after: string | undefined;
  do {
    const page = await api.datasets({ limit: PAGE, after });
    for (const build of page.rows) put(build, false);
    after = page.next ?? undefined;
  } while (after !== undefined && !signal.aborted);
  const element = h('section', { class: 'panel' }, h('h2', {}, 'Built'), none, list);
  return { element, add: build => put(build, true) };
}

function buildForm(
  studio: Studio,
  robots: readonly RobotEntry[],
  added: (build: DatasetBuild) => void,
): HTMLElement {
  const name = h('input', {
    name: 'name',
    required: true,
    pattern: '[a-z0-9][a-z0-9._\\-]{0,63}',
    placeholder: 'kitchen-1',
    title: 'lower-case letters, digits, dots, dashes',
    autocomplete: 'off',
  });
  const where = h('input', {
    name: 'where',
    placeholder: "score > 0.7 and task like '%pour%'",
    maxlength: 2000,
  });
  const format = h(
    'select',
    { name: 'format' },
    ...FORMATS.map(f => h('option', { value: f }, 'LeRobot v3.0')),
  );
  const robot = h(
    'select',
    { name: 'robot' },
    h('option', { value: '' }, 'the only one there is'),
    ...robots.map(({ name: one }) => h('option', { value: one }, one)),
  );
  const said = h('p', { role: 'status' });
  const button = h('button', { class: 'primary' }, 'Build');
  button.disabled = !mayChange(studio);
  const form = h(
    'form',
    { class: 'panel' },
    h('h2', {}, 'Build a dataset'),
    h('label', {}, h('span', {}, 'Name'), name),
    h('label', {}, h('span', {}, 'Robot: a dataset has one'), robot),
    h('label', {}, h('span', {}, 'Which episodes; empty: all but the rejected'), where),
    h('label', {}, h('span', {}, 'Format'), format),
    h('div', { class: 'row' }, button, said),
  );
  form.addEventListener('submit', event => {
    event.preventDefault();
    said.className = '';
    setText(said, '');
    const terms = [where.value.trim() && `(${where.value})`, robot.value && `robot = '${robot.value}'`];
    studio.api
      .buildDataset({ name: name.value, where: terms.filter(Boolean).join(' and '), format: format.value })
      .then(added, error => {
        said.className = 'bad';
        setText(said, (error as Error).message);
      });
  });
  return form;
}

const openPanel = (): HTMLElement =>
  h(
    'section',
    { class: 'panel' },
    h('h2', {}, 'Look into any dataset'),
    h(
      'p',
      { class: 'faint' },
      'Any LeRobot dataset of version 3.0, 2.1 or 2.0, from a folder of this machine or from an address.',
    ),
    h('a', { href: hashOf(['open']) }, 'Open a dataset …'),
  );

function compositionPlots(made: Composition): HTMLElement[] {
  const longest = Math.max(1, ...made.lengthsS);
  return [
    h(
      'p',
      { class: 'summary' },
      `${count(made.episodes, 'episode')} that a dataset would take, ${durationText(made.seconds)} of motion; ` +
        `${made.accepted} accepted, ${made.rejected} rejected. As varied as ${made.effectiveTasks.toFixed(1)} equally ` +
        `frequent tasks and ${made.effectiveSources.toFixed(1)} equally frequent sources.`,
    ),
    barPlot('Tasks', made.tasks),
    barPlot('Sources', made.sources, { wide: true }),
    barPlot('Robots', made.robots),
    barPlot('Views', made.views),
    barPlot('Licences', made.licenses),
    barPlot('Rejected, and why', made.reasons, { wide: true }),
    histogram('Score', made.scores, { low: 0, high: 1, bins: 20, unit: '' }),
    histogram('Length', made.lengthsS, { low: 0, high: longest, bins: 20, unit: 's' }),
  ];
}
