import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { type EpisodeRecord, QUALITY_NAMES } from '../../src/core/episode.ts';
import { scoreOf } from '../../src/quality/score.ts';
import { type RunResult, run } from '../../src/run.ts';
import { filmPlacement } from '../../src/stages/film.ts';
import { readRecord } from '../../src/stages/shard.ts';
import { readArtifact } from '../../src/store/artifact.ts';
import { openStore } from '../../src/store/open.ts';
import { probe } from '../../src/video/probe.ts';

const SAMPLE = path.resolve('examples/sample/pick.mp4');

let folder: string;
let result: RunResult;
let shard: string;
let episode: EpisodeRecord;

const runIn = (cache: string, out: string, task = 'pick up the can') =>
  run({
    inputs: [SAMPLE],
    out: path.join(folder, out),
    config: loadConfig({
      cacheDir: path.join(folder, cache),
      fps: 10,
      imageSize: [128, 128],
      videoCodec: 'h264',
      view: 'third-person',
      bodyModel: 'lite',
      handModel: 'lite',
      task,
    }),
  });

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-shard-'));
  result = await runIn('cache', 'out');
  expect(result.failed).toEqual([]);
  [episode] = result.episodes;
  const store = await openStore(path.join(folder, 'cache/artifacts'));
  shard = (await store.get(episode.id))!;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a run gives the record of each episode, as its shard holds it', async () => {
  expect(result.episodes.length).toBe(1);
  expect(await readRecord(shard)).toEqual(episode);
  expect(path.basename(shard)).toBe(episode.id);
  expect(episode).toMatchObject({
    robot: 'g1-inspire',
    task: 'pick up the can',
    source: SAMPLE,
    license: 'unknown',
    fps: 10,
    image: { width: 128, height: 128, codec: 'h264' },
    preview: false,
  });
  expect(Object.keys(episode.quality)).toEqual(QUALITY_NAMES);
  expect(episode.score).toBe(scoreOf(episode.quality));
});

test('everything in a shard has the length of the demonstration', async () => {
  const trajectory = await readArtifact(shard, 'trajectory');
  const motion = await readArtifact(shard, 'motion');
  const { left, right, body } = await readArtifact(shard, 'landmarks');
  const film = await probe(path.join(shard, 'film.mp4'));
  expect({
    trajectory: trajectory.q.length / trajectory.jointNames.length,
    motion: motion.hands.left.state.length,
    left: left.pixels.length / 42,
    right: right.state.length,
    body: body.visibility!.length / 33,
    film: Math.round(film.durationS * 10),
  }).toEqual({
    trajectory: episode.frames,
    motion: episode.frames,
    left: episode.frames,
    right: episode.frames,
    body: episode.frames,
    film: episode.frames,
  });
});

test('landmarks lie in the picture of the film, between its black margins', async () => {
  const { right } = await readArtifact(shard, 'landmarks');
  const { width, height } = await probe(SAMPLE);
  const { scale, x, y } = filmPlacement({ width, height }, { width: 128, height: 128 });
  const seen = [...right.state.keys()].filter(t => right.state[t] === 1);
  expect(seen.length).toBeGreaterThan(5);
  for (const t of seen) {
    expect(right.pixels[t * 42]).toBeGreaterThan(x);
    expect(right.pixels[t * 42]).toBeLessThan(x + width * scale);
    expect(right.pixels[t * 42 + 1]).toBeGreaterThan(y);
    expect(right.pixels[t * 42 + 1]).toBeLessThan(y + height * scale);
  }
});

test('the still has the size of the film, the moving picture is small and moves', async () => {
  expect(await sharp(path.join(shard, 'poster.jpg')).metadata()).toMatchObject({ width: 128, height: 128 });
  const moving = await sharp(path.join(shard, 'thumbnail.webp')).metadata();
  expect(moving.width).toBe(128);
  expect(moving.pages).toBeGreaterThan(episode.frames / 3);
  expect((await readFile(path.join(shard, 'thumbnail.webp'))).length).toBeLessThan(100_000);
});

test('another task is another shard of the same work; the same task the same bytes', async () => {
  const other = await runIn('cache', 'out', 'put down the can');
  expect(other.episodes[0].id).not.toBe(episode.id);
  const store = await openStore(path.join(folder, 'cache/artifacts'));
  const second = (await store.get(other.episodes[0].id))!;
  const bytes = (dir: string, name: string) => readFile(path.join(dir, name));
  const names = (await readdir(shard)).filter(name => !['record.json', 'manifest.json'].includes(name));
  for (const name of names)
    expect((await bytes(second, name)).equals(await bytes(shard, name)), name).toBe(true);
});

test('a picture is placed in the film whole and centred, and never enlarged', () => {
  expect(filmPlacement({ width: 1280, height: 720 }, { width: 640, height: 360 })).toEqual({
    width: 640,
    scale: 0.5,
    x: 0,
    y: 0,
  });
  expect(filmPlacement({ width: 720, height: 1280 }, { width: 640, height: 360 })).toMatchObject({
    width: 203,
    x: 218,
    y: 0,
  });
  expect(filmPlacement({ width: 100, height: 100 }, { width: 640, height: 360 })).toEqual({
    width: 100,
    scale: 1,
    x: 270,
    y: 130,
  });
});
