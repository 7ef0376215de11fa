import type { TreeState } from '../kinematics.ts';

/**
 * One term of the objective: Σ_t weights[t] · ρ(‖r_t(q_t)‖), with ρ(s) = s² up to `huber` and
 * 2 · huber · s − huber² beyond (P. J. Huber, 1964). It sees one frame at a time.
 */
export interface Residual {
  readonly name: string;
  /** Length of r. */
  readonly size: number;
  /** Independent joints that r depends on: the columns of its Jacobian. */
  readonly dofs: Int32Array;
  /** (T,) ≥ 0; a frame with weight 0 is not evaluated. */
  readonly weights: Float64Array;
  /** Something in the way: a path must not jump, for it might jump through. */
  readonly obstacle?: boolean;
  /** Norm at which the cost turns from quadratic to linear; Infinity for plain least squares. */
  readonly huber: number;
  /**
   * Writes r to `out` and, unless null, ∂r/∂q (size × dofs, row-major) to `jacobian`. False where r and its
   * derivative are zero (a collision far away); the Jacobian is then not written.
   */
  evaluate(frame: number, state: TreeState, out: Float64Array, jacobian: Float64Array | null): boolean;
}

/** What every residual needs to be told. */
export interface ResidualOptions {
  name: string;
  weights: Float64Array;
  huber?: number;
}
