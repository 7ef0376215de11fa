/** Replay of one episode of the server. */

import type { ReviewedEpisode } from '../../client/index.ts';
import type { Api } from '../api/api.ts';
import { reviewPanel } from '../browse/review.ts';
import { h } from '../shell/element.ts';
import { notice } from '../shell/notice.ts';
import { mayChange, type Screen } from '../shell/studio.ts';
import type { EpisodeFiles } from './files.ts';
import { openShard } from './shard.ts';

export const episodeScreen: Screen = async (host, route, studio, signal) => {
  const askedAt = performance.now();
  const { api } = studio;
  const id = route.parts[1] ?? '';
  // All at once: nothing here waits for another answer.
  const view = import('./view.ts');
  const [episode, files] = await Promise.all([api.episode(id), serverFiles(api, id)]);
  const replay = await openShard(files);
  const { showReplay } = await view;
  if (signal.aborted) return;
  document.title = `${replay.title} · Understudy`;
  const panels = [reviewPanel(api, episode, mayChange(studio), signal)];
  const below = [factsPanel(episode)];
  if (replay.frames === 0) {
    host.replaceChildren(notice('empty', 'An empty episode', 'This episode has no frames.'));
    return;
  }
  showReplay(host, replay, { askedAt, startWorker: startSolver, panels, below }, signal);
};

export const startSolver = (): Worker =>
  new Worker(new URL('./solver.ts', import.meta.url), { type: 'module' });

/** Arrays come as one archive; of the film it is asked whether there is one. */
async function serverFiles(api: Api, id: string): Promise<EpisodeFiles> {
  const [files, arrays] = await Promise.all([api.episodeFiles(id), api.episodeArrays(id)]);
  const hasFilm = files.some(({ name }) => name === 'film.mp4');
  return {
    read: async name => arrays.get(name) ?? null,
    address: async name => (name === 'film.mp4' && hasFilm ? api.pictureAddress(id, 'film') : null),
  };
}

function factsPanel(episode: ReviewedEpisode): HTMLElement {
  const fact = (name: string, value: string) => [h('dt', {}, name), h('dd', {}, value)];
  return h(
    'section',
    { class: 'panel', 'aria-label': 'Origin' },
    h('h2', {}, 'Origin'),
    h(
      'dl',
      { class: 'facts' },
      ...fact('task', episode.task),
      ...fact('source', episode.source),
      ...fact('span', `${episode.startS.toFixed(2)}–${episode.endS.toFixed(2)} s`),
      ...fact('cut', episode.cutReason),
      ...fact('view', `${episode.view}: ${episode.viewReason}`),
      ...fact('licence', episode.license),
      ...fact('version', episode.understudy),
    ),
  );
}
