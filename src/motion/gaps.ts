/**
 * Which frames of a track to believe. A tracker that jumps to another thing for a moment leaves a stretch
 * that no hand could have reached: such a stretch is a gap. Short gaps are bridged and marked, long ones stay
 * absent. States are (T,) ABSENT | SEEN | FILLED of `core/types.ts`; nothing here moves the time axis.
 */

import { median, medianDeviation } from '../core/statistics.ts';
import { ABSENT, FILLED, SEEN } from '../core/types.ts';

/** Longest gap that is bridged, s. A hand at work rarely reverses twice within a quarter of a second. */
export const LONGEST_BRIDGE_S = 0.25;
/** A speed is suspicious above median + 5 MAD of the track (docs/retargeting.md), m/s … */
const SPEED_DEVIATIONS = 5;
/** … but never below this: reaches at a table peak near 1 m/s (Morasso 1981), m/s. */
export const UNSUSPICIOUS_SPEED = 2.5;
/** No hand at work is faster, m/s: a kept jump above it is an edge that nothing is smoothed across. */
const IMPOSSIBLE_SPEED = 8;
/** A track that lives shorter between two absences is a flicker and is dropped, s. */
const SHORTEST_STRETCH_S = 0.1;

/** Frames [start, end). */
export interface Stretch {
  start: number;
  end: number;
}

/** Maximal runs of frames that satisfy `holds`, in order. */
export function runsWhere(frames: number, holds: (frame: number) => boolean): Stretch[] {
  const runs: Stretch[] = [];
  for (let t = 0; t < frames; t++) {
    if (!holds(t)) continue;
    const start = t;
    while (t < frames && holds(t)) t++;
    runs.push({ start, end: t });
  }
  return runs;
}

/** Maximal runs of frames that are not absent. */
export const presentStretches = (state: Uint8Array): Stretch[] =>
  runsWhere(state.length, t => state[t] !== ABSENT);

/**
 * The states that a track deserves: jumps dropped, gaps up to LONGEST_BRIDGE_S marked FILLED, flickers dropped.
 * `points` is (T, D), m: where the track is in each frame that `state` does not call absent. Frames that come
 * in as FILLED count as absent: they are bridged again here.
 */
export function believableStates(points: Float64Array, state: Uint8Array, fps: number): Uint8Array {
  const frames = state.length;
  const kept = Uint8Array.from(state, s => (s === SEEN ? SEEN : ABSENT));
  const dimension = points.length / frames;
  const seen: number[] = [];
  for (let t = 0; t < frames; t++) if (kept[t] === SEEN) seen.push(t);
  if (seen.length === 0) return kept;

  const speed = (a: number, b: number): number => {
    let squares = 0;
    for (let d = 0; d < dimension; d++)
      squares += (points[b * dimension + d] - points[a * dimension + d]) ** 2;
    return (Math.sqrt(squares) * fps) / (b - a);
  };
  const speeds: number[] = [];
  for (let i = 1; i < seen.length; i++) speeds.push(speed(seen[i - 1], seen[i]));
  const limit = Math.max(UNSUSPICIOUS_SPEED, median(speeds) + SPEED_DEVIATIONS * medianDeviation(speeds));

  dropExcursions(kept, seen, speed, limit, Math.round(LONGEST_BRIDGE_S * fps));
  markEdges(kept, speed);
  for (const gap of runsWhere(frames, t => kept[t] === ABSENT)) {
    const inside = gap.start > 0 && gap.end < frames;
    const short = (gap.end - gap.start) / fps <= LONGEST_BRIDGE_S;
    if (inside && short && speed(gap.start - 1, gap.end) <= IMPOSSIBLE_SPEED)
      kept.fill(FILLED, gap.start, gap.end);
  }
  for (const stretch of presentStretches(kept)) {
    const whole = stretch.start === 0 && stretch.end === frames;
    if (!whole && (stretch.end - stretch.start) / fps < SHORTEST_STRETCH_S) {
      kept.fill(ABSENT, stretch.start, stretch.end);
    }
  }
  return kept;
}

