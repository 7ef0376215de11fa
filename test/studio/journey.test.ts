/** The whole way of a person, against the real server with a real clip: from addresses to a dataset. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDataset } from '../../src/dataset/open.ts';
import { launch, missing, open } from './browser.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const CLIP = path.join(root, 'examples/sample/pick.mp4');
/** Two spans of the clip, s. */
const SPANS = [
  [0, 1.2],
  [3, 4.2],
] as const;
/** A busy machine perceives slowly. */
const PATIENCE_MS = 240_000;

describe.skipIf(missing.length > 0)('from addresses to a dataset', () => {
  let folder: string;
  let clips: Server;
  let server: ChildProcess;
  let address: string;
  let browser: Browser;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'understudy-journey-'));
    clips = createServer((_, response) => {
      response.setHeader('content-type', 'video/mp4');
      createReadStream(CLIP).pipe(response);
    });
    await new Promise<void>(done => clips.listen(0, '127.0.0.1', done));
    const host = `127.0.0.1:${(clips.address() as AddressInfo).port}`;
    server = spawn(
      process.execPath,
      [
        '--import',
        'tsx',
        'src/cli/main.ts',
        'serve',
        '--port',
        '0',
        '--workers',
        '2',
        '--grace',
        '1',
        '--log',
        'error',
        '--store',
        path.join(folder, 'store'),
      ],
      {
        cwd: root,
        env: { ...process.env, UNDERSTUDY_ALLOW_HOSTS: host },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    address = await new Promise((found, failed) => {
      server.stdout!.on('data', data => {
        const match = /listens at (\S+)/.exec(String(data));
        if (match) found(match[1]);
      });
      server.on('exit', code => failed(new Error(`understudy serve ended with ${code}`)));
    });
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    if (server?.exitCode === null) {
      server.removeAllListeners('exit');
      const gone = new Promise(done => server.on('exit', done));
      server.kill();
      await gone;
    }
    clips?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('submit, watch, browse, replay, reject, build: the rejected one is absent', {
    timeout: 2 * PATIENCE_MS,
  }, async () => {
    const { page, faults } = await open(browser, `${address}/#/submit`);
    page.setDefaultTimeout(PATIENCE_MS);
    const clip = `http://127.0.0.1:${(clips.address() as AddressInfo).port}/pick.mp4`;

    await page.fill(
      '#list',
      ['url,task,start,end', ...SPANS.map(([start, end], i) => `${clip},task ${i},${start},${end}`)].join(
        '\n',
      ),
    );
    await page.click('button[type=submit]:enabled');

    await page.waitForSelector('.job');
    await page.waitForFunction(
      n => document.querySelectorAll('.job[data-state="completed"]').length === n,
      SPANS.length,
    );
    await page.click('.job >> nth=0 >> text=1 episode');

    await page.waitForFunction(() => window.understudy?.openedMs != null);
    expect(await page.evaluate(() => window.understudy!.frames)).toBe(36);
    await page.click('text=Reject …');
    await page.fill('dialog [name=reason]', 'not a manipulation');
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=rejected: not a manipulation');
    const rejected = await page.locator('.facts dd').first().textContent();

    await page.click('nav >> text=Browse');
    await page.waitForSelector('.card[data-review="rejected"]');
    // A listing may be two seconds old, and the page looks again.
    await page.waitForFunction(n => document.querySelectorAll('.card').length === n, SPANS.length);

    await page.click('nav >> text=Datasets');
    await page.waitForSelector('text=not a manipulation');
    await page.fill('[name=name]', 'kept');
    await page.click('button:has-text("Build")');
    await page.waitForSelector('.build[data-dataset="kept"][data-state="completed"]');
    const dataset = await openDataset(path.join(folder, 'store/datasets/kept'));
    expect(dataset.episodes.map(({ tasks }) => tasks)).toEqual([
      [rejected === 'task 0' ? 'task 1' : 'task 0'],
    ]);

    // The same view opens what was built.
    await page.click('.build[data-dataset="kept"] >> text=Open');
    await page.waitForFunction(() => window.understudy?.openedMs != null);
    expect(await page.evaluate(() => [window.understudy!.frames, window.understudy!.robot])).toEqual([
      36,
      'g1-inspire',
    ]);
    expect(faults).toEqual([]);
  });
});
