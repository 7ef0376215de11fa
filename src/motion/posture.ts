/**
 * Which frames to believe of how a person stands. A pose network that does not see the hips (a table's edge, a bag in
 * front of them) puts them somewhere above, and then sees a person bent far forwards: the trunk is short in the
 * picture, and everything in metres follows suit. People who do bend lower their shoulders; feet and hips stay.
 */
import { BODY, BODY_LANDMARKS, SIDES, type Side } from '../core/skeletons.ts';
import { median, quantile } from '../core/statistics.ts';
import type { LandmarkTrack } from '../core/types.ts';

/** A trunk's usual length in the picture is what a quarter of the frames exceed: hips are misread upwards only … */
const USUAL = 0.75;
/** … and it has been cut short when it is less than this share of it: upright people lean by up to 40°. */
const CUT_SHORT = 0.75;
/** Of what is missing, bending people have lowered their shoulders by at least this share. */
const LOWERED = 0.5;

/** (T,) 1 where the trunk is to be believed, 0 elsewhere; `seen` are the frames that have a body. */
export function believableTrunk(track: LandmarkTrack, seen: readonly number[]): Uint8Array {
  const trunks = seen.map(t => trunkAt(track, t));
  const usual = quantile(
    trunks.map(({ lengthPx }) => lengthPx),
    USUAL,
  );
  const isWhole = (lengthPx: number) => lengthPx >= CUT_SHORT * usual;
  const usualHeight = median(
    trunks.filter(({ lengthPx }) => isWhole(lengthPx)).map(({ shoulderY }) => shoulderY),
  );
  const believed = new Uint8Array(track.state.length);
  trunks.forEach(({ lengthPx, shoulderY }, i) => {
    const lowered = shoulderY - usualHeight >= LOWERED * (usual - lengthPx);
    if (isWhole(lengthPx) || lowered) believed[seen[i]] = 1;
  });
  return believed;
}

/** The trunk in the picture, and how high its shoulders are, px. */
function trunkAt({ pixels }: LandmarkTrack, t: number): { lengthPx: number; shoulderY: number } {
  const middle = (points: Record<Side, number>, axis: number) =>
    SIDES.reduce((sum, side) => sum + pixels[2 * (t * BODY_LANDMARKS + points[side]) + axis] / 2, 0);
  const [x, y] = [0, 1].map(axis => middle(BODY.hip, axis) - middle(BODY.shoulder, axis));
  return { lengthPx: Math.hypot(x, y), shoulderY: middle(BODY.shoulder, 1) };
}
