/** How well a robot does what the person asks: measured anew by forward kinematics, not taken from the trajectory. */
import { collisionDepth, createTree, following } from '../../retarget/index.ts';
import type { RobotModel } from '../core/robot.ts';
import { quantile } from '../core/statistics.ts';
import { type HumanMotion, PARTS, type RobotTrajectory, STATUS_HELD } from '../core/types.ts';
import type { Measures } from './scales.ts';

type RobotMeasures = Pick<Measures, 'tracking' | 'agreement' | 'collision'>;

/** Capsules are rounder than the robot: less is no contact of the real one, m. */
const CONTACT_M = 0.005;

/** `motion` and `trajectory` have the same frames. */
export function measureRobot(
  motion: HumanMotion,
  robot: RobotModel,
  trajectory: RobotTrajectory,
): RobotMeasures {
  const { position } = following(motion, robot, trajectory);
  const arms: number[] = [];
  const apart: number[] = [];
  position.forEach((error, i) => {
    if (Number.isNaN(error) || trajectory.status[i] === STATUS_HELD) return;
    if (i % PARTS.length < 2) arms.push(error);
    apart.push(Math.abs(error - trajectory.positionResidual[i]));
  });
  const depth = collisionDepth(robot, trajectory);
  return {
    tracking: arms.length > 0 ? quantile(arms, 0.5) : null,
    agreement: apart.length > 0 ? quantile(apart, 0.9) : null,
    collision: depth.length > 0 ? depth.filter(d => d > CONTACT_M).length / depth.length : null,
  };
}

/** (J,) of the independent joints, in the order of a trajectory's names. */
export function limitsOf(robot: RobotModel) {
  const { dofNames, lower, upper, velocity } = createTree(robot);
  return { names: dofNames, lower, upper, velocity };
}

/** (T, J) 1 where a joint belongs to a part that is held at rest, or to none. */
export function restingJoints(
  robot: RobotModel,
  { status, jointNames }: Pick<RobotTrajectory, 'status' | 'jointNames'>,
): Uint8Array {
  const T = status.length / PARTS.length;
  const partOf = jointNames.map(name => {
    const joints = [
      robot.arms?.left.joints,
      robot.arms?.right.joints,
      robot.hands.left?.joints,
      robot.hands.right?.joints,
    ];
    return joints.findIndex(names => names?.includes(name));
  });
  const J = jointNames.length;
  return Uint8Array.from({ length: T * J }, (_, i) => {
    const part = partOf[i % J];
    if (part < 0) return robot.waist.includes(jointNames[i % J]) ? 0 : 1;
    return status[PARTS.length * Math.floor(i / J) + part] === STATUS_HELD ? 1 : 0;
  });
}
