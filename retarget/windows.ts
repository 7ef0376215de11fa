/**
 * Long clips in windows, so that the solver's memory does not grow with the length. A window starts from the two
 * frames before it, which its predecessor decided and which stay fixed: smoothness reaches back over two frames
 * only, so nothing else of the past matters and there is no seam. It looks ahead into its successor, because a
 * frame also feels the future; that influence dies away exponentially, within some ten frames.
 */
import type { Problem, SolveOptions } from './problem.ts';
import { solve } from './solver.ts';

/** Frames that one window decides, and frames that it looks ahead: 20 s and 4 s at 30 frames per second. */
const WINDOW_FRAMES = 600;
const AHEAD_FRAMES = 120;

/** How far back the smoothness terms reach. */
const MEMORY_FRAMES = 2;

/**
 * Minimises the problem window by window from q (T, n), which is overwritten with the result. Returns whether every window converged.
 */
export function solveInWindows(
  problem: Problem,
  q: Float64Array,
  options: SolveOptions & { windowFrames?: number } = {},
): boolean {
  const { windowFrames = WINDOW_FRAMES, ...rest } = options;
  const { frames, tree } = problem;
  const n = tree.dofNames.length;
  let converged = true;
  for (let start = 0, end = 0; end < frames; start += windowFrames) {
    end = Math.min(frames, start + windowFrames + AHEAD_FRAMES);
    const from = Math.max(0, start - MEMORY_FRAMES);
    const window = span(problem, from, end);
    const part = q.subarray(from * n, end * n);
    const fixedFrames = start - from;
    const solution = solve(window, part, { ...rest, fixedFrames });
    part.set(solution.q);
    converged &&= solution.converged;
  }
  return converged;
}

/** Frames [from, to). */
const span = (problem: Problem, from: number, to: number): Problem => ({
  ...problem,
  first: problem.first + from,
  frames: to - from,
});
