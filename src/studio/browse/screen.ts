/** Browse: episodes as a grid of moving thumbnails, filtered, sorted, accepted and rejected. */
import type { ReviewedEpisode } from '../../client/index.ts';
import { h, setText } from '../shell/element.ts';
import { notice } from '../shell/notice.ts';
import { hashOf } from '../shell/router.ts';
import { mayChange, ONLINE_EVENT, type Screen } from '../shell/studio.ts';
import { count } from '../shell/words.ts';
import { createCard } from './card.ts';
import { type Filter, filterForm, filterOf, queryOf } from './filters.ts';
import { createGrid } from './grid.ts';
import { askReason } from './review.ts';

/** Rows of one request: read and kept in one go, so not the most that the API gives. */
const PAGE = 250;
/** So many are fetched without being asked for, one page after the other; beyond, as scrolling comes near. */
const AT_ONCE = 20_000;
/** How often it is asked whether there are more or fewer now, ms. */
const LOOK_MS = 4000;
/** Between two pages, ms: the person comes first. */
const BREATH_MS = 60;

/** Where somebody was who opened an episode, to find it again on the way back. */
let left: { hash: string; chosen: number } | null = null;

export const browseScreen: Screen = async (host, route, studio, signal) => {
  const { api } = studio;
  let filter = filterOf(route.query);
  let items: ReviewedEpisode[] = [];
  let [total, next] = [0, null as string | null];
  let loading = false;
  let asked = 0;
  /** What is shown is not what was asked for: that failed. */
  let stale = false;
  let wanted = left?.hash === location.hash ? left.chosen : null;
  const returnTo = () => {
    if (wanted === null || items.length <= wanted || !grid.element.isConnected) return;
    grid.choose(wanted);
    wanted = null;
  };

  const status = h('p', { class: 'faint', role: 'status', id: 'count' });
  const empty = h('div', { class: 'empty', hidden: true });
  const renew = h(
    'button',
    { type: 'button', class: 'quiet', hidden: true, onclick: () => void start().catch(fail) },
    'The corpus has changed: show it',
  );
  const grid = createGrid<ReviewedEpisode>(
    {
      label: 'Episodes',
      card: () => createCard(api),
      open: ({ id }) => {
        left = { hash: location.hash, chosen: grid.chosen };
        location.hash = hashOf(['episodes', id]);
      },
      chosen: () => {},
      wantMore: () => void loadMore(),
    },
    signal,
  );

  async function start(): Promise<void> {
    const mine = ++asked;
    const page = await api.episodes({ ...queryOf(filter), limit: PAGE });
    if (mine !== asked || signal.aborted) return;
    items = page.rows;
    [total, next] = [page.total, page.next];
    renew.hidden = true;
    stale = false;
    say();
    grid.setItems(items, total);
    void loadOn(mine);
  }

  async function loadOn(mine: number): Promise<void> {
    while (next !== null && items.length < AT_ONCE && mine === asked && !signal.aborted) {
      await new Promise(done => setTimeout(done, BREATH_MS));
      if (mine === asked && !(await loadMore())) return;
    }
  }

  /** false: it failed, or is under way. */
  async function loadMore(): Promise<boolean> {
    if (loading || next === null) return false;
    loading = true;
    const mine = asked;
    try {
      const page = await api.episodes({ ...queryOf(filter), limit: PAGE, after: next });
      if (mine !== asked || signal.aborted) return false;
      // The grid reads this very array.
      items.push(...page.rows);
      [total, next] = [page.total, page.next];
      say();
      grid.setItems(items, total);
      returnTo();
      return true;
    } catch (error) {
      setText(status, (error as Error).message);
      return false;
    } finally {
      loading = false;
    }
  }

  function say(): void {
    setText(
      status,
      `${count(total, 'episode')}${items.length < total ? `, ${items.length.toLocaleString('en')} loaded` : ''}`,
    );
    const isEmpty = total === 0;
    empty.hidden = !isEmpty;
    grid.element.hidden = isEmpty;
    if (!isEmpty) return;
    const filtered = Object.keys(filter).some(name => name !== 'sort');
    empty.replaceChildren(
      filtered
        ? notice('empty', 'No episode is like this', 'Loosen the filter to see more.')
        : notice('empty', 'No episodes yet', 'They appear here as soon as a submitted video is done.', {
            label: 'Submit videos',
            run: () => (location.hash = hashOf(['submit'])),
          }),
    );
  }

  const fail = (error: Error) => {
    stale = true;
    setText(status, error.message);
  };

  /** An empty screen fills itself; what somebody looks at stays as it is until they say so. */
  async function look(): Promise<void> {
    const mine = asked;
    const now = await api.episodes({ ...queryOf(filter), limit: 1 });
    if (mine !== asked || now.total === total) return;
    if (total === 0) await start();
    else renew.hidden = false;
  }
  const looking = setInterval(() => void look().catch(() => undefined), LOOK_MS);
  signal.addEventListener('abort', () => clearInterval(looking));
  document.addEventListener(ONLINE_EVENT, () => stale && void start().catch(fail), { signal });

  function refilter(given: Filter): void {
    filter = given;
    wanted = null;
    // The address follows without a new screen: what is being typed in stays.
    history.replaceState(null, '', hashOf(['browse'], filter as Record<string, string>));
    start().catch(fail);
  }

  async function decide(decision: 'accepted' | 'rejected' | null): Promise<void> {
    const episode = items[grid.chosen];
    if (!episode || !mayChange(studio)) return;
    const reason = decision === 'rejected' ? await askReason() : '';
    grid.element.focus();
    if (reason === null) return;
    try {
      const now = decision ? await api.review(episode.id, decision, reason) : await api.unreview(episode.id);
      const index = items.findIndex(({ id }) => id === now.id);
      if (index >= 0) items[index] = now;
      grid.refresh();
      studio.announce(`${now.task}: ${now.review?.decision ?? 'not reviewed'}`);
    } catch (error) {
      setText(status, (error as Error).message);
    }
  }
  grid.element.addEventListener('keydown', event => {
    const decision = { a: 'accepted', r: 'rejected', u: null }[event.key] as
      | 'accepted'
      | 'rejected'
      | null
      | undefined;
    if (decision === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    void decide(decision);
  });

  const robots = await api.robots();
  await start();
  if (signal.aborted) return;
  host.replaceChildren(
    h(
      'div',
      { class: 'browse' },
      h('h1', { class: 'unseen' }, 'Episodes'),
      filterForm(filter, robots, refilter),
      h(
        'div',
        { class: 'row under' },
        status,
        renew,
        h('span', { class: 'grow' }),
        h(
          'span',
          { class: 'faint keys' },
          mayChange(studio)
            ? 'arrows choose · enter opens · A accepts · R rejects · U takes back'
            : 'arrows choose · enter opens',
        ),
      ),
      empty,
      grid.element,
    ),
  );
  grid.element.focus({ preventScroll: true });
  returnTo();
};
