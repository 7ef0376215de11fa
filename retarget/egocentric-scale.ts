/**
 * How far the robot reaches where a person reached who is seen through the person's own eyes. One camera cannot
 * tell a near hand and a short lens from a far hand and a long one, and the focal length is often assumed. So
 * directions from the camera are kept as seen, and distances get one scale per clip.
 */
import { distance, type Pose, scale, transformPoint } from '../src/core/se3.ts';
import { SIDES } from '../src/core/skeletons.ts';
import { type HumanMotion, SEEN } from '../src/core/types.ts';
import { type Body, personOf } from './body.ts';

/** Share of the seen frames whose wrists must be within reach; the rest may be outliers. */
const WITHIN_REACH = 0.95;
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
  for (let k = first; k > SMALLEST * first; k *= SHRINK) {
    if (shareWithinReach(motion, body, torsoFromCamera, k) >= WITHIN_REACH) return k;
  }
  return first;
}

function shareWithinReach(motion: HumanMotion, body: Body, torsoFromCamera: Pose, k: number): number {
  let [seen, within] = [0, 0];
  for (const side of SIDES) {
    const { shoulder, upperArmM, forearmM, handM } = body[side];
    const reach = USABLE_REACH * (upperArmM + forearmM + handM);
    const { wrist, state } = motion.hands[side];
    for (let t = 0; t < motion.frames; t++) {
      if (state[t] !== SEEN) continue;
      seen++;
      const target = transformPoint(torsoFromCamera, scale(wrist.subarray(3 * t, 3 * t + 3), k));
      if (distance(target, shoulder) <= reach) within++;
    }
  }
  return seen > 0 ? within / seen : 1;
}
