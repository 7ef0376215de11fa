/** What is known of a person in a motion: how much of it, how surely, and whether the sizes are a person's. */
import { add, distance, scale, type Vector3, vectorAt } from '../core/se3.ts';
import { HAND_LANDMARKS, MIDDLE_KNUCKLE, SIDES, type Side } from '../core/skeletons.ts';
import { quantile } from '../core/statistics.ts';
import { ABSENT, type HandMotion, type HumanMotion, SEEN } from '../core/types.ts';
import { ADULT_PALM_LENGTH_M } from '../motion/bones.ts';
import { runsWhere } from '../motion/gaps.ts';
import { TELLS_NOISE_FPS } from '../motion/noise.ts';
import type { Measures } from './scales.ts';

type PersonMeasures = Pick<
  Measures,
  | 'coverage'
  | 'seen'
  | 'continuity'
  | 'confidence'
  | 'certainty'
  | 'reprojection'
  | 'clarity'
  | 'freshness'
  | 'handedness'
  | 'proportion'
>;

export function measurePerson(motion: HumanMotion): PersonMeasures {
  const { frames, fps } = motion;
  const hands = SIDES.map(side => motion.hands[side]);
  const all = Array.from({ length: frames }, (_, t) => t);
  const known = sum(hands.map(({ state }) => all.filter(t => state[t] !== ABSENT).length));
  const sure = hands.flatMap(({ state, confidence }) => [...confidence].filter((_, t) => state[t] === SEEN));
  const sigmas = hands.flatMap(({ state, wristSigma }) =>
    [...wristSigma].filter((_, t) => state[t] !== ABSENT),
  );
  const seconds = frames / fps;
  return {
    coverage: all.filter(t => hands.some(({ state }) => state[t] === SEEN)).length / frames,
    seen: known > 0 ? sure.length / known : 0,
    continuity: sum(hands.map(({ state }) => lossesOf(state))) / seconds,
    confidence: sure.length > 0 ? sum(sure) / sure.length : 0,
    certainty: sigmas.length > 0 ? quantile(sigmas, 0.5) : null,
    reprojection: mean(valuesOf(hands, 'reprojection')),
    clarity: fps < TELLS_NOISE_FPS ? null : medianOf(valuesOf(hands, 'tremor')),
    freshness: standstill(hands, frames),
    handedness: hands.every(({ exchanged }) => exchanged)
      ? sum(hands.flatMap(({ exchanged }) => [...(exchanged ?? [])])) / seconds
      : null,
    proportion: disproportion(motion),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, v) => total + v, 0);
const mean = (values: readonly number[]): number | null =>
  values.length > 0 ? sum(values) / values.length : null;
const medianOf = (values: readonly number[]): number | null =>
  values.length > 0 ? quantile(values, 0.5) : null;

/** Of both hands, the frames that have a value; none where a motion does not say. */
const valuesOf = (hands: readonly HandMotion[], name: 'reprojection' | 'tremor'): number[] =>
  hands.flatMap(hand => [...(hand[name] ?? [])].filter(value => !Number.isNaN(value)));

/** Times that a hand goes out of sight and comes back, bridged or not. */
function lossesOf(state: Uint8Array): number {
  const runs = runsWhere(state.length, t => state[t] === SEEN);
  return Math.max(0, runs.length - 1);
}

/** A picture that comes twice is a slower camera's; from three times on it stands still. */
const STANDS_STILL = 2;

/** Share of the frames in which every hand that is seen is seen in the very same picture as before. */
function standstill(hands: readonly HandMotion[], frames: number): number | null {
  if (hands.some(({ stale }) => !stale)) return null;
  const still = runsWhere(frames, t => {
    const seen = hands.filter(({ state }) => state[t] === SEEN);
    return seen.length > 0 && seen.every(({ stale }) => stale?.[t] === 1);
  });
  return sum(still.map(({ start, end }) => (end - start >= STANDS_STILL ? end - start : 0))) / frames;
}

/**
 * How far sizes lie from a person's. Where a body was seen: between the hand and the end of its arm, in arm lengths (the
 * lower quartile, since hands hurry and arms are hidden). Where none was: the hand's size against an adult's, as a log ratio.
 */
function disproportion(motion: HumanMotion): number | null {
  const places = SIDES.flatMap(side => placeErrors(motion, side));
  if (places.length > 0) return quantile(places, 0.25);
  const palms = SIDES.flatMap(side => palmLengths(motion, side));
  return palms.length > 0 ? Math.abs(Math.log(quantile(palms, 0.5) / ADULT_PALM_LENGTH_M)) : null;
}

function placeErrors({ bones, hands, arms, frames }: HumanMotion, side: Side): number[] {
  const arm = bones.upperArmM + bones.forearmM;
  const errors: number[] = [];
  for (let t = 0; arm > 0 && t < frames; t++) {
    if (hands[side].state[t] !== SEEN || arms[side].state[t] !== SEEN) continue;
    const row = (values: Float32Array) => values.subarray(3 * t, 3 * t + 3);
    const shoulder: Vector3 = [0, ((side === 'left' ? 1 : -1) * bones.shoulderWidthM) / 2, 0];
    const elbow = add(shoulder, scale(row(arms[side].upperArm), bones.upperArmM));
    const end = add(elbow, scale(row(arms[side].forearm), bones.forearmM));
    errors.push(distance(end, row(hands[side].wrist)) / arm);
  }
  return errors;
}

/** Wrist → middle knuckle as the landmarks have it, m, in the frames in which the hand is known. */
function palmLengths({ frames, hands }: HumanMotion, side: Side): number[] {
  const { landmarks, state } = hands[side];
  const lengths: number[] = [];
  for (let t = 0; t < frames; t++) {
    if (state[t] !== ABSENT)
      lengths.push(Math.hypot(...vectorAt(landmarks, HAND_LANDMARKS * t + MIDDLE_KNUCKLE)));
  }
  return lengths;
}
