/**
 * Where a body's joints are in the picture. The pose network's points are those that people clicked on in
 * photographs, and two of them are not where the joint is: the shoulder was marked on the top of the shoulder,
 * and the wrist is read at a body's resolution although the hand network has seen it ten times larger.
 */
import { handsAtWrists, shoulderWidthPx } from '../core/anatomy.ts';
import type { BodyReading, HandReading } from '../core/readings.ts';
import { BODY, SIDES, type Side, WRIST } from '../core/skeletons.ts';

/**
 * The joint's centre lies below the point on the shoulder by this share of the shoulders' width, 3 cm. Measured on
 * rendered people with exact joints (0.07 to 0.10 in every clip); the network's points in metres need no such
 * shift: their upper arm is as long as the true one, that in pixels is 6 % longer.
 */
const SHOULDER_DROP = 0.083;

/** (33, 2) px: the reading's points with the shoulders' and, where a hand is seen there, the wrists' joints. */
export function jointPixels(body: BodyReading, hands: Record<Side, HandReading | null>): Float32Array {
  const pixels = Float32Array.from(body.pixels);
  const middle = (points: Record<Side, number>, axis: number) =>
    (pixels[2 * points.left + axis] + pixels[2 * points.right + axis]) / 2;
  const spine = [0, 1].map(axis => middle(BODY.hip, axis) - middle(BODY.shoulder, axis));
  const drop = (SHOULDER_DROP * shoulderWidthPx(body)) / Math.max(1, Math.hypot(spine[0], spine[1]));
  for (const side of SIDES) {
    for (const axis of [0, 1]) pixels[2 * BODY.shoulder[side] + axis] += drop * spine[axis];
    const hand = hands[side];
    if (!hand || handsAtWrists(body, [hand]).at === 0) continue;
    pixels.set(hand.pixels.subarray(2 * WRIST, 2 * WRIST + 2), 2 * BODY.wrist[side]);
  }
  return pixels;
}
