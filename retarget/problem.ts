/** What is minimised, and what comes out. */
import type { KinematicTree } from './kinematics.ts';
import type { Residual } from './residuals/residual.ts';

export interface Problem {
  tree: KinematicTree;
  /** T. */
  frames: number;
  /** Frame t of the problem is frame first + t of the residuals. */
  first: number;
  /** Of one or three rows each. */
  residuals: readonly Residual[];
  /** (n,) rad. */
  rest: Float64Array;
  /** Weights per frame of ‖q − rest‖², ‖Δq‖² and ‖Δ²q‖². restWeight > 0 keeps the system definite. */
  restWeight: number;
  /** (T, n) added to restWeight, frames counted as the residuals' are: joints that nothing else leads go home. */
  homeWeights?: Float64Array;
  velocityWeight: number;
  accelerationWeight: number;
  /** (n,) largest step between frames, as a penalty; null for none. `limitSpeed` makes it exact. */
  stepLimit: Float64Array | null;
}

/** How many frames away the objective couples a frame. */
export const couplingOf = ({ velocityWeight, accelerationWeight, stepLimit }: Problem): 0 | 1 | 2 =>
  accelerationWeight > 0 ? 2 : velocityWeight > 0 || stepLimit ? 1 : 0;

export interface SolveOptions {
  maxIterations?: number;
  /** A frame has settled when a step moves none of its joints by more than this, rad. */
  tolerance?: number;
  /**
   * Or when a step gains less than this. A wrist 0.1 mm off its target at weight 50 costs 5e-7: below the default
   * iterations only polish frames near a singular pose.
   */
  settled?: number;
  /** Or less than this share of the frame's cost … */
  settledShare?: number;
  /** … where that is less than so much. */
  settledMost?: number;
  /** The first frames that stay as given: what an earlier window decided. */
  fixedFrames?: number;
  /**
   * Search for a start: every frame from the one before it, or from `initial` where no smoothness couples the frames;
   * and from other poses where that does not lead to the targets.
   */
  search?: boolean;
}

export interface Solution {
  /** (T, n). */
  q: Float64Array;
  /** Of the residuals and all priors. */
  cost: number;
  /** Most iterations that any frame took part in. */
  iterations: number;
  converged: boolean;
}
