/** One group of joints through a whole episode: solved, then held to its speed limits. */
import { createState, forward, type KinematicTree, type TreeState } from './kinematics.ts';
import type { Residual } from './residuals/residual.ts';
import { type Problem, type Solution, solve } from './solver.ts';
import { exceedsSpeed, limitSpeed } from './speed.ts';

export interface Smoothness {
  rest: number;
  velocity: number;
  acceleration: number;
}

/** Every eighth frame, 0.27 s at 30 frames per second, tells where a motion goes; the rest is between. */
const COARSE_STRIDE = 8;

/** What is left over the speed limit after these is removed exactly, so more would only cost time. */
const SPEED_ITERATIONS = 20;

/** Room for rounding to single precision at limits and speed limits, rad. */
const ROUNDING = 1e-6;

/**
 * Joint values (T, n) from residuals alone. First every eighth frame, from the rest pose, at an eighth of the
 * cost; then all frames, from what lies between. Where a joint would be too fast, minimise again with the limit as a penalty; `limitSpeed` then removes what the penalty left over.
 */
export function solveGroup(
  tree: KinematicTree,
  frames: number,
  fps: number,
  residuals: readonly Residual[],
  restPose: Readonly<Record<string, number>>,
  weights: Smoothness,
): Solution {
  const bounded = withinLimits(tree);
  const n = tree.dofNames.length;
  const rest = Float64Array.from(tree.dofNames, name => restPose[name] ?? 0);
  const initial = Float64Array.from({ length: Math.ceil(frames / COARSE_STRIDE) * n }, (_, i) => rest[i % n]);
  const stepLimit = tree.velocity.map(v => v / fps - ROUNDING);
  const problem: Problem = {
    tree: bounded,
    frames,
    residuals,
    rest,
    restWeight: weights.rest,
    // The weights are meant for 30 frames per second: the same motion costs the same per frame at any rate.
    velocityWeight: weights.velocity * (fps / 30) ** 2,
    accelerationWeight: weights.acceleration * (fps / 30) ** 4,
    stepLimit: null,
  };
  let solution = solve(problem, refine(solve(coarsen(problem), initial).q, frames, n));
  if (exceedsSpeed(solution.q, n, stepLimit)) {
    limitSpeed(solution.q, n, stepLimit);
    solution = solve({ ...problem, stepLimit }, solution.q, { maxIterations: SPEED_ITERATIONS });
    limitSpeed(solution.q, n, stepLimit);
  }
  return solution;
}

/** The problem on every eighth frame. Smoothness keeps its weight, so neighbours settle in one basin. */
function coarsen(problem: Problem): Problem {
  const residuals = problem.residuals.map(residual => ({
    ...residual,
    weights: residual.weights.filter((_, t) => t % COARSE_STRIDE === 0),
    evaluate: (frame: number, state: TreeState, out: Float64Array, jacobian: Float64Array | null) =>
      residual.evaluate(frame * COARSE_STRIDE, state, out, jacobian),
  }));
  return {
    ...problem,
    residuals,
    frames: Math.ceil(problem.frames / COARSE_STRIDE),
    accelerationWeight: problem.accelerationWeight / COARSE_STRIDE,
  };
}

/** Coarse joint values (⌈T / 8⌉, n) → (T, n), linear between, constant after the last. */
function refine(coarse: Float64Array, frames: number, n: number): Float64Array {
  const last = coarse.length / n - 1;
  const q = new Float64Array(frames * n);
  for (let t = 0; t < frames; t++) {
    const k = Math.floor(t / COARSE_STRIDE);
    const after = Math.min(k + 1, last);
    const share = t / COARSE_STRIDE - k;
    for (let j = 0; j < n; j++)
      q[t * n + j] = (1 - share) * coarse[k * n + j] + share * coarse[after * n + j];
  }
  return q;
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
