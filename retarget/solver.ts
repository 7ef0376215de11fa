/**
 * Whole-episode Levenberg–Marquardt: all frames of one group of joints are solved together, so that the
 * result has no lag, no bad first frame, and costs O(T · m³).
 * Joint limits are hard: projected Newton steps (D. P. Bertsekas, 1982) with an active set.
 * Every frame has its own damping, so that a hard one does not slow the others; and what has settled is left out,
 * so that the last iterations work on the hard frames alone.
 */
import { factor, solveFactored } from './envelope.ts';
import { follow } from './follow.ts';
import { createSystem, createWorkspace, type Group, groupsOf, linearise, type System } from './linearise.ts';
import { couplingOf, type Problem, type Solution, type SolveOptions } from './problem.ts';
import {
  acceleration,
  excessSpeed,
  posture,
  type SpeedCurvature,
  smoothnessCurvature,
  velocity,
} from './residuals/priors.ts';
import { scratch } from './scratch.ts';
import { eased, shortened, tightened } from './steps.ts';
import { findWay } from './ways.ts';

/** Large against every data weight, small enough to leave the system well conditioned in doubles. */
const EXCESS_SPEED_WEIGHT = 1e3;
/**
 * Damping of a frame at first, added to the diagonal: weight per rad² (m² where a joint slides). It is not scaled with
 * the diagonal: joints that together move no target must not move far either.
 */
const DAMPING = 0.05;
/** A frame that costs no more (three points, each 2 mm off at weight 50) is brought as near to its targets as it comes. */
const CLOSE = 5e-4;
/** The model of a frame was wrong when it missed by more than this share of what it promised. */
const MISSED = 0.5;

/** Minimises the problem's cost from `initial` (T, n), inside the tree's limits. Deterministic. */
export function solve(problem: Problem, initial: Float64Array, options: SolveOptions = {}): Solution {
  const n = problem.tree.dofNames.length;
  const { lower, upper } = problem.tree;
  const q = initial.map((value, i) => Math.max(lower[i % n], Math.min(upper[i % n], value)));
  const solution: Solution = { q, cost: 0, iterations: 0, converged: true };
  for (const group of groupsOf(problem)) {
    const part = new GroupSolver(group, q, options).run();
    solution.cost += part.cost;
    solution.iterations = Math.max(solution.iterations, part.iterations);
    solution.converged &&= part.converged;
  }
  return solution;
}

/** The state of one group's minimisation. */
class GroupSolver {
  readonly #group: Group;
  readonly #whole: Float64Array;
  readonly #options: Required<SolveOptions>;
  readonly #frames: number;
  readonly #m: number;
  /** How many frames away smoothness couples a frame: a frame is taken along with so many neighbours on either side. */
  readonly #reach: number;
  /** (T, m). */
  readonly #q: Float64Array;
  readonly #trial: Float64Array;
  readonly #step: Float64Array;
  readonly #gradient: Float64Array;
  /** (T m + 1,) how many free unknowns of the frames at hand lie before this one. */
  readonly #place: Int32Array;
  readonly #fixed: Uint8Array;
  readonly #current: System;
  readonly #next: System;
  readonly #speed: SpeedCurvature | null;
  readonly #workspace;
  readonly #rows: Float64Array;
  readonly #first: Int32Array;
  readonly #solution: Float64Array;
  /** (T,). */
  readonly #damping: Float64Array;
  readonly #active: Uint8Array;
  readonly #lower: Float64Array;
  readonly #upper: Float64Array;
  readonly #rest: Float64Array;
  /** (T, m). */
  readonly #restWeights: Float64Array;
  readonly #stepLimit: Float64Array | null;