/** A run of seen frames without a jump. */
interface Part {
  first: number;
  last: number;
}

/**
 * Drops short parts of the track between two jumps when the way from the part before to the part after is
 * plausible without them (a real fast motion is not: it stays), and short parts between a jump and a track's end. Of
 * several in a row those stay that lie on the way.
 */
function dropExcursions(
  kept: Uint8Array,
  seen: readonly number[],
  speed: (a: number, b: number) => number,
  limit: number,
  longestFrames: number,
): void {
  const parts: Part[] = [];
  for (const t of seen) {
    const part = parts.at(-1);
    if (part && speed(part.last, t) <= limit) part.last = t;
    else parts.push({ first: t, last: t });
  }
  const isShort = (part: Part) => part.last - part.first < longestFrames;
  /** In frames: a short part that a jump leads to, or that ends the track, has to be longer than half of the longest. */
  const costOf = (from: Part | undefined, to: Part | undefined): number => {
    const jump = longestFrames / 2;
    if (!from || !to) return isShort((from ?? to)!) ? jump : 0;
    const needed = speed(from.last, to.first);
    return needed <= limit ? 0 : needed <= IMPOSSIBLE_SPEED ? jump : Infinity;
  };
  for (let i = 0; i < parts.length; i++) {
    if (!isShort(parts[i])) continue;
    const from = i;
    while (i + 1 < parts.length && isShort(parts[i + 1])) i++;
    const before = parts[from - 1];
    const after = parts[i + 1];
    if (!before && !after) continue;
    if (before && after && speed(before.last, after.first) > limit) continue;
    const run = parts.slice(from, i + 1);
    const way = longestWay(before, run, after, costOf);
    for (const part of run) if (!way.has(part)) kept.fill(ABSENT, part.first, part.last + 1);
  }
}

/** The parts of a run that keep the most frames, less what the links cost, from the part before it to the one after. */
function longestWay(
  before: Part | undefined,
  run: readonly Part[],
  after: Part | undefined,
  costOf: (from: Part | undefined, to: Part | undefined) => number,
): Set<Part> {
  const ways: { parts: Part[]; frames: number }[] = [{ parts: [], frames: 0 }];
  const bestTo = (part: Part | undefined) =>
    ways
      .map(({ parts, frames }) => ({ parts, frames: frames - costOf(parts.at(-1) ?? before, part) }))
      .reduce((best, way) => (way.frames > best.frames ? way : best));
  for (const part of run) {
    const { parts, frames } = bestTo(part);
    ways.push({ parts: [...parts, part], frames: frames + part.last - part.first + 1 });
  }
  return new Set(bestTo(after).parts);
}

/** Takes out the frame after an impossible jump, so that the jump is an edge and not a motion. */
function markEdges(kept: Uint8Array, speed: (a: number, b: number) => number): void {
  let last = -1;
  for (let t = 0; t < kept.length; t++) {
    if (kept[t] !== SEEN) continue;
    if (last >= 0 && speed(last, t) > IMPOSSIBLE_SPEED) kept[t] = ABSENT;
    last = t;
  }
}

/** (T,) for every frame the nearest one that was seen, −1 where none was. */
export function nearestSeen(state: Uint8Array): Int32Array {
  const nearest = new Int32Array(state.length).fill(-1);
  let last = -1;
  for (let t = 0; t < state.length; t++) {
    if (state[t] === SEEN) last = t;
    nearest[t] = last;
  }
  let next = -1;
  for (let t = state.length - 1; t >= 0; t--) {
    if (state[t] === SEEN) next = t;
    if (next >= 0 && (nearest[t] < 0 || next - t < t - nearest[t])) nearest[t] = next;
  }
  return nearest;
}
