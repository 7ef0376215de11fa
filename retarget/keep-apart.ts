/**
 * Self-collision as a hard constraint. Residuals push surfaces apart with a weight, which fast motion, or a target on the
 * other side of the body, may outweigh. Where surfaces still touch, the weight is raised around those frames; where that does not
 * do either, the solver starts anew from the straight line, in joint space, between free poses before and after.
 */
import { approach, type CapsulePair, createApproach } from './capsules.ts';
import { createState, forward, type KinematicTree } from './kinematics.ts';
import { exceedsSpeed } from './speed.ts';

export interface Obstacles {
  pairs: readonly CapsulePair[];
  /** (T,) with which the collision residuals push; shared with them, raised here. */
  weights: Float64Array;
}

/** Surfaces nearer than this touch, m: room for rounding to single precision. */
const CLEAR_M = 1e-4;
/** By how much the weight is raised, and how many frames around those that touch. */
const [RAISE, AROUND] = [8, 6];
const ROUNDS = 6;
/** The round from which on lines are tried, and how far beyond the touching frames the first one begins, frames; twice as far each round. */
const [LINES_FROM, LINE] = [1, 8];

/**
 * Changes q (T, n) until nothing touches; `again` minimises from q. What is left after that (2 of 400 motions that lead
 * the arms through the robot's body at random) leaves its targets: a way that is free, from pose to pose or over the rest
 * pose, which is free by definition.
 * @param stepLimit (n,) largest step between frames
 */
export function keepApart(
  tree: KinematicTree,
  q: Float64Array,
  rest: Float64Array,
  stepLimit: Float64Array,
  { pairs, weights }: Obstacles,
  again: () => void,
): void {
  const n = rest.length;
  const frames = q.length / n;
  const touches = touchingIn(tree, pairs);
  for (let round = 0; round < ROUNDS; round++) {
    const runs = runsOf(frames, t => touches(q, t));
    if (runs.length === 0) return;
    const raised = new Set<number>();
    for (const [from, to] of runs) {
      for (let t = Math.max(0, from - AROUND); t < Math.min(frames, to + AROUND); t++) raised.add(t);
      const beyond = LINE * 2 ** (round - LINES_FROM);
      if (round >= LINES_FROM) line(q, n, Math.max(0, from - beyond), Math.min(frames - 1, to - 1 + beyond));
    }
    for (const t of raised) weights[t] *= RAISE;
    again();
  }
  for (const [from, to] of runsOf(frames, t => touches(q, t))) leave(from, to);

  /** The shortest way around the frames [from, to) that is free and slow enough. */
  function leave(from: number, to: number): void {
    for (let beyond = LINE; ; beyond *= 2) {
      const [a, b] = [Math.max(0, from - beyond), Math.min(frames - 1, to - 1 + beyond)];
      for (const stops of [
        [a, b],
        [a, (a + b) >> 1, b],
      ]) {
        const way = q.slice();
        // At the clip's ends there may be no free pose: what is free at the other end is held.
        if (touches(q, a)) way.copyWithin(a * n, b * n, (b + 1) * n);
        else if (touches(q, b)) way.copyWithin(b * n, a * n, (a + 1) * n);
        for (const stop of stops.slice(1, -1)) way.set(rest, stop * n);
        for (let i = 1; i < stops.length; i++) line(way, n, stops[i - 1], stops[i]);
        const part = way.subarray(a * n, (b + 1) * n);
        if (exceedsSpeed(part, n, stepLimit) || runsOf(b + 1 - a, t => touches(part, t)).length > 0) continue;
        q.set(way);
        return;
      }
      if (a > 0 || b < frames - 1) continue;
      for (let t = 0; t < frames; t++) q.set(rest, t * n);
      return;
    }
  }
}

/** Whether any two surfaces touch in frame t of q. */
function touchingIn(tree: KinematicTree, pairs: readonly CapsulePair[]) {
  const state = createState(tree);
  const near = createApproach();
  return (q: Float64Array, t: number): boolean => {
    forward(tree, q, t * tree.dofNames.length, state);
    return pairs.some(({ a, b, homeM }) => {
      approach(state, a, b, near);
      // Parts that are nearer than that at rest are free there.
      return near.distance < Math.min(CLEAR_M, homeM / 2);
    });
  };
}

/** Runs [from, to) of frames of which something holds. */
function runsOf(frames: number, holds: (t: number) => boolean): [from: number, to: number][] {
  const runs: [from: number, to: number][] = [];
  for (let t = 0; t < frames; t++) {
    if (!holds(t)) continue;
    if (runs.at(-1)?.[1] === t) runs[runs.length - 1][1] = t + 1;
    else runs.push([t, t + 1]);
  }
  return runs;
}

/** What lies between the frames a and b, straight. */
function line(q: Float64Array, n: number, a: number, b: number): void {
  for (let t = a + 1; t < b; t++) {
    const share = (t - a) / (b - a);
    for (let j = 0; j < n; j++) q[t * n + j] = (1 - share) * q[a * n + j] + share * q[b * n + j];
  }
}
