/** The reader in a real browser: metadata, columns by range requests, windows, and a picture at its episode's time. */
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { columnsOf, greyOf, lengthOf, publishKnown, taskOf } from '../dataset/known-dataset.ts';
import { type FolderServer, serveFolder } from '../dataset/serve-folder.ts';

const executablePath = '/usr/bin/chromium';
const missing = !existsSync(executablePath);
const entry = fileURLToPath(new URL('../../src/dataset/browser.ts', import.meta.url));
const EPISODES = 9;

let dir: string;
let server: FolderServer;
let browser: Browser;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'understudy-browser-'));
  if (missing) return;
  await publishKnown(path.join(dir, 'set'), 'h264', [5, EPISODES]);
  await build({
    logLevel: 'silent',
    configFile: false,
    build: { lib: { entry, formats: ['es'], fileName: 'reader' }, outDir: dir, emptyOutDir: false },
  });
  await copyFile(fileURLToPath(new URL('browser-page.mjs', import.meta.url)), path.join(dir, 'page.js'));
  await writeFile(path.join(dir, 'index.html'), '<script type="module" src="page.js"></script>');
  server = await serveFolder(dir);
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  server?.close();
  await rm(dir, { recursive: true });
});

if (process.env.UNDERSTUDY_REQUIRE_ALL === '1')
  test('Chromium is there', () => {
    expect(missing).toBe(false);
  });

test.skipIf(missing)(
  'a browser reads a dataset from a web server, and shows an episode’s picture where the reader says it is',
  async () => {
    const page = await browser.newPage();
    await page.goto(`${server.address}/index.html`);
    const found = (await page.evaluate('window.read(6, 11)')) as Record<string, never>;
    expect(found.lengths).toEqual(Array.from({ length: EPISODES }, (_, e) => lengthOf(e)));
    expect(found.action).toEqual(Array.from(columnsOf(6)['action'], Number));
    expect(found.windows).toEqual(
      Array.from({ length: lengthOf(6) }, (_, t) => [taskOf(6), t === lengthOf(6) - 1]),
    );
    expect(Math.abs(found.grey - greyOf(6, 11))).toBeLessThanOrEqual(4);
    expect(found.refused).toMatch(/^DatasetError: .*nothing is not a LeRobot dataset/);
    const parquet = server.served.filter(({ path: file }) => file.endsWith('.parquet'));
    expect(parquet.every(({ range, bytes }) => bytes === 0 || range !== undefined)).toBe(true);
  },
  60_000,
);
