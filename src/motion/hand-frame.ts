/**
 * The hand frame: origin at the wrist, x towards the middle knuckle, z out of the back of the hand, y = z × x.
 * Fingers forward and palm down, that is x forward, y left, z up, for either hand.
 */
import {
  cross,
  matrixFromColumns,
  normalize,
  type Quaternion,
  quatFromMatrix,
  subtract,
  type Vector3,
  vectorAt,
} from '../core/se3.ts';
import { HAND_LANDMARKS, MIDDLE_KNUCKLE, type Side } from '../core/skeletons.ts';

const [INDEX_KNUCKLE, PINKY_KNUCKLE] = [5, 17];

/**
 * Orientation outsideFromHand of the frame spanned by wrist, index, middle and pinky knuckles of one hand.
 * `points` (21, 3) in any right-handed frame. Fingers forward and palm down, the right index lies to the left
 * of the right pinky, the left index to the right of the left pinky: hence the side's sign.
 */
export function orientationOfKnuckles(points: readonly Vector3[], side: Side): Quaternion {
  const x = normalize(subtract(points[MIDDLE_KNUCKLE], points[0]));
  const across = subtract(points[INDEX_KNUCKLE], points[PINKY_KNUCKLE]);
  const z = normalize(cross(x, side === 'right' ? across : [-across[0], -across[1], -across[2]]));
  return quatFromMatrix(matrixFromColumns(x, cross(z, x), z));
}

/** The 21 points of frame t. */
export const handAt = (points: ArrayLike<number>, t: number): Vector3[] =>
  Array.from({ length: HAND_LANDMARKS }, (_, k) => vectorAt(points, t * HAND_LANDMARKS + k));
