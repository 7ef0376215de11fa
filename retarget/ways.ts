/**
 * A start for the whole: every frame by itself, each from the one before it. That is near everywhere, at a small part
 * of the cost of solving all frames together. What is followed may be the wrong one of two ways to hold a pose, from
 * which following does not lead out; so other poses are tried again and again, and followed in both directions of
 * time for as long as that is better.
 */
import { ENOUGH, elsewhere, FrameSolver, type Limits, squaredDistance } from './frame.ts';
import type { Group } from './linearise.ts';
import { couplingOf } from './problem.ts';

/** Iterations on the very first frame, on one tried anew, and on one that is near its solution already. */
const [FIRST_ITERATIONS, NEW_ITERATIONS, ITERATIONS] = [50, 24, 8];
/** Other poses are tried on the worst frame of every span: a quarter of a second. */
const SPAN_FRAMES = 8;
/**
 * How many in a round on average, and at most on one frame: they are shared out by what the worst frames cost, so that spans which
 * cost little get none, and shared out anew in every round, since a way that was found moves the cost elsewhere.
 */
const [TRIES, MOST_TRIES, ROUNDS] = [2.5, 32, 3];
/**
 * Joints of a group up to which there are so many, and by which power of their number there are fewer beyond: a step of 30 joints costs six
 * times as much, and takes more of them. All the tries for the Shadow hand's points would gain 2 % of the error as shipped, for half the speed.
 */
const [JOINTS, FEWER] = [17, 4];
/** Starts of the very first frame beside the rest pose. */
const OTHER_STARTS = 8;
/** Another start must be better than what there is by this factor. */
const CLEARLY = 0.95;
/**
 * Frames for which another way may be no better before it is given up, unless its end without a way back would be the best
 * yet; and how far it is led at most.
 */
const [PATIENCE, LONGEST] = [6, 64];
/** Share of its last step by which another way is taken to go on: it should not lose for a lag that the solver would remove. */
const AHEAD = 0.5;
/** What is left of a jump's cost once the solver has spread it over some frames; measured on known answers. */
const SMOOTHED = 0.25;
/** What is found is only a start (see FrameSolver): errors of the hands in bench/retarget change by 3 % at most, up and down. */
const LAST_STEP = 30;
/** Squared distance, rad², at which two ways have become one. */
const MERGED = 1e-6;

/** Overwrites the frames from `from` on of q (T, m); frame `from` is where the search starts from rest. */
export function findWay(group: Group, limits: Limits, q: Float64Array, from: number): void {
  const { frames } = group.problem;
  const m = group.dofs.length;
  const path = new Path(group, limits, q, from);
  const rest = q.slice(from * m, (from + 1) * m);
  let tried = 0;
  const anew = () => elsewhere(limits, rest, tried++, 0.1);
  const others = Array.from({ length: OTHER_STARTS }, anew);
  if (couplingOf(group.problem) === 0) {
    for (let t = from; t < frames; t++) path.start(t, others);
    return;
  }
  if (from === 0) path.start(0, others);
  for (let t = Math.max(from, 1); t < frames; t++) path.goOn(t);
  const tries = TRIES * Math.min(1, (JOINTS / m) ** FEWER);
  for (let round = 0; round < ROUNDS; round++) {
    const worst = path.worstOfSpans();
    const total = worst.reduce((sum, t) => sum + path.cost[t], 0);
    for (const t of worst) {
      const share = Math.min(MOST_TRIES, Math.round((tries * worst.length * path.cost[t]) / total));
      let now = share > 0 ? path.settledCost(t) : 0;
      for (let k = 0; k < share && now > ENOUGH; k++)
        now = path.tryAnew(t, k + round === 0 ? rest : anew(), now);
    }
  }
}

/** How far another way is worth going, and what it gains by that. */
interface Way {
  /** (frames, m) from the frame next to its origin on. */
  poses: Float64Array[];
  costs: number[];
  length: number;
  gain: number;
}

/** The poses of all frames, each held by its neighbour with the weights of velocity and acceleration. */
class Path {
  readonly #q: Float64Array;
  readonly #m: number;
  readonly #from: number;
  readonly #frames: number;
  readonly #pull: number;
  readonly #limits: Limits;
  readonly #velocity: number;
  readonly #rest: number;
  /** (T,) of the residuals. */
  readonly cost: Float64Array;
  readonly #solver: FrameSolver;

  constructor(group: Group, limits: Limits, q: Float64Array, from: number) {
    this.#from = from;
    this.#limits = limits;
    const { frames, velocityWeight, accelerationWeight, restWeight } = group.problem;
    this.#q = q;
    this.#m = group.dofs.length;
    this.#frames = frames;
    this.#pull = velocityWeight + accelerationWeight;
    this.#velocity = velocityWeight;
    this.#rest = restWeight;
    this.cost = new Float64Array(frames);
    this.#solver = new FrameSolver(group, limits, LAST_STEP);
  }

