import type { LinkPoint } from '../../src/core/robot.ts';
import type { RobotTrajectory } from '../../src/core/types.ts';
import { createState, forward, type KinematicTree, pointPosition, treePoint } from '../kinematics.ts';

/** Where a point of the robot is, (T, 3) m in the base link of the tree, whose joints the trajectory names. */
export function pointPath(
  tree: KinematicTree,
  { q, jointNames }: Pick<RobotTrajectory, 'q' | 'jointNames'>,
  point: LinkPoint,
): Float64Array {
  const columns = tree.dofNames.map(name => jointNames.indexOf(name));
  const J = jointNames.length;
  const own = new Float64Array(columns.length);
  const state = createState(tree);
  const at = treePoint(tree, point);
  const path = new Float64Array((3 * q.length) / J);
  for (let t = 0; t < q.length / J; t++) {
    columns.forEach((column, k) => {
      own[k] = q[t * J + column];
    });
    forward(tree, own, 0, state);
    pointPosition(state, at, path, 3 * t);
  }
  return path;
}
