import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadConfig, storeAccess } from '../../src/config.ts';
import { acquire } from '../../src/stages/acquire.ts';
import type { StageContext } from '../../src/stages/stage.ts';
import { openStore } from '../../src/store/open.ts';
import { closeServers, serve } from '../sources/servers.ts';
import { temporary } from '../temporary.ts';

afterAll(closeServers);

test('two that need one address fetch it once, and nothing stays in the cache', async () => {
  const cacheDir = temporary();
  const asked: (string | undefined)[] = [];
  const host = await serve((request, response) => {
    asked.push(request.url);
    response.writeHead(200, { 'content-type': 'video/mp4' });
    response.write('fi');
    setTimeout(() => response.end('lm'), 100);
  });
  const config = { ...loadConfig({ cacheDir }), allowHosts: [host], robotsTxt: 'ignore' as const };
  const context = {
    config,
    store: await openStore(path.join(cacheDir, 'store'), storeAccess(config)),
    media: { run: async () => ({}) },
    report: () => undefined,
  } as unknown as StageContext;
  const both = await Promise.all([1, 2].map(() => acquire(context, { address: `http://${host}/a.mp4` })));
  expect(asked).toEqual(['/a.mp4']);
  for (const { path: file } of both) expect(readFileSync(file, 'utf8')).toBe('film');
  expect(await readdir(path.join(cacheDir, 'downloads'))).toEqual([]);
});
