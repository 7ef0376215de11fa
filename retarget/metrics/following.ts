import type { RobotModel } from '../../src/core/robot.ts';
import { SIDES } from '../../src/core/skeletons.ts';
import { ABSENT, type HumanMotion, PARTS, type RobotTrajectory } from '../../src/core/types.ts';
import { armsResiduals, armsTree } from '../arms.ts';
import { handTargets } from '../finger-targets.ts';
import { handResiduals, handTree } from '../hands.ts';
import { jointsIn } from '../joints.ts';
import { armsTargets } from '../targets.ts';
import { toldMotion } from '../told.ts';
import { residualNorms } from '../trajectory.ts';

/** Distances between robot and targets as they are, whatever a trajectory says of itself; NaN where nothing is asked. */
export interface Following {
  /** (T, 4) m per PARTS: of the wrists, and of the fingertips' mean. */
  position: Float64Array;
  /** (T, 2) rad: of the wrists, left then right. */
  orientation: Float64Array;
}

/** How far the joints are from what the person asks for, in every frame, by the robot's forward kinematics. */
export function following(
  given: HumanMotion,
  robot: RobotModel,
  trajectory: Pick<RobotTrajectory, 'q' | 'jointNames'>,
): Following {
  const motion = toldMotion(given);
  const { frames } = motion;
  const position = new Float64Array(PARTS.length * frames).fill(Number.NaN);
  const orientation = new Float64Array(SIDES.length * frames).fill(Number.NaN);
  if (robot.arms) {
    const tree = armsTree(robot);
    const targets = armsTargets(motion, robot);
    const residuals = armsResiduals(robot, tree, targets);
    const joints = jointsIn(tree, trajectory);
    SIDES.forEach((side, s) => {
      const p = PARTS.indexOf(`${side}_arm`);
      residualNorms(tree, residuals.wrist[side], joints, frames).forEach((error, t) => {
        if (targets[side].state[t] !== ABSENT) position[PARTS.length * t + p] = error;
      });
      const turned = residuals.orientation[side];
      if (!turned) return;
      residualNorms(tree, turned, joints, frames).forEach((angle, t) => {
        orientation[SIDES.length * t + s] = angle;
      });
    });
  }
  for (const side of SIDES) {
    const hand = robot.hands[side];
    if (!hand) continue;
    const tree = handTree(robot, hand);
    const { tips } = handResiduals(hand, tree, handTargets(motion.hands[side], frames, hand, tree));
    const joints = jointsIn(tree, trajectory);
    const p = PARTS.indexOf(`${side}_hand`);
    const errors = tips.map(tip => residualNorms(tree, tip, joints, frames));
    for (let t = 0; t < frames; t++)
      if (motion.hands[side].state[t] !== ABSENT && errors.length > 0)
        position[PARTS.length * t + p] = errors.reduce((sum, e) => sum + e[t], 0) / errors.length;
  }
  return { position, orientation };
}
