/**
 * Whole-episode Levenberg–Marquardt: all frames of one group of joints are solved together, so that the
 * result has no lag, no bad first frame, and costs O(T · n³).
 * Joint limits are hard: projected Newton steps (D. P. Bertsekas, 1982) with an active set.
 */
import { factorBanded, solveBanded } from './banded.ts';
import { createState, forward, type KinematicTree, type TreeState } from './kinematics.ts';
import { acceleration, excessSpeed, posture, smoothnessCurvature, velocity } from './residuals/priors.ts';
import type { Residual } from './residuals/residual.ts';

export interface Problem {
  tree: KinematicTree;
  /** T. */
  frames: number;
  residuals: readonly Residual[];
  /** (n,) rad. */
  rest: Float64Array;
  /** Weights per frame of ‖q − rest‖², ‖Δq‖² and ‖Δ²q‖². restWeight > 0 keeps the system definite. */
  restWeight: number;
  velocityWeight: number;
  accelerationWeight: number;
  /** (n,) largest step between frames, as a penalty; null for none. `limitSpeed` makes it exact. */
  stepLimit: Float64Array | null;
}

export interface SolveOptions {
  maxIterations?: number;
  /** Stop when an accepted step moves no joint by more than this, rad. */
  tolerance?: number;
  /**
   * Stop when a step gains less than this per frame. A wrist 0.1 mm off its target at weight 50 costs 5e-7: below
   * the default iterations only polish frames near a singular pose.
   */
  settled?: number;
  /** The first frames that stay as given: what an earlier window decided. */
  fixedFrames?: number;
}

export interface Solution {
  /** (T, n). */
  q: Float64Array;
  cost: number;
  iterations: number;
  converged: boolean;
}

/** Large against every data weight, small enough to leave the system well conditioned in doubles. */
const EXCESS_SPEED_WEIGHT = 1e3;
/** Largest move of one joint in one iteration, rad: beyond it the linearisation of a rotation means little. */
const MAX_STEP = 0.5;
/** Damping falls by 3 after a success and grows ever faster after failures (H. B. Nielsen, 1999). */
const MIN_DAMPING = 1e-7;
const MAX_DAMPING = 1e8;
/** Minimises the problem's cost from `initial` (T, n), inside the tree's limits. Deterministic. */
export function solve(problem: Problem, initial: Float64Array, options: SolveOptions = {}): Solution {
  const { tree, frames } = problem;
  const { maxIterations = 100, tolerance = 1e-4, settled = 1e-7, fixedFrames = 0 } = options;
  const n = tree.dofNames.length;
  const size = frames * n;
  const [q, trial, step] = [Float64Array.from(initial), new Float64Array(size), new Float64Array(size)];
  project(q, tree);
  let current = createSystem(frames, n);
  let next = createSystem(frames, n);
  const workspace = createWorkspace(problem);
  const band = Math.min(2 * n, Math.max(size - 1, 0));
  const factor = new Float64Array(size * (band + 1));
  const fixed = new Uint8Array(size);
  let cost = linearise(problem, q, current, workspace);
  let damping = 1e-3;
  let growth = 2;
  let iterations = 0;
  let converged = size === 0;
  while (!converged && iterations < maxIterations) {
    iterations++;
    activeSet(q, current.gradient, tree, fixed, fixedFrames * n);
    assemble(problem, current, fixed, damping, band, factor);
    for (let i = 0; i < size; i++) step[i] = fixed[i] ? 0 : -current.gradient[i];
    if (!factorBanded(factor, size, band)) {
      damping *= 10;
      if (damping > MAX_DAMPING) break;
      continue;
    }
    solveBanded(factor, size, band, step);
    let moved = 0;
    for (let i = 0; i < size; i++) {
      const j = i % n;
      const wanted = q[i] + Math.max(-MAX_STEP, Math.min(MAX_STEP, step[i]));
      trial[i] = Math.max(tree.lower[j], Math.min(tree.upper[j], wanted));
      moved = Math.max(moved, Math.abs(trial[i] - q[i]));
    }
    const trialCost = linearise(problem, trial, next, workspace);
    if (trialCost < cost) {
      // A small step under strong damping says nothing about convergence.
      converged = damping < 1 && (moved < tolerance || cost - trialCost < settled * frames);
      q.set(trial);
      [current, next] = [next, current];
      cost = trialCost;
      damping = Math.max(damping / 3, MIN_DAMPING);
      growth = 2;
    } else {
      converged = moved < tolerance || damping > MAX_DAMPING;
      damping *= growth;
      growth *= 2;
    }
  }
  return { q, cost, iterations, converged };
}

/** Half gradient (T, n) and half Hessian: dense blocks (T, n, n) per frame, plus what the step limit couples. */
interface System {
  gradient: Float64Array;
  blocks: Float64Array;
  own: Float64Array;
  next: Float64Array;
}

const createSystem = (frames: number, n: number): System => ({
  gradient: new Float64Array(frames * n),
  blocks: new Float64Array(frames * n * n),
  own: new Float64Array(frames * n),
  next: new Float64Array(frames * n),
});

