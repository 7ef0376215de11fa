/** One group of joints through a whole episode: solved, then held to its speed limits. */
import { createState, forward, type KinematicTree } from './kinematics.ts';
import type { Residual } from './residuals/residual.ts';
import type { Problem } from './solver.ts';
import { exceedsSpeed, limitSpeed } from './speed.ts';
import { solveInWindows, WINDOW_FRAMES } from './windows.ts';

export interface Smoothness {
  rest: number;
  velocity: number;
  acceleration: number;
}

/** What is left over the speed limit after these is removed exactly, so more would only cost time. */
const SPEED_ITERATIONS = 20;

/** Room for rounding to single precision at limits and speed limits, rad. */
const ROUNDING = 1e-6;

/**
 * Joint values (T, n) from residuals alone, from the rest pose. Where a joint would be too fast, minimise again
 * with the limit as a penalty; `limitSpeed` then removes what the penalty left over.
 */
export function solveGroup(
  tree: KinematicTree,
  frames: number,
  fps: number,
  residuals: readonly Residual[],
  restPose: Readonly<Record<string, number>>,
  weights: Smoothness,
  windowFrames: number = WINDOW_FRAMES,
): { q: Float64Array; converged: boolean } {
  const n = tree.dofNames.length;
  const rest = Float64Array.from(tree.dofNames, name => restPose[name] ?? 0);
  const q = Float64Array.from({ length: frames * n }, (_, i) => rest[i % n]);
  const stepLimit = tree.velocity.map(v => v / fps - ROUNDING);
  const problem: Problem = {
    tree: withinLimits(tree),
    frames,
    residuals,
    rest,
    restWeight: weights.rest,
    // The weights are meant for 30 frames per second: the same motion costs the same per frame at any rate.
    velocityWeight: weights.velocity * (fps / 30) ** 2,
    accelerationWeight: weights.acceleration * (fps / 30) ** 4,
    stepLimit: null,
  };
  let converged = solveInWindows(problem, q, { coarseFirst: true, windowFrames });
  if (exceedsSpeed(q, n, stepLimit)) {
    limitSpeed(q, n, stepLimit);
    converged = solveInWindows({ ...problem, stepLimit }, q, {
      maxIterations: SPEED_ITERATIONS,
      windowFrames,
    });
    limitSpeed(q, n, stepLimit);
  }
  return { q, converged };
}

function withinLimits(tree: KinematicTree): KinematicTree {
  return { ...tree, lower: tree.lower.map(v => v + ROUNDING), upper: tree.upper.map(v => v - ROUNDING) };
}

/** (T,) norm of a residual for joint values q (T, n); NaN in frames without weight. */
export function residualNorms(
  tree: KinematicTree,
  residual: Residual,
  q: Float64Array,
  frames: number,
): Float64Array {
  const state = createState(tree);
  const value = new Float64Array(residual.size);
  const n = tree.dofNames.length;
  return Float64Array.from({ length: frames }, (_, t) => {
    if (residual.weights[t] === 0) return Number.NaN;
    forward(tree, q, t * n, state);
    residual.evaluate(t, state, value, null);
    return Math.hypot(...value);
  });
}
