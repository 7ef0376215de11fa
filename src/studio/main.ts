/** The studio: a bar, one screen at a time, and what is said when the server is gone or needs a token. */
import './shell/screens.css';
import './replay/replay.css';
import { createApi, isHealthy, OfflineError, statusOf } from './api/api.ts';
import { browseScreen } from './browse/screen.ts';
import { openScreen } from './dataset/open-screen.ts';
import { datasetScreen } from './dataset/screen.ts';
import { episodeScreen } from './replay/screen.ts';
import { h, setText } from './shell/element.ts';
import { notice } from './shell/notice.ts';
import { hashOf, routeOf } from './shell/router.ts';
import { askForToken } from './shell/sign-in.ts';
import { ONLINE_EVENT, type Screen, type Studio } from './shell/studio.ts';
import { startTheme, themeSwitch } from './shell/theme.ts';
import { submitScreen } from './submit/screen.ts';
import { watchScreen } from './watch/screen.ts';

const SCREENS: Readonly<Record<string, { title: string; screen: Screen; inBar: boolean }>> = {
  submit: { title: 'Submit', screen: submitScreen, inBar: true },
  watch: { title: 'Watch', screen: watchScreen, inBar: true },
  browse: { title: 'Browse', screen: browseScreen, inBar: true },
  datasets: { title: 'Datasets', screen: datasetScreen, inBar: true },
  episodes: { title: 'Replay', screen: episodeScreen, inBar: false },
  open: { title: 'Open a dataset', screen: openScreen, inBar: false },
};
const FIRST = 'browse';
/** The replay view is fetched, and its shaders are made, once the first screen is there and nothing else is to do, ms. */
const SETTLED_MS = 800;
/** A screen that has drawn nothing for so long is said to load, ms. */
const SLOW_MS = 400;
/** How often a server that is gone is asked again, ms. */
const ASK_AGAIN_MS = 2000;

const main = document.getElementById('main')!;
const announcer = document.getElementById('announcer')!;
const banner = h(
  'div',
  { class: 'banner', role: 'alert', hidden: true },
  'The server does not answer. Trying again …',
);
let leave = new AbortController();
/** Whether a server that is gone is asked after. */
let asking = false;

const api = createApi({
  offline() {
    banner.hidden = false;
    if (asking) return;
    asking = true;
    setTimeout(askAgain, ASK_AGAIN_MS);
  },
  online() {
    banner.hidden = true;
  },
  unauthorised() {
    void askForToken(api).then(role => {
      studio.role = role;
      void show();
    });
  },
});
const studio: Studio = {
  api,
  role: 'admin',
  announce: text => setText(announcer, text),
};

function askAgain(): void {
  void isHealthy().then(healthy => {
    if (!healthy) {
      setTimeout(askAgain, ASK_AGAIN_MS);
      return;
    }
    asking = false;
    banner.hidden = true;
    // A screen that could not be filled is filled now; one that could goes on as it is, and may ask again.
    if (main.querySelector('[data-state="offline"]')) void show();
    else document.dispatchEvent(new Event(ONLINE_EVENT));
  });
}

let warm = false;

/** The replay view is most of this page's script: it comes when it is wanted, or when there is time. */
function warmUpLater(): void {
  if (warm) return;
  warm = true;
  const soon = globalThis.requestIdleCallback ?? setTimeout;
  setTimeout(
    () =>
      soon(
        () =>
          void import('./replay/view.ts').then(
            view => view.warmUp(),
            () => undefined,
          ),
      ),
    SETTLED_MS,
  );
}

async function show(): Promise<void> {
  leave.abort();
  leave = new AbortController();
  const { signal } = leave;
  const route = routeOf(location.hash);
  const name = route.parts[0] ?? FIRST;
  const place = SCREENS[name];
  for (const link of document.querySelectorAll('#bar nav a')) {
    if (link.getAttribute('href') === hashOf([name])) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  if (!place) {
    main.replaceChildren(
      notice('empty', 'There is nothing here', 'The address names no screen of the studio.'),
    );
    return;
  }
  document.title = `${place.title} · Understudy`;
  const before = main.firstChild;
  const slow = setTimeout(() => {
    if (!signal.aborted && main.firstChild === before)
      main.replaceChildren(notice('busy', 'Loading …', 'The server is at it.'));
  }, SLOW_MS);
  try {
    await place.screen(main, route, studio, signal);
    warmUpLater();
  } catch (error) {
    if (!signal.aborted) main.replaceChildren(faultNotice(error as Error));
  } finally {
    clearTimeout(slow);
  }
}

function faultNotice(error: Error): HTMLElement {
  const again = { label: 'Try again', run: () => void show() };
  if (error instanceof OfflineError)
    return notice(
      'offline',
      'The server does not answer',
      'It was stopped, or the connection is gone. The studio goes on when it is back.',
      again,
    );
  if (statusOf(error) === 401)
    return notice('empty', 'A token is needed', 'Sign in to see what this server has.');
  if (statusOf(error) === 404)
    return notice('error', 'It is not there', error.message, {
      label: 'Browse episodes',
      run: () => (location.hash = hashOf(['browse'])),
    });
  return notice('error', 'This did not work', error.message, again);
}

function bar(): Node[] {
  const links = Object.entries(SCREENS)
    .filter(([, { inBar }]) => inBar)
    .map(([name, { title }]) => h('a', { href: hashOf([name]) }, title));
  return [
    h('a', { class: 'brand', href: hashOf([FIRST]) }, 'Understudy'),
    h('nav', { 'aria-label': 'Screens' }, ...links),
    themeSwitch(),
  ];
}

startTheme();
document.getElementById('bar')!.append(...bar());
main.before(banner);
addEventListener('hashchange', () => {
  main.focus({ preventScroll: true });
  void show();
});
void api.session().then(
  ({ role }) => {
    if (!role)
      return askForToken(api).then(given => {
        studio.role = given;
        return show();
      });
    studio.role = role;
    return show();
  },
  error => main.replaceChildren(faultNotice(error as Error)),
);