  constructor(group: Group, whole: Float64Array, options: SolveOptions) {
    const { problem, dofs } = group;
    const { frames, tree, rest, stepLimit } = problem;
    const m = dofs.length;
    const n = tree.dofNames.length;
    const pick = (values: Float64Array) => Float64Array.from(dofs, j => values[j]);
    this.#group = group;
    this.#whole = whole;
    this.#options = {
      maxIterations: 30,
      tolerance: 1e-4,
      settled: 1e-7,
      settledShare: 3e-2,
      settledMost: CLOSE,
      fixedFrames: 0,
      search: false,
      ...options,
    };
    this.#frames = frames;
    this.#m = m;
    // Frames that were searched one by one settle one by one where nothing couples them; from a given start all go together.
    this.#reach = this.#options.search ? couplingOf(problem) : 2;
    this.#q = new Float64Array(frames * m);
    for (let t = 0; t < frames; t++) for (let j = 0; j < m; j++) this.#q[t * m + j] = whole[t * n + dofs[j]];
    this.#trial = this.#q.slice();
    this.#step = new Float64Array(frames * m);
    this.#gradient = new Float64Array(frames * m);
    this.#fixed = new Uint8Array(frames * m);
    this.#current = createSystem(frames, m, scratch('current', frames * m * m));
    this.#next = createSystem(frames, m, scratch('next', frames * m * m));
    this.#speed = stepLimit && { own: new Float64Array(frames * m), next: new Float64Array(frames * m) };
    this.#workspace = createWorkspace(group);
    this.#place = new Int32Array(frames * m + 1);
    this.#rows = scratch('rows', frames * m * (2 * m + 4));
    this.#first = new Int32Array(frames * m);
    this.#solution = new Float64Array(frames * m);
    this.#damping = new Float64Array(frames).fill(DAMPING);
    this.#active = new Uint8Array(frames).fill(1, this.#options.fixedFrames);
    this.#lower = pick(tree.lower);
    this.#upper = pick(tree.upper);
    this.#rest = pick(rest);
    const { first, restWeight, homeWeights } = problem;
    this.#restWeights = new Float64Array(frames * m).fill(restWeight);
    if (homeWeights)
      for (let t = 0; t < frames; t++)
        for (let j = 0; j < m; j++) this.#restWeights[t * m + j] += homeWeights[(first + t) * n + dofs[j]];
    this.#stepLimit = stepLimit && pick(stepLimit);
  }

  run(): { cost: number; iterations: number; converged: boolean } {
    const { maxIterations, fixedFrames } = this.#options;
    const frames = this.#frames;
    if (this.#options.search) {
      // What jumps might jump through an obstacle.
      const search = this.#group.residuals.some(({ residual }) => residual.obstacle) ? follow : findWay;
      search(this.#group, { lower: this.#lower, upper: this.#upper }, this.#q, fixedFrames);
      this.#trial.set(this.#q);
    }
    linearise(this.#group, this.#q, 0, frames, this.#current, this.#workspace);
    let iterations = 0;
    let unsettled = this.#segments();
    for (; unsettled.length > 0 && iterations < maxIterations; iterations++) {
      for (const [from, to] of unsettled) this.#iterate(from, to);
      unsettled = this.#segments();
    }
    this.#write();
    const cost = this.#current.cost.reduce(
      (sum, value) => sum + value,
      this.#priors(this.#q, fixedFrames, frames),
    );
    return { cost, iterations, converged: unsettled.length === 0 };
  }

  /** Runs of frames that have not settled, with their neighbours. */
  #segments(): [from: number, to: number][] {
    const segments: [number, number][] = [];
    const { fixedFrames } = this.#options;
    let end = -1;
    for (let t = fixedFrames; t < this.#frames; t++) {
      if (!this.#active[t]) continue;
      const from = Math.max(fixedFrames, t - this.#reach);
      if (from >= end) segments.push([from, end]);
      end = Math.min(this.#frames, t + 1 + this.#reach);
      segments[segments.length - 1][1] = end;
    }
    return segments;
  }

  /** One step of the frames [from, to), the others held; says which of them have not settled. */
  #iterate(from: number, to: number): void {
    const m = this.#m;
    const [start, size] = [from * m, (to - from) * m];
    this.#differentiate(from, to);
    const [free, band] = this.#assemble(from, to);
    if (!factor(this.#rows, this.#first, free, band)) {
      for (let t = from; t < to; t++) this.#damping[t] = tightened(tightened(this.#damping[t]));
      return;
    }
    solveFactored(this.#rows, this.#first, free, band, this.#solution);
    for (let i = start; i < start + size; i++)
      this.#step[i] = this.#fixed[i] ? 0 : this.#solution[this.#place[i]];
    this.#project(start, size);
    linearise(this.#group, this.#trial, from, to, this.#next, this.#workspace);
    let change = this.#priors(this.#trial, from, to) - this.#priors(this.#q, from, to);
    for (let t = from; t < to; t++) change += this.#next.cost[t] - this.#current.cost[t];
    const better = change < 0;
    this.#judge(from, to, better);
    if (better) this.#accept(from, to);
    else this.#trial.set(this.#q.subarray(start, start + size), start);
  }

  /** Gradient with priors, and which joints stay at their limits in this step. */
  #differentiate(from: number, to: number): void {
    const { velocityWeight, accelerationWeight } = this.#group.problem;
    const [q, m, g] = [this.#q, this.#m, this.#gradient];
    g.set(this.#current.gradient.subarray(from * m, to * m), from * m);
    posture(q, m, this.#rest, this.#restWeights, g, from, to);
    velocity(q, m, velocityWeight, g, from, to);
    acceleration(q, m, accelerationWeight, g, from, to);
    if (this.#stepLimit && this.#speed) {
      const { own, next } = this.#speed;
      own.fill(0, Math.max(0, from - 1) * m, Math.min(this.#frames, to + 1) * m);
      next.fill(0, Math.max(0, from - 1) * m, Math.min(this.#frames, to + 1) * m);
      excessSpeed(q, m, this.#stepLimit, EXCESS_SPEED_WEIGHT, g, this.#speed, from, to);
    }
    for (let t = from; t < to; t++) {
      for (let j = 0; j < m; j++) {
        const i = t * m + j;
        this.#fixed[i] = (q[i] <= this.#lower[j] && g[i] > 0) || (q[i] >= this.#upper[j] && g[i] < 0) ? 1 : 0;
      }
    }
  }

  /** Cost of what needs no kinematics, of the terms that touch [from, to). */
  #priors(q: Float64Array, from: number, to: number): number {
    const { velocityWeight, accelerationWeight } = this.#group.problem;
    const m = this.#m;
    let cost = posture(q, m, this.#rest, this.#restWeights, null, from, to);
    cost += velocity(q, m, velocityWeight, null, from, to);
    cost += acceleration(q, m, accelerationWeight, null, from, to);
    if (this.#stepLimit)
      cost += excessSpeed(q, m, this.#stepLimit, EXCESS_SPEED_WEIGHT, null, null, from, to);
    return cost;
  }

  /** Writes the damped Hessian and the slope of the free joints as an envelope; returns its size and band. */
  #assemble(from: number, to: number): [size: number, band: number] {
    const { frames, velocityWeight, accelerationWeight } = this.#group.problem;
    const m = this.#m;
    const [rows, first, place, fixed] = [this.#rows, this.#first, this.#place, this.#fixed];
    const [blocks, speed, reach] = [this.#current.blocks, this.#speed, this.#reach];
    let size = 0;
    let band = 0;
    for (let i = from * m; i < to * m; i++) {
      place[i] = size;
      if (fixed[i]) continue;
      // Rows are worked on in fours, so four begin together.
      first[size] =
        size % 4 ? first[size - 1] : place[Math.max(from * m, reach > 0 ? i - reach * m : i - (i % m))];
      band = Math.max(band, size - first[size]);
      this.#solution[size++] = -this.#gradient[i];
    }
    rows.fill(0, 0, size * (band + 1));
    let before = smoothnessCurvature(from - 2, frames, velocityWeight, accelerationWeight);
    let last = smoothnessCurvature(from - 1, frames, velocityWeight, accelerationWeight);
    for (let t = from; t < to; t++) {
      const now = smoothnessCurvature(t, frames, velocityWeight, accelerationWeight);
      const diagonal = now.own + this.#damping[t];
      for (let j = 0; j < m; j++) {
        const i = t * m + j;
        if (fixed[i]) continue;
        const row = place[i] * band + band;
        for (let k = 0; k <= j; k++) if (!fixed[t * m + k]) rows[row + place[t * m + k]] = blocks[i * m + k];
        rows[row + place[i]] += diagonal + this.#restWeights[i] + (speed ? speed.own[i] : 0);
        if (reach > 0 && t - 1 >= from && !fixed[i - m])
          rows[row + place[i - m]] = last.next + (speed ? speed.next[i - m] : 0);
        if (reach > 1 && t - 2 >= from && !fixed[i - 2 * m]) rows[row + place[i - 2 * m]] = before.afterNext;
      }
      [before, last] = [last, now];
    }
    return [size, band];
  }

  /** trial = q + step, no joint further than it may, none beyond its limits; step becomes what is moved. */
  #project(start: number, size: number): void {
    const m = this.#m;
    for (let i = start; i < start + size; i++) {
      const j = i % m;
      const wanted = this.#q[i] + shortened(this.#step[i]);
      this.#trial[i] = Math.max(this.#lower[j], Math.min(this.#upper[j], wanted));
      this.#step[i] = this.#trial[i] - this.#q[i];
    }
  }

  /** Sets the damping of every frame by how well its model foretold its cost, and whether it has settled. */
  #judge(from: number, to: number, better: boolean): void {
    const m = this.#m;
    const { tolerance, settled, settledShare, settledMost } = this.#options;
    const [step, { gradient, blocks, cost }] = [this.#step, this.#current];
    let blamed = false;
    for (let t = from; t < to; t++) {
      let linear = 0;
      let quadratic = 0;
      let gain = 0;
      let moved = 0;
      for (let j = 0; j < m; j++) {
        const i = t * m + j;
        const s = step[i];
        linear += gradient[i] * s;
        gain -= this.#gradient[i] * s;
        moved = Math.max(moved, Math.abs(s));
        let h = 0.5 * blocks[i * m + j] * s;
        for (let k = 0; k < j; k++) h += blocks[i * m + k] * step[t * m + k];
        quadratic += s * h;
      }
      const promised = 2 * linear + 2 * quadratic;
      const missed = this.#next.cost[t] - cost[t] - promised;
      const wrong = missed > MISSED * (Math.abs(linear) + quadratic) + settled;
      const enough = settled + Math.min(settledMost, settledShare * Math.max(0, cost[t] - CLOSE));
      const calm = moved < tolerance || gain < enough;
      this.#active[t] = calm && (better || !wrong) && this.#damping[t] < 1 ? 0 : 1;
      if (wrong) {
        blamed = true;
        this.#damping[t] = tightened(this.#damping[t]);
      } else if (better) this.#damping[t] = eased(this.#damping[t]);
    }
    if (better || blamed) return;
    for (let t = from; t < to; t++) this.#damping[t] = tightened(this.#damping[t]);
  }

  #accept(from: number, to: number): void {
    const m = this.#m;
    const [current, next] = [this.#current, this.#next];
    this.#q.set(this.#trial.subarray(from * m, to * m), from * m);
    current.cost.set(next.cost.subarray(from, to), from);
    current.gradient.set(next.gradient.subarray(from * m, to * m), from * m);
    current.blocks.set(next.blocks.subarray(from * m * m, to * m * m), from * m * m);
  }

  #write(): void {
    const { dofs, problem } = this.#group;
    const [m, n] = [this.#m, problem.tree.dofNames.length];
    for (let t = 0; t < this.#frames; t++)
      for (let j = 0; j < m; j++) this.#whole[t * n + dofs[j]] = this.#q[t * m + j];
  }
}
