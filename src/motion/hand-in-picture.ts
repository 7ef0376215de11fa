/** A hand's landmarks in the picture, px, frame by frame. */
import { HAND_LANDMARKS, MIDDLE_KNUCKLE, WRIST } from '../core/skeletons.ts';
import type { LandmarkTrack } from '../core/types.ts';

/** Numbers of one frame: x and y of every landmark. */
export const ROW = 2 * HAND_LANDMARKS;

/** (21, 2) px. */
export const handIn = ({ pixels }: LandmarkTrack, t: number): Float32Array =>
  pixels.subarray(ROW * t, ROW * (t + 1));

/** From landmark i of hand a to landmark j of hand b, px. */
export const distancePx = (a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number): number =>
  Math.hypot(a[2 * i] - b[2 * j], a[2 * i + 1] - b[2 * j + 1]);

/** From the wrist to the middle knuckle, px, at least one. */
export const palmPx = (hand: ArrayLike<number>): number =>
  Math.max(1, distancePx(hand, WRIST, hand, MIDDLE_KNUCKLE));
