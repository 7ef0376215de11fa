/**
 * Where a hand reads as moving, or is not seen, though it stays where it is. A landmark network that looks at a hand at
 * rest changes its mind now and then: from one frame to the next the reading is elsewhere, stays there for up to a second,
 * and jumps or glides back to where it was. A palm does not leave so: it takes several frames to get anywhere. At the
 * picture's edge readings may be nothing but noise: then their median tells where the hand is.
 */

import { HAND_LANDMARKS, PALM_LANDMARKS } from '../core/skeletons.ts';
import { quantile } from '../core/statistics.ts';
import { type LandmarkTrack, SEEN } from '../core/types.ts';
import { runsWhere, type Stretch } from './gaps.ts';
import { distancePx, handIn, palmPx, ROW } from './hand-in-picture.ts';
import { TELLS_NOISE_FPS } from './noise.ts';

/** Slower than this in the picture is still, palm lengths per second: about 3 cm/s, a tenth of a slow reach. */
export const STILL_SPEED = 0.3;
/** A hand has a place when it is still there for so long, s: a hand that turns round is slow for less. */
const SETTLED_S = 0.1;
/** The place is the median reading of so long before and after, s. */
const PLACE_S = 0.5;
/** Readings of a held picture come back to within 0.1 palm lengths of where they were; a hand that moved seldom does. */
const SAME_PLACE = 0.15;
/** Longer than this a hand may have worked meanwhile, s; over held pictures the longest change of mind lasted 1.3 s. */
const LONGEST_S = 1.5;
/** A reading that changes its mind for good has done so within this, s: twice the reach of `stir`, and a frame. */
const STEP_S = 0.3;
/** A change for good is no larger than this, palm lengths: further away is another hand. */
const LARGEST_STEP = 0.5;
/**
 * A reading jumps when it covers a third of its way in a thirtieth of a second: ways per second. A hand that is out and
 * back in half a second covers a fifth.
 */
const JUMP = 10;
/** Fingers open and close within a frame or two: only a palm jumps, and only further than this, palm lengths. */
const LEAST_WAY = 0.1;
/** Noise of which motion has none, palm lengths: a hand that shakes by a palm three times a second has 0.01 to 0.02. */
const NOISY = 0.04;

/**
 * (T,) 1 where `seen` wavers about a place.
 * @param stir (T,) palm lengths per second, NaN where not seen
 * @param tremor (T,) palm lengths, NaN where not known
 */
export function waveringOf(
  seen: LandmarkTrack,
  { stir, tremor }: { stir: Float32Array; tremor: Float32Array },
  fps: number,
): Uint8Array {
  const frames = seen.state.length;
  const wavering = steadyAmidNoise(seen, tremor, fps);
  const settled = runsWhere(frames, t => stir[t] < STILL_SPEED || wavering[t] === 1).filter(
    ({ start, end }) => end - start >= SETTLED_S * fps,
  );
  for (let i = 0; i < settled.length; i++) {
    const from = settled[i].end;
    const place = placeIn(seen, Math.max(settled[i].start, from - PLACE_S * fps), from);
    for (let j = i + 1; j < settled.length && settled[j].start - from <= LONGEST_S * fps; j++) {
      const { start, end } = settled[j];
      const next = placeIn(seen, start, Math.min(end, start + PLACE_S * fps));
      if (!place || !next) continue;
      const near = start - from <= STEP_S * fps ? LARGEST_STEP : SAME_PLACE;
      if (distanceOf(place, next) > near * palmPx(place)) continue;
      if (jumps(seen, { start: from, end: start }, place, next, fps)) wavering.fill(1, from, start);
      break;
    }
  }
  return wavering;
}

/** (T,) 1 where readings are so noisy that their speed says nothing, and their median stays where it is. */
function steadyAmidNoise(seen: LandmarkTrack, tremor: Float32Array, fps: number): Uint8Array {
  const frames = tremor.length;
  const steady = new Uint8Array(frames);
  if (fps < TELLS_NOISE_FPS) return steady;
  const reach = Math.round(PLACE_S * fps);
  for (let t = reach; t + reach < frames; t++) {
    const around = [...tremor.subarray(t - reach, t + reach)].filter(value => !Number.isNaN(value));
    if (around.length < reach || quantile(around, 0.5) < NOISY) continue;
    const before = placeIn(seen, t - reach, t);
    const after = placeIn(seen, t, t + reach);
    if (!before || !after || distanceOf(before, after) > STILL_SPEED * PLACE_S * palmPx(after)) continue;
    // More than half of the frames that made each median are there.
    steady.fill(1, t - Math.floor(reach / 2), t + Math.floor(reach / 2));
  }
  return steady;
}

/** (21, 2) px: the median over the frames of [start, end) in which the hand is seen; null where it is not. */
function placeIn(seen: LandmarkTrack, start: number, end: number): Float64Array | null {
  const rows: Float32Array[] = [];
  for (let t = Math.ceil(start); t < end; t++) if (seen.state[t] === SEEN) rows.push(handIn(seen, t));
  return rows.length === 0
    ? null
    : Float64Array.from({ length: ROW }, (_, i) =>
        quantile(
          rows.map(row => row[i]),
          0.5,
        ),
      );
}

/** Between two readings of a hand, px: three quarters of its landmarks are nearer. */
const distanceOf = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  quantile(
    Array.from({ length: HAND_LANDMARKS }, (_, k) => distancePx(a, k, b, k)),
    0.75,
  );

/** Between two readings of a palm, px: the mean of its landmarks. */
const palmDistanceOf = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  PALM_LANDMARKS.reduce((sum, k) => sum + distancePx(a, k, b, k), 0) / PALM_LANDMARKS.length;

/** Is the palm's way from `place` to `next`, in the frames of `gap`, not one that a hand goes? Not seen at all, it stayed. */
function jumps(
  seen: LandmarkTrack,
  gap: Stretch,
  place: Float64Array,
  next: Float64Array,
  fps: number,
): boolean {
  let [furthest, fastest, frames] = [0, 0, 0];
  let [before, last]: [ArrayLike<number>, number] = [place, gap.start - 1];
  for (let t = gap.start; t <= gap.end; t++) {
    if (t < gap.end && seen.state[t] !== SEEN) continue;
    const hand = t === gap.end ? next : handIn(seen, t);
    furthest = Math.max(furthest, palmDistanceOf(hand, place));
    fastest = Math.max(fastest, (palmDistanceOf(hand, before) / (t - last)) * fps);
    if (t < gap.end) frames += 1;
    [before, last] = [hand, t];
  }
  return frames === 0 || (furthest > LEAST_WAY * palmPx(place) && fastest >= JUMP * furthest);
}
