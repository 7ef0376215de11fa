/**
 * What an arm cannot do. One picture of a folded arm does not say how far the hand is before the body, and where the
 * shoulder is misread by a hand's breadth nothing is left between the two: the forearm would lie in the upper arm, the
 * hand in the chest. Anatomy says how much room there is at least, and that it is in front.
 */
import {
  add,
  dot,
  norm,
  normalize,
  type Quaternion,
  quatConjugate,
  quatRotate,
  scale,
  subtract,
  type Vector3,
} from '../core/se3.ts';

/** The largest bend of an elbow, rad (AAOS 1965 has 150° of active flexion; clothes and flesh take some of it). */
const LARGEST_BEND = (145 * Math.PI) / 180;
/** A wrist before the chest is this far before the line between the shoulders, m: half of a chest's depth, half of a wrist's. */
const BEFORE_CHEST_M = 0.12;
/** … as far up as the collar, m above the shoulders' joints. */
const COLLAR_M = 0.1;

/** m. */
export interface ArmBones {
  shoulderWidthM: number;
  upperArmM: number;
  forearmM: number;
}

/** How near a wrist comes to its shoulder, m: the law of cosines at the largest bend of an elbow. */
export const foldedM = ({ upperArmM, forearmM }: ArmBones): number =>
  Math.sqrt(upperArmM ** 2 + forearmM ** 2 + 2 * upperArmM * forearmM * Math.cos(LARGEST_BEND));

/**
 * How much further forwards a wrist has to be that is seen below the collar and between the shoulders, m; 0 where it is
 * before the chest. @param origin,orientation the torso's frame in that of the camera
 */
export function insideChest(
  wrist: Vector3,
  origin: Vector3,
  orientation: Quaternion,
  bones: ArmBones,
): number {
  const [forward, left, up] = quatRotate(quatConjugate(orientation), subtract(wrist, origin));
  if (Math.abs(left) > bones.shoulderWidthM / 2 || up > COLLAR_M) return 0;
  return Math.max(0, BEFORE_CHEST_M - forward);
}

/** The wrist, m, moved forwards until the elbow can bend so far; the same where it can. `forward` has length 1. */
export function unfolded(wrist: Vector3, shoulder: Vector3, forward: Vector3, bones: ArmBones): Vector3 {
  const reach = subtract(wrist, shoulder);
  const missing = foldedM(bones) ** 2 - norm(reach) ** 2;
  if (missing <= 0) return wrist;
  const along = dot(reach, forward);
  return add(wrist, scale(forward, Math.sqrt(along ** 2 + missing) - along));
}

/** The unit vector along the part of v that is perpendicular to the unit vector `line`. */
export const acrossLine = (v: Vector3, line: Vector3): Vector3 =>
  normalize(subtract(v, scale(line, dot(v, line))));

/**
 * The elbow, m, of two bones between shoulder and wrist that points to `pole`; on the line, in the bones'
 * proportion, where the wrist is out of reach.
 */
export function bentElbow(
  shoulder: Vector3,
  wrist: Vector3,
  pole: Vector3,
  upperArmM: number,
  forearmM: number,
): Vector3 {
  const span = subtract(wrist, shoulder);
  const length = norm(span);
  const line = normalize(span);
  if (length >= upperArmM + forearmM) return add(shoulder, scale(span, upperArmM / (upperArmM + forearmM)));
  // Law of cosines; a wrist nearer than the bones' difference folds the arm all the way.
  const along = (length * length + upperArmM ** 2 - forearmM ** 2) / (2 * Math.max(length, 1e-6));
  const bounded = Math.max(-upperArmM, Math.min(upperArmM, along));
  const across = Math.sqrt(upperArmM ** 2 - bounded ** 2);
  return add(shoulder, add(scale(line, bounded), scale(acrossLine(pole, line), across)));
}
