/**
 * On which side do right hands stand? In the picture of a head camera the wearer's right hand is on the right;
 * a person who is looked at from the front has it on the left. The networks' left/right words are often wrong
 * in one frame and hardly ever in most of a clip.
 */
import { isSameHand, wholeHands } from '../core/anatomy.ts';
import type { FrameReading, HandReading } from '../core/readings.ts';
import { PALM_LANDMARKS } from '../core/skeletons.ts';

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
}

/** Place of the palm's middle across the picture, −1 (left edge) … 1 (right edge). */
export function placeAcross(hand: HandReading, width: number): number {
  const x = PALM_LANDMARKS.reduce((sum, k) => sum + hand.pixels[2 * k], 0) / PALM_LANDMARKS.length;
  return Math.max(-1, Math.min(1, (2 * x) / width - 1));
}

/** @param width of the frame, px */
export function facingOf(readings: readonly FrameReading[], width: number): Facing {
  const order = { agreeing: 0, total: 0, pairs: 0 };
  const halves = { agreeing: 0, total: 0 };
  const vote = (votes: { agreeing: number; total: number }, value: number) => {
    votes.agreeing += value;
    votes.total += Math.abs(value);
  };
  for (const { hands } of readings) {
    for (const hand of hands) vote(halves, hand.presence * (2 * hand.right - 1) * placeAcross(hand, width));
    const pair = certainPair(hands);
    if (!pair) continue;
    const [a, b] = pair;
    order.pairs++;
    vote(order, (a.right - b.right) * Math.sign(placeAcross(a, width) - placeAcross(b, width)));
  }
  const decisive = order.pairs >= Math.max(ENOUGH_PAIRS, ENOUGH_SHARE * readings.length);
  const { agreeing, total } = decisive ? order : halves;
  return { rightIsRight: total > 0 ? agreeing / total : 0, pairs: order.pairs, decisive };
}

/** The two most certain hands that are not one. */
function certainPair(hands: readonly HandReading[]): [HandReading, HandReading] | null {
  const [first, ...others] = wholeHands(hands)
    .filter(({ presence }) => presence >= CERTAIN)
    .sort((a, b) => b.presence - a.presence);
  const second = others.find(other => !isSameHand(first, other));
  return second ? [first, second] : null;
}
