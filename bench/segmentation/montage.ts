/** A long video of many shots, made from the clips: where it is cut and where it stands still is known. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SIDES } from '../../src/core/skeletons.ts';
import { ABSENT, type HumanMotion } from '../../src/core/types.ts';
import { randomFrom } from '../../test/random.ts';

/** Frames [start, end) of a clip; before frame `holdAt` of them, the frame before it stays for `hold` frames. */
export interface Shot {
  file: string;
  start: number;
  end: number;
  holdAt: number;
  /** Frames; 0: it does not stand still. */
  hold: number;
}

export interface MontageTruth {
  fps: number;
  frames: number;
  /** First frame of each shot but the first. */
  cuts: number[];
  /** Frames [start, end) that repeat the one before. */
  holds: { start: number; end: number }[];
  shots: Shot[];
}

export interface Material {
  file: string;
  motion: HumanMotion;
}

const FPS = 30;
const SHOT_S = [4, 12] as const;
const HOLD_S = [4, 7] as const;
/** Share of the shots that stand still once. */
const HOLDING = 0.5;

/** Shots of random clips, never the same clip twice in a row, until `seconds` are full. */
export function planMontage(material: readonly Material[], seconds: number, seed: number): MontageTruth {
  const random = randomFrom(seed);
  const between = ([low, high]: readonly [number, number]) => low + random.uniform() * (high - low);
  const truth: MontageTruth = { fps: FPS, frames: 0, cuts: [], holds: [], shots: [] };
  while (truth.frames < seconds * FPS) {
    const { file, motion } = material[random.integer(0, material.length)];
    if (file === truth.shots.at(-1)?.file) continue;
    const length = Math.min(motion.frames, Math.round(between(SHOT_S) * FPS));
    const start = random.integer(0, motion.frames - length + 1);
    const candidates = amidMotion(motion, start, start + length);
    const hold = random.uniform() < HOLDING && candidates.length > 0 ? Math.round(between(HOLD_S) * FPS) : 0;
    const holdAt = hold > 0 ? candidates[random.integer(0, candidates.length)] - start : 0;
    if (truth.frames > 0) truth.cuts.push(truth.frames);
    if (hold > 0) truth.holds.push({ start: truth.frames + holdAt, end: truth.frames + holdAt + hold });
    truth.shots.push({ file, start, end: start + length, holdAt, hold });
    truth.frames += length + hold;
  }
  return truth;
}

/** Motion has to be this fast just before and after a held picture, m/s: else nobody knows when the rest begins. */
const BRISK = 0.25;
const BESIDE = 4;
/** At least so much of the shot lies before and after the held picture, frames. */
const MARGIN = 45;

/** Frames in the middle of a motion of a hand, with every hand in sight that takes part. */
function amidMotion({ hands, fps }: HumanMotion, start: number, end: number): number[] {
  const taking = SIDES.filter(side => hands[side].state.subarray(start, end).some(s => s !== ABSENT));
  const speed = (t: number) =>
    Math.max(
      ...taking.map(side => {
        const { wrist } = hands[side];
        return Math.hypot(...[0, 1, 2].map(a => wrist[3 * t + a] - wrist[3 * t - 3 + a])) * fps;
      }),
    );
  const frames: number[] = [];
  for (let t = start + MARGIN; t < end - MARGIN; t++) {
    const around = Array.from({ length: 2 * BESIDE + 1 }, (_, i) => t - BESIDE + i);
    const inSight = around.every(u => taking.every(side => hands[side].state[u] !== ABSENT));
    if (inSight && taking.length > 0 && around.every(u => speed(u) > BRISK)) frames.push(t);
  }
  return frames;
}

/** Where and how a montage is built. */
export interface MontagePlace {
  /** Of the clips. */
  clips: string;
  folder: string;
  name: string;
  /** Strength of FFmpeg's noise filter, other noise in every frame; 0: none. */
  noise: number;
}

/** Folder of the montage's shots as videos of their own, and what the i-th is called. */
export const partsFolder = ({ folder, name }: MontagePlace): string => path.join(folder, `${name}.parts`);
const partName = (i: number): string => `${String(i).padStart(4, '0')}.mp4`;

/** The i-th shot as a video of its own, unless it is there; returns its name in partsFolder. */
export function buildPart({ shots }: MontageTruth, place: MontagePlace, i: number): string {
  const { file, start, end, holdAt, hold } = shots[i];
  const part = path.join(partsFolder(place), partName(i));
  if (existsSync(part)) return partName(i);
  mkdirSync(partsFolder(place), { recursive: true });
  const filters = [
    `fps=${FPS}`,
    `trim=start_frame=${start}:end_frame=${end}`,
    ...(hold > 0 ? [`loop=loop=${hold}:size=1:start=${holdAt - 1}`] : []),
    `setpts=N/${FPS}/TB`,
    // A container's last frame may come a little short of the grid's.
    'tpad=stop_mode=clone:stop_duration=1',
    'scale=640:360:force_original_aspect_ratio=decrease',
    'pad=640:360:(ow-iw)/2:(oh-ih)/2',
    ...(place.noise > 0 ? [`noise=alls=${place.noise}:allf=t`] : []),
    'format=yuv420p',
  ];
  const unfinished = `${part}.part.mp4`;
  ffmpeg([
    '-i',
    path.join(place.clips, file),
    '-vf',
    filters.join(','),
    '-an',
    '-frames:v',
    `${end - start + hold}`,
    '-r',
    `${FPS}`,
    '-c:v',
    'libx264',
    '-crf',
    '20',
    '-preset',
    'veryfast',
    unfinished,
  ]);
  renameSync(unfinished, part);
  return partName(i);
}

/** Writes the montage and what is known of it as .mp4 and .json unless they are there. */
export function buildMontage(truth: MontageTruth, place: MontagePlace): string {
  const { folder, name } = place;
  const video = path.join(folder, `${name}.mp4`);
  if (existsSync(video)) return video;
  const parts = partsFolder(place);
  // Their containers tell durations in whole milliseconds only: after ninety parts that would be most of a frame.
  const list = truth.shots.map(
    (shot, i) =>
      `file '${path.join(parts, buildPart(truth, place, i))}'\nduration ${(shot.end - shot.start + shot.hold) / FPS}`,
  );
  const listing = path.join(parts, 'list.txt');
  writeFileSync(listing, list.join('\n'));
  const whole = path.join(parts, 'whole.mp4');
  ffmpeg(['-f', 'concat', '-safe', '0', '-i', listing, '-c', 'copy', whole]);
  writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(truth));
  renameSync(whole, video);
  return video;
}

function ffmpeg(words: readonly string[]): void {
  const { status, stderr } = spawnSync('ffmpeg', ['-v', 'error', '-y', ...words], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ffmpeg ${words.join(' ')}: ${stderr}`);
}
