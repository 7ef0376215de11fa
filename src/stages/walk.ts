/** Walking through a stretch of a video frame by frame, forwards or backwards, for a second look. */
import type { RgbFrame } from '../core/types.ts';
import { openFrames } from '../video/frames.ts';

/** Frames held in memory while walking backwards. */
const BLOCK = 24;

/** Frames [start, end) of a clip, in one direction. */
export interface Way {
  start: number;
  end: number;
  forwards: boolean;
}

/** The grid that frame numbers count on: frame 0 of the clip is `firstFrame` of the video. */
export interface Grid {
  fps: number;
  firstFrame: number;
}

/**
 * The ways into both ends of each stretch of frames in which `sound` does not hold, each beginning beside a sound
 * frame.
 * @param reach longest way, frames
 */
export function waysInto(frames: number, sound: (t: number) => boolean, reach: number): Way[] {
  const ways: Way[] = [];
  for (let a = 0; a < frames; a++) {
    if (sound(a)) continue;
    let b = a;
    while (b < frames && !sound(b)) b++;
    if (a > 0) ways.push({ start: a, end: Math.min(b, a + reach), forwards: true });
    if (b < frames) ways.push({ start: Math.max(a, b - reach), end: b, forwards: false });
    a = b;
  }
  return ways;
}

/** The frames of a way with their numbers in the clip, in the order of the walk. */
export async function* walk(
  path: string,
  { fps, firstFrame }: Grid,
  way: Way,
): AsyncGenerator<[number, RgbFrame]> {
  for (const [start, end] of blocksOf(way)) {
    const frames: [number, RgbFrame][] = [];
    const span = { fps, startS: (firstFrame + start) / fps, endS: (firstFrame + end) / fps };
    for await (const { index, frame } of openFrames(path, span)) frames.push([index - firstFrame, frame]);
    yield* way.forwards ? frames : frames.reverse();
  }
}

function blocksOf({ start, end, forwards }: Way): [number, number][] {
  const blocks: [number, number][] = [];
  for (let a = start; a < end; a += BLOCK) blocks.push([a, Math.min(end, a + BLOCK)]);
  return forwards ? blocks : blocks.reverse();
}
