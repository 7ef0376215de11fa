/**
 * A start where something may be in the way: every frame by itself, from the solution of the frame before it, by Levenberg–Marquardt.
 * That is near everywhere, at a small part of the cost of solving all frames together. What is followed may go into
 * a corner from which following does not lead out, so the rest pose is tried again and again, and the better of the
 * paths is taken, in spans of frames.
 */
import { ENOUGH, elsewhere, FrameSolver, type Limits, squaredDistance } from './frame.ts';
import type { Group } from './linearise.ts';

/** Iterations on the very first frame, and on one that is near its solution already. */
const [FIRST_ITERATIONS, ITERATIONS] = [50, 8];
/** Frames after which the rest pose is tried again: half a second. */
const SPAN_FRAMES = 16;

/** How many other starts than the rest pose are tried. */
const OTHER_STARTS = 8;
/** Another start must be better than the rest pose by this factor where nothing led to the frame. */
const CLEARLY = 0.8;

/** Poses (frames, m) of a span, and what they cost. */
interface Path {
  q: Float64Array;
  cost: number;
}

/** Overwrites the frames from `from` on of q (T, m); frame `from` is where the search starts from rest. */
export function follow(group: Group, limits: Limits, q: Float64Array, from: number): void {
  const { frames, restWeight, velocityWeight, accelerationWeight } = group.problem;
  const m = group.dofs.length;
  const pull = velocityWeight + accelerationWeight;
  const follower = new FrameSolver(group, limits);
  const rest = q.slice(from * m, (from + 1) * m);
  const starts = [rest, ...Array.from({ length: OTHER_STARTS }, (_, k) => elsewhere(limits, rest, k, 0.25))];
  const pose = (path: Float64Array, t: number) => path.slice(t * m, (t + 1) * m);

  /** The frames [start, end), each held by the one before it; the first starts from `first`. */
  const run = (first: Float64Array, before: Float64Array | null, start: number, end: number): Path => {
    const path = new Float64Array((end - start) * m);
    let last = first;
    let cost = before ? pull * squaredDistance(first, before) : 0;
    for (let t = start; t < end; t++) {
      cost += follower.reach(t, last, t === 0 && from === 0 ? restWeight : pull, ITERATIONS);
      path.set(follower.pose, (t - start) * m);
      last = follower.pose.slice();
    }
    return { q: path, cost };
  };

  let taken = rest;
  /** Where the path is that has never left what it followed. */
  let steady = rest;
  if (from > 0) taken = steady = pose(q, from - 1);
  else {
    let least = Infinity;
    for (const start of starts) {
      if (least < ENOUGH) break;
      const cost = follower.reach(0, start, restWeight, FIRST_ITERATIONS);
      if (cost + ENOUGH > CLEARLY * least) continue;
      least = cost;
      taken = steady = follower.pose.slice();
    }
  }
  for (let start = from; start < frames; start += SPAN_FRAMES) {
    const end = Math.min(frames, start + SPAN_FRAMES);
    const apart = steady !== taken;
    const onward = run(taken, null, start, end);
    const other = apart ? run(steady, taken, start, end) : null;
    let best = other && other.cost < onward.cost ? other : onward;
    const isSteady = !apart || best === other;
    const steadyEnd = pose((other ?? onward).q, end - start - 1);
    let kept = isSteady;
    if (start > 0) {
      // Worth following only where its first frame is better already. The rest pose every time, the others in turn.
      const first = follower.costAt(start, pose(best.q, 0));
      const turn = 1 + (Math.floor(start / SPAN_FRAMES) % OTHER_STARTS);
      for (const anew of first > ENOUGH ? [rest, starts[turn]] : []) {
        const cost = follower.reach(start, anew, restWeight, ITERATIONS);
        const fresh = follower.pose.slice();
        if (SPAN_FRAMES * (first - cost) <= pull * squaredDistance(fresh, taken)) continue;
        const path = run(fresh, taken, start, end);
        if (path.cost < best.cost) [best, kept] = [path, false];
      }
    }
    q.set(best.q, start * m);
    lead(start);
    taken = pose(q, end - 1);
    steady = kept ? taken : steadyEnd;
  }

  /** The frames before `start` from it, as long as they get better: what was found may hold for them too. */
  function lead(start: number): void {
    for (let t = start - 1; t >= from; t--) {
      const cost = follower.costAt(t, pose(q, t));
      if (follower.reach(t, pose(q, t + 1), pull, ITERATIONS) >= cost) return;
      q.set(follower.pose, t * m);
    }
  }
}
