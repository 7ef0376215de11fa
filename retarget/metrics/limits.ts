import type { RobotModel } from '../../src/core/robot.ts';
import type { RobotTrajectory } from '../../src/core/types.ts';
import { createTree } from '../kinematics.ts';

/** A joint nearer to a limit than this share of its range stands at it. */
export const AT_LIMIT = 0.01;

/** Per joint, the share of frames in which it stands at one of its limits, (J,) 0…1. */
export function limitUse(robot: RobotModel, { q, jointNames }: RobotTrajectory): Float64Array {
  const { lower, upper } = createTree(robot);
  const J = jointNames.length;
  const use = new Float64Array(J);
  q.forEach((value, i) => {
    const j = i % J;
    const near = AT_LIMIT * (upper[j] - lower[j]);
    if (value < lower[j] + near || value > upper[j] - near) use[j] += J / q.length;
  });
  return use;
}
