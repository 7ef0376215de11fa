/** A tree's joints in the arrays of others: of a trajectory, of a pose. */
import type { RobotTrajectory } from '../src/core/types.ts';
import type { KinematicTree } from './kinematics.ts';

/** (n,) rad or m: the tree's joints in a pose; those that it does not name are at 0. */
export const jointsInPose = (tree: KinematicTree, pose: Readonly<Record<string, number>>): Float64Array =>
  Float64Array.from(tree.dofNames, name => pose[name] ?? 0);

/** The tree's joints (T, n) as a trajectory holds them, in single precision: what the residuals report. */
export function jointsIn(
  tree: KinematicTree,
  { q, jointNames }: Pick<RobotTrajectory, 'q' | 'jointNames'>,
): Float64Array {
  const [J, n] = [jointNames.length, tree.dofNames.length];
  const columns = tree.dofNames.map(name => jointNames.indexOf(name));
  return Float64Array.from(
    { length: (q.length / J) * n },
    (_, i) => q[Math.floor(i / n) * J + columns[i % n]],
  );
}

/** Copies the tree's joints, (T, n), into a trajectory. */
export function writeJoints(trajectory: RobotTrajectory, tree: KinematicTree, q: Float64Array): void {
  const [J, n] = [trajectory.jointNames.length, tree.dofNames.length];
  tree.dofNames.forEach((name, k) => {
    const j = trajectory.jointNames.indexOf(name);
    for (let i = k, at = j; i < q.length; i += n, at += J) trajectory.q[at] = q[i];
  });
}
