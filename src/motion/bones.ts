/**
 * The bones of a hand. The networks guess the size and the proportions of a hand anew in every frame, and they
 * flatten a palm that is seen from its edge; left alone, both turn into depth and rotation noise. Here a person
 * keeps one hand for the whole clip: fixed proportions, and one size.
 *
 * Proportions: medians of MediaPipe's own published output on open hands that face the camera (the hand clip of
 * the tfjs-models tests and the retargeting clip of dex-retargeting), so that the landmarks mean what the
 * network means by them.
 */

import type { Vector3 } from '../core/se3.ts';
import { FINGER_LANDMARKS, FINGERS, HAND_LANDMARKS, PALM_LANDMARKS, type Side } from '../core/skeletons.ts';

/**
 * Wrist → middle knuckle of an adult, m. One camera cannot tell a small hand nearby from a large one far away;
 * the network's own metric guess changes with the view by ± 25 %, adults differ by ± 8 %: so the mean adult is
 * taken. Source: mean hand length 187 mm (ANSUR II: men 193, women 181) less finger III from knuckle to tip, 44.6 + 26.3 + 17.4 + 4.0 mm
 * (Buryanov & Kotiuk, "Proportions of hand segments", Int. J. Morphol. 28, 2010).
 */
export const ADULT_PALM_LENGTH_M = 0.095;

/** Hands between a small child's and a very large adult's, wrist → middle knuckle, m. */
const CREDIBLE_PALM_M = [0.055, 0.125] as const;

/** The right palm in the hand frame, PALM_LANDMARKS in order, palm lengths. */
const RIGHT_PALM: readonly Vector3[] = [
  [0, 0, 0],
  [0.262, 0.271, -0.175],
  [0.987, 0.264, -0.078],
  [1, 0, 0],
  [0.937, -0.221, -0.035],
  [0.764, -0.404, -0.078],
];

/**
 * Bone lengths from each landmark's parent, palm lengths; thumb, index, middle, ring, pinky after the wrist. The
 * thumb's two phalanges are an adult's, 32 and 22 + 4 mm (Buryanov & Kotiuk 2010): the network's are a fifth
 * longer, and what is too long for its picture is bent away in depth.
 */
const PROPORTIONS: readonly number[] = [
  0, 0.41, 0.35, 0.34, 0.27, 1.025, 0.294, 0.19, 0.286, 1, 0.392, 0.273, 0.255, 0.962, 0.327, 0.25, 0.245,
  0.877, 0.234, 0.218, 0.196,
];

/** The landmark that each landmark's bone comes from; −1 for the wrist. */
export const HAND_PARENTS: readonly number[] = [
  -1, 0, 1, 2, 3, 0, 5, 6, 7, 0, 9, 10, 11, 0, 13, 14, 15, 0, 17, 18, 19,
];

/** Landmarks of the four fingers beside the thumb, each from knuckle to tip, from the index to the little finger. */
export const LONG_FINGERS = FINGERS.filter(finger => finger !== 'thumb').map(
  finger => FINGER_LANDMARKS[finger],
);

/** The palm in its own hand frame, (6, 3) m; a left palm mirrors a right one in y. */
export const palmShape = (palmLengthM: number, side: Side): Vector3[] =>
  RIGHT_PALM.map(([x, y, z]) => [
    x * palmLengthM,
    (side === 'right' ? y : -y) * palmLengthM,
    z * palmLengthM,
  ]);

/** Length of the bone that ends in `landmark`, m. */
export const boneLength = (landmark: number, palmLengthM: number): number =>
  PROPORTIONS[landmark] * palmLengthM;

/** A palm length within what hands can be. */
export const crediblePalm = (palmLengthM: number): number =>
  Math.min(CREDIBLE_PALM_M[1], Math.max(CREDIBLE_PALM_M[0], palmLengthM));

/** Landmarks that the palm carries; the others grow from them. */
export const FINGER_JOINTS: readonly number[] = Array.from({ length: HAND_LANDMARKS }, (_, k) => k).filter(
  k => !PALM_LANDMARKS.includes(k),
);
