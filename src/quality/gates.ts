/**
 * Whether a part of a clip is worth retargeting. Every gate answers with a reason that names the number it saw
 * and the number it wants; the first gate that refuses speaks.
 */
import { FINGERTIPS, HAND_LANDMARKS, SIDES, type Side } from '../core/skeletons.ts';
import { ABSENT, type Demonstration, type HumanMotion, SEEN, type Verdict } from '../core/types.ts';
import { sliceMotion } from '../motion/slice.ts';

/** All thresholds, in one place. */
export const THRESHOLDS = {
  /** Shorter parts hold no task, s. */
  lengthS: 1,
  /** Share of the frames in which at least one hand is known, seen or bridged. */
  coverage: 0.7,
  /** Share of the known hand frames that were seen and not bridged. */
  seen: 0.6,
  /** Mean confidence of the seen hand frames, 0…1: a calibrated probability, 0.5 … 0.95 for hands at work. */
  confidence: 0.35,
  /** Share of a known hand's frames in which its arm is known too; where a body is the reference. */
  arms: 0.5,
  /** Largest extent of a wrist's path, or of a fingertip's in its hand, m. Less is rest (or noise). */
  motionM: 0.03,
} as const;

/** Of a part, as a motion of its own. */
type Gate = (part: HumanMotion) => Verdict;
const KEEP: Verdict = { keep: true };
const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** Keeps a demonstration, or says why not. */
export function judge(motion: HumanMotion, { start, end }: Demonstration): Verdict {
  const part = sliceMotion(motion, start, end);
  for (const gate of [longEnough, handsKnown, handsSeen, handsSure, armsKnown, somethingMoves]) {
    const verdict = gate(part);
    if (!verdict.keep) return verdict;
  }
  return KEEP;
}

const longEnough: Gate = part => {
  const lengthS = part.frames / part.fps;
  if (lengthS >= THRESHOLDS.lengthS) return KEEP;
  return refuse(
    `hands are in view for ${lengthS.toFixed(1)} s only; at least ${THRESHOLDS.lengthS} s are needed`,
  );
};

const handsKnown: Gate = part => {
  const known = count(part, t => SIDES.some(side => part.hands[side].state[t] !== ABSENT));
  const coverage = known / part.frames;
  if (coverage >= THRESHOLDS.coverage) return KEEP;
  return refuse(
    `a hand is found in ${percent(coverage)} of the frames; at least ${percent(THRESHOLDS.coverage)} are needed`,
  );
};

const handsSeen: Gate = part => {
  const known = overHands(part, state => state !== ABSENT);
  const seen = overHands(part, state => state === SEEN);
  if (seen >= THRESHOLDS.seen * known) return KEEP;
  return refuse(
    `only ${percent(seen / known)} of the hand frames were seen, the rest is bridged; at least ${percent(THRESHOLDS.seen)} are needed`,
  );
};

const handsSure: Gate = part => {
  let [sum, seen] = [0, 0];
  for (const side of SIDES) {
    const { state, confidence } = part.hands[side];
    for (let t = 0; t < part.frames; t++) {
      if (state[t] !== SEEN) continue;
      sum += confidence[t];
      seen++;
    }
  }
  if (sum >= THRESHOLDS.confidence * seen) return KEEP;
  return refuse(
    `the hands are seen with a mean confidence of ${(sum / seen).toFixed(2)}; at least ${THRESHOLDS.confidence} is needed`,
  );
};

const armsKnown: Gate = part => {
  if (part.reference !== 'torso' || !bodyKnown(part)) return KEEP;
  const share = (side: Side): number => {
    const { state } = part.hands[side];
    const hand = count(part, t => state[t] !== ABSENT);
    return hand === 0
      ? 0
      : count(part, t => state[t] !== ABSENT && part.arms[side].state[t] !== ABSENT) / hand;
  };
  const best = Math.max(...SIDES.map(share));
  if (best >= THRESHOLDS.arms) return KEEP;
  return refuse(
    `the arm behind a hand is found in ${percent(best)} of that hand's frames at best; at least ${percent(THRESHOLDS.arms)} are needed`,
  );
};

/** Bones are those of a body that was seen; a torso that is only assumed has none, and no arms to ask for. */
const bodyKnown = ({ bones }: HumanMotion): boolean => bones.shoulderWidthM > 0;

const somethingMoves: Gate = part => {
  const largest = Math.max(...SIDES.map(side => motionOf(part, side)));
  if (largest >= THRESHOLDS.motionM) return KEEP;
  return refuse(
    `nothing moves: hands and fingers stay within ${(100 * largest).toFixed(1)} cm; at least ${100 * THRESHOLDS.motionM} cm are needed`,
  );
};

const refuse = (reason: string): Verdict => ({ keep: false, reason });

function count({ frames }: HumanMotion, holds: (t: number) => boolean): number {
  let n = 0;
  for (let t = 0; t < frames; t++) if (holds(t)) n++;
  return n;
}

const overHands = (part: HumanMotion, holds: (state: number) => boolean): number =>
  SIDES.reduce((sum, side) => sum + count(part, t => holds(part.hands[side].state[t])), 0);

/** The largest extent along any axis of a hand's wrist, or of a fingertip in the hand's frame, m. */
function motionOf(part: HumanMotion, side: Side): number {
  const { state, wrist, landmarks } = part.hands[side];
  const known = (t: number) => state[t] !== ABSENT;
  const extent = (at: (t: number) => number): number => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let t = 0; t < part.frames; t++) {
      if (!known(t)) continue;
      low = Math.min(low, at(t));
      high = Math.max(high, at(t));
    }
    return Math.max(0, high - low);
  };
  const axes = [0, 1, 2];
  const ofWrist = axes.map(a => extent(t => wrist[3 * t + a]));
  const ofTips = FINGERTIPS.flatMap(k =>
    axes.map(a => extent(t => landmarks[3 * (HAND_LANDMARKS * t + k) + a])),
  );
  return Math.max(...ofWrist, ...ofTips);
}
