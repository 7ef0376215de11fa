/**
 * Fingers on a placed palm. From knuckle to tip, every joint is put where three witnesses agree best: its pixel,
 * its bone's fixed length, and the direction that the network gives the bone, which also says on which side of
 * its parent in depth a joint lies.
 */

import {
  add,
  dot,
  normalize,
  quatConjugate,
  quatRotate,
  scale,
  subtract,
  type Vector3,
} from '../core/se3.ts';
import { FINGER_LANDMARKS, FINGERTIPS, PALM_LANDMARKS, type Side } from '../core/skeletons.ts';
import { withinReach } from './bending.ts';
import { boneLength, FINGER_JOINTS, HAND_PARENTS } from './bones.ts';
import { LinearSystem } from './least-squares.ts';
import type { Placement, Ray } from './placement.ts';

/** Standard deviations in palm lengths: of a landmark across the line of sight, and of a bone's length. */
const PIXEL_SIGMA = 0.08;
const LENGTH_SIGMA = 0.01;
/** Of the network's bone direction, as a share of the bone; thumbs are often read beside the palm when they oppose it. */
const DIRECTION_SIGMA = 0.5;
const THUMB_DIRECTION_SIGMA = 1;
/** Gauss–Newton steps from the network's direction. */
const STEPS = 5;

const THUMB: readonly number[] = FINGER_LANDMARKS.thumb;

/** A hand in its own frame, and how well its joints are held by what was seen. */
export interface FittedHand {
  /** (21, 3) m. */
  points: Vector3[];
  /** Root mean square of the fingertips' standard deviations, m: three axes together, errors adding up along each finger. */
  tipsSigma: number;
}

/**
 * The hand of one frame. `local` is the network's, along the camera's axes; `palm` and `shape` are the placed
 * palm and its six points.
 */
export function fingersOnPalm(
  local: readonly Vector3[],
  rays: readonly Ray[],
  palm: Placement,
  shape: readonly Vector3[],
  palmLengthM: number,
  side: Side,
): FittedHand {
  const points: Vector3[] = local.map(() => [0, 0, 0]);
  const variances = new Float64Array(local.length);
  PALM_LANDMARKS.forEach((k, i) => {
    points[k] = add(quatRotate(palm.rotation, shape[i]), palm.translation);
  });
  for (const k of FINGER_JOINTS) {
    const parent = HAND_PARENTS[k];
    const guess = scale(normalize(subtract(local[k], local[parent])), boneLength(k, palmLengthM));
    const sigma = THUMB.includes(k) ? THUMB_DIRECTION_SIGMA : DIRECTION_SIGMA;
    const before = subtract(points[parent], points[Math.max(HAND_PARENTS[parent], 0)]);
    const allowed = (bone: Vector3) => withinReach(bone, before, k, palm, side);
    const solved = (start: Vector3) => nextJoint(points[parent], start, rays[k], palmLengthM, sigma);
    let { bone, variance } = solved(guess);
    // What is seen bent the wrong way is bent the right way in the same picture, mirrored in depth.
    if (allowed(bone) !== bone) ({ bone, variance } = solved(allowed(mirrored(guess, points[parent]))));
    points[k] = add(points[parent], allowed(bone));
    variances[k] = variances[parent] + variance;
  }
  const handFromCamera = quatConjugate(palm.rotation);
  return {
    points: points.map(p => quatRotate(handFromCamera, subtract(p, palm.translation))),
    tipsSigma: Math.sqrt(FINGERTIPS.reduce((sum, k) => sum + variances[k] / FINGERTIPS.length, 0)),
  };
}

/** The direction as seen from a mirror across the line of sight to `from`. */
function mirrored(direction: Vector3, from: Vector3): Vector3 {
  const sight = normalize(from);
  return subtract(direction, scale(sight, 2 * dot(direction, sight)));
}

/** The bone that starts at `parent`, in the camera frame, m, and its variance, m², three axes together. */
function nextJoint(
  parent: Vector3,
  guess: Vector3,
  ray: Ray,
  palmLengthM: number,
  directionSigma: number,
): { bone: Vector3; variance: number } {
  let bone = guess;
  for (let step = 0; step < STEPS; step++)
    bone = add(bone, evidence(parent, bone, guess, ray, palmLengthM, directionSigma).solve());
  const variances = evidence(parent, bone, guess, ray, palmLengthM, directionSigma).variances();
  return { bone, variance: variances.reduce((a, b) => a + b) };
}

/** Pixel, length and direction of a bone around its present estimate. */
function evidence(
  parent: Vector3,
  bone: Vector3,
  guess: Vector3,
  ray: Ray,
  palmLengthM: number,
  directionSigma: number,
): LinearSystem {
  const length = Math.hypot(...guess);
  const system = new LinearSystem(3);
  const joint = add(parent, bone);
  for (let a = 0; a < 2; a++) {
    const row = [0, 0, -ray[a]].map((value, i) => (i === a ? 1 : value) / (PIXEL_SIGMA * palmLengthM));
    system.add(row, (joint[a] - ray[a] * joint[2]) / (PIXEL_SIGMA * palmLengthM));
  }
  const norm = Math.hypot(...bone);
  const sigma = LENGTH_SIGMA * palmLengthM;
  system.add(
    bone.map(value => value / (norm * sigma)),
    (norm - length) / sigma,
  );
  for (let a = 0; a < 3; a++) {
    const row = [0, 0, 0];
    row[a] = 1 / (directionSigma * length);
    system.add(row, (bone[a] - guess[a]) / (directionSigma * length));
  }
  return system;
}
