/** 5,000 episodes listed, scrolled and filtered: the longest task of the page, and that of one which draws them all. */
import type { Browser } from 'playwright-core';
import { createApp } from '../../src/server/app.ts';
import type { Services } from '../../src/server/services.ts';
import { STUDIO } from '../../test/studio/browser.ts';
import { manyEpisodes } from '../../test/studio/catalogue.ts';
import { type Tasks, traceTasks } from './tasks.ts';

const EPISODES = 5000;
const SCROLLS = 40;
const SCROLL_MS = 30;
const VIEWPORT = { width: 1280, height: 720 };

export interface CorpusFigures {
  studio: Tasks;
  /** A page that has a card for every episode. */
  naive: Tasks;
}

export async function measureCorpus(browser: Browser, services: Services): Promise<CorpusFigures> {
  const app = await createApp({ ...services, catalogue: manyEpisodes(EPISODES) }, { studio: STUDIO });
  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  try {
    return { studio: await studioTasks(browser, address), naive: await naiveTasks(browser, address) };
  } finally {
    await app.close();
  }
}

async function studioTasks(browser: Browser, address: string): Promise<Tasks> {
  const page = await browser.newPage({ viewport: VIEWPORT });
  const tasks = await traceTasks(page, async () => {
    await page.goto(`${address}/#/browse`);
    await page.waitForSelector('.card');
    for (let i = 0; i < SCROLLS; i++) {
      await page.locator('.grid').evaluate(grid => grid.scrollBy(0, 5 * grid.clientHeight));
      await page.waitForTimeout(SCROLL_MS);
    }
    await page.locator('#count:not(:text("loaded"))').waitFor();
    await page.locator('.grid').press('End');
    await page.waitForSelector(`.card[aria-posinset="${EPISODES}"]`);
    await page.fill('[name=task]', 'task 123');
    await page.locator('#count:text-matches("^11 ")').waitFor();
    await page.selectOption('[name=robot]', 'g1-inspire');
    await page.locator('#count:text-matches("^5 ")').waitFor();
  });
  await page.close();
  return tasks;
}

/** The same walk over what a simple page would do. */
async function naiveTasks(browser: Browser, address: string): Promise<Tasks> {
  const page = await browser.newPage({ viewport: VIEWPORT });
  // A page of this server without a script of its own.
  await page.goto(`${address}/icon.svg`);
  await page.goto(`${address}/#/nothing`);
  const tasks = await traceTasks(page, async () => {
    await page.evaluate(async () => {
      const rows: { id: string; task: string; robot: string }[] = [];
      for (let after: string | null = ''; after !== null; ) {
        const answer = await fetch(`/v1/episodes?limit=500${after && `&after=${encodeURIComponent(after)}`}`);
        const page = (await answer.json()) as { rows: typeof rows; next: string | null };
        rows.push(...page.rows);
        after = page.next;
      }
      const main = document.getElementById('main')!;
      main.replaceChildren(
        ...rows.map(({ id, task, robot }) => {
          const card = document.createElement('article');
          card.className = 'card';
          card.style.cssText = 'position: static; width: 200px; display: inline-block';
          card.dataset['robot'] = robot;
          const picture = document.createElement('img');
          picture.src = `/v1/episodes/${id}/files/thumbnail.webp`;
          picture.loading = 'lazy';
          card.append(picture, task);
          return card;
        }),
      );
    });
    for (let i = 0; i < SCROLLS; i++) {
      await page.evaluate(() => document.getElementById('main')!.scrollBy(0, 5 * innerHeight));
      await page.waitForTimeout(SCROLL_MS);
    }
    await page.evaluate(() => {
      for (const card of document.querySelectorAll<HTMLElement>('.card'))
        card.hidden = !card.textContent!.includes('task 123') || card.dataset['robot'] !== 'g1-inspire';
    });
    await page.waitForTimeout(SCROLL_MS);
  });
  await page.close();
  return tasks;
}
