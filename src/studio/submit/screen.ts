/** Submit: a list of addresses, what is to be made of them, and a verdict on every row before it is sent. */
import type { ListType, RobotEntry, Submitted, Verdict } from '../../client/index.ts';
import { ProblemError } from '../api/api.ts';
import { h, setText } from '../shell/element.ts';
import { hashOf } from '../shell/router.ts';
import { mayChange, ONLINE_EVENT, type Screen } from '../shell/studio.ts';
import { count } from '../shell/words.ts';
import { FORM_NAMES, listTypeOf } from './list.ts';

/** Quiet time before a list is judged, ms. */
const PAUSE_MS = 350;
/** Verdicts that are shown; all are counted. */
const SHOWN = 200;

export const submitScreen: Screen = async (host, _route, studio, signal) => {
  const { api } = studio;
  const robots = await api.robots();
  if (signal.aborted) return;

  let fileName = '';
  /** Of the text that is judged; an answer for an older one is late. */
  let version = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let key = crypto.randomUUID();

  const text = h('textarea', {
    id: 'list',
    rows: 11,
    spellcheck: 'false',
    placeholder: 'https://example.org/video.mp4\nhttps://example.org/another.mp4',
    oninput: () => {
      fileName = '';
      changed();
    },
  });
  const file = h('input', {
    type: 'file',
    accept: '.txt,.csv,.jsonl,.ndjson,text/plain,text/csv',
    class: 'unseen',
    id: 'file',
    onchange: () => {
      const given = file.files?.[0];
      // The same file, corrected, may be chosen again.
      if (given) void take(given).finally(() => (file.value = ''));
    },
  });
  const form = h('p', { class: 'faint' });
  const send = h('button', { type: 'submit', class: 'primary', disabled: true }, 'Submit');
  const summary = h('p', { role: 'status', id: 'summary' }, '');
  const verdicts = h('tbody', {});
  const settings = settingsOf(robots);
  const table = h(
    'table',
    { class: 'verdicts', hidden: true },
    h('thead', {}, h('tr', {}, h('th', {}, 'Row'), h('th', {}, 'Address'), h('th', {}, 'Verdict'))),
    verdicts,
  );

  async function take(given: File): Promise<void> {
    text.value = await given.text();
    fileName = given.name;
    changed();
  }

  function changed(): void {
    clearTimeout(timer);
    version++;
    send.disabled = true;
    key = crypto.randomUUID();
    if (text.value.trim() === '') {
      setText(summary, '');
      setText(form, '');
      table.hidden = true;
      return;
    }
    const type = listTypeOf(text.value, fileName);
    setText(form, `${fileName ? `${fileName}: ` : ''}read as ${FORM_NAMES[type]}`);
    setText(summary, 'checking …');
    timer = setTimeout(() => void judge(type), PAUSE_MS);
  }

  async function judge(type: ListType): Promise<void> {
    const asked = version;
    try {
      const rows = await api.validate({ text: text.value, type });
      if (asked === version) show(rows);
    } catch (error) {
      if (asked !== version) return;
      table.hidden = true;
      setText(summary, (error as Error).message);
    }
  }

  function show(rows: readonly Verdict[]): void {
    const refused = rows.filter(({ ok }) => !ok);
    verdicts.replaceChildren(...[...refused, ...rows.filter(({ ok }) => ok)].slice(0, SHOWN).map(verdictRow));
    table.hidden = rows.length === 0;
    send.disabled = rows.length === 0 || refused.length > 0 || !mayChange(studio);
    setText(send, rows.length > 0 ? `Submit ${count(rows.length, 'video')}` : 'Submit');
    setText(
      summary,
      rows.length === 0
        ? 'The list has no rows.'
        : refused.length === 0
          ? `${count(rows.length, 'row')}, all can be sent.`
          : `${count(refused.length, 'row')} of ${rows.length} cannot be used. Correct or remove them: a batch is taken whole or not at all.`,
    );
  }

  async function submit(): Promise<void> {
    send.disabled = true;
    try {
      const list = { text: text.value, type: listTypeOf(text.value, fileName) };
      const { id } = await api.submit({ ...list, ...settings.values() }, key);
      studio.announce('Submitted.');
      location.hash = hashOf(['watch', id]);
    } catch (error) {
      send.disabled = false;
      setText(summary, (error as Error).message);
      const faults = error instanceof ProblemError ? (error.problem.errors ?? []) : [];
      if (faults.length > 0) {
        table.hidden = false;
        verdicts.replaceChildren(
          ...faults.map(({ row, subject, reason }) =>
            verdictRow({ row: row ?? 0, url: subject, ok: false, reason }),
          ),
        );
      }
    }
  }

  const drop = h(
    'div',
    { class: 'drop' },
    h(
      'label',
      { for: 'list' },
      h('span', {}, 'Addresses of videos, one a line; or CSV with a header, or JSON lines'),
    ),
    text,
    h(
      'div',
      { class: 'row' },
      h('button', { type: 'button', onclick: () => file.click() }, 'Choose a file …'),
      file,
      h('span', { class: 'faint' }, 'or drop one here'),
      h('span', { class: 'grow' }),
      form,
    ),
  );
  takeDrops(drop, given => void take(given));
  document.addEventListener(ONLINE_EVENT, changed, { signal });

  host.replaceChildren(
    h(
      'form',
      {
        class: 'screen submit',
        onsubmit: (event: Event) => {
          event.preventDefault();
          void submit();
        },
      },
      h('h1', {}, 'Submit videos'),
      h('div', { class: 'columns' }, h('div', { class: 'panel' }, drop), settings.element),
      h(
        'div',
        { class: 'row' },
        send,
        summary,
        !mayChange(studio) && h('p', { class: 'warn' }, 'Your token may look, but not submit.'),
      ),
      table,
    ),
  );
};

