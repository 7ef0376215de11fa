/**
 * How far finger joints bend. One picture of a finger allows it bent towards the camera or away from it, and the
 * networks pick the wrong one often enough: a thumb tip in the air above the back of the hand, a little finger
 * that folds over backwards. Anatomy rules most of that out.
 *
 * Ranges of active motion, degrees: AAOS, "Joint Motion: Method of Measuring and Recording", 1965; 20° backwards
 * is what a lax hand reaches.
 */
import { add, cross, dot, norm, normalize, quatRotate, scale, subtract, type Vector3 } from '../core/se3.ts';
import type { Side } from '../core/skeletons.ts';
import type { Placement } from './placement.ts';

const RADIANS = Math.PI / 180;
const BACKWARDS = 20 * RADIANS;
/** Landmarks at the far end of a bone that bends against the bone before it → the largest flexion of that joint. */
const FLEXION = new Map<number, number>([
  [3, 60],
  [4, 90],
  ...[7, 11, 15, 19].map((k): [number, number] => [k, 110]),
  ...[8, 12, 16, 20].map((k): [number, number] => [k, 90]),
]);
const THUMB_TIP = 4;
/** A thumb whose nail direction is this small across it points where the nail looks: it has no plane to bend in. */
const PLANELESS = 0.3;

/**
 * The bone that ends in `landmark`, m in the camera frame, turned back into what its joint allows; the same bone
 * where it is allowed already, or where the joint has limits that are not known. `before` is the bone that it
 * grows from.
 */
export function withinReach(
  bone: Vector3,
  before: Vector3,
  landmark: number,
  palm: Placement,
  side: Side,
): Vector3 {
  const flexion = FLEXION.get(landmark);
  const back = flexion === undefined ? null : backOf(normalize(before), landmark, palm, side);
  if (flexion === undefined || back === null) return bone;
  const along = normalize(before);
  const [x, y] = [dot(bone, along), dot(bone, back)];
  const angle = Math.atan2(y, x);
  const allowed = Math.max(-flexion * RADIANS, Math.min(BACKWARDS, angle));
  if (allowed === angle) return bone;
  const inPlane = Math.hypot(x, y);
  const sideways = subtract(bone, add(scale(along, x), scale(back, y)));
  return add(
    sideways,
    add(scale(along, inPlane * Math.cos(allowed)), scale(back, inPlane * Math.sin(allowed))),
  );
}

/**
 * The unit vector across a bone to its nail's side. Fingers bend about the hand's y axis; a thumb's nail looks
 * halfway between up and outwards.
 */
function backOf(along: Vector3, landmark: number, palm: Placement, side: Side): Vector3 | null {
  if (landmark <= THUMB_TIP) {
    const nail = quatRotate(palm.rotation, [0, (side === 'right' ? 1 : -1) * Math.SQRT1_2, Math.SQRT1_2]);
    const across = subtract(nail, scale(along, dot(nail, along)));
    return norm(across) < PLANELESS ? null : normalize(across);
  }
  const across = cross(along, quatRotate(palm.rotation, [0, 1, 0]));
  return norm(across) < PLANELESS ? null : normalize(across);
}
