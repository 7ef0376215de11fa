/** How fast the wrists are, and where they are slowest: there one action ends and the next begins. */
import { SIDES } from '../../core/skeletons.ts';
import { ABSENT, type HumanMotion } from '../../core/types.ts';
import type { Stretch } from '../gaps.ts';

/** Quadratic smoothing over five frames (A. Savitzky and M. J. E. Golay, 1964). */
const SAVITZKY_GOLAY_5 = [-3 / 35, 12 / 35, 17 / 35, 12 / 35, -3 / 35];
/** A minimum is the lowest within 15 frames at 30 frames/s to either side, s. */
const NEIGHBOURHOOD_S = 0.5;
/** An action lasts 8 … 300 frames at 30 frames/s, s. */
const SHORTEST_ACTION_S = 8 / 30;
export const LONGEST_ACTION_S = 10;

/** (T,) m/s, both wrists together, smoothed; a wrist that is not known, or was not just before, adds nothing. */
export function wristSpeed({ frames, fps, hands }: HumanMotion): Float64Array {
  const raw = new Float64Array(frames);
  for (const side of SIDES) {
    const { state, wrist } = hands[side];
    for (let t = 1; t < frames; t++) {
      if (state[t] === ABSENT || state[t - 1] === ABSENT) continue;
      const step = [0, 1, 2].map(a => wrist[3 * t + a] - wrist[3 * t - 3 + a]);
      raw[t] += Math.hypot(...step) * fps;
    }
  }
  return raw.map((_, t) =>
    SAVITZKY_GOLAY_5.reduce(
      (sum, weight, i) => sum + weight * raw[Math.min(frames - 1, Math.max(0, t + i - 2))],
      0,
    ),
  );
}

/** Frames inside a part in which the wrists are slower than anywhere near; an action apart from each other and the ends. */
export function slowestMoments(speed: Float64Array, { start, end }: Stretch, fps: number): number[] {
  const near = Math.round(NEIGHBOURHOOD_S * fps);
  const shortest = Math.max(1, Math.round(SHORTEST_ACTION_S * fps));
  const moments: number[] = [];
  for (let t = start + shortest; t <= end - shortest; t++) {
    if (t - (moments.at(-1) ?? start) < shortest) continue;
    const [from, to] = [Math.max(start, t - near), Math.min(end - 1, t + near)];
    let lowest = true;
    for (let u = from; u <= to && lowest; u++)
      lowest = speed[u] > speed[t] || (speed[u] === speed[t] && u >= t);
    if (lowest) moments.push(t);
  }
  return moments;
}

/** Pieces may be this much shorter than the longest, so that they end where it is slow. */
const ROOM = 0.25;

/** Frames that divide a part so that no piece is longer than `longest` frames, each at the slowest moment near. */
export function divisions(speed: Float64Array, { start, end }: Stretch, longest: number): number[] {
  const at: number[] = [];
  for (let from = start; end - from > longest; from = at.at(-1)!) {
    let slowest = from + longest;
    for (let t = slowest; t > from + longest * (1 - ROOM); t--) if (speed[t] < speed[slowest]) slowest = t;
    at.push(Math.max(from + 1, slowest));
  }
  return at;
}
