/**
 * A shard of which everything is known: a robot-shaped person whose motion is solved by retarget/, a film that says
 * its frame number in black and white squares, and a left thumb that walks through the picture by the frame.
 */
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { loadRobot } from '../../models/robots/registry.ts';
import { createTree, retarget } from '../../retarget/index.ts';
import type { EpisodeRecord } from '../../src/core/episode.ts';
import { BODY_LANDMARKS, HAND_LANDMARKS } from '../../src/core/skeletons.ts';
import { ABSENT, type HumanMotion, type RobotTrajectory, SEEN } from '../../src/core/types.ts';
import { writeArtifact } from '../../src/store/artifact.ts';
import { openEncoder } from '../../src/video/encode.ts';
import { random } from '../random.ts';
import { armsFree, shadow, smoothTrajectory } from '../retarget/motions.ts';

export const FRAMES = 91;
const FPS = 30;
export const WIDTH = 320;
const HEIGHT = 180;
/** The frame number in binary, lowest bit first: squares of this size along the top, px. */
export const BITS = 8;
export const SQUARE = 40;

/** Where the thumb's tip is drawn in frame t, px. */
export const thumbAt = (t: number): [number, number] => [20 + 3 * t, 140];

export interface KnownShard {
  motion: HumanMotion;
  trajectory: RobotTrajectory;
  record: EpisodeRecord;
}

let made: Promise<{ dir: string; motion: HumanMotion; trajectory: RobotTrajectory }> | undefined;

/** Writes the shard to `folder`; the motion and the film are made once. */
export async function writeKnownShard(
  folder: string,
  given: Partial<EpisodeRecord> = {},
): Promise<KnownShard> {
  made ??= make();
  const { dir, motion, trajectory } = await made;
  const record = knownRecord(given);
  await writeArtifact(folder, 'trajectory', trajectory);
  await writeArtifact(folder, 'motion', motion);
  await writeArtifact(folder, 'landmarks', landmarks());
  await writeFile(path.join(folder, 'robot.json'), JSON.stringify(await loadRobot(trajectory.robot)));
  await writeFile(path.join(folder, 'record.json'), JSON.stringify(record));
  for (const name of ['film.mp4', 'poster.jpg', 'thumbnail.webp'])
    await copyFile(path.join(dir, name), path.join(folder, name));
  return { motion, trajectory, record };
}

export const forgetShard = async (): Promise<void> => {
  if (made) await rm((await made).dir, { recursive: true });
};

export function knownRecord(given: Partial<EpisodeRecord> = {}): EpisodeRecord {
  return {
    id: 'a'.repeat(64),
    robot: 'g1-inspire',
    task: 'wave both hands',
    view: 'third-person',
    viewReason: 'a body was seen',
    source: 'https://example.org/wave.mp4',
    sourceSha256: 'b'.repeat(64),
    license: 'CC-BY-4.0',
    startS: 0,
    endS: FRAMES / FPS,
    cutReason: 'the whole video',
    fps: FPS,
    frames: FRAMES,
    image: { width: WIDTH, height: HEIGHT, codec: 'h264' },
    quality: { coverage: 0.9, smoothness: 0.8, body: null },
    score: 0.85,
    models: {},
    configuration: 'c'.repeat(64),
    understudy: '0.1.0',
    preview: false,
    ...given,
  };
}

async function make() {
  const dir = await mkdtemp(path.join(tmpdir(), 'understudy-known-'));
  const robot = await loadRobot('g1-inspire');
  const tree = createTree(robot, { base: robot.torso });
  const q = smoothTrajectory(tree, FRAMES, random(7), armsFree(robot), 0.5);
  const motion = shadow(robot, tree, q, FPS);
  // The left hand is away for a while: the bands have more than one colour.
  motion.hands.left.state.fill(ABSENT, 40, 60);
  await writeFilm(path.join(dir, 'film.mp4'));
  const grey = sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: '#556677' } });
  await grey.clone().jpeg().toFile(path.join(dir, 'poster.jpg'));
  await grey.clone().webp().toFile(path.join(dir, 'thumbnail.webp'));
  return { dir, motion, trajectory: retarget(motion, robot) };
}

async function writeFilm(file: string): Promise<void> {
  const encoder = await openEncoder(file, { width: WIDTH, height: HEIGHT, fps: FPS, codec: 'h264' });
  for (let t = 0; t < FRAMES; t++) {
    const rgb = new Uint8Array(WIDTH * HEIGHT * 3).fill(70);
    for (let bit = 0; bit < BITS; bit++) {
      for (let y = 0; y < SQUARE; y++)
        rgb.fill(
          (t >> bit) & 1 ? 235 : 16,
          3 * (y * WIDTH + bit * SQUARE),
          3 * (y * WIDTH + (bit + 1) * SQUARE),
        );
    }
    await encoder.write(rgb);
  }
  await encoder.finish();
}

/** All of the left hand in one point, the thumb's; nothing else is seen. */
function landmarks() {
  const track = (points: number, state: number, at: (t: number) => [number, number]) => ({
    pixels: Float32Array.from(
      { length: FRAMES * points * 2 },
      (_, i) => at(Math.floor(i / (2 * points)))[i % 2],
    ),
    confidence: new Float32Array(FRAMES).fill(0.9),
    state: new Uint8Array(FRAMES).fill(state),
    visibility: points === BODY_LANDMARKS ? new Float32Array(FRAMES * points) : null,
  });
  return {
    left: track(HAND_LANDMARKS, SEEN, thumbAt),
    right: track(HAND_LANDMARKS, ABSENT, () => [0, 0]),
    body: track(BODY_LANDMARKS, ABSENT, () => [0, 0]),
  };
}
