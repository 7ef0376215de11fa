/** The studio: how soon an episode opens, how fast it replays, and the longest task while 5,000 episodes are browsed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { corpus } from '../test/server/corpus.ts';
import { forgetShard } from '../test/studio/shard.ts';
import { measureCorpus } from './studio/corpus.ts';
import { measureReplay } from './studio/replay.ts';
import { LONG_TASK_MS, type Tasks } from './studio/tasks.ts';

const EXECUTABLE = '/usr/bin/chromium';
/** WebGL drawn by the processor: the least that a person may have. */
const SOFTWARE = ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const services = await corpus(0);
const server = await chromium.launchServer({ executablePath: EXECUTABLE, args: SOFTWARE });
const browser = await chromium.connect(server.wsEndpoint());
try {
  const root = await mkdtemp(path.join(tmpdir(), 'understudy-bench-studio-'));
  const replay = await measureReplay(browser, server.process().pid!, services, root);
  const browse = await measureCorpus(browser, services);
  if (values.json) console.log(JSON.stringify({ ...replay, browse }));
  else {
    const said = ({ longestMs, long, count }: Tasks) =>
      `${longestMs.toFixed(1)} ms the longest, ${long} of ${count} over ${LONG_TASK_MS} ms`;
    console.log(
      `opening an episode   ${replay.openedMs.join(', ')} ms; processor ${replay.openedCpuMs.join(', ')} ms`,
    );
    console.log(`replay at 2×         ${replay.framesPerS} frames/s of 60`);
    console.log(`processor time       ${replay.cpuMsPerFrame} ms per frame, of all processes of the browser`);
    console.log(`tasks, 5,000 cards   ${said(browse.studio)}`);
    console.log(`a card for each      ${said(browse.naive)}`);
    console.log(`ratio                ${(browse.studio.longestMs / browse.naive.longestMs).toFixed(2)}`);
  }
} finally {
  await browser.close();
  await server.close();
  await forgetShard();
  await rm(services.root, { recursive: true, force: true });
}
