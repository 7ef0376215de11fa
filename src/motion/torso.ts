/**
 * The frame in which a third-person motion is told: x forward, y left, z up of the torso, its origin midway
 * between the shoulders. Where no body is ever seen (a picture of hands at a table, no head and no shoulders),
 * a torso is assumed: upright, facing the camera, and at work right in front of itself.
 */
import {
  matrixFromColumns,
  type Quaternion,
  quatConjugate,
  quatFromMatrix,
  quatRotate,
} from '../core/se3.ts';
import { SIDES, type Side } from '../core/skeletons.ts';
import { median } from '../core/statistics.ts';
import { ABSENT } from '../core/types.ts';

/** A torso through a clip, in the camera frame. */
export interface TorsoFrame {
  /** (T, 4) w x y z, cameraFromTorso. */
  orientation: Float64Array;
  /** (T, 3) m. */
  origin: Float64Array;
}

/**
 * Where hands work, from the middle of the shoulders, m: an upper arm (0.30) hangs, the forearm (0.25 to the
 * wrist) reaches forward and a little up, the elbow being some way in front of the shoulder. On rendered and
 * recorded people at a table the median wrist lies 0.25–0.45 in front and 0.15–0.35 below.
 */
export const WORKING_PLACE = { forwardM: 0.35, belowM: 0.25 } as const;
/** A single hand works this far to its own side, m: half of an adult's shoulder width (0.38). */
const BESIDE_M = 0.19;

/** Facing the camera: forward is towards it, the person's left is the picture's right, up is the picture's up. */
const FACING_CAMERA: Quaternion = quatFromMatrix(matrixFromColumns([0, 0, -1], [1, 0, 0], [0, -1, 0]));

/** The part of a placed hand that the torso hangs on. */
interface WristPath {
  /** (T, 3) m in the camera frame. */
  wrist: Float64Array;
  state: Uint8Array;
}

/** A torso that stands still where the hands' median place is the working place. */
export function assumedTorso(hands: Record<Side, WristPath>, frames: number): TorsoFrame {
  const torsoFromCamera = quatConjugate(FACING_CAMERA);
  const medians = SIDES.flatMap(side => {
    const { wrist, state } = hands[side];
    const known = [...state.keys()].filter(t => state[t] !== ABSENT);
    if (known.length === 0) return [];
    const at = [0, 1, 2].map(a => median(known.map(t => wrist[3 * t + a])));
    return [{ side, at: quatRotate(torsoFromCamera, at) }];
  });
  const middle = [0, 1, 2].map(a => medians.reduce((sum, { at }) => sum + at[a] / medians.length, 0));
  const beside = medians.length === 1 ? (medians[0].side === 'left' ? BESIDE_M : -BESIDE_M) : 0;
  const place = [WORKING_PLACE.forwardM, beside, -WORKING_PLACE.belowM];
  const origin = quatRotate(
    FACING_CAMERA,
    middle.map((x, a) => x - place[a]),
  );
  return {
    orientation: Float64Array.from({ length: 4 * frames }, (_, i) => FACING_CAMERA[i % 4]),
    origin: Float64Array.from({ length: 3 * frames }, (_, i) => (medians.length > 0 ? origin[i % 3] : 0)),
  };
}
