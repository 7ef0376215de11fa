/**
 * How far the robot reaches where a person reached who is seen through the person's own eyes. One camera cannot
 * tell a near hand and a short lens from a far hand and a long one, and the focal length is often assumed. So
 * directions from the camera are kept as seen, and distances get one scale per clip.
 */
import { distance, type Pose, scale, transformPoint } from '../src/core/se3.ts';
import { SIDES, type Side } from '../src/core/skeletons.ts';
import { median } from '../src/core/statistics.ts';
import { type HumanMotion, SEEN } from '../src/core/types.ts';
import { type Body, personOf } from './body.ts';

/** Share of the seen wrists that must be within reach; the rest may be outliers. */
const WITHIN_REACH = 0.95;
/**
 * A wrist this many times as far from the eyes as the middle one of the clip was not placed right, and says nothing of the reach: people
 * work at half of theirs and more.
 */
const MISPLACED = 2;
/** Of the arm's length: an arm that works is not quite straight. */
const USABLE_REACH = 0.95;
/** Scales are tried in steps of 2 %, down to a fifth of the first. */
const SHRINK = 0.98;
const SMALLEST = 0.2;

/**
 * Robot metres per metre of the motion: the ratio of the arms' lengths, or less where the hands of a clip were
 * put further away than arms reach.
 */
export function egocentricScale(motion: HumanMotion, body: Body, torsoFromCamera: Pose): number {
  const person = personOf(motion);
  const arms = SIDES.reduce((sum, side) => sum + body[side].upperArmM + body[side].forearmM, 0) / 2;
  const first = arms / (person.upperArmM + person.forearmM);
  const wrists = believableWrists(motion);
  for (let k = first; k > SMALLEST * first; k *= SHRINK) {
    if (shareWithinReach(wrists, body, torsoFromCamera, k) >= WITHIN_REACH) return k;
  }
  return first;
}

/** Share of the wrists that the scale k puts within reach. */
function shareWithinReach(
  wrists: Record<Side, readonly Float32Array[]>,
  body: Body,
  torsoFromCamera: Pose,
  k: number,
): number {
  let within = 0;
  for (const side of SIDES) {
    const { shoulder, upperArmM, forearmM, handM } = body[side];
    const reach = USABLE_REACH * (upperArmM + forearmM + handM);
    for (const wrist of wrists[side]) {
      if (distance(transformPoint(torsoFromCamera, scale(wrist, k)), shoulder) <= reach) within++;
    }
  }
  const count = wrists.left.length + wrists.right.length;
  return count > 0 ? within / count : 1;
}

/** The places, m in the camera frame, of the wrists that are seen and not placed too far away. */
function believableWrists({ hands, frames }: HumanMotion): Record<Side, Float32Array[]> {
  const seen = (side: Side) =>
    Array.from({ length: frames }, (_, t) => t)
      .filter(t => hands[side].state[t] === SEEN)
      .map(t => hands[side].wrist.subarray(3 * t, 3 * t + 3));
  const [left, right] = [seen('left'), seen('right')];
  const far = MISPLACED * median([...left, ...right].map(wrist => Math.hypot(...wrist)));
  const believable = (wrist: Float32Array) => Math.hypot(...wrist) <= far;
  return { left: left.filter(believable), right: right.filter(believable) };
}
