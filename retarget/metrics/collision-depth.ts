import type { RobotModel } from '../../src/core/robot.ts';
import type { RobotTrajectory } from '../../src/core/types.ts';
import { approach, capsulePairs, createApproach } from '../capsules.ts';
import { createState, createTree, forward } from '../kinematics.ts';

/**
 * How deep the robot's capsules sink into each other, (T,) m: 0 where nothing touches. Pairs that overlap in the
 * home pose do not count, so the home pose's own depth is 0.
 */
export function collisionDepth(
  robot: RobotModel,
  { q, jointNames }: Pick<RobotTrajectory, 'q' | 'jointNames'>,
): Float64Array {
  const tree = createTree(robot);
  const pairs = capsulePairs(tree, robot);
  const state = createState(tree);
  const near = createApproach();
  return Float64Array.from({ length: q.length / jointNames.length }, (_, t) => {
    forward(tree, q, t * jointNames.length, state);
    let depth = 0;
    for (const { a, b } of pairs) {
      approach(state, a, b, near);
      depth = Math.max(depth, -near.distance);
    }
    return depth;
  });
}