interface Workspace {
  state: TreeState;
  value: Float64Array;
  jacobian: Float64Array;
}

function createWorkspace({ tree, residuals }: Problem): Workspace {
  const largest = Math.max(1, ...residuals.map(r => r.size));
  return {
    state: createState(tree),
    value: new Float64Array(largest),
    jacobian: new Float64Array(largest * tree.dofNames.length),
  };
}

function linearise(problem: Problem, q: Float64Array, system: System, workspace: Workspace): number {
  const { tree, frames, residuals, rest, restWeight, velocityWeight, accelerationWeight, stepLimit } =
    problem;
  const { gradient, blocks, own, next } = system;
  const { state } = workspace;
  const n = rest.length;
  gradient.fill(0);
  blocks.fill(0);
  own.fill(0);
  next.fill(0);
  let cost = posture(q, n, rest, restWeight, gradient);
  cost += velocity(q, n, velocityWeight, gradient);
  cost += acceleration(q, n, accelerationWeight, gradient);
  if (stepLimit) cost += excessSpeed(q, n, stepLimit, EXCESS_SPEED_WEIGHT, gradient, own, next);
  for (let t = 0; t < frames; t++) {
    let placed = false;
    for (let r = 0; r < residuals.length; r++) {
      const weight = residuals[r].weights[t];
      if (weight === 0) continue;
      if (!placed) forward(tree, q, t * n, state);
      placed = true;
      cost += accumulate(residuals[r], weight, t, n, system, workspace);
    }
  }
  return cost;
}

/** Adds one residual of one frame to gradient and block; returns its cost. */
function accumulate(
  residual: Residual,
  weight: number,
  t: number,
  n: number,
  system: System,
  workspace: Workspace,
): number {
  const { gradient, blocks } = system;
  const { value, jacobian } = workspace;
  const { dofs, size, huber } = residual;
  if (!residual.evaluate(t, workspace.state, value, jacobian)) return 0;
  const columns = dofs.length;
  let squared = 0;
  for (let k = 0; k < size; k++) squared += value[k] * value[k];
  const length = Math.sqrt(squared);
  const w = length > huber ? (weight * huber) / length : weight;
  for (let a = 0; a < columns; a++) {
    let slope = 0;
    for (let k = 0; k < size; k++) slope += jacobian[k * columns + a] * value[k];
    gradient[t * n + dofs[a]] += w * slope;
    const row = (t * n + dofs[a]) * n;
    for (let b = 0; b <= a; b++) {
      let h = 0;
      for (let k = 0; k < size; k++) h += jacobian[k * columns + a] * jacobian[k * columns + b];
      blocks[row + dofs[b]] += w * h;
    }
  }
  return length > huber ? weight * (2 * huber * length - huber * huber) : weight * squared;
}

/** A joint at its limit with a slope that pushes outwards stays there for this iteration; before `from` all do. */
function activeSet(
  q: Float64Array,
  gradient: Float64Array,
  tree: KinematicTree,
  fixed: Uint8Array,
  from: number,
): void {
  const n = tree.dofNames.length;
  fixed.fill(1, 0, from);
  for (let i = from; i < q.length; i++) {
    const j = i % n;
    fixed[i] =
      (q[i] <= tree.lower[j] && gradient[i] > 0) || (q[i] >= tree.upper[j] && gradient[i] < 0) ? 1 : 0;
  }
}

/** Writes the damped Hessian of the free joints as banded rows; a fixed joint becomes the row of the identity. */
function assemble(
  problem: Problem,
  system: System,
  fixed: Uint8Array,
  damping: number,
  band: number,
  rows: Float64Array,
): void {
  const { frames, rest, restWeight, velocityWeight, accelerationWeight } = problem;
  const n = rest.length;
  rows.fill(0);
  const curve = (t: number) => smoothnessCurvature(t, frames, velocityWeight, accelerationWeight);
  for (let t = 0; t < frames; t++) {
    const own = restWeight + curve(t).own;
    const previous = curve(t - 1).next;
    const beforePrevious = curve(t - 2).afterNext;
    for (let j = 0; j < n; j++) {
      const i = t * n + j;
      const at = i * (band + 1) + band - i;
      if (fixed[i]) {
        rows[at + i] = 1;
        continue;
      }
      for (let k = 0; k <= j; k++) if (!fixed[t * n + k]) rows[at + t * n + k] = system.blocks[i * n + k];
      rows[at + i] = (rows[at + i] + own + system.own[i]) * (1 + damping);
      if (t >= 1 && !fixed[i - n]) rows[at + i - n] = previous + system.next[i - n];
      if (t >= 2 && !fixed[i - 2 * n]) rows[at + i - 2 * n] = beforePrevious;
    }
  }
}

function project(q: Float64Array, tree: KinematicTree): void {
  const n = tree.dofNames.length;
  for (let i = 0; i < q.length; i++) q[i] = Math.max(tree.lower[i % n], Math.min(tree.upper[i % n], q[i]));
}
