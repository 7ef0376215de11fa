/** An episode as a file: it opens from disk, shows the same, and fetches nothing. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { previewPage } from '../../src/cli/preview.ts';
import { clips } from '../clips.ts';
import { launch, missing, open } from './browser.ts';
import { FRAMES, forgetShard, writeKnownShard } from './shard.ts';

const formats = path.join(clips, '../formats');

describe.skipIf(missing.length > 0)('understudy preview', () => {
  let dir: string;
  let browser: Browser;
  beforeAll(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'understudy-preview-'));
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await forgetShard();
    await rm(dir, { recursive: true, force: true });
  });

  const written = async (folder: string, name: string) => {
    const file = path.join(dir, name);
    await writeFile(file, await previewPage(folder));
    return file;
  };

  test('a shard opens from disk, plays, solves for another robot, and asks nobody', async () => {
    await writeKnownShard(dir, { task: '</script><b>wave</b> & "both"' });
    const file = await written(dir, 'wave.html');
    expect((await stat(file)).size).toBeLessThan(3 * 2 ** 20);
    const { page, faults } = await open(browser, 'about:blank');
    const asked: string[] = [];
    page.on('request', request => asked.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    await page.waitForFunction(() => window.understudy?.openedMs != null);
    expect(await page.title()).toBe('</script><b>wave</b> & "both" · Understudy');
    expect(await page.evaluate(() => window.understudy!.frames)).toBe(FRAMES);
    await page.keyboard.press('Space');
    await page.waitForFunction(() => window.understudy!.overlayFrame! > 3);
    await page.selectOption('#robot', 'gr1t2-fourier');
    await page.waitForFunction(() => window.understudy!.robot === 'gr1t2-fourier');
    expect(asked.filter(url => /^https?:/.test(url))).toEqual([]);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test.skipIf(!existsSync(formats))(
    'a stranger’s dataset opens and says that its video is not there',
    async () => {
      const file = await written(path.join(formats, 'lerobot_v3.0'), 'stranger.html');
      const { page, faults } = await open(browser, pathToFileURL(file).href);
      await page.waitForFunction(() => window.understudy?.openedMs != null);
      expect(await page.locator('.pane.film').textContent()).toContain('which is not there');
      expect(await page.locator('.pane.robot').textContent()).toContain('No kinematic table');
      expect(await page.evaluate(() => window.understudy!.jointNames.length)).toBe(6);
      await page.keyboard.press('End');
      await page.waitForFunction(() => window.understudy!.curveFrame === window.understudy!.frames - 1);
      expect(faults).toEqual([]);
      await page.context().close();
    },
  );

  test('what is neither a shard nor a dataset is refused with what it lacks', async () => {
    const empty = await mkdtemp(path.join(dir, 'empty-'));
    await expect(previewPage(empty)).rejects.toThrow(/neither a record.json nor a meta\/info.json/);
    await expect(previewPage(path.join(dir, 'nowhere'))).rejects.toMatchObject({ tag: 'SourceError' });
  });
});
