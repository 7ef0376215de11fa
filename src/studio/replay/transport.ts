/** Play, step, speed, loop: buttons and keys of the same clock. */
import { h, setText } from '../shell/element.ts';
import { clockText } from '../shell/words.ts';
import type { Clock } from './clock.ts';

const RATES = [0.25, 0.5, 1, 2] as const;

export interface Transport {
  element: HTMLElement;
  show(frame: number): void;
  /** The clock started or stopped. */
  refresh(): void;
}

/** @param keys where keys are listened to; they are the listener's until the signal aborts. */
export function createTransport(
  clock: Clock,
  { fps, frames }: { fps: number; frames: number },
  keys: HTMLElement,
  signal: AbortSignal,
): Transport {
  const toggle = () => (clock.playing ? clock.pause() : clock.play());
  const step = (by: number) => {
    clock.pause();
    clock.seek(clock.frame + by);
  };
  const button = (label: string, key: string, run: () => void, glyph: string) =>
    h('button', { type: 'button', 'aria-label': label, title: `${label} (${key})`, onclick: run }, glyph);
  const play = button('Play', 'space', toggle, '▶');
  play.classList.add('primary');
  const loop = h(
    'button',
    {
      type: 'button',
      'aria-label': 'Loop',
      title: 'Loop (L)',
      'aria-pressed': String(clock.loop),
      onclick: () => {
        clock.loop = !clock.loop;
        loop.setAttribute('aria-pressed', String(clock.loop));
      },
    },
    '⟲',
  );
  const rate = h(
    'select',
    { 'aria-label': 'Speed', onchange: () => (clock.rate = Number(rate.value)) },
    ...RATES.map(r => h('option', { value: r, selected: r === 1 }, `${r}×`)),
  );
  const time = h('output', { class: 'time' });
  const element = h(
    'div',
    { class: 'transport', role: 'toolbar', 'aria-label': 'Playing' },
    play,
    button('One frame back', '←', () => step(-1), '◂'),
    button('One frame forward', '→', () => step(1), '▸'),
    loop,
    rate,
    time,
  );
  keys.addEventListener(
    'keydown',
    event => {
      if (document.querySelector('dialog[open]') || isTyping(event.target)) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const onSlider = event.target instanceof HTMLInputElement;
      const runs: Record<string, (() => void) | undefined> = {
        ' ': isPressed(event.target) ? undefined : toggle,
        ArrowLeft: onSlider ? undefined : () => step(event.shiftKey ? -10 : -1),
        ArrowRight: onSlider ? undefined : () => step(event.shiftKey ? 10 : 1),
        Home: onSlider ? undefined : () => clock.seek(0),
        End: onSlider ? undefined : () => clock.seek(frames - 1),
        l: () => loop.click(),
      };
      const run = runs[event.key];
      if (!run) return;
      event.preventDefault();
      run();
    },
    { signal },
  );
  return {
    element,
    show: frame =>
      setText(time, `${clockText(frame / fps)} / ${clockText(frames / fps)} · frame ${frame} of ${frames}`),
    refresh() {
      setText(play, clock.playing ? '❚❚' : '▶');
      play.setAttribute('aria-label', clock.playing ? 'Pause' : 'Play');
    },
  };
}

/** The space bar presses it. */
const isPressed = (target: EventTarget | null): boolean =>
  target instanceof HTMLButtonElement || (target instanceof HTMLInputElement && target.type === 'checkbox');

/** Keys belong to what is being typed or chosen. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLTextAreaElement ||
  target instanceof HTMLSelectElement ||
  (target instanceof HTMLInputElement && target.type !== 'range' && target.type !== 'checkbox');
