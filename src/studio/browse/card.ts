/** One episode as a card: a moving thumbnail, what it is, and what was said of it. */
import type { ReviewedEpisode } from '../../client/index.ts';
import type { Api } from '../api/api.ts';
import { h, setText } from '../shell/element.ts';
import type { Card } from './grid.ts';

const still = matchMedia('(prefers-reduced-motion: reduce)');

export function createCard(api: Api): Card<ReviewedEpisode> {
  const picture = h('img', { alt: '', loading: 'lazy', decoding: 'async', width: 320, height: 180 });
  picture.addEventListener('error', () => picture.classList.add('no-picture'));
  const badge = h('span', { class: 'badge review' });
  const task = h('div', { class: 'clip task' });
  const facts = h('div', { class: 'clip faint' });
  const score = h('span', { class: 'score' });
  const element = h(
    'article',
    { class: 'card' },
    h('div', { class: 'thumb' }, picture, badge, score),
    task,
    facts,
  );
  return {
    element,
    set(episode) {
      const { id, review } = episode;
      const address = api.pictureAddress(id, still.matches ? 'poster' : 'thumbnail');
      if (picture.getAttribute('src') !== address) {
        picture.classList.remove('no-picture');
        picture.src = address;
      }
      setText(task, episode.task);
      task.title = episode.task;
      const seconds = (episode.frames / episode.fps).toFixed(1);
      const view = episode.view === 'egocentric' ? 'egocentric' : 'third person';
      setText(facts, `${episode.robot} · ${seconds} s · ${view}`);
      setText(score, episode.score.toFixed(2));
      setText(badge, review?.decision ?? '');
      badge.hidden = !review;
      badge.title = review?.reason ?? '';
      element.dataset['review'] = review?.decision ?? '';
      element.dataset['episode'] = id;
      element.setAttribute(
        'aria-label',
        `${episode.task}, ${episode.robot}, ${seconds} s, score ${episode.score.toFixed(2)}${review ? `, ${review.decision}` : ''}`,
      );
    },
  };
}
