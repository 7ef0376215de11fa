/**
 * A grid of which only what is on the screen exists: cards are moved and filled anew while it scrolls. The keyboard
 * moves a choice through it as through a list.
 */
import { h } from '../shell/element.ts';

/** px; the last two with the gap. */
const MIN_CARD = 208;
const GAP = 10;
const CARD_HEIGHT = 196 + GAP;
/** Rows beyond the edges that are kept ready. */
const AHEAD = 1;

export interface Card<T> {
  element: HTMLElement;
  set(item: T): void;
}

export interface Grid<T> {
  element: HTMLElement;
  /** The items in their order; the grid keeps the array and reads it when it draws. */
  setItems(items: readonly T[], total: number): void;
  /** The item changed. */
  refresh(): void;
  readonly chosen: number;
  choose(index: number): void;
}

export interface GridOptions<T> {
  label: string;
  card(): Card<T>;
  /** Enter, or a press on the card. */
  open(item: T): void;
  chosen(item: T, index: number): void;
  /** The end of what is loaded comes near. */
  wantMore(): void;
}

export function createGrid<T>(options: GridOptions<T>, signal: AbortSignal): Grid<T> {
  let items: readonly T[] = [];
  let total = 0;
  let [columns, width, chosen] = [1, MIN_CARD, 0];
  let pending = 0;
  const shown = new Map<number, Card<T>>();
  const spare: Card<T>[] = [];
  const sheet = h('div', { class: 'grid-sheet' });
  const element = h(
    'div',
    {
      class: 'grid',
      role: 'listbox',
      tabindex: 0,
      'aria-label': options.label,
      'aria-multiselectable': 'false',
    },
    sheet,
  );

  function layOut(): void {
    pending = 0;
    const first = Math.max(0, (Math.floor(element.scrollTop / CARD_HEIGHT) - AHEAD) * columns);
    const last = Math.min(
      items.length,
      (Math.ceil((element.scrollTop + element.clientHeight) / CARD_HEIGHT) + AHEAD) * columns,
    );
    for (const [index, card] of shown) {
      if (index >= first && index < last) continue;
      shown.delete(index);
      card.element.hidden = true;
      spare.push(card);
    }
    for (let index = first; index < last; index++) if (!shown.has(index)) place(index);
    mark();
    if (items.length < total && last > items.length - 10 * columns) options.wantMore();
  }

  function place(index: number): void {
    const card = spare.pop() ?? made();
    card.element.hidden = false;
    card.element.id = `card-${index}`;
    card.element.dataset['index'] = String(index);
    card.element.setAttribute('aria-posinset', String(index + 1));
    card.element.setAttribute('aria-setsize', String(total));
    card.element.style.width = `${width - GAP}px`;
    card.element.style.transform = `translate(${(index % columns) * width}px, ${Math.floor(index / columns) * CARD_HEIGHT}px)`;
    card.set(items[index]);
    shown.set(index, card);
  }

  function made(): Card<T> {
    const card = options.card();
    card.element.setAttribute('role', 'option');
    sheet.append(card.element);
    return card;
  }

  function mark(): void {
    for (const [index, { element: card }] of shown)
      card.setAttribute('aria-selected', String(index === chosen));
    if (shown.has(chosen)) element.setAttribute('aria-activedescendant', `card-${chosen}`);
    else element.removeAttribute('aria-activedescendant');
  }

  /** Everything anew: size or items differ. */
  function rebuild(): void {
    columns = Math.max(1, Math.floor(element.clientWidth / (MIN_CARD + GAP)));
    width = Math.floor(element.clientWidth / columns);
    sheet.style.height = `${Math.ceil(items.length / columns) * CARD_HEIGHT}px`;
    for (const card of shown.values()) {
      card.element.hidden = true;
      spare.push(card);
    }
    shown.clear();
    layOut();
  }

  const soon = () => {
    if (!pending) pending = requestAnimationFrame(layOut);
  };
  element.addEventListener('scroll', soon, { passive: true });
  const resize = new ResizeObserver(rebuild);
  resize.observe(element);
  signal.addEventListener('abort', () => {
    resize.disconnect();
    cancelAnimationFrame(pending);
  });
  element.addEventListener('click', event => {
    const card = (event.target as Element).closest<HTMLElement>('[data-index]');
    if (!card || (event.target as Element).closest('button, input, select')) return;
    grid.choose(Number(card.dataset['index']));
    options.open(items[chosen]);
  });
  element.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = columns * Math.max(1, Math.floor(element.clientHeight / CARD_HEIGHT));
    const by: Record<string, number> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: columns,
      ArrowUp: -columns,
      PageDown: page,
      PageUp: -page,
      Home: -items.length,
      End: items.length,
    };
    if (event.key in by) grid.choose(chosen + by[event.key]);
    else if (event.key === 'Enter' && items[chosen]) options.open(items[chosen]);
    else return;
    event.preventDefault();
  });

  const grid: Grid<T> = {
    element,
    setItems(next, all) {
      const same = next === items;
      [items, total] = [next, all];
      if (!same) {
        chosen = 0;
        element.scrollTop = 0;
        rebuild();
        return;
      }
      sheet.style.height = `${Math.ceil(items.length / columns) * CARD_HEIGHT}px`;
      soon();
    },
    refresh() {
      for (const [index, card] of shown) card.set(items[index]);
    },
    get chosen() {
      return chosen;
    },
    choose(index) {
      if (items.length === 0) return;
      // It may have got its place on the page a moment ago.
      if (width !== Math.floor(element.clientWidth / columns)) rebuild();
      chosen = Math.min(items.length - 1, Math.max(0, index));
      const top = Math.floor(chosen / columns) * CARD_HEIGHT;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (top + CARD_HEIGHT > element.scrollTop + element.clientHeight)
        element.scrollTop = top + CARD_HEIGHT - element.clientHeight;
      layOut();
      options.chosen(items[chosen], chosen);
    },
  };
  return grid;
}
