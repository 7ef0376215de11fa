/**
 * A body in the picture as the motion tells it: shoulders and wrists without the readings' trembling, and elbows where
 * the arm bends. The network's elbow is a point on the sleeve that people clicked on; the one that has the arm's own
 * bones between shoulder and wrist lies nearer to the joint: 11.0 px instead of 12.7, mean of six rendered clips.
 */
import { BODY, BODY_LANDMARKS, SIDES, type Side } from '../core/skeletons.ts';
import { ABSENT, type Camera, FILLED, type LandmarkTrack } from '../core/types.ts';
import type { PlacedArm } from './arms.ts';
import { presentStretches } from './gaps.ts';
import { project } from './placement.ts';
import { smoothSeries } from './smoothing.ts';

/** Shoulders and wrists of a person at work move slower than this in the picture, Hz; see arms.ts. */
const JOINT_HZ = 3;

/** The same track with the pixels of the arms' six joints put right; all else is as it was seen. */
export function shownBody(
  seen: LandmarkTrack,
  arms: Record<Side, PlacedArm | null>,
  camera: Camera,
  fps: number,
): LandmarkTrack {
  const pixels = Float32Array.from(seen.pixels);
  const stretches = presentStretches(seen.state);
  for (const side of SIDES) {
    for (const landmark of [BODY.shoulder[side], BODY.elbow[side], BODY.wrist[side]]) {
      const at = (t: number) => 2 * (t * BODY_LANDMARKS + landmark);
      const read = Float64Array.from(
        { length: 2 * seen.state.length },
        (_, i) => seen.pixels[at(i >> 1) + (i & 1)],
      );
      const calm = smoothSeries(read, 2, seen.confidence, stretches, { fps, cutoffHz: JOINT_HZ });
      for (const { start, end } of stretches)
        for (let t = start; t < end; t++) pixels.set(calm.subarray(2 * t, 2 * t + 2), at(t));
    }
    const arm = arms[side];
    arm?.state.forEach((state, t) => {
      if (state === ABSENT || seen.state[t] === ABSENT) return;
      const put = (joint: Float64Array, landmark: number) =>
        pixels.set(project(joint.subarray(3 * t, 3 * t + 3), camera), 2 * (t * BODY_LANDMARKS + landmark));
      put(arm.elbow, BODY.elbow[side]);
      // The network has not seen the wrist either: it lets a hidden forearm hang.
      if (state === FILLED) put(arm.wrist, BODY.wrist[side]);
    });
  }
  return { ...seen, pixels };
}
