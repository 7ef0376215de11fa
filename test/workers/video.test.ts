/** A real video through the queue: the same bytes as without one, and nothing of it can run away. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { QUEUES } from '../../queue/names.ts';
import { openQueue } from '../../queue/open.ts';
import { loadConfig } from '../../src/config.ts';
import { MissingResults } from '../../src/stages/missing.ts';
import { MediaPool } from '../../src/stages/process.ts';
import { loadRobots } from '../../src/stages/robots.ts';
import type { StageContext } from '../../src/stages/stage.ts';
import { perform } from '../../src/stages/task.ts';
import { processVideo } from '../../src/stages/video.ts';
import { openCatalogue } from '../../src/store/catalogue.ts';
import { openStore } from '../../src/store/open.ts';
import { startWorker } from '../../workers/start.ts';
import { clip, clipsMissing } from '../video/material.ts';

const SETTINGS = {
  fps: 10,
  handModel: 'lite',
  bodyModel: 'lite',
  imageSize: [160, 90],
  videoCodec: 'h264',
  robot: 'g1-inspire',
} as const;
const item = () => ({ address: clip('single_hand.mp4'), startS: 1, endS: 2.2, task: 'show a hand' });

let dir: string;
let media: MediaPool;
beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'understudy-workers-'));
  media = new MediaPool(1);
});
afterAll(() => {
  media.close();
  rmSync(dir, { recursive: true, force: true });
});

const contextOf = async (name: string): Promise<StageContext> => ({
  store: await openStore(path.join(dir, name)),
  config: loadConfig({ ...SETTINGS, imageSize: [160, 90], cacheDir: dir, workers: 1 }),
  media,
  report: () => undefined,
});

function digests(folder: string): Record<string, string> {
  const files = readdirSync(folder).sort();
  const hash = (file: string) => createHash('sha256').update(readFileSync(path.join(folder, file)));
  return Object.fromEntries(files.map(file => [file, hash(file).digest('hex')]));
}

describe.skipIf(clipsMissing)('a video', () => {
  test('looked at without doing anything names what is to be done next, once and again until it is done', async () => {
    const context = await contextOf('looked');
    const robots = await loadRobots(context.config);
    const look = () => processVideo({ ...context, lookOnly: true }, item(), robots);
    const missing = async () => {
      const error = await look().then(
        () => null,
        reason => reason,
      );
      expect(error).toBeInstanceOf(MissingResults);
      return (error as MissingResults).results;
    };
    const [acquire, ...more] = await missing();
    expect([acquire.task.stage, more.length]).toEqual(['acquire', 0]);
    expect(await missing()).toEqual([acquire]);
    await perform(context, JSON.parse(JSON.stringify(acquire.task)));
    const [perceive] = await missing();
    expect(perceive.task).toEqual({ stage: 'perceive', item: item(), span: { startS: 1, endS: 2.2 } });
    expect(await context.store.get(acquire.key)).not.toBeNull();
    expect(await context.store.get(perceive.key)).toBeNull();
  });

  test('through the queue gives what it gives without one, byte for byte, and is in the catalogue', async () => {
    const context = await contextOf('direct');
    const direct = await processVideo(context, item(), await loadRobots(context.config));
    expect(direct.episodes).toHaveLength(1);

    const queue = await openQueue(`embedded:${path.join(dir, 'queue')}`);
    const config = loadConfig({ cacheDir: dir, store: path.join(dir, 'queued'), workers: 1 });
    const log = pino({ level: 'silent' });
    const worker = await startWorker({
      queue,
      queues: QUEUES,
      concurrency: 1,
      config,
      memoryBytes: 2 ** 32,
      log,
    });
    try {
      const { address: url, startS: start, endS: end, task } = item();
      const settings = { ...SETTINGS, imageSize: [160, 90] };
      const batch = await queue.client.submit({ items: [{ url, start, end, task }], settings });
      const stop = new AbortController();
      const states: string[] = [];
      for await (const event of queue.client.events({ batch: batch.id, after: '0' }, stop.signal)) {
        states.push(event.event === 'state' ? event.state : event.event);
        if (event.event === 'state' && event.state !== 'running') stop.abort();
      }
      expect([states[0], ...states.slice(-2)]).toEqual(['running', 'episode', 'completed']);
      const job = await queue.client.job(`${batch.id}-0`);
      expect(job).toMatchObject({ state: 'completed', episodes: direct.episodes.map(({ id }) => id) });
    } finally {
      await worker.stop(0);
      await queue.close();
    }
    const [{ id }] = direct.episodes;
    expect(digests(path.join(dir, 'queued', id))).toEqual(digests(path.join(dir, 'direct', id)));
    const store = await openStore(path.join(dir, 'queued'));
    expect((await openCatalogue(store.documents).get(id))?.record).toEqual(direct.episodes[0]);
  });

  test('that needs more memory than is allowed ends its process, and says so', async () => {
    const small = new MediaPool(1, 40 * 2 ** 20);
    const clipPath = clip('okami_bagging.mp4');
    const engine = {
      estimator: 'onnx',
      handModel: 'lite',
      bodyModel: 'lite',
      handNetwork: null,
      bodyNetwork: null,
    };
    const args = { ...engine, cacheDir: dir, path: clipPath, fps: 30, start: 0, end: null, warmUp: 0 };
    try {
      await expect(small.run('read', args as never)).rejects.toMatchObject({
        tag: 'MediaError',
        message: `${clipPath}: the read process was ended: it held more than the 40 MiB allowed`,
      });
    } finally {
      small.close();
    }
  });
});
