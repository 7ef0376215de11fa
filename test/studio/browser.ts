/** Chromium, and the studio in it. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

const executablePath = '/usr/bin/chromium';
const built = fileURLToPath(new URL('../../dist/studio/', import.meta.url));
export const STUDIO = built;

/** What these tests need and this machine lacks. */
export const missing = [executablePath, `${built}index.html`, `${built}preview/preview.js`].filter(
  file => !existsSync(file),
);
export const required = process.env.UNDERSTUDY_REQUIRE_ALL === '1';

/** WebGL drawn by the processor: the same on every machine. */
const SOFTWARE = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
export const WITHOUT_WEBGL = ['--disable-gpu', '--disable-3d-apis'];

export const launch = (args: readonly string[] = SOFTWARE): Promise<Browser> =>
  chromium.launch({ executablePath, args: ['--no-sandbox', ...args] });

export interface Watched {
  page: Page;
  /** What went wrong in the page: errors of scripts, refusals of the content security policy. */
  faults: string[];
}

/** A page of a window of its own. A failed request is no fault: tests stop servers. */
export async function open(browser: Browser, address: string): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', error => faults.push(error.message));
  page.on('console', message => {
    const text = message.text();
    if (message.type() === 'error' && !/Failed to load resource|net::ERR/.test(text)) faults.push(text);
  });
  await page.goto(address);
  return { page, faults };
}
