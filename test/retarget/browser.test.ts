/** The example page, with the built modules as they are, no bundler: the browser finds what Node finds. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

const executablePath = '/usr/bin/chromium';
const missing = !existsSync(executablePath);
const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

let server: ChildProcess | undefined;
let browser: Browser | undefined;
let address = '';
beforeAll(async () => {
  if (missing) return;
  // Builds only what is older than its source.
  await promisify(execFile)(process.execPath, [at('scripts/setup.mjs')]);
  server = spawn(process.execPath, [at('examples/06-retarget-in-the-browser/serve.mjs'), '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: server.stdout! })) {
    address = line;
    break;
  }
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
}, 180_000);
afterAll(async () => {
  await browser?.close();
  server?.kill();
});

if (process.env.UNDERSTUDY_REQUIRE_ALL === '1')
  test('Chromium is there', () => {
    expect(missing).toBe(false);
  });

test.skipIf(missing)(
  'the page retargets in the browser to what Node gives, within 1e-6 rad',
  async () => {
    const page = await browser!.newPage();
    const faults: string[] = [];
    page.on('pageerror', error => faults.push(error.message));
    await page.goto(address);
    await page.waitForFunction('window.trajectory');
    const there = (await page.evaluate('Array.from(window.trajectory.q)')) as number[];
    const { follow } = (await import(at('examples/06-retarget-in-the-browser/motion.js'))) as {
      follow: () => { q: Float32Array };
    };
    const { q } = follow();
    expect(faults).toEqual([]);
    expect(there).toHaveLength(q.length);
    expect(Math.max(...q) - Math.min(...q)).toBeGreaterThan(0.5);
    // One step of single precision: engines may round a cosine differently.
    for (let i = 0; i < q.length; i++) expect(Math.abs(there[i] - q[i])).toBeLessThan(1e-6);
    expect(await page.textContent('output')).toMatch(/90 frames in \d+ ms/);
  },
  60_000,
);