  #pose(t: number): Float64Array {
    return this.#q.subarray(t * this.#m, (t + 1) * this.#m);
  }

  #set(t: number, pose: Float64Array, cost: number): void {
    this.#q.set(pose, t * this.#m);
    this.cost[t] = cost;
  }

  /** Of every span the frame that costs most. */
  worstOfSpans(): number[] {
    const all = [];
    for (let start = this.#from; start < this.#frames; start += SPAN_FRAMES) {
      let at = start;
      for (let t = start; t < Math.min(this.#frames, start + SPAN_FRAMES); t++)
        if (this.cost[t] > this.cost[at]) at = t;
      all.push(at);
    }
    return all;
  }

  /** What frame t costs where it is, let go by its neighbours. */
  settledCost(t: number): number {
    return this.#solver.reach(t, this.#pose(t).slice(), this.#rest, ITERATIONS);
  }

  /** Frame t by itself, from the pose it has or, where that does not lead to its targets, the best of the others. */
  start(t: number, others: readonly Float64Array[]): void {
    let least = Infinity;
    for (const pose of [this.#pose(t).slice(), ...others]) {
      if (least < ENOUGH) return;
      const cost = this.#solver.reach(t, pose, this.#rest, FIRST_ITERATIONS, CLEARLY * least);
      if (cost + ENOUGH > CLEARLY * least) continue;
      least = cost;
      this.#set(t, this.#solver.pose, cost);
    }
  }

  /** Frame t from the one before it. */
  goOn(t: number): void {
    const cost = this.#solver.reach(t, this.#pose(t - 1), this.#pull, ITERATIONS);
    this.#set(t, this.#solver.pose, cost);
  }

  /** Frame t, settled at the cost `now`, from another start, and what is near it in time, where that is better; returns its cost. */
  tryAnew(t: number, start: Float64Array, now: number): number {
    const cost = this.#solver.reach(t, start, this.#rest, NEW_ITERATIONS, CLEARLY * now);
    if (cost + ENOUGH > CLEARLY * now) return now;
    const origin = this.#solver.pose.slice();
    const [back, on] = [this.#lead(t, origin, -1), this.#lead(t, origin, 1)];
    if (now - cost + back.gain + on.gain < ENOUGH) return now;
    this.#set(t, origin, cost);
    for (let k = 0; k < back.length; k++) this.#set(t - 1 - k, back.poses[k], back.costs[k]);
    for (let k = 0; k < on.length; k++) this.#set(t + 1 + k, on.poses[k], on.costs[k]);
    return cost;
  }

  /** From a new pose of frame t through time, as far as it is worth while. */
  #lead(t: number, origin: Float64Array, direction: 1 | -1): Way {
    const [pull, end] = [this.#pull, direction < 0 ? this.#from - 1 : this.#frames];
    const poses = [];
    const costs = [];
    /** What it costs to come back to the path after frame s. */
    const back = (s: number, pose: Float64Array) =>
      s + direction === end
        ? 0
        : SMOOTHED *
          pull *
          (squaredDistance(pose, this.#pose(s + direction)) -
            squaredDistance(this.#pose(s), this.#pose(s + direction)));
    const { lower, upper } = this.#limits;
    const onward = (value: number, j: number) =>
      Math.max(lower[j], Math.min(upper[j], value + AHEAD * (value - before[j])));
    let [before, last] = [origin, origin];
    let gain = 0;
    let most = { length: 0, gain: 0 };
    const best = { length: 0, gain: -back(t, origin) };
    for (
      let s = t + direction;
      s !== end &&
      (costs.length - most.length < PATIENCE || gain > best.gain + ENOUGH) &&
      costs.length < LONGEST;
      s += direction
    ) {
      const cost = this.#solver.reach(s, last.map(onward), pull, ITERATIONS);
      const pose = this.#solver.pose.slice();
      const moved = squaredDistance(this.#pose(s), this.#pose(s - direction)) - squaredDistance(pose, last);
      gain += this.cost[s] - cost + this.#velocity * moved;
      poses.push(pose);
      costs.push(cost);
      if (gain > most.gain) most = { length: costs.length, gain };
      const total = gain - back(s, pose);
      if (total > best.gain) Object.assign(best, { length: costs.length, gain: total });
      if (squaredDistance(pose, this.#pose(s)) < MERGED) break;
      [before, last] = [last, pose];
    }
    return { poses, costs, ...best };
  }
}
