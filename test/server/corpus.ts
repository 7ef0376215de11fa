/** A small corpus on disk, and the API over it. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadRobot, robotNames } from '../../models/robots/registry.ts';
import type { EpisodeRecord } from '../../src/core/episode.ts';
import { independentJoints } from '../../src/core/robot.ts';
import type { RobotTrajectory } from '../../src/core/types.ts';
import type { Services } from '../../src/server/services.ts';
import { NO_TOKENS } from '../../src/server/tokens.ts';
import { writeArtifact } from '../../src/store/artifact.ts';
import { openCatalogue } from '../../src/store/catalogue.ts';
import { openStore } from '../../src/store/open.ts';
import { MemoryQueue } from './memory-queue.ts';

export const FRAMES = 40;
export const FILM = Buffer.from(Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7) >> 2));

const hex = (i: number) => i.toString(16).padStart(64, '0');

export function record(i: number): EpisodeRecord {
  return {
    id: hex(i),
    robot: i % 3 === 0 ? 'h1-2-inspire' : 'g1-inspire',
    task: i % 2 === 0 ? 'pour a cup of tea' : "open the baker's jar",
    view: 'third-person',
    viewReason: 'a body was seen',
    source: `https://example.org/${i}.mp4`,
    sourceSha256: hex(i + 1000),
    license: 'CC-BY-4.0',
    startS: i,
    endS: i + FRAMES / 30,
    cutReason: 'the hands rest before and after',
    fps: 30,
    frames: FRAMES,
    image: { width: 640, height: 360, codec: 'h264' },
    quality: { coverage: 0.5 + (i % 10) / 20, smoothness: null },
    score: 0.5 + (i % 10) / 20,
    variety: { cells: ['left 3 -2 1'], grasps: { pinch: 2, open: 1 } },
    models: { hand: 'aa' },
    configuration: hex(7),
    understudy: '0.1.0',
    preview: i === 0,
  };
}

/** A shard's folder, with a real robot's joints. */
export async function writeShard(folder: string, { id, robot, preview }: EpisodeRecord): Promise<void> {
  const jointNames = independentJoints((await loadRobot(robot)).joints).map(({ name }) => name);
  const trajectory: RobotTrajectory = {
    robot,
    fps: 30,
    jointNames,
    q: Float32Array.from({ length: FRAMES * jointNames.length }, (_, i) => Math.sin(i)),
    status: Uint8Array.from({ length: FRAMES * 4 }, (_, i) => i % 4),
    positionResidual: Float32Array.from({ length: FRAMES * 4 }, (_, i) =>
      i % 4 === 2 ? Number.NaN : i / 1000,
    ),
    orientationResidual: Float32Array.from({ length: FRAMES * 2 }, (_, i) => i / 100),
    speedUse: new Float32Array(jointNames.length).fill(0.5),
  };
  await writeArtifact(folder, 'trajectory', trajectory);
  await writeFile(path.join(folder, 'record.json'), JSON.stringify({ id }));
  await writeFile(path.join(folder, 'film.mp4'), FILM);
  if (preview) await writeFile(path.join(folder, 'preview.mp4'), FILM);
  await writeFile(path.join(folder, '.hidden'), 'secret');
}

export interface Corpus extends Services {
  queue: MemoryQueue;
  /** Where everything lies. */
  root: string;
}

/** The first three episodes have their shards. */
export async function corpus(episodes = 3): Promise<Corpus> {
  const root = await mkdtemp(path.join(tmpdir(), 'understudy-server-'));
  const store = await openStore(path.join(root, 'store'));
  const catalogue = openCatalogue(store.documents);
  const records = Array.from({ length: episodes }, (_, i) => record(i));
  for (const one of records) await catalogue.add(one);
  for (const one of records.slice(0, 3)) await store.put(one.id, {}, folder => writeShard(folder, one));
  const datasets = path.join(root, 'datasets');
  await mkdir(path.join(datasets, 'kitchen/meta'), { recursive: true });
  await writeFile(path.join(datasets, 'kitchen/meta/info.json'), '{}');
  await writeFile(path.join(datasets, `kitchen/${'long'.repeat(40)}.bin`), FILM);
  const queue = new MemoryQueue();
  await queue.buildDataset({ name: 'kitchen', where: '', format: 'lerobot' });
  queue.built('kitchen', { episodes: 3, frames: 3 * FRAMES });
  return {
    root,
    queue,
    store,
    catalogue,
    datasets,
    registry: {
      robots: robotNames,
      robot: loadRobot,
      estimators: ['onnx', 'tasks-vision'],
      formats: ['lerobot', 'mcap'],
    },
    tokens: NO_TOKENS,
    allowHosts: [],
    boards: [],
  };
}
