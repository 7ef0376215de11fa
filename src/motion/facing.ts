/**
 * On which side do right hands stand? In the picture of a head camera the wearer's right hand is on the right;
 * a person who is looked at from the front has it on the left. The networks' left/right words are often wrong
 * in one frame and hardly ever in most of a clip.
 */
import { isSameHand, wholeHands } from '../core/anatomy.ts';
import type { FrameReading, HandReading } from '../core/readings.ts';
import { MIDDLE_KNUCKLE, PALM_LANDMARKS, WRIST } from '../core/skeletons.ts';

/** Readings below this presence do not vote. */
const CERTAIN = 0.8;
/** Frames with both hands before their order says anything: so many, and this share of all frames. */
const ENOUGH_PAIRS = 10;
const ENOUGH_SHARE = 0.05;

export interface Facing {
  /**
   * −1 … 1: 1 where all words say that right hands stand on the right. From the order of two hands seen
   * together, or from the halves of the picture that hands stand in where there are too few such frames.
   */
  rightIsRight: number;
  /** Frames in which two hands are seen together. */
  pairs: number;
  /** There are enough of them to say where the camera stands. */
  decisive: boolean;
  /** −1 … 1: 1 where all palms point straight up in the picture, as they do before a head camera. */
  fingersUp: number;
}

/**
 * −1 … 2: towards a head camera, or towards a person who is looked at from the front. Hands that reach out from below
 * count as much as the words, those that hang down not at all: over seconds of fifteen clips a head camera's hands have
 * 0.7 to 1 of `fingersUp`, others −1 to 1.
 */
export const headCameraEvidence = ({ rightIsRight, fingersUp }: Facing): number =>
  rightIsRight + Math.max(0, fingersUp);

/** Place of the palm's middle across the picture, −1 (left edge) … 1 (right edge). */
export function placeAcross(hand: HandReading, width: number): number {
  const x = PALM_LANDMARKS.reduce((sum, k) => sum + hand.pixels[2 * k], 0) / PALM_LANDMARKS.length;
  return Math.max(-1, Math.min(1, (2 * x) / width - 1));
}

/** @param width of the frame, px */
export function facingOf(readings: readonly FrameReading[], width: number): Facing {
  const order = { agreeing: 0, total: 0, pairs: 0 };
  const halves = { agreeing: 0, total: 0 };
  const upwards = { agreeing: 0, total: 0 };
  const vote = (votes: { agreeing: number; total: number }, value: number) => {
    votes.agreeing += value;
    votes.total += Math.abs(value);
  };
  for (const { hands } of readings) {
    for (const hand of hands) {
      vote(halves, hand.presence * (2 * hand.right - 1) * placeAcross(hand, width));
      if (hand.presence < CERTAIN) continue;
      upwards.agreeing += upwardsOf(hand);
      upwards.total++;
    }
    const pair = certainPair(hands);
    if (!pair) continue;
    const [a, b] = pair;
    order.pairs++;
    vote(order, (a.right - b.right) * Math.sign(placeAcross(a, width) - placeAcross(b, width)));
  }
  const decisive = order.pairs >= Math.max(ENOUGH_PAIRS, ENOUGH_SHARE * readings.length);
  const { agreeing, total } = decisive ? order : halves;
  return {
    rightIsRight: total > 0 ? agreeing / total : 0,
    pairs: order.pairs,
    decisive,
    fingersUp: upwards.total > 0 ? upwards.agreeing / upwards.total : 0,
  };
}

/** −1 … 1: how far up the palm points in the picture, from the wrist to the middle knuckle. */
function upwardsOf({ pixels }: HandReading): number {
  const at = (k: number, axis: number) => pixels[2 * k + axis];
  const [across, down] = [0, 1].map(axis => at(MIDDLE_KNUCKLE, axis) - at(WRIST, axis));
  return -down / Math.max(Math.hypot(across, down), 1e-6);
}

/** The two most certain hands that are not one. */
function certainPair(hands: readonly HandReading[]): [HandReading, HandReading] | null {
  const [first, ...others] = wholeHands(hands)
    .filter(({ presence }) => presence >= CERTAIN)
    .sort((a, b) => b.presence - a.presence);
  const second = others.find(other => !isSameHand(first, other));
  return second ? [first, second] : null;
}
