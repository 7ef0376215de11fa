import type { LinkPoint } from '../../src/core/robot.ts';
import { addPointJacobian, dofsMoving, type KinematicTree, pointPosition, treePoint } from '../kinematics.ts';
import type { Residual, ResidualOptions } from './residual.ts';

/** r = point − target, m. `targets` (T, 3) in the base frame. */
export function positionResidual(
  tree: KinematicTree,
  point: LinkPoint,
  targets: Float64Array,
  { name, weights, huber = Infinity }: ResidualOptions,
): Residual {
  const at = treePoint(tree, point);
  const { dofs, column } = dofsMoving(tree, [at.link]);
  const place = new Float64Array(3);
  return {
    name,
    size: 3,
    dofs,
    weights,
    huber,
    evaluate(frame, state, out, jacobian) {
      pointPosition(state, at, place, 0);
      for (let k = 0; k < 3; k++) out[k] = place[k] - targets[3 * frame + k];
      if (!jacobian) return true;
      jacobian.fill(0, 0, 3 * dofs.length);
      addPointJacobian(tree, state, at, place, 0, 1, column, dofs.length, jacobian);
      return true;
    },
  };
}
