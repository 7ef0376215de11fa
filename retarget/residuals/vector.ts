import type { LinkPoint } from '../../src/core/robot.ts';
import { addPointJacobian, dofsMoving, type KinematicTree, pointPosition, treePoint } from '../kinematics.ts';
import type { Residual, ResidualOptions } from './residual.ts';

/**
 * r = (to − from) − target, m: the vector between two points of the robot. `targets` (T, 3) in the base
 * frame; null asks for contact, as a pinch does: the two points in one place.
 */
export function vectorResidual(
  tree: KinematicTree,
  from: LinkPoint,
  to: LinkPoint,
  targets: Float64Array | null,
  { name, weights, huber = Infinity }: ResidualOptions,
): Residual {
  const [a, b] = [treePoint(tree, from), treePoint(tree, to)];
  const { dofs, column } = dofsMoving(tree, [a.link, b.link]);
  const place = new Float64Array(6);
  return {
    name,
    size: 3,
    dofs,
    weights,
    huber,
    evaluate(frame, state, out, jacobian) {
      pointPosition(state, a, place, 0);
      pointPosition(state, b, place, 3);
      for (let k = 0; k < 3; k++) out[k] = place[3 + k] - place[k] - (targets ? targets[3 * frame + k] : 0);
      if (!jacobian) return true;
      jacobian.fill(0, 0, 3 * dofs.length);
      addPointJacobian(tree, state, a, place, 0, -1, column, dofs.length, jacobian);
      addPointJacobian(tree, state, b, place, 3, 1, column, dofs.length, jacobian);
      return true;
    },
  };
}
