/** One frame by itself, by Levenberg–Marquardt inside the limits, held by a pose: a small part of the cost of all frames together. */
import { factor, solveFactored } from './envelope.ts';
import { costOfFrame, createSystem, createWorkspace, type Group, lineariseFrame } from './linearise.ts';
import { eased, shortened, tightened } from './steps.ts';

/** A frame is near enough when a step would gain less than this, and less than this share of its cost. */
export const [ENOUGH, ENOUGH_SHARE] = [1e-6, 1e-3];
/** Damping of a frame's steps at first, added to the diagonal: weight per rad² (m² where a joint slides). */
const DAMPING = 1e-3;

/** The golden section: its multiples, less their whole parts, spread evenly over 0 … 1. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Limits of the group's joints, (m,). */
export interface Limits {
  lower: Float64Array;
  upper: Float64Array;
}

export class FrameSolver {
  /** (m,) the solution of the last frame. */
  readonly pose: Float64Array;
  readonly #group: Group;
  readonly #limits: Limits;
  readonly #lastStep: number;
  readonly #workspace;
  /** As the last frame left it: the next is like it. */
  #damping = DAMPING;
  #current;
  #next;
  readonly #trial: Float64Array;
  readonly #step: Float64Array;
  readonly #gradient: Float64Array;
  readonly #free: Int32Array;
  /** (m,) of every joint the last that shares a residual with it. */
  readonly #farthest: Int32Array;
  readonly #rows: Float64Array;
  readonly #first: Int32Array;

  /**
   * @param lastStep a step that gains less than so many times what is enough is the last: the next one would not gain enough.
   *   It saves a fifth of the time; with 1 every frame goes on until a step is seen that would not
   */
  constructor(group: Group, limits: Limits, lastStep = 1) {
    this.#lastStep = lastStep;
    const m = group.dofs.length;
    this.#group = group;
    this.#limits = limits;
    this.#workspace = createWorkspace(group);
    this.#current = createSystem(1, m);
    this.#next = createSystem(1, m);
    this.pose = new Float64Array(m);
    this.#trial = new Float64Array(m);
    this.#step = new Float64Array(m);
    this.#gradient = new Float64Array(m);
    this.#free = new Int32Array(m);
    this.#farthest = Int32Array.from({ length: m }, (_, j) =>
      group.residuals.reduce(
        (last, { columns }) => (columns.includes(j) ? Math.max(last, ...columns) : last),
        j,
      ),
    );
    this.#rows = new Float64Array(m * m);
    this.#first = new Int32Array(m);
  }

  /** Cost of frame t's residuals in a pose. */
  costAt(t: number, pose: Float64Array): number {
    return costOfFrame(this.#group, t, pose, 0, this.#workspace);
  }

  /**
   * Brings frame t to its targets, from the pose `hold`, which goes on to pull it; returns its residuals' cost. Gives up
   * when after three iterations the model does not foretell `goal`.
   */
  reach(t: number, hold: Float64Array, pull: number, iterations: number, goal = Infinity): number {
    const [q, trial, m] = [this.pose, this.#trial, this.pose.length];
    q.set(hold);
    let cost = lineariseFrame(this.#group, t, q, 0, this.#current, 0, this.#workspace);
    let held = 0;
    let damping = this.#damping;
    for (let k = 0; k < iterations; k++) {
      const gain = this.#propose(hold, pull, damping);
      if (Number.isNaN(gain)) {
        damping *= 10;
        continue;
      }
      const enough = ENOUGH + ENOUGH_SHARE * cost;
      if (gain < enough || (k >= 3 && cost - 2 * gain > goal)) break;
      const last = gain < this.#lastStep * enough;
      const trialHeld = pull * squaredDistance(trial, hold);
      const trialCost = last
        ? costOfFrame(this.#group, t, trial, 0, this.#workspace)
        : lineariseFrame(this.#group, t, trial, 0, this.#next, 0, this.#workspace);
      if (trialCost + trialHeld < cost + held) {
        [cost, held] = [trialCost, trialHeld];
        for (let j = 0; j < m; j++) q[j] = trial[j];
        if (last) break;
        [this.#current, this.#next] = [this.#next, this.#current];
        damping = eased(damping);
      } else damping = tightened(damping);
    }
    this.#damping = Math.min(damping, 1);
    return cost;
  }

  /** Writes the next trial; returns what it should gain, NaN when the damping is too small. */
  #propose(hold: Float64Array, pull: number, damping: number): number {
    const [q, m, rows, step, g] = [this.pose, this.pose.length, this.#rows, this.#step, this.#gradient];
    const [free, first, farthest] = [this.#free, this.#first, this.#farthest];
    const { gradient, blocks } = this.#current;
    const { lower, upper } = this.#limits;
    // From the fingertips to the root: branches that part at a joint then lie apart, and the factor is as sparse as the tree.
    let size = 0;
    for (let j = m - 1; j >= 0; j--) {
      g[j] = gradient[j] + pull * (q[j] - hold[j]);
      if ((q[j] > lower[j] || g[j] <= 0) && (q[j] < upper[j] || g[j] >= 0)) free[size++] = j;
    }
    for (let a = 0; a < size; a++) {
      const [j, row] = [free[a], a * size + size - 1 - a];
      let from = 0;
      while (free[from] > farthest[j]) rows[row + from++] = 0;
      first[a] = a % 4 === 0 ? from : Math.min(from, first[a - 1]);
      for (let b = from; b < a; b++) rows[row + b] = blocks[free[b] * m + j];
      rows[row + a] = blocks[j * m + j] + pull + damping;
      step[a] = -g[j];
    }
    for (let a = size - 2; a >= 0; a--) if (a % 4 < 3) first[a] = first[a + 1];
    if (!factor(rows, first, size, size - 1)) return Number.NaN;
    solveFactored(rows, first, size, size - 1, step);
    this.#trial.set(q);
    let gain = 0;
    for (let a = 0; a < size; a++) {
      const j = free[a];
      const wanted = q[j] + shortened(step[a]);
      this.#trial[j] = Math.max(lower[j], Math.min(upper[j], wanted));
      gain -= g[j] * (this.#trial[j] - q[j]);
    }
    return gain;
  }
}

export function squaredDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j] - b[j]) ** 2;
  return sum;
}

/**
 * Start k: in the middle of all ranges first, then spread over every joint's range but for `margin` of it at both ends;
 * at rest where a joint turns or slides more than once around.
 */
export const elsewhere = (
  { lower, upper }: Limits,
  rest: Float64Array,
  k: number,
  margin: number,
): Float64Array =>
  rest.map((value, j) => {
    const range = upper[j] - lower[j];
    const share = k === 0 ? 0.5 : margin + (1 - 2 * margin) * ((k * (j + 1) * GOLDEN) % 1);
    return range < 2 * Math.PI ? lower[j] + share * range : value;
  });
