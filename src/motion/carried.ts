/**
 * A hand behind what both hands carry. A box hides the hand on its far side for seconds, and nothing in the picture tells
 * where it is; but what two hands hold keeps them apart as they are. So where a hand is lost and found again at the same
 * place beside the other one, which has moved meanwhile and was seen all the time, it went with it: those frames are
 * marked FILLED. Of rendered people who lift a box the wrist goes this way to 0 to 5 cm, on the straight one to 11 to 13.
 */
import { add, distance, norm, scale, slerp, subtract, type Vector3, vectorAt } from '../core/se3.ts';
import { HAND_LANDMARKS } from '../core/skeletons.ts';
import { ABSENT, type Camera, FILLED } from '../core/types.ts';
import { LONGEST_BRIDGE_S, runsWhere } from './gaps.ts';
import type { CameraHand } from './hands.ts';
import { project } from './placement.ts';
import type { HandSigmas } from './uncertainty.ts';

/** A person lifts, turns and puts down in about this time, s: what was hidden longer may have let go in between. */
const LONGEST_S = 4;
/** Hands that hold one thing are no further apart than an arm reaches, m. */
const APART_M = 0.8;
/** Lost and found again at the same place beside the other hand, m: two readings of depth err by so much. */
const SAME_PLACE_M = 0.15;
/** The other hand has carried something when it has gone so far, m. */
const CARRIED_M = 0.05;
/** A carried wrist is this far from where it is said to be, m (rendered people who lift a box). */
const SIGMA_M = 0.05;

/** Numbers of one frame's landmarks. */
const ROW = 3 * HAND_LANDMARKS;

/** `hand` with the frames filled in which `other` carried what both hold. */
export function carriedHand(hand: CameraHand, other: CameraHand, camera: Camera, fps: number): CameraHand {
  const filled = {
    ...hand,
    wrist: hand.wrist.slice(),
    orientation: hand.orientation.slice(),
    landmarks: hand.landmarks.slice(),
    state: hand.state.slice(),
  };
  for (const { start, end } of runsWhere(hand.state.length, t => hand.state[t] === ABSENT)) {
    if (start === 0 || end === hand.state.length || end - start > LONGEST_S * fps) continue;
    const bridge = Math.min(LONGEST_BRIDGE_S * fps, end - start);
    const turn = (t: number) => hand.orientation.subarray(4 * t, 4 * t + 4);
    const shape = (t: number) => hand.landmarks.subarray(ROW * t, ROW * (t + 1));
    const [first, last] = [shape(start - 1), shape(end)];
    carriedWay(hand, other, start, end, camera)?.forEach((place, i) => {
      // The grip as it was: a hand that comes out from behind something is found again while it is half hidden.
      const share = Math.max(0, 1 - (end - start - i) / (bridge + 1));
      filled.wrist.set(place, 3 * (start + i));
      filled.orientation.set(slerp(turn(start - 1), turn(end), share), 4 * (start + i));
      filled.landmarks.set(
        first.map((x, k) => x + share * (last[k] - x)),
        ROW * (start + i),
      );
      filled.state[start + i] = FILLED;
    });
  }
  return filled;
}

/** The wrist's places, m, in the frames [start, end) in which it is lost; null where it may have gone anywhere. */
function carriedWay(
  hand: CameraHand,
  other: CameraHand,
  start: number,
  end: number,
  camera: Camera,
): Vector3[] | null {
  if (other.state.subarray(start - 1, end + 1).includes(ABSENT)) return null;
  const [first, last] = [start - 1, end].map(t =>
    subtract(vectorAt(hand.wrist, t), vectorAt(other.wrist, t)),
  );
  if (norm(first) > APART_M || distance(first, last) > SAME_PLACE_M) return null;
  const others = Array.from({ length: end - start }, (_, i) => vectorAt(other.wrist, start + i));
  if (!others.some(place => distance(place, others[0]) >= CARRIED_M)) return null;
  const way = others.map((place, i) => {
    const share = (i + 1) / (others.length + 1);
    return add(place, add(scale(first, 1 - share), scale(last, share)));
  });
  return way.every(place => isInPicture(place, camera)) ? way : null;
}

/** Whether a hand there would be seen but for what hides it. The optical axis goes through the picture's middle. */
function isInPicture(place: Vector3, camera: Camera): boolean {
  const [x, y] = project(place, camera);
  return x >= 0 && y >= 0 && x <= 2 * camera.cx && y <= 2 * camera.cy;
}

/** @param seen (T,) the hand's states before `carriedHand`, state those after it */
export function carriedSigmas(sigmas: HandSigmas, seen: Uint8Array, state: Uint8Array): HandSigmas {
  const wrist = sigmas.wrist.slice();
  const tips = sigmas.tips.slice();
  for (const { start, end } of runsWhere(seen.length, t => seen[t] === ABSENT && state[t] === FILLED)) {
    const worse = (series: Float32Array) => Math.max(series[start - 1], series[end]);
    wrist.fill(Math.hypot(worse(sigmas.wrist), SIGMA_M), start, end);
    tips.fill(worse(sigmas.tips), start, end);
  }
  return { wrist, tips };
}