const verdictRow = ({ row, url, ok, reason }: Verdict): HTMLElement =>
  h(
    'tr',
    {},
    h('td', { class: 'value' }, row || ''),
    h('td', { class: 'mono address' }, url),
    h('td', { class: ok ? 'good' : 'bad' }, ok ? 'can be sent' : reason),
  );

function takeDrops(target: HTMLElement, take: (file: File) => void): void {
  const over = (on: boolean) => target.classList.toggle('over-drop', on);
  target.addEventListener('dragover', event => {
    event.preventDefault();
    over(true);
  });
  target.addEventListener('dragleave', () => over(false));
  target.addEventListener('drop', event => {
    event.preventDefault();
    over(false);
    const file = event.dataTransfer?.files[0];
    if (file) take(file);
  });
}

type Settings = Pick<Submitted, 'robot' | 'task' | 'license' | 'view' | 'preview'>;

/** What is to be made of the videos; empty fields are the server's own defaults. */
function settingsOf(robots: readonly RobotEntry[]): { element: HTMLElement; values(): Settings } {
  const boxes = robots.map(({ name, label }, i) =>
    h(
      'label',
      { class: 'check', title: label },
      h('input', { type: 'checkbox', name: 'robot', value: name, checked: i === 0 }),
      name,
    ),
  );
  const field = (name: string, label: string, attributes = {}) =>
    h('label', {}, h('span', {}, label), h('input', { name, maxlength: 1000, ...attributes }));
  const view = h(
    'select',
    { name: 'view' },
    h('option', { value: '' }, 'find out'),
    h('option', { value: 'third-person' }, 'third person'),
    h('option', { value: 'egocentric' }, 'egocentric'),
  );
  const preview = h('input', { type: 'checkbox', name: 'preview' });
  const element = h(
    'div',
    { class: 'panel settings' },
    field('task', 'Task, where the list does not say', { placeholder: 'pour the coffee' }),
    field('license', 'Licence, where the list does not say', { placeholder: 'CC-BY-4.0', maxlength: 200 }),
    h('label', {}, h('span', {}, 'View'), view),
    h('fieldset', { class: 'robots' }, h('legend', {}, 'Robots'), ...boxes),
    h('label', { class: 'check' }, preview, 'Also draw person and robot side by side'),
  );
  return {
    element,
    values() {
      const input = (name: string) =>
        (element.querySelector(`[name=${name}]`) as HTMLInputElement).value.trim();
      const chosen = [...element.querySelectorAll<HTMLInputElement>('[name=robot]:checked')];
      return {
        robot: chosen.map(box => box.value).join(',') || undefined,
        task: input('task') || undefined,
        license: input('license') || undefined,
        view: (view.value as Settings['view']) || undefined,
        preview: preview.checked || undefined,
      };
    },
  };
}
