/** How a hand's motion agrees with what was seen of it: what smoothing and bridging have hidden. */
import { HAND_LANDMARKS, PALM_LANDMARKS } from '../core/skeletons.ts';
import { quantile } from '../core/statistics.ts';
import { type Camera, type HandMotion, type LandmarkTrack, SEEN } from '../core/types.ts';
import { distancePx, handIn, palmPx, ROW } from './hand-in-picture.ts';
import { FOURTH_DIFFERENCE } from './noise.ts';
import { project } from './placement.ts';
import { waveringOf } from './wavering.ts';

/** A landmark network is never as still as this, in palm lengths of the picture, unless it looks at the same picture. */
const SAME_PICTURE = 2e-4;

/** What HandMotion says of how the hand was seen. */
type Sight = Required<
  Pick<HandMotion, 'reprojection' | 'tremor' | 'stir' | 'exchanged' | 'stale' | 'wavering'>
>;

/**
 * @param seen the hand as the networks saw it, and the other one
 * @param points (T, 21, 3) m in the camera frame: the hand as the motion tells it
 * @param state (T,) of the motion
 */
export function sightOf(
  seen: LandmarkTrack,
  other: LandmarkTrack,
  points: Float32Array,
  state: Uint8Array,
  camera: Camera,
  fps: number,
): Sight {
  const stir = stirOf(seen, fps);
  const tremor = tremorOf(seen);
  return {
    reprojection: reprojectionOf(seen, points, state, camera),
    tremor,
    stir,
    exchanged: exchangesOf(seen, other, fps),
    stale: staleFrames(seen),
    wavering: waveringOf(seen, { stir, tremor }, fps),
  };
}

function reprojectionOf(
  seen: LandmarkTrack,
  points: Float32Array,
  state: Uint8Array,
  camera: Camera,
): Float32Array {
  return Float32Array.from(state, (motionState, t) => {
    if (seen.state[t] !== SEEN) return Number.NaN;
    if (motionState !== SEEN) return 1;
    const told = project(points.subarray(3 * HAND_LANDMARKS * t, 3 * HAND_LANDMARKS * (t + 1)), camera);
    return Math.min(1, spread(handIn(seen, t), told) / palmPx(handIn(seen, t)));
  });
}

const staleFrames = (seen: LandmarkTrack): Uint8Array =>
  Uint8Array.from(seen.state, (state, t) => {
    if (t === 0 || state !== SEEN || seen.state[t - 1] !== SEEN) return 0;
    return spread(handIn(seen, t), handIn(seen, t - 1)) < SAME_PICTURE * palmPx(handIn(seen, t)) ? 1 : 0;
  });

/** Speeds are slopes over this time to either side, s: noise of 2 % of a palm is then 0.08 palm lengths per second. */
const SLOPE_S = 0.13;
/** A thumb that is read badly is four landmarks of 21: a quarter has to move. */
const LIVELY = 0.75;

function stirOf(seen: LandmarkTrack, fps: number): Float32Array {
  const frames = seen.state.length;
  const reach = Math.max(1, Math.round(SLOPE_S * fps));
  return Float32Array.from(seen.state, (state, t) => {
    if (state !== SEEN) return Number.NaN;
    const around: number[] = [];
    for (let u = Math.max(0, t - reach); u <= Math.min(frames - 1, t + reach); u++)
      if (seen.state[u] === SEEN) around.push(u);
    if (around.length < 2) return Number.NaN;
    const middle = around.reduce((sum, u) => sum + u, 0) / around.length;
    const squares = around.reduce((sum, u) => sum + (u - middle) ** 2, 0);
    const slope = (i: number) =>
      around.reduce((sum, u) => sum + (u - middle) * seen.pixels[ROW * u + i], 0) / squares;
    const speeds = Array.from({ length: HAND_LANDMARKS }, (_, k) =>
      Math.hypot(slope(2 * k), slope(2 * k + 1)),
    );
    return (quantile(speeds, LIVELY) * fps) / palmPx(handIn(seen, t));
  });
}

/** A hand that was seen longer ago than this may be anywhere, s. */
const MEMORY_S = 0.5;
/** In palm lengths: nearer to the other hand's place than this is there, further from its own is not. */
const THERE = 0.6;
const ELSEWHERE = 1.5;

/** Two hands do not trade places within half a second: their names did. */
function exchangesOf(seen: LandmarkTrack, other: LandmarkTrack, fps: number): Uint8Array {
  const frames = seen.state.length;
  const exchanged = new Uint8Array(frames);
  const memory = Math.round(MEMORY_S * fps);
  let [own, others] = [-Infinity, -Infinity];
  for (let t = 0; t < frames; t++) {
    if (seen.state[t] === SEEN) {
      const hand = handIn(seen, t);
      const far = (track: LandmarkTrack, before: number) =>
        t - before > memory ? Infinity : palmDistance(hand, handIn(track, before)) / palmPx(hand);
      if (far(other, others) < THERE && far(seen, own) > ELSEWHERE) exchanged[t] = 1;
      own = t;
    }
    if (other.state[t] === SEEN) others = t;
  }
  return exchanged;
}

/** Distance of the palms' middles, px. */
function palmDistance(a: Float32Array, b: Float32Array): number {
  let [x, y] = [0, 0];
  for (const k of PALM_LANDMARKS) {
    x += (a[2 * k] - b[2 * k]) / PALM_LANDMARKS.length;
    y += (a[2 * k + 1] - b[2 * k + 1]) / PALM_LANDMARKS.length;
  }
  return Math.hypot(x, y);
}

/** (T,) root mean square over the landmarks: fourth differences leave little of a hand's motion, and all of noise. */
function tremorOf(seen: LandmarkTrack): Float32Array {
  const { pixels, state } = seen;
  const tremor = new Float32Array(state.length).fill(Number.NaN);
  for (let t = 2; t + 2 < state.length; t++) {
    if ([-2, -1, 0, 1, 2].some(d => state[t + d] !== SEEN)) continue;
    let squares = 0;
    for (let i = ROW * t; i < ROW * (t + 1); i++) {
      const fourth =
        pixels[i - 2 * ROW] + pixels[i + 2 * ROW] - 4 * (pixels[i - ROW] + pixels[i + ROW]) + 6 * pixels[i];
      squares += fourth ** 2;
    }
    tremor[t] = Math.sqrt(squares / HAND_LANDMARKS) / FOURTH_DIFFERENCE / palmPx(handIn(seen, t));
  }
  return tremor;
}

/** Root mean square distance of the landmarks, px. */
function spread(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let squares = 0;
  for (let k = 0; k < HAND_LANDMARKS; k++) squares += distancePx(a, k, b, k) ** 2;
  return Math.sqrt(squares / HAND_LANDMARKS);
}
