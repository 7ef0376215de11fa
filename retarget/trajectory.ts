/** One group of joints through a whole episode: solved, then held to its speed limits. */
import { jointsInPose } from './joints.ts';
import { keepApart, type Obstacles } from './keep-apart.ts';
import { createState, forward, type KinematicTree } from './kinematics.ts';
import type { Problem } from './problem.ts';
import type { Residual } from './residuals/residual.ts';
import { exceedsSpeed, limitSpeed } from './speed.ts';
import { solveInWindows } from './windows.ts';

export interface Smoothness {
  rest: number;
  velocity: number;
  acceleration: number;
}

export interface GroupOptions {
  /** As Problem's. */
  homeWeights?: Float64Array;
  /** What must never touch. */
  obstacles?: Obstacles;
}

/** What is left over the speed limit after these is removed exactly, so more would only cost time. */
const SPEED_ITERATIONS = 20;

/** Room for rounding to single precision at limits and speed limits, rad. */
const ROUNDING = 1e-6;

/**
 * Joint values (T, n) from residuals alone, from the rest pose. Where a joint would be too fast, minimise again
 * with the limit as a penalty; `limitSpeed` then removes what the penalty left over. So too where obstacles touch.
 */
export function solveGroup(
  tree: KinematicTree,
  frames: number,
  fps: number,
  residuals: readonly Residual[],
  restPose: Readonly<Record<string, number>>,
  weights: Smoothness,
  { homeWeights, obstacles }: GroupOptions = {},
): { q: Float64Array; converged: boolean } {
  const n = tree.dofNames.length;
  const rest = jointsInPose(tree, restPose);
  const q = Float64Array.from({ length: frames * n }, (_, i) => rest[i % n]);
  const stepLimit = tree.velocity.map(v => Math.max(v / fps - ROUNDING, v / fps / 2));
  const problem: Problem = {
    tree: withinLimits(tree),
    frames,
    first: 0,
    residuals,
    rest,
    restWeight: weights.rest,
    homeWeights,
    // The weights are meant for 30 frames per second: the same motion costs the same per frame at any rate.
    velocityWeight: weights.velocity * (fps / 30) ** 2,
    accelerationWeight: weights.acceleration * (fps / 30) ** 4,
    stepLimit: null,
  };
  let converged = solveInWindows(problem, q, { search: true });
  const withinSpeed = () => {
    limitSpeed(q, n, stepLimit);
    converged = solveInWindows({ ...problem, stepLimit }, q, { maxIterations: SPEED_ITERATIONS });
    limitSpeed(q, n, stepLimit);
  };
  if (exceedsSpeed(q, n, stepLimit)) withinSpeed();
  if (obstacles) keepApart(tree, q, rest, stepLimit, obstacles, withinSpeed);
  return { q, converged };
}

function withinLimits(tree: KinematicTree): KinematicTree {
  // A joint that is held has no room to give up.
  const margin = tree.lower.map((lower, j) => Math.min(ROUNDING, (tree.upper[j] - lower) / 2));
  return {
    ...tree,
    lower: tree.lower.map((v, j) => v + margin[j]),
    upper: tree.upper.map((v, j) => v - margin[j]),
  };
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
