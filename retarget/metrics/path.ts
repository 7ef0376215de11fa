import type { LinkPoint } from '../../src/core/robot.ts';
import type { RobotTrajectory } from '../../src/core/types.ts';
import { jointsIn } from '../joints.ts';
import { createState, forward, type KinematicTree, pointPosition, treePoint } from '../kinematics.ts';

/** Where a point of the robot is, (T, 3) m in the base link of the tree, whose joints the trajectory names. */
export function pointPath(
  tree: KinematicTree,
  trajectory: Pick<RobotTrajectory, 'q' | 'jointNames'>,
  point: LinkPoint,
): Float64Array {
  const frames = trajectory.q.length / trajectory.jointNames.length;
  const q = jointsIn(tree, trajectory);
  const state = createState(tree);
  const at = treePoint(tree, point);
  const path = new Float64Array(3 * frames);
  for (let t = 0; t < frames; t++) {
    forward(tree, q, t * tree.dofNames.length, state);
    pointPosition(state, at, path, 3 * t);
  }
  return path;
}
