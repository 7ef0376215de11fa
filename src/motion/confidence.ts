/**
 * How sure a hand's landmarks are, as a probability. The network's own word, presence, says that there is a hand,
 * and hardly whether its landmarks are right. What tells is whether they hold still against each other in time: a
 * network that guesses, guesses anew in every frame. So presence and trembling are put into one logistic model.
 *
 * Calibrated on rendered people with exact truth (seeds 5 and 11 of the generator, 4,400 frames of hands): the
 * event is 'on average the 21 landmarks lie within a tenth of the hand's extent in the picture'. On clips of
 * seed 12, held out, the area under the curve is 0.91 (presence alone: 0.67) and the expected calibration error 0.06.
 * What the word for the other side says was added with seeds 5, 11, 12 and 21 in view: their area grew from 0.82 to 0.89.
 */

import { HAND_LANDMARKS } from '../core/skeletons.ts';
import { type LandmarkTrack, SEEN } from '../core/types.ts';
import type { Stretch } from './gaps.ts';
import { TELLS_NOISE_FPS } from './noise.ts';

/** Logistic model: bias and weights of presence (log odds) and of the trembling at and around the frame (logarithms). */
const BIAS = -4.86;
const OF_PRESENCE = 0.046;
const OF_TREMBLING = -0.588;
const OF_TREMBLING_AROUND = -0.904;
/** Of the network's word for the other side: the landmarks of a hand read as its mirror image are those of other fingers. */
const OF_OTHER_SIDE = 1.5;
/** Log odds from which on the word for a side says no more. */
const KNOWN_SIDE = 0.5;
/** Probabilities are kept this far from 0 and 1, where their log odds mean nothing. */
const LEAST = 1e-3;
const MOST = 1 - 1e-4;
/** Trembling below this share of the hand is the networks' own resolution. */
const RESOLUTION = 0.002;
/** What a frame without both neighbours is taken to tremble: the middle of what is seen. */
const UNKNOWN_TREMBLING = 0.02;
/** Neighbours are this far apart, s (the rate of the clips that the model was made on), and 'around' is five of them. */
const NEIGHBOUR_S = 1 / 30;
const AROUND = 5;

/** (T,) each, 0…1; 0 where a hand is not SEEN. */
export interface HandTrust {
  /** Probability that the hand of a frame is right. */
  confidence: Float32Array;
  /** How far a frame tells where the wrist is: as far as it is right, whatever the word for the side. */
  place: Float32Array;
  /**
   * How far it tells how the hand is turned and bent: as far as it is right, and the less the more the network's word is for the
   * other side, since it has then taken the back of the hand for the palm; fingers that were put into their own order
   * (finger-order.ts) are as good as that word is. A stretch that has nothing better keeps what it has.
   */
  pose: Float32Array;
}

export function handTrust(track: LandmarkTrack, stretches: readonly Stretch[], fps: number): HandTrust {
  const { state, handedness, reordered } = track;
  const odds = steadyOdds(track, fps);
  const words = handedness ?? new Float32Array(state.length).fill(1);
  const orders = words.map((word, t) => (reordered?.[t] ? 1 - word : word));
  const trust = (said: Float32Array): Float32Array =>
    Float32Array.from(state, (s, t) => (s === SEEN ? 1 / (1 + Math.exp(-odds[t] - sideOdds(said[t]))) : 0));
  const pose = trust(orders);
  for (const { start, end } of stretches) {
    const agreement = orders.slice(start, end).map(word => Math.min(1, 2 * word) ** 2);
    const best = Math.max(...agreement) || 1;
    for (let t = start; t < end; t++) pose[t] *= agreement[t - start] / best;
  }
  return { confidence: trust(words), place: trust(words.map(() => 1)), pose };
}

const sideOdds = (word: number): number => OF_OTHER_SIDE * Math.min(0, logOdds(word) - KNOWN_SIDE);

/** (T,) log odds of a hand by its presence and its trembling. */
function steadyOdds(track: LandmarkTrack, fps: number): Float64Array {
  const { state, confidence } = track;
  const stride = Math.max(1, Math.round(NEIGHBOUR_S * fps));
  const known = fps >= TELLS_NOISE_FPS;
  const trembling = Float64Array.from(state, (_, t) =>
    known ? tremblingAt(track, t, stride) : UNKNOWN_TREMBLING,
  );
  return Float64Array.from(state, (s, t) => {
    if (s !== SEEN) return -Infinity;
    let [sum, count] = [0, 0];
    for (
      let u = Math.max(0, t - AROUND * stride);
      u <= Math.min(state.length - 1, t + AROUND * stride);
      u++
    ) {
      if (state[u] !== SEEN) continue;
      sum += Math.log(trembling[u] + RESOLUTION);
      count++;
    }
    return (
      BIAS +
      OF_PRESENCE * logOdds(confidence[t]) +
      OF_TREMBLING * Math.log(trembling[t] + RESOLUTION) +
      OF_TREMBLING_AROUND * (sum / count)
    );
  });
}

function logOdds(probability: number): number {
  const p = Math.min(Math.max(probability, LEAST), MOST);
  return Math.log(p / (1 - p));
}

/** Mean distance of the landmarks from midway between their places before and after, as a share of the hand's extent. */
function tremblingAt({ pixels, state }: LandmarkTrack, t: number, stride: number): number {
  const [before, after] = [t - stride, t + stride];
  if (state[before] !== SEEN || state[after] !== SEEN || state[t] !== SEEN) return UNKNOWN_TREMBLING;
  let sum = 0;
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (let k = 0; k < HAND_LANDMARKS; k++) {
    const offset: number[] = [];
    for (let a = 0; a < 2; a++) {
      const at = (frame: number) => pixels[2 * (frame * HAND_LANDMARKS + k) + a];
      offset.push(at(t) - (at(before) + at(after)) / 2);
      low[a] = Math.min(low[a], at(t));
      high[a] = Math.max(high[a], at(t));
    }
    sum += Math.hypot(offset[0], offset[1]) / HAND_LANDMARKS;
  }
  return sum / Math.max(high[0] - low[0], high[1] - low[1], 1);
}
