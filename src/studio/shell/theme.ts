/** Light and dark: as the system says, until the person says otherwise. */
import { h } from './element.ts';

const CHOICES = ['auto', 'light', 'dark'] as const;
type Choice = (typeof CHOICES)[number];
const KEY = 'understudy.theme';

/** Fired on `document` when colours changed, so that canvases are drawn again. */
export const THEME_EVENT = 'understudy-theme';

export function startTheme(): void {
  apply(remembered());
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', announce);
}

/** A button that goes round auto, light, dark. */
export function themeSwitch(): HTMLButtonElement {
  const button = h('button', { type: 'button', class: 'quiet', id: 'theme' });
  const label = (choice: Choice) => {
    button.textContent = { auto: 'Auto', light: 'Light', dark: 'Dark' }[choice];
    button.setAttribute('aria-label', `Colours: ${choice}. Change`);
  };
  button.addEventListener('click', () => {
    const next = CHOICES[(CHOICES.indexOf(remembered()) + 1) % CHOICES.length];
    remember(next);
    apply(next);
    label(next);
  });
  label(remembered());
  return button;
}

/** A colour of the style sheet as the canvas takes it: `colourOf(host, '--ink')`. */
export function colourOf(host: Element, name: string): string {
  const probe = h('span');
  probe.style.color = `var(${name})`;
  host.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

function apply(choice: Choice): void {
  if (choice === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = choice;
  announce();
}

const announce = () => document.dispatchEvent(new Event(THEME_EVENT));

/** A file opened from disk may have no storage; then the choice lasts as long as the page. */
let held: Choice = 'auto';

function remembered(): Choice {
  try {
    const kept = localStorage.getItem(KEY);
    return CHOICES.find(choice => choice === kept) ?? held;
  } catch {
    return held;
  }
}

function remember(choice: Choice): void {
  held = choice;
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // Without storage: see above.
  }
}
