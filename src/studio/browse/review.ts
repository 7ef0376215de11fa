/** Accept or reject: the same on the grid and beside a replay. */
import type { ReviewedEpisode } from '../../client/index.ts';
import type { Api } from '../api/api.ts';
import { isTyping } from '../replay/transport.ts';
import { h, setText } from '../shell/element.ts';

const REASONS = [
  'landmarks wrong',
  'robot does not follow',
  'not a manipulation',
  'cut at the wrong place',
  'task text wrong',
  'private or unlicensed',
] as const;

/** Asks why; null: the person thought better of it. */
export function askReason(): Promise<string | null> {
  return new Promise(resolve => {
    const input = h('input', {
      name: 'reason',
      list: 'reasons',
      maxlength: 1000,
      autocomplete: 'off',
      required: true,
    });
    const form = h(
      'form',
      { method: 'dialog' },
      h('h2', {}, 'Reject this episode'),
      h('p', { class: 'faint' }, 'A dataset that is built from now on leaves it out.'),
      h('label', {}, h('span', {}, 'Reason'), input),
      h('datalist', { id: 'reasons' }, ...REASONS.map(reason => h('option', { value: reason }))),
      h(
        'div',
        { class: 'row reasons' },
        ...REASONS.map(reason =>
          h(
            'button',
            {
              type: 'button',
              class: 'quiet',
              onclick: () => {
                input.value = reason;
                input.focus();
              },
            },
            reason,
          ),
        ),
      ),
      h(
        'div',
        { class: 'row end' },
        h('span', { class: 'grow' }),
        h('button', { type: 'button', onclick: () => box.close() }, 'Cancel'),
        h('button', { class: 'primary' }, 'Reject'),
      ),
    );
    const box = h('dialog', { 'aria-label': 'Reject' }, form);
    form.addEventListener('submit', () => {
      box.returnValue = input.value.trim();
    });
    box.addEventListener('close', () => {
      box.remove();
      resolve(box.returnValue || null);
    });
    document.body.append(box);
    box.showModal();
  });
}

/** What was said, and buttons to say it. @param changed with the episode as it is now */
export function reviewPanel(
  api: Api,
  first: ReviewedEpisode,
  allowed: boolean,
  signal: AbortSignal,
  changed: (episode: ReviewedEpisode) => void = () => {},
): HTMLElement {
  let episode = first;
  const said = h('p', { class: 'said', role: 'status' });
  const fault = h('p', { class: 'bad', role: 'alert' });
  const accept = h(
    'button',
    { type: 'button', title: 'Accept (A)', onclick: () => void decide('accepted') },
    'Accept',
  );
  const reject = h(
    'button',
    { type: 'button', title: 'Reject (R)', onclick: () => void decide('rejected') },
    'Reject …',
  );
  const undo = h('button', { type: 'button', class: 'quiet', onclick: () => void decide(null) }, 'Take back');

  async function decide(decision: 'accepted' | 'rejected' | null): Promise<void> {
    const reason = decision === 'rejected' ? await askReason() : '';
    if (reason === null) return;
    try {
      episode = decision ? await api.review(episode.id, decision, reason) : await api.unreview(episode.id);
      setText(fault, '');
      show();
      changed(episode);
    } catch (error) {
      setText(fault, (error as Error).message);
    }
  }
  function show(): void {
    const { review } = episode;
    said.className = `said ${review ? { accepted: 'good', rejected: 'bad' }[review.decision] : 'faint'}`;
    setText(said, review ? [review.decision, review.reason].filter(Boolean).join(': ') : 'Not reviewed yet.');
    accept.setAttribute('aria-pressed', String(review?.decision === 'accepted'));
    reject.setAttribute('aria-pressed', String(review?.decision === 'rejected'));
    undo.hidden = !review || !allowed;
  }
  document.addEventListener(
    'keydown',
    event => {
      if (!allowed || document.querySelector('dialog[open]')) return;
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === 'a') accept.click();
      if (event.key === 'r') reject.click();
    },
    { signal },
  );
  show();
  return h(
    'section',
    { class: 'panel review', 'aria-label': 'Review' },
    said,
    allowed ? h('div', { class: 'row' }, accept, reject, undo) : null,
    fault,
  );
}
