/** Public API of the retargeting mathematics. */
export {
  addPointJacobian,
  createState,
  createTree,
  dofsMoving,
  forward,
  type KinematicTree,
  pointPosition,
  type TreePoint,
  type TreeState,
  treePoint,
} from './kinematics.ts';
export { orientationResidual } from './residuals/orientation.ts';
export { positionResidual } from './residuals/position.ts';
export type { Residual, ResidualOptions } from './residuals/residual.ts';
export { vectorResidual } from './residuals/vector.ts';
export { retarget } from './retarget.ts';
export { type Problem, type Solution, type SolveOptions, solve } from './solver.ts';
export { exceedsSpeed, limitSpeed } from './speed.ts';
