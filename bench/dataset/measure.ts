/** One measurement in a process of its own: `measure.ts WHAT EPISODES FRAMES`; prints one JSON object. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadRobot } from '../../models/robots/registry.ts';
import { independentJoints } from '../../src/core/robot.ts';
import { columnFeatures } from '../../src/dataset/columns.ts';
import type { ColumnValues } from '../../src/dataset/lerobot/arrow.ts';
import { extendLeRobotDataset } from '../../src/dataset/lerobot/extend.ts';
import { createLeRobotWriter, type LeRobotWriter } from '../../src/dataset/lerobot/writer.ts';
import { openDataset } from '../../src/dataset/open.ts';
import { encodeFilm } from '../../src/stages/film.ts';
import { probe } from '../../src/video/probe.ts';

export interface Measured {
  what: string;
  episodes: number;
  frames: number;
  wallS: number;
  cpuS: number;
  /** Largest resident set of the process. */
  rssMb: number;
}

const FPS = 30;
const [SIZE, KEY] = [{ width: 640, height: 360 }, 'observation.images.source'];
const sample = fileURLToPath(new URL('../../examples/sample/pick.mp4', import.meta.url));
const { joints } = await loadRobot('g1-inspire');
const features = columnFeatures(independentJoints(joints).map(({ name }) => name));

const [what, episodes, frames] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const dir = await mkdtemp(path.join(tmpdir(), 'understudy-bench-dataset-'));

/** Columns that differ from episode to episode and are as smooth as joints are. */
function columnsOf(episode: number, length: number): Record<string, ColumnValues> {
  return Object.fromEntries(
    features.map(({ name, dtype, width }, f) => {
      const at = (i: number) => Math.sin((i / width + 40 * episode) / 30 + i + f);
      const size = length * width;
      return [
        name,
        dtype === 'int64'
          ? Uint8Array.from({ length: size }, (_, i) => (at(i) > 0.9 ? 1 : 0))
          : Float32Array.from({ length: size }, (_, i) => at(i)),
      ];
    }),
  );
}

const writer = (folder: string, video: boolean): LeRobotWriter =>
  createLeRobotWriter(path.join(dir, folder), {
    fps: FPS,
    robotType: 'g1-inspire',
    features,
    video: video ? { key: KEY, ...SIZE, codec: 'av1', pixFmt: 'yuv420p' } : null,
  });

async function film(name: string, length: number) {
  const { width, height } = await probe(sample);
  const place = {
    dir: path.join(dir, name),
    filmWidth: SIZE.width,
    filmHeight: SIZE.height,
    codec: 'av1',
  } as const;
  await encodeFilm(
    { path: sample, width, height, fps: FPS, start: 0, end: length, ...place },
    () => undefined,
  );
  const stats = JSON.parse(await readFile(path.join(dir, name, 'pixels.json'), 'utf8'));
  return { path: path.join(dir, name, 'film.mp4'), stats };
}

const add = (to: LeRobotWriter, e: number, length: number, video: Awaited<ReturnType<typeof film>> | null) =>
  to.addEpisode({
    columns: columnsOf(e, length),
    task: `task ${e % 5}`,
    video,
    extra: { view: 'third-person' },
  });

async function timed(count: number, length: number, work: () => Promise<unknown>): Promise<Measured> {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return {
    what,
    episodes: count,
    frames: count * length,
    wallS: (performance.now() - start) / 1000,
    cpuS: (user + system) / 1e6,
    rssMb: process.resourceUsage().maxRSS / 1024,
  };
}

async function written(
  folder: string,
  count: number,
  length: number,
  video: Awaited<ReturnType<typeof film>> | null,
) {
  const to = writer(folder, video !== null);
  for (let e = 0; e < count; e++) await add(to, e, length, video);
  await to.finish();
}

const measurements = {
  columns: () => timed(episodes, frames, () => written('set', episodes, frames, null)),
  async joined() {
    const length = Math.min(frames, (await probe(sample)).frames);
    const video = await film('film', length);
    return timed(episodes, length, () => written('set', episodes, length, video));
  },
  async films() {
    const length = Math.min(frames, (await probe(sample)).frames);
    return timed(episodes, length, async () => {
      const to = writer('set', true);
      for (let e = 0; e < episodes; e++) await add(to, e, length, await film(`film-${e}`, length));
      await to.finish();
    });
  },
  async grown() {
    await written('set', episodes, frames, null);
    const more = Math.max(1, Math.round(episodes / 10));
    return timed(more, frames, async () => {
      const to = await extendLeRobotDataset(path.join(dir, 'next'), path.join(dir, 'set'));
      for (let e = 0; e < more; e++) await add(to, episodes + e, frames, null);
      await to.finish();
    });
  },
  async read() {
    await written('set', episodes, frames, null);
    return timed(episodes, frames, async () => {
      const dataset = await openDataset(path.join(dir, 'set'));
      for (const { index } of dataset.episodes) await dataset.columns(index);
    });
  },
};

try {
  console.log(JSON.stringify(await measurements[what as keyof typeof measurements]()));
} finally {
  await rm(dir, { recursive: true });
}
