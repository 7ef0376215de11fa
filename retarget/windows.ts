/**
 * Long clips in windows, so that the solver's memory does not grow with the length. A window starts from the two
 * frames before it, which its predecessor decided and which stay fixed: smoothness reaches back over two frames
 * only, so nothing else of the past matters and there is no seam. It looks ahead into its successor, because a
 * frame also feels the future; that influence dies away exponentially, within some ten frames.
 */
import type { TreeState } from './kinematics.ts';
import { type Problem, type SolveOptions, solve } from './solver.ts';

/** Frames that one window decides, and frames that it looks ahead: 20 s and 4 s at 30 frames per second. */
export const WINDOW_FRAMES = 600;
const AHEAD_FRAMES = 120;

/** How far back the smoothness terms reach. */
const MEMORY_FRAMES = 2;

/** Every eighth frame, 0.27 s at 30 frames per second, tells where a motion goes; the rest is between. */
const COARSE_STRIDE = 8;

/**
 * Minimises the problem window by window from q (T, n), which is overwritten with the result. With `coarseFirst`
 * every window is first solved on every eighth frame, at an eighth of the cost, which is a better start than q.
 * Returns whether every window converged.
 */
export function solveInWindows(
  problem: Problem,
  q: Float64Array,
  options: SolveOptions & { coarseFirst?: boolean; windowFrames?: number } = {},
): boolean {
  const { coarseFirst = false, windowFrames = WINDOW_FRAMES, ...rest } = options;
  const { frames, tree } = problem;
  const n = tree.dofNames.length;
  let converged = true;
  for (let start = 0, end = 0; end < frames; start += windowFrames) {
    end = Math.min(frames, start + windowFrames + AHEAD_FRAMES);
    const from = Math.max(0, start - MEMORY_FRAMES);
    const window = span(problem, from, end, 1);
    const part = q.subarray(from * n, end * n);
    const fixedFrames = start - from;
    if (coarseFirst) startCoarse(window, part, fixedFrames);
    const solution = solve(window, part, { ...rest, fixedFrames });
    part.set(solution.q);
    converged &&= solution.converged;
  }
  return converged;
}

/** Replaces q by what lies between the solution of every eighth frame, all but the fixed frames. */
function startCoarse(window: Problem, q: Float64Array, fixedFrames: number): void {
  const n = window.tree.dofNames.length;
  const coarse = span(window, 0, window.frames, COARSE_STRIDE);
  // Smoothness keeps its weight, so neighbours settle in one basin; over longer steps it bends more.
  coarse.accelerationWeight /= COARSE_STRIDE;
  const initial = q.filter((_, i) => Math.floor(i / n) % COARSE_STRIDE === 0);
  const kept = q.slice(0, fixedFrames * n);
  const solution = solve(coarse, initial, { fixedFrames: Math.min(fixedFrames, 1) });
  interpolate(solution.q, q, n);
  q.set(kept);
}

/** Every `stride`-th frame of [from, to). */
function span(problem: Problem, from: number, to: number, stride: number): Problem {
  const residuals = problem.residuals.map(residual => ({
    ...residual,
    weights: residual.weights.subarray(from, to).filter((_, t) => t % stride === 0),
    evaluate: (frame: number, state: TreeState, out: Float64Array, jacobian: Float64Array | null) =>
      residual.evaluate(from + frame * stride, state, out, jacobian),
  }));
  return { ...problem, residuals, frames: Math.ceil((to - from) / stride) };
}

/** Coarse joint values (⌈T / 8⌉, n) → q (T, n), linear between, constant after the last. */
function interpolate(coarse: Float64Array, q: Float64Array, n: number): void {
  const last = coarse.length / n - 1;
  for (let t = 0; t < q.length / n; t++) {
    const k = Math.floor(t / COARSE_STRIDE);
    const after = Math.min(k + 1, last);
    const share = t / COARSE_STRIDE - k;
    for (let j = 0; j < n; j++)
      q[t * n + j] = (1 - share) * coarse[k * n + j] + share * coarse[after * n + j];
  }
}
