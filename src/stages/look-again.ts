/**
 * The second look: where a hand was lost or not yet found, follow it from the frames that have it, forwards
 * from before the gap and backwards from after it, trying several sizes and turns of the region.
 * Offline work may look twice; a tracker that runs with the camera cannot.
 */

import { roiFromHand } from '../../models/estimators/onnx/roi.ts';
import type { Estimator } from '../../models/estimators/types.ts';
import type { FrameReading, HandReading, Roi } from '../core/readings.ts';
import { SIDES, type Side } from '../core/skeletons.ts';
import type { RgbFrame } from '../core/types.ts';
import { openFrames } from '../video/frames.ts';

/** A hand is followed into a gap for at most this long, s: further on it is found anew or not there. */
const REACH_S = 1.0;
/** Frames held in memory while walking backwards. */
const BLOCK = 24;
/** Sizes and turns (rad) of the region that are tried in turn until one reads as a hand. */
const VARIATIONS: readonly (readonly [scale: number, turn: number])[] = [
  [1, 0],
  [1.25, 0],
  [0.8, 0],
  [1, 0.5],
  [1, -0.5],
  [1.6, 0],
];

type Chosen = Record<Side, (HandReading | null)[]>;

/** Frames [start, end) to walk through in one direction, beginning beside a frame that has the hand. */
export interface Walk {
  side: Side;
  from: HandReading;
  start: number;
  end: number;
  forwards: boolean;
}

/** The network's own word agrees with the side that the whole clip gave the hand. */
const agrees = (hand: HandReading, side: Side) => hand.right > 0.5 === (side === 'right');

/**
 * Plan: one walk into each end of each stretch where the hand is missing, or read as its mirror image
 * (the back of the hand taken for the palm gives a wrong pose in the right place).
 * @param reach longest walk, frames
 */
export function walksInto(chosen: Chosen, reach: number): Walk[] {
  const walks: Walk[] = [];
  for (const side of SIDES) {
    const sound = (t: number) => {
      const hand = chosen[side][t];
      return hand && agrees(hand, side) ? hand : null;
    };
    const frames = chosen[side].length;
    for (let a = 0; a < frames; a++) {
      if (sound(a)) continue;
      let b = a;
      while (b < frames && !sound(b)) b++;
      const [before, after] = [sound(a - 1), sound(b)];
      if (before) walks.push({ side, from: before, start: a, end: Math.min(b, a + reach), forwards: true });
      if (after) walks.push({ side, from: after, start: Math.max(a, b - reach), end: b, forwards: false });
      a = b;
    }
  }
  return walks;
}

const regionsAround = ({ cx, cy, size, angle }: Roi): Roi[] =>
  VARIATIONS.map(([scale, turn]) => ({ cx, cy, size: size * scale, angle: angle + turn }));

/**
 * Add what a second look finds to `readings`.
 * @param onFrame called for every frame looked at
 */
export async function lookAgain(
  path: string,
  grid: { fps: number; firstFrame: number },
  estimator: Estimator,
  readings: FrameReading[],
  chosen: Chosen,
  onFrame: () => void,
): Promise<void> {
  if (!estimator.revisit) return;
  const reach = Math.round(REACH_S * grid.fps);
  for (const walk of walksInto(chosen, reach)) {
    let hand = walk.from;
    for (const [start, end] of blocksOf(walk)) {
      const frames = [];
      for await (const { frame } of openFrames(path, {
        fps: grid.fps,
        startS: (grid.firstFrame + start) / grid.fps,
        endS: (grid.firstFrame + end) / grid.fps,
      }))
        frames.push(frame);
      const order = [...frames.keys()];
      if (!walk.forwards) order.reverse();
      let lost = false;
      for (const i of order) {
        onFrame();
        const found = await firstAgreeing(
          estimator,
          frames[i],
          regionsAround(roiFromHand(hand.pixels)),
          walk.side,
        );
        if (!found) {
          lost = true;
          break;
        }
        hand = found;
        readings[start + i].hands.push(found);
      }
      if (lost) break;
    }
  }
}

async function firstAgreeing(
  estimator: Estimator,
  frame: RgbFrame,
  regions: Roi[],
  side: Side,
): Promise<HandReading | null> {
  for (const region of regions) {
    const reading = (await estimator.revisit!(frame, [region])).find(hand => agrees(hand, side));
    if (reading) return reading;
  }
  return null;
}

function blocksOf({ start, end, forwards }: Walk): [number, number][] {
  const blocks: [number, number][] = [];
  for (let a = start; a < end; a += BLOCK) blocks.push([a, Math.min(end, a + BLOCK)]);
  if (forwards) return blocks;
  return blocks.reverse();
}
