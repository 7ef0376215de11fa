/**
 * Arms of which only the hand is seen. For as long as the torso was seen lately and has not gone far, shoulder
 * and wrist are known, and the elbow has one freedom left: the swivel about the line between them. It is taken
 * from the frames around in which the elbow was seen. Source: D. Tolani, A. Goswami and N. Badler, "Real-time
 * inverse kinematics techniques for anthropomorphic limbs", Graphical Models 62, 2000.
 */
import { add, normalize, quatRotate, scale, subtract, type Vector3, vectorAt } from '../core/se3.ts';
import type { Side } from '../core/skeletons.ts';
import { ABSENT, FILLED, type LandmarkTrack } from '../core/types.ts';
import { acrossLine, bentElbow, unfolded } from './arm-limits.ts';
import type { PlacedArm } from './arms.ts';
import type { PlacedBody } from './body.ts';
import { nearestSeen, runsWhere } from './gaps.ts';

/** A person at work stays where they were for about this long, s: the torso and the swivel are held no longer. */
export const MEMORY_S = 3;
/** An arm that is only inferred deserves this share of its hand's confidence. */
const INFERRED_TRUST = 0.5;

/** Where the hand is, after smoothing. */
interface HandPath {
  /** (T, 3) m in the camera frame. */
  wrist: Float64Array;
  state: Uint8Array;
  confidence: Float32Array;
}

/** The arm with its absent frames filled in, and marked FILLED, wherever its hand is there and the torso is remembered. */
export function inferArm(
  arm: PlacedArm,
  hand: HandPath,
  body: PlacedBody,
  track: LandmarkTrack,
  side: Side,
  fps: number,
): PlacedArm {
  const out: PlacedArm = {
    elbow: arm.elbow.slice(),
    wrist: arm.wrist.slice(),
    state: arm.state.slice(),
    confidence: arm.confidence.slice(),
  };
  const known = (t: number) => t >= 0 && t < arm.state.length && arm.state[t] !== ABSENT;
  const remembered = rememberedFrames(track.state, MEMORY_S * fps);
  for (const { start, end } of runsWhere(arm.state.length, t => !known(t))) {
    const before = known(start - 1) ? endpoint(arm, hand, body, side, start - 1) : null;
    const after = known(end) ? endpoint(arm, hand, body, side, end) : null;
    if (!before && !after) continue;
    for (let t = start; t < end; t++) {
      const near = Math.min(before ? t - start + 1 : Infinity, after ? end - t : Infinity);
      if (hand.state[t] === ABSENT || !remembered[t] || near > MEMORY_S * fps) continue;
      const share = !before ? 1 : !after ? 0 : (t - start + 1) / (end - start + 1);
      const mix = (a: Vector3, b: Vector3) => add(scale(a, 1 - share), scale(b, share));
      const [first, last] = [before ?? after!, after ?? before!];
      const shoulder = vectorAt(body.shoulders[side], t);
      const forward = quatRotate(body.orientation.subarray(4 * t, 4 * t + 4), [1, 0, 0]);
      const carried = add(vectorAt(hand.wrist, t), mix(first.wristFromHand, last.wristFromHand));
      const wrist = unfolded(carried, shoulder, forward, body.bones);
      const { upperArmM, forearmM } = body.bones;
      out.elbow.set(bentElbow(shoulder, wrist, mix(first.pole, last.pole), upperArmM, forearmM), 3 * t);
      out.wrist.set(wrist, 3 * t);
      out.state[t] = FILLED;
      out.confidence[t] = INFERRED_TRUST * hand.confidence[t];
    }
  }
  return out;
}

/** Frames no farther than `reach` from one in which the body was seen. */
function rememberedFrames(state: Uint8Array, reach: number): boolean[] {
  return Array.from(nearestSeen(state), (seen, t) => seen >= 0 && Math.abs(seen - t) <= reach);
}

/** What is carried over from frame t, where the arm is known. */
function endpoint(arm: PlacedArm, hand: HandPath, body: PlacedBody, side: Side, t: number) {
  const shoulder = vectorAt(body.shoulders[side], t);
  const [elbow, wrist] = [vectorAt(arm.elbow, t), vectorAt(arm.wrist, t)];
  const wristFromHand: Vector3 =
    hand.state[t] === ABSENT ? [0, 0, 0] : subtract(wrist, vectorAt(hand.wrist, t));
  return { pole: acrossLine(subtract(elbow, shoulder), normalize(subtract(wrist, shoulder))), wristFromHand };
}
