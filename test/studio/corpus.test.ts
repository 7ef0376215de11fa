/** The studio over a corpus: thousands of episodes, hostile texts, servers that stop, tokens. */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../src/server/app.ts';
import type { Services } from '../../src/server/services.ts';
import { createToken, openTokens } from '../../src/server/tokens.ts';
import { clips } from '../clips.ts';
import { type Corpus, corpus } from '../server/corpus.ts';
import { launch, missing, open, STUDIO } from './browser.ts';
import { entry, fixed, manyEpisodes } from './catalogue.ts';

const FORMATS = path.join(clips, '../formats');
const EPISODES = 5000;
/** What a window of 1280 × 720 shows, and what is kept ready: far below what there is. */
const MOST_CARDS = 80;
const MOST_NODES = 1000;
const HOSTILE = [
  '<img src=x onerror="document.title=1"><script>document.title=2</script>',
  'ا'.repeat(60),
  '🫖☕️👩🏽‍🍳 pour',
  'x'.repeat(900),
  '&lt;b&gt; "quotes" \'and\' `ticks`',
  '\u202Egnp.exe',
];

describe.skipIf(missing.length > 0)('the studio over a corpus', () => {
  let services: Corpus;
  let app: FastifyInstance;
  let address: string;
  let browser: Browser;

  const serve = async (given: Services) => {
    const made = await createApp(given, { studio: STUDIO });
    return { app: made, address: await made.listen({ port: 0, host: '127.0.0.1' }) };
  };
  beforeAll(async () => {
    services = await corpus(0);
    browser = await launch();
    ({ app, address } = await serve({ ...services, catalogue: manyEpisodes(EPISODES) }));
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
    await rm(services.root, { recursive: true, force: true });
  });

  test('5,000 episodes are listed, scrolled and filtered with a few dozen cards', async () => {
    const { page, faults } = await open(browser, `${address}/#/browse`);
    await page.waitForSelector('.card');
    expect(await page.locator('#count').textContent()).toContain('5,000 episodes');
    // Down through it while the rest still comes.
    for (let i = 0; i < 40; i++) {
      await page.locator('.grid').evaluate(grid => grid.scrollBy(0, 5 * grid.clientHeight));
      expect(await page.locator('.card').count()).toBeLessThan(MOST_CARDS);
    }
    await page.waitForFunction(() => !document.querySelector('#count')!.textContent!.includes('loaded'));
    await page.locator('.grid').press('End');
    await page.waitForSelector('.card[aria-posinset="5000"]');
    expect(await page.locator('.card:visible .task').last().textContent()).toBeTruthy();
    expect(await page.locator('.card').count()).toBeLessThan(MOST_CARDS);
    expect(await page.locator('body *').count()).toBeLessThan(MOST_NODES);
    await page.fill('[name=task]', 'task 123');
    await page.waitForFunction(() => document.querySelector('#count')!.textContent!.startsWith('11 '));
    // 123 and 1230 to 1239; every third is of this robot.
    await page.selectOption('[name=robot]', 'g1-inspire');
    await page.waitForFunction(() => document.querySelector('#count')!.textContent!.startsWith('5 '));
    const tasks = await page.locator('.card:visible .task').allTextContents();
    expect(tasks.sort()).toEqual(['task 123', 'task 1230', 'task 1233', 'task 1236', 'task 1239']);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test('hostile texts are shown as they are, and do nothing', async () => {
    const records = HOSTILE.map((task, i) =>
      entry({
        id: String(i).padStart(64, '0'),
        task,
        source: `https://example.org/?q=${task.slice(0, 50)}`,
        score: 1 - i / 10,
        variety: { cells: ['left 3 1 0', 'left 4 1 0'], grasps: { pinch: 3, between: 1 } },
      }),
    );
    const { app: own, address: at } = await serve({ ...services, catalogue: fixed(records) });
    try {
      const { page, faults } = await open(browser, `${at}/#/browse`);
      // Before the first frame the grid does not know its width, and has one card.
      await page.waitForFunction(n => document.querySelectorAll('.card .task').length === n, HOSTILE.length);
      expect(await page.locator('.card .task').allTextContents()).toEqual(HOSTILE);
      expect(await page.locator('.card img[src=x], .card script, .card b').count()).toBe(0);
      await page.goto(`${at}/#/datasets`);
      await page.waitForSelector('.plot-panel');
      expect(await page.locator('.plot-panel .bars').first().textContent()).toContain('<script>');
      expect(await page.locator('.plot-panel:has-text("Grasps") .value').allTextContents()).toEqual([
        '0 %',
        '25 %',
        '75 %',
        '0 %',
      ]);
      expect(await page.locator('svg.wrists').getAttribute('aria-label')).toMatch(
        /^Wrists, third person: 2 cells of 10 cm within 0\.1 × 0\.2 m, seen from above/,
      );
      expect(await page.title()).toBe('Datasets · Understudy');
      // Nothing is wider than the window.
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
      expect(faults).toEqual([]);
      await page.context().close();
    } finally {
      await own.close();
    }
  });

  test('a rejection is asked for a reason and kept', async () => {
    const { page } = await open(browser, `${address}/#/browse?sort=id`);
    await page.waitForSelector('.card');
    await page.locator('.grid').press('r');
    await page.fill('dialog [name=reason]', 'landmarks <i>wrong</i>');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.card[data-review="rejected"]');
    expect(await page.locator('.card[data-review="rejected"] .badge').getAttribute('title')).toBe(
      'landmarks <i>wrong</i>',
    );
    await page.locator('.grid').press('u');
    await page.waitForSelector('.card[data-review="rejected"]', { state: 'detached' });
    await page.context().close();
  });

  test('any score filters, and a way back leads to where one was', async () => {
    const { page } = await open(browser, `${address}/#/browse?sort=id`);
    await page.waitForSelector('.card');
    await page.fill('[name=minScore]', '0.123');
    await page.waitForFunction(() => location.hash.includes('minScore=0.123'));
    // The answer comes after the address: what it brings starts at the top again.
    await page.waitForFunction(() => document.querySelector('#count')!.textContent!.startsWith('4,385 '));
    await page.fill('[name=minScore]', '');
    await page.waitForFunction(() => document.querySelector('#count')!.textContent!.startsWith('5,000 '));
    for (let i = 0; i < 3; i++) await page.locator('.grid').press('PageDown');
    const chosen = () => page.locator('.grid').getAttribute('aria-activedescendant');
    const left = await chosen();
    await page.locator('.grid').press('Enter');
    // The grid stands until the episode can be shown.
    await page.waitForFunction(
      () => location.hash.startsWith('#/episodes/') && !document.querySelector('.grid'),
    );
    await page.goBack();
    await page.waitForFunction(
      id =>
        document.querySelector(`.card[aria-selected="true"]`)?.id === id &&
        document.querySelector('.grid')!.scrollTop > 0,
      left,
    );
    await page.context().close();
  });

  test('no screen is wider than a telephone', async () => {
    const { page } = await open(browser, `${address}/#/browse`);
    await page.setViewportSize({ width: 390, height: 800 });
    for (const [name, sign] of Object.entries({
      browse: '.card',
      datasets: '.plot-panel',
      submit: '#list',
    })) {
      await page.goto(`${address}/#/${name}`);
      await page.waitForSelector(sign);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), name).toBeLessThan(
        1,
      );
    }
    await page.context().close();
  });

  test('an empty corpus says what to do', async () => {
    const { app: own, address: at } = await serve(services);
    const { page } = await open(browser, `${at}/#/browse`);
    await page.waitForSelector('[data-state="empty"]');
    await page.click('text=Submit videos');
    await page.waitForSelector('#list');
    await page.goto(`${at}/#/watch`);
    expect(await page.waitForSelector('[data-state="empty"] h2').then(title => title.textContent())).toBe(
      'Nothing was submitted yet',
    );
    await page.context().close();
    await own.close();
  });

  test('a batch is watched as it goes: stage, failure with what to do, retry, cancel', async () => {
    const { app: own, address: at } = await serve(services);
    const { queue } = services;
    const { page, faults } = await open(browser, `${at}/#/submit`);
    await page.fill(
      '#list',
      'https://example.org/1.mp4\nhttps://example.org/2.mp4\nhttp://192.168.0.1/x.mp4',
    );
    await page.waitForSelector('.verdicts .bad');
    expect(await page.locator('.verdicts .bad').textContent()).toContain('not a public address');
    expect(await page.locator('button[type=submit]').isDisabled()).toBe(true);
    await page.fill(
      '#list',
      'url,task\nhttps://example.org/1.mp4,<b>pour</b>\nhttps://example.org/2.mp4,fold',
    );
    await page.click('button[type=submit]:enabled');
    await page.waitForSelector('.job');
    const [first, second] = await page
      .locator('.job')
      .evaluateAll(jobs => jobs.map(job => (job as HTMLElement).dataset['job']!));
    queue.move(first, 'running');
    queue.tell({ batch: 'b1', job: first, event: 'stage', stage: 'perceive', done: 10, total: 100 });
    await page.waitForTimeout(600);
    queue.tell({ batch: 'b1', job: first, event: 'stage', stage: 'perceive', done: 50, total: 100 });
    await page.waitForSelector('text=/finding hands and body · 50 % · .* frames\\/s · about/');
    queue.move(first, 'failed', {
      error: { tag: 'MediaError', message: 'text, not a video', retryable: false },
      attempts: 1,
    });
    await page.waitForSelector('.job[data-state="failed"]');
    expect(await page.locator('.job[data-state="failed"] .fault').textContent()).toMatch(
      /not a video.*Convert it/,
    );
    await page.click('.job[data-state="failed"] >> text=Retry');
    await page.waitForSelector(`.job[data-job="${first}"][data-state="queued"]`);
    await page.click(`.job[data-job="${second}"] >> text=Cancel`);
    await page.waitForSelector(`.job[data-job="${second}"][data-state="cancelled"]`);
    queue.move(first, 'completed', {
      episodes: ['e1'],
      rejected: [{ startS: 0, endS: 1.5, reason: 'no hands' }],
    });
    await page.waitForSelector('text=Not kept, 0.0–1.5 s: no hands');
    expect(faults).toEqual([]);
    await page.context().close();
    await own.close();
  });

  test('a server that stops is said, and what was asked for comes when it is back', async () => {
    const { app: own, address: at } = await serve(services);
    const { page } = await open(browser, `${at}/#/browse`);
    await page.waitForSelector('[data-state="empty"]');
    await own.close();
    await page.click('nav >> text=Datasets');
    await page.waitForSelector('[data-state="offline"]');
    await page.waitForSelector('.banner:visible');
    const again = await createApp(services, { studio: STUDIO });
    await again.listen({ port: Number(new URL(at).port), host: '127.0.0.1' });
    await page.waitForSelector('h1:has-text("Datasets")');
    await page.waitForSelector('.banner', { state: 'hidden' });
    await page.context().close();
    await again.close();
  });

  test.skipIf(!existsSync(FORMATS))(
    'a stranger’s dataset opens from a folder and says what it lacks; what is none is refused with the reason',
    async () => {
      const { page, faults } = await open(browser, `${address}/#/open`);
      await page.setInputFiles('#folder', path.join(FORMATS, 'lerobot_v3.0'));
      await page.waitForFunction(() => window.understudy?.openedMs != null);
      expect(await page.locator('.pane.film').textContent()).toContain('which is not there');
      expect(await page.locator('.opened-bar').textContent()).toContain('so101_follower');
      await page.locator('[aria-label="Episode"]').selectOption('1');
      await page.waitForFunction(() => window.understudy?.openedMs != null);
      for (const [folder, reason] of [
        ['gr00t', /episode|data|v2/],
        ['lerobot_v2.1_g1_inspire', /data|episode/],
      ] as const) {
        await page.goto('about:blank');
        await page.goto(`${address}/#/open`);
        await page.setInputFiles('#folder', path.join(FORMATS, folder));
        await page.waitForSelector('[data-state="error"]');
        expect(await page.locator('[data-state="error"] p').textContent()).toMatch(reason);
      }
      expect(faults).toEqual([]);
      await page.context().close();
    },
  );

  test.skipIf(!existsSync(FORMATS))(
    'a link opens a dataset of another host through this server, and what it may not reach is said',
    async () => {
      const folder = path.join(FORMATS, 'lerobot_v3.0');
      const other = createServer((request, response) => {
        const file = path.join(folder, decodeURIComponent(new URL(request.url!, 'http://x').pathname));
        if (!existsSync(file)) return response.writeHead(404).end();
        response.setHeader('content-length', statSync(file).size);
        createReadStream(file).pipe(response);
      });
      await new Promise<void>(done => other.listen(0, '127.0.0.1', done));
      const host = `127.0.0.1:${(other.address() as AddressInfo).port}`;
      const { app: own, address: at } = await serve({ ...services, allowHosts: [host] });
      const { page, faults } = await open(browser, `${at}/#/open?dataset=http://${host}&episode=1`);
      const asked = new Set<string>();
      page.on('request', request => asked.add(new URL(request.url()).host));
      await page.waitForFunction(() => window.understudy?.openedMs != null);
      expect(await page.locator('.opened-bar b').textContent()).toBe(`http://${host}/`);
      expect(await page.locator('[aria-label="Episode"]').inputValue()).toBe('1');
      await page.locator('[aria-label="Episode"]').selectOption('0');
      await page.waitForURL(/episode=0$/);
      await page.goto(`${at}/#/open?dataset=http://169.254.169.254/latest`);
      await page.waitForSelector('[data-state="error"]');
      expect(await page.locator('[data-state="error"] p').textContent()).toMatch(
        /^http:\/\/169\.254\.169\.254\/latest\/meta\/info\.json cannot be read: HTTP 400, .*not a public address/,
      );
      await page.click('text=Choose another');
      await page.fill('[name=address]', 'ftp://example.org');
      await page.keyboard.press('Enter');
      await page.waitForSelector('text=is no address of a dataset');
      expect([...asked].filter(one => one !== new URL(at).host)).toEqual([]);
      expect(faults).toEqual([]);
      await page.context().close();
      await own.close();
      other.closeAllConnections();
      other.close();
    },
  );

  test('a token is asked for where one is needed, and is in no address and in no script’s reach', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'understudy-tokens-'));
    const file = path.join(folder, 'tokens.json');
    const { token } = createToken(file, 'submit', 'test');
    const { app: own, address: at } = await serve({ ...services, tokens: openTokens(file) });
    const { page, faults } = await open(browser, `${at}/#/browse`);
    const asked: string[] = [];
    page.on('request', request => asked.push(request.url()));
    await page.fill('dialog [name=token]', 'understudy_wrong');
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=This token is not known here.');
    await page.fill('dialog [name=token]', token);
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-state="empty"]');
    expect(asked.filter(url => url.includes(token))).toEqual([]);
    expect(page.url()).not.toContain(token);
    const reach = await page.evaluate(
      () => document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage }),
    );
    expect(reach).not.toContain(token);
    expect(faults).toEqual([]);
    await page.context().close();
    await own.close();
    await rm(folder, { recursive: true });
  });
});
