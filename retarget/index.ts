/** Public API of the retargeting mathematics. */
export { approach, type CapsulePair, capsulePairs, createApproach } from './capsules.ts';
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
export { collisionDepth } from './metrics/collision-depth.ts';
export { type Following, following } from './metrics/following.ts';
export { lagFrames } from './metrics/lag.ts';
export { limitUse } from './metrics/limits.ts';
export { type PinchAgreement, pinchAgreement } from './metrics/pinch.ts';
export { rmsJerk, spectralArcLength, speedOf } from './metrics/smoothness.ts';
export {
  type ArmMetrics,
  type HandMetrics,
  type Spread,
  type TrajectoryMetrics,
  trajectoryMetrics,
} from './metrics.ts';
export type { Problem, Solution, SolveOptions } from './problem.ts';
export { collisionResidual } from './residuals/collision.ts';
export { orientationResidual } from './residuals/orientation.ts';
export { positionResidual } from './residuals/position.ts';
export type { Residual, ResidualOptions } from './residuals/residual.ts';
export { vectorResidual } from './residuals/vector.ts';
export { retarget } from './retarget.ts';
export { solve } from './solver.ts';
export { exceedsSpeed, limitSpeed } from './speed.ts';
export { solveInWindows } from './windows.ts';
