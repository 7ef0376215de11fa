/** The datasets that were built or are being built. */
import type { DatasetBuild } from '../../client/index.ts';
import type { Api } from '../api/api.ts';
import { h } from '../shell/element.ts';
import { hashOf } from '../shell/router.ts';
import { count, whenText } from '../shell/words.ts';

export function buildRow(api: Api, build: DatasetBuild): HTMLElement {
  const { name, state, done, total, episodes, frames, error, where, format } = build;
  const finished = state === 'completed';
  const running = state === 'running' || state === 'queued';
  return h(
    'li',
    { class: 'build', 'data-dataset': name, 'data-state': state },
    h(
      'div',
      { class: 'row' },
      h('b', {}, name),
      h('span', { class: `badge ${finished ? 'good' : state === 'failed' ? 'bad' : ''}` }, state),
      h('span', { class: 'faint grow' }, [format, whenText(build.finishedAt ?? build.createdAt)].join(' · ')),
      finished && h('a', { href: hashOf(['open'], { dataset: name }) }, 'Open'),
      finished && h('a', { href: api.archiveAddress(name), download: `${name}.tar` }, 'Download'),
    ),
    where && h('p', { class: 'mono faint' }, where),
    finished && h('p', {}, `${count(episodes ?? 0, 'episode')}, ${count(frames ?? 0, 'frame')}`),
    running &&
      h('progress', {
        max: Math.max(1, total),
        value: done,
        'aria-label': `${done} of ${total} episodes written`,
      }),
    error && h('p', { class: 'bad' }, error.message),
  );
}
