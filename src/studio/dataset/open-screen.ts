/** Any LeRobot dataset in the replay view: of this server, from a folder of this machine, or from an address. */
import { rateInWords } from '../../core/rate.ts';
import { type Dataset, openFiles } from '../../dataset/reader/dataset.ts';
import { type DatasetFiles, httpFiles } from '../../dataset/reader/files.ts';
import type { Api } from '../api/api.ts';
import { startSolver } from '../replay/screen.ts';
import { h, setText } from '../shell/element.ts';
import { notice } from '../shell/notice.ts';
import { hashOf } from '../shell/router.ts';
import type { Screen } from '../shell/studio.ts';
import { pickedDataset } from './picked.ts';
import { placeOf } from './place.ts';
import { replayOf } from './stranger.ts';

export const openScreen: Screen = async (host, route, { api }, signal) => {
  const given = route.query.get('dataset');
  if (!given) return ask(host, signal);
  const first = Number(route.query.get('episode') ?? 0);
  await openInto(host, async () => openFiles(filesAt(api, given), null), first, signal, given);
};

/** @throws DatasetError */
function filesAt(api: Api, given: string): DatasetFiles {
  const place = placeOf(given, location.href);
  if (place.kind === 'here') return httpFiles(place.address);
  if (place.kind === 'elsewhere')
    return httpFiles(new URL(api.remoteAddress(place.address), location.href).href, place.address);
  return httpFiles(
    new URL(`/v1/datasets/${encodeURIComponent(place.name)}/files/`, location.href).href,
    place.name,
  );
}

function ask(host: HTMLElement, signal: AbortSignal): void {
  const fault = h('p', { class: 'bad', role: 'alert' });
  const folder = h('input', {
    type: 'file',
    id: 'folder',
    webkitdirectory: true,
    class: 'unseen',
    onchange: () => {
      const files = [...(folder.files ?? [])];
      if (files.length > 0)
        void openInto(host, async () => openFiles(pickedDataset(files), null), 0, signal, null);
    },
  });
  const address = h('input', {
    name: 'address',
    type: 'text',
    required: true,
    placeholder: 'https://example.org/datasets/kitchen',
    spellcheck: 'false',
    autocomplete: 'off',
  });
  const form = h(
    'form',
    { class: 'panel' },
    h('h2', {}, 'From an address'),
    h(
      'p',
      { class: 'faint' },
      'Where meta/, data/ and videos/ begin, or a dataset’s page on the Hugging Face Hub. This server reads it ' +
        'through; only public addresses are reached, and only what is shown is read.',
    ),
    h('label', {}, h('span', {}, 'Address'), address),
    h('div', { class: 'row' }, h('button', {}, 'Open'), fault),
  );
  form.addEventListener('submit', event => {
    event.preventDefault();
    try {
      placeOf(address.value, location.href);
      location.hash = hashOf(['open'], { dataset: address.value.trim() });
    } catch (error) {
      setText(fault, (error as Error).message);
    }
  });
  host.replaceChildren(
    h(
      'div',
      { class: 'screen' },
      h('h1', {}, 'Open a dataset'),
      h(
        'div',
        { class: 'columns' },
        h(
          'section',
          { class: 'panel' },
          h('h2', {}, 'From this machine'),
          h(
            'p',
            { class: 'faint' },
            'The folder of a LeRobot dataset of version 3.0, 2.1 or 2.0. Nothing is uploaded.',
          ),
          h(
            'div',
            { class: 'row' },
            h(
              'button',
              { type: 'button', class: 'primary', onclick: () => folder.click() },
              'Choose a folder …',
            ),
            folder,
          ),
        ),
        form,
      ),
    ),
  );
}

/**
 * Opens the dataset and shows one episode; another one is chosen above it.
 * @param link what names the dataset in the page's address; null: it lies on this machine, and nothing can be sent on
 */
async function openInto(
  host: HTMLElement,
  open: () => Promise<Dataset>,
  first: number,
  signal: AbortSignal,
  link: string | null,
): Promise<void> {
  host.replaceChildren(notice('busy', 'Reading …', 'Only what is shown is read.'));
  let dataset: Dataset;
  try {
    dataset = await open();
  } catch (error) {
    if (!signal.aborted) host.replaceChildren(refusal(error as Error));
    return;
  }
  if (signal.aborted) return;
  const stage = h('div', { class: 'opened' });
  let leave = new AbortController();
  signal.addEventListener('abort', () => leave.abort());
  const choice = h(
    'select',
    { 'aria-label': 'Episode', onchange: () => void showEpisode(Number(choice.value)) },
    ...dataset.episodes.map(({ index, tasks, length }) =>
      h('option', { value: index }, `${index}: ${tasks[0] ?? ''} (${length} frames)`),
    ),
  );
  const { version, robotType, fps, totalEpisodes } = dataset.info;
  host.replaceChildren(
    h(
      'div',
      { class: 'opened-bar row' },
      h('b', { class: 'clip' }, dataset.files.address),
      h(
        'span',
        { class: 'faint' },
        `LeRobot ${version} · ${robotType} · ${rateInWords(fps)} frames/s · ${totalEpisodes} episodes`,
      ),
      h('span', { class: 'grow' }),
      choice,
    ),
    stage,
  );
  async function showEpisode(index: number): Promise<void> {
    leave.abort();
    leave = new AbortController();
    const mine = leave.signal;
    // The address follows, so that what is seen can be sent on.
    if (link !== null)
      history.replaceState(null, '', hashOf(['open'], { dataset: link, episode: String(index) }));
    const askedAt = performance.now();
    try {
      const [replay, { showReplay }] = await Promise.all([
        replayOf(dataset, index),
        import('../replay/view.ts'),
      ]);
      if (!mine.aborted) showReplay(stage, replay, { askedAt, startWorker: startSolver }, mine);
    } catch (error) {
      if (!mine.aborted) stage.replaceChildren(refusal(error as Error));
    }
  }
  const start = Math.min(Math.max(0, first || 0), dataset.episodes.length - 1);
  choice.value = String(start);
  await showEpisode(start);
}

const refusal = (error: Error): HTMLElement =>
  notice('error', 'This dataset cannot be opened', error.message, {
    label: 'Choose another',
    run: () => {
      // Also where the address stays the same, the screen begins anew.
      if (location.hash === hashOf(['open'])) dispatchEvent(new HashChangeEvent('hashchange'));
      else location.hash = hashOf(['open']);
    },
  });
