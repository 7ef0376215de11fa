/** A person's motion → a robot's motion: both arms as one group, then each hand given its wrist. */
import { RobotError } from '../src/core/errors.ts';
import type { RobotModel } from '../src/core/robot.ts';
import { SIDES, type Side } from '../src/core/skeletons.ts';
import {
  ABSENT,
  FILLED,
  type HumanMotion,
  PARTS,
  type Part,
  type RobotTrajectory,
  STATUS_FILLED,
  STATUS_HELD,
  STATUS_OK,
  STATUS_UNREACHABLE,
} from '../src/core/types.ts';
import { armsHomeWeights, armsResiduals, armsTree } from './arms.ts';
import { handTargets } from './finger-targets.ts';
import { handResiduals, handTree } from './hands.ts';
import { jointsIn, jointsInPose, writeJoints } from './joints.ts';
import { createTree, type KinematicTree } from './kinematics.ts';
import { armsTargets } from './targets.ts';
import { toldMotion } from './told.ts';
import { residualNorms, solveGroup } from './trajectory.ts';
import { ARM_WEIGHTS, HAND_WEIGHTS, UNREACHABLE_M } from './weights.ts';

/**
 * The whole episode at once; memory and time grow linearly with its length. Joints that no group moves
 * (legs, waist), and those that are `held`, stay at the rest pose. Deterministic. A frame of a part in which a number is
 * none counts as not seen. Throws RobotError when the robot's table contradicts itself, or lacks what the motion needs.
 */
export function retarget(given: HumanMotion, robot: RobotModel): RobotTrajectory {
  const motion = toldMotion(given);
  const whole = createTree(robot);
  checkRobot(whole, robot);
  const { frames, fps } = motion;
  const trajectory = restingTrajectory(robot, whole, frames, fps);
  if (robot.arms) retargetArms(motion, robot, trajectory);
  for (const side of SIDES) {
    if (robot.hands[side]) retargetHand(motion, robot, side, trajectory);
  }
  trajectory.speedUse = speedUse(trajectory, whole);
  return trajectory;
}

function retargetArms(motion: HumanMotion, robot: RobotModel, trajectory: RobotTrajectory): void {
  const { frames, fps } = motion;
  const tree = armsTree(robot);
  const targets = armsTargets(motion, robot);
  const residuals = armsResiduals(robot, tree, targets);
  const homeWeights = armsHomeWeights(robot, tree, targets);
  const solved = solveGroup(tree, frames, fps, residuals.minimised, robot.rest, ARM_WEIGHTS, {
    homeWeights,
    obstacles: residuals.obstacles,
  });
  writeJoints(trajectory, tree, solved.q);
  const q = jointsIn(tree, trajectory);
  SIDES.forEach((side, s) => {
    const error = residualNorms(tree, residuals.wrist[side], q, frames);
    report(trajectory, `${side}_arm`, targets[side].state, error, UNREACHABLE_M);
    const turned = residuals.orientation[side];
    if (!turned) return;
    const angle = residualNorms(tree, turned, q, frames);
    const { state } = targets[side];
    for (let t = 0; t < frames; t++)
      trajectory.orientationResidual[2 * t + s] = state[t] === ABSENT ? Number.NaN : angle[t];
  });
}

function retargetHand(motion: HumanMotion, robot: RobotModel, side: Side, trajectory: RobotTrajectory): void {
  const { frames, fps } = motion;
  const hand = robot.hands[side]!;
  const tree = handTree(robot, hand);
  const residuals = handResiduals(hand, tree, handTargets(motion.hands[side], frames, hand, tree));
  const solved = solveGroup(tree, frames, fps, residuals.minimised, robot.rest, HAND_WEIGHTS);
  writeJoints(trajectory, tree, solved.q);
  const q = jointsIn(tree, trajectory);
  const mean = new Float64Array(frames);
  for (const tip of residuals.tips) {
    residualNorms(tree, tip, q, frames).forEach((e, t) => {
      mean[t] += e / residuals.tips.length;
    });
  }
  report(trajectory, `${side}_hand`, motion.hands[side].state, mean, Infinity);
}

/** Status and residual of one part; beyond `reach` m it is unreachable. */
function report(
  trajectory: RobotTrajectory,
  part: Part,
  state: Uint8Array,
  error: Float64Array,
  reach: number,
): void {
  const p = PARTS.indexOf(part);
  for (let t = 0; t < error.length; t++) {
    const i = t * PARTS.length + p;
    if (state[t] === ABSENT) continue;
    trajectory.positionResidual[i] = error[t];
    if (error[t] > reach) trajectory.status[i] = STATUS_UNREACHABLE;
    else trajectory.status[i] = state[t] === FILLED ? STATUS_FILLED : STATUS_OK;
  }
}

/** Every joint at rest, every part held. */
function restingTrajectory(
  robot: RobotModel,
  tree: KinematicTree,
  frames: number,
  fps: number,
): RobotTrajectory {
  const J = tree.dofNames.length;
  const rest = jointsInPose(tree, robot.rest);
  const q = Float32Array.from({ length: frames * J }, (_, i) => rest[i % J]);
  return {
    robot: robot.name,
    fps,
    jointNames: tree.dofNames,
    q,
    status: new Uint8Array(frames * PARTS.length).fill(STATUS_HELD),
    positionResidual: new Float32Array(frames * PARTS.length).fill(Number.NaN),
    orientationResidual: new Float32Array(frames * SIDES.length).fill(Number.NaN),
    speedUse: new Float32Array(J),
  };
}

function speedUse(trajectory: RobotTrajectory, tree: KinematicTree): Float32Array {
  const J = trajectory.jointNames.length;
  const use = new Float32Array(J);
  for (let i = 0; i + J < trajectory.q.length; i++) {
    const speed = Math.abs(trajectory.q[i + J] - trajectory.q[i]) * trajectory.fps;
    use[i % J] = Math.max(use[i % J], speed / tree.velocity[i % J]);
  }
  return use;
}

function checkRobot(tree: KinematicTree, robot: RobotModel): void {
  for (const name of Object.keys(robot.rest))
    if (!tree.dofNames.includes(name))
      throw new RobotError(`the rest pose of '${robot.name}' names '${name}', which is no independent joint`);
  tree.dofNames.forEach((name, j) => {
    const q = robot.rest[name] ?? 0;
    if (!(tree.velocity[j] > 0))
      throw new RobotError(`joint '${name}' has a speed of ${tree.velocity[j]}; it has to be more than 0`);
    if (!(q >= tree.lower[j] && q <= tree.upper[j]))
      throw new RobotError(`rest pose: '${name}' at ${q} is outside ${tree.lower[j]} … ${tree.upper[j]}`);
  });
}
