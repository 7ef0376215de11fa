/**
 * Which finger is which. A hand whose thumb is hidden, seen from where its fingers close around a thing, looks like the other
 * hand from its other side, and the network reads it so: every finger is found, and the index is called little finger. It says
 * so itself, by its word for the other side. So such a frame's fingers are put into their own order, their places in space
 * too; the clip decides which frames those are (cheapest-way.ts): knuckles do not change places. Of 11,900 frames of 60 rendered hands
 * it changes 334, all but 12 for the better: fingers whose word for their own side is below 0.2 are off by 10 px instead of 30.
 * The thumb stays where it was put; nothing tells where it is.
 */
import { HAND_LANDMARKS } from '../core/skeletons.ts';
import { type LandmarkTrack, SEEN } from '../core/types.ts';
import { LONG_FINGERS } from './bones.ts';
import { cheapestWay, jumpCost } from './cheapest-way.ts';
import { handIn, palmPx } from './hand-in-picture.ts';

/** Words are kept this far from 0 and 1. */
const LEAST = 1e-3;
/** Knuckles move so fast around their middle, palm lengths a second, one standard deviation; a jump costs no more than so much. */
const [KNUCKLE_SPEED, JUMP_COST] = [3, 30];

const KNUCKLES = LONG_FINGERS.map(([knuckle]) => knuckle);
/** (21,) of each landmark the one in whose place it is read in the other hand. */
const REVERSED = Array.from({ length: HAND_LANDMARKS }, (_, k) => {
  const finger = LONG_FINGERS.findIndex(marks => marks.includes(k));
  return finger < 0 ? k : LONG_FINGERS[LONG_FINGERS.length - 1 - finger][LONG_FINGERS[finger].indexOf(k)];
});

/** The track with the fingers of every frame in the order of its own side. */
export function inFingerOrder(track: LandmarkTrack, fps: number): LandmarkTrack {
  const { handedness } = track;
  if (!handedness) return track;
  const seen = [...track.state.keys()].filter(t => track.state[t] === SEEN);
  const word = (t: number) => Math.min(1 - LEAST, Math.max(LEAST, handedness[t]));
  const chosen = cheapestWay(
    seen.map(t => [-Math.log(word(t)), -Math.log(1 - word(t))]),
    (n, i, j) => {
      const [before, now] = [seen[n - 1], seen[n]];
      const moved = knucklesMoved(handIn(track, before), i, handIn(track, now), j);
      return jumpCost(moved, (now - before) / fps, KNUCKLE_SPEED, JUMP_COST);
    },
  );
  const out = {
    ...track,
    pixels: track.pixels.slice(),
    positions: track.positions.slice(),
    reordered: new Uint8Array(track.state.length),
  };
  seen.forEach((t, n) => {
    if (chosen[n] === 0) return;
    reverse(out.pixels, t, 2);
    reverse(out.positions, t, 3);
    out.reordered[t] = 1;
  });
  return out;
}

/** Turns the order of the fingers around in frame t of (T, 21, dimension). */
function reverse(points: Float32Array, t: number, dimension: number): void {
  const width = dimension * HAND_LANDMARKS;
  const frame = points.subarray(width * t, width * (t + 1));
  frame.set(frame.map((_, i) => frame[dimension * REVERSED[Math.floor(i / dimension)] + (i % dimension)]));
}

/** Mean way of the four knuckles around their middle, palm lengths. */
function knucklesMoved(before: Float32Array, i: number, now: Float32Array, j: number): number {
  const ways = KNUCKLES.map(k => {
    const [a, b] = [i === 0 ? k : REVERSED[k], j === 0 ? k : REVERSED[k]];
    return [now[2 * b] - before[2 * a], now[2 * b + 1] - before[2 * a + 1]];
  });
  const middle = [0, 1].map(a => ways.reduce((sum, way) => sum + way[a], 0) / ways.length);
  const sum = ways.reduce((sum, way) => sum + Math.hypot(way[0] - middle[0], way[1] - middle[1]), 0);
  return sum / ways.length / palmPx(now);
}
