/** How soon an episode opens, and how many frames a second it replays, with WebGL on the processor. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { createApp } from '../../src/server/app.ts';
import type { Services } from '../../src/server/services.ts';
import { openCatalogue } from '../../src/store/catalogue.ts';
import { openStore } from '../../src/store/open.ts';
import { STUDIO } from '../../test/studio/browser.ts';
import { knownRecord, writeKnownShard } from '../../test/studio/shard.ts';
import { usage } from '../measures/processes.ts';

const OPENINGS = 5;
/** s. */
const PLAYED = 6;

export interface ReplayFigures {
  /** From the address to the first picture drawn; the first opening finds no script compiled and nothing cached. */
  openedMs: number[];
  /** Processor time of all processes of the browser from Enter to the first picture drawn. */
  openedCpuMs: number[];
  framesPerS: number;
  cpuMsPerFrame: number;
}

/** The page's policy lets no text be run as code, so these are functions. */
const opensNow = () => window.understudy?.openedMs != null;
const seen = (page: Page) =>
  page.evaluate(() => ({ drawn: window.understudy!.drawn, openedMs: window.understudy!.openedMs! }));

/** @param pid of the browser */
export async function measureReplay(
  browser: Browser,
  pid: number,
  services: Services,
  root: string,
): Promise<ReplayFigures> {
  const store = await openStore(path.join(root, 'store'));
  const catalogue = openCatalogue(store.documents);
  const record = knownRecord();
  await store.put(record.id, {}, async folder => void (await writeKnownShard(folder)));
  await catalogue.add(record);
  const app = await createApp({ ...services, store, catalogue }, { studio: STUDIO });
  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    const [openedMs, openedCpuMs]: number[][] = [[], []];
    for (let i = 0; i < OPENINGS; i++) {
      await page.goto(`${address}/#/browse`);
      await page.waitForSelector('.card');
      const before = usage(pid).cpuMs;
      await page.keyboard.press('Enter');
      await page.waitForFunction(opensNow);
      openedMs.push(Math.round((await seen(page)).openedMs));
      openedCpuMs.push(usage(pid).cpuMs - before);
    }
    await page.waitForTimeout(1500);
    // Twice the film's rate: what the machine can do, not what the film has.
    await page.selectOption('[aria-label="Speed"]', '2');
    await page.keyboard.press('Space');
    await page.waitForTimeout(500);
    const [from, cpu, start] = [await seen(page), usage(pid).cpuMs, performance.now()];
    await page.waitForTimeout(1000 * PLAYED);
    const [to, used, end] = [await seen(page), usage(pid).cpuMs, performance.now()];
    const frames = to.drawn - from.drawn;
    await page.close();
    return {
      openedMs,
      openedCpuMs,
      framesPerS: Number(((1000 * frames) / (end - start)).toFixed(1)),
      cpuMsPerFrame: Number(((used - cpu) / frames).toFixed(1)),
    };
  } finally {
    await app.close();
    await rm(root, { recursive: true, force: true });
  }
}
