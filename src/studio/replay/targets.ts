/** Where retargeting wanted the wrists and fingertips, per frame, to be shown beside where they are. */

import { handTargets } from '../../../retarget/finger-targets.ts';
import { handTree } from '../../../retarget/hands.ts';
import { armsTargets } from '../../../retarget/targets.ts';
import type { LinkPoint, RobotModel } from '../../core/robot.ts';
import { SIDES, type Side } from '../../core/skeletons.ts';
import { ABSENT, type HumanMotion } from '../../core/types.ts';

/** One followed point: the robot's own, and the place that it should have. */
export interface Target {
  side: Side;
  kind: 'wrist' | 'fingertip';
  achieved: LinkPoint;
  /** The link that `wanted` is told in. */
  link: string;
  /** (T, 3) m; NaN where the person does not say. */
  wanted: Float32Array;
}

/** Throws RobotError when the robot lacks what the motion needs. */
export function targetsOf(motion: HumanMotion, robot: RobotModel): Target[] {
  const targets: Target[] = [];
  const arms = robot.arms ? armsTargets(motion, robot) : null;
  for (const side of SIDES) {
    if (arms) {
      const { wristPoint, wrist, state } = arms[side];
      const wanted = masked(wrist, state);
      targets.push({ side, kind: 'wrist', achieved: wristPoint, link: robot.torso, wanted });
    }
    const hand = robot.hands[side];
    if (!hand) continue;
    const { tips } = handTargets(motion.hands[side], motion.frames, hand, handTree(robot, hand));
    for (const [finger, places] of tips) {
      const wanted = masked(places, motion.hands[side].state);
      targets.push({ side, kind: 'fingertip', achieved: hand.tips[finger]!, link: hand.palm, wanted });
    }
  }
  return targets;
}

function masked(places: Float64Array, state: Uint8Array): Float32Array {
  const wanted = Float32Array.from(places);
  state.forEach((s, t) => {
    if (s === ABSENT) wanted.fill(Number.NaN, 3 * t, 3 * t + 3);
  });
  return wanted;
}
