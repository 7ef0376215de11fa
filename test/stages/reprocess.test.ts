/** Doing it again with another robot, model or setting does only what that changes. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Config, loadConfig } from '../../src/config.ts';
import { readMarker } from '../../src/dataset/marker.ts';
import { run } from '../../src/run.ts';

const SAMPLE = path.resolve('examples/sample/pick.mp4');
let folder: string;

/** The stages that had to be done, in the order of their first report, and the recipe of the dataset. */
async function again(out: string, given: Partial<Config> = {}): Promise<{ done: string[]; recipe: string }> {
  const done = new Set<string>();
  const { failed } = await run({
    inputs: [SAMPLE],
    out: path.join(folder, out),
    config: loadConfig({
      cacheDir: path.join(folder, 'cache'),
      fps: 10,
      imageSize: [128, 128],
      videoCodec: 'h264',
      view: 'third-person',
      bodyModel: 'lite',
      handModel: 'lite',
      ...given,
    }),
    on: event => {
      if (event.event === 'stage' && !event.cached) done.add(event.stage);
    },
  });
  expect(failed).toEqual([]);
  return { done: [...done], recipe: (await readMarker(path.join(folder, out)))!.recipe };
}

let first: Awaited<ReturnType<typeof again>>;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-again-'));
  first = await again('a');
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the first time everything is done; a local file is not fetched', () => {
  expect(new Set(first.done)).toEqual(new Set(['perceive', 'reconstruct', 'retarget', 'film', 'shard']));
});

test('the same again does nothing, and is the same dataset', async () => {
  expect(await again('b')).toEqual({ done: [], recipe: first.recipe });
});

test('another robot retargets, and nothing before it', async () => {
  const { done, recipe } = await again('c', { robot: 'h1-2-inspire' });
  expect(done).toEqual(['retarget', 'shard']);
  expect(recipe).not.toBe(first.recipe);
});

test('another task writes the episode anew, from what is there', async () => {
  expect((await again('d', { task: 'lift the can' })).done).toEqual(['shard']);
});

test('another network looks again, and what follows is redone; the film is not', async () => {
  const { done, recipe } = await again('e', { handModel: 'full' });
  expect(done).toEqual(['perceive', 'reconstruct', 'retarget', 'shard']);
  expect(recipe).not.toBe(first.recipe);
}, 120_000);
