/**
 * What score_lerobot_episodes (RoboticsData, Apache-2.0) looks at in joint data, by the formulas of its published
 * scores: smoothness of acceleration, straightness of the path, time spent moving, spikes of acceleration, stillness at
 * the end. Written anew from their description; its checks of pictures and its language model are left out. Joints in
 * degrees, as the recordings it is made for. Each 0…1; the score is their mean, as its report shows it.
 */
import { median } from '../../src/core/statistics.ts';

const DEGREES = 180 / Math.PI;

export interface BaselineScore {
  smoothness: number;
  path: number;
  movement: number;
  spikes: number;
  stability: number;
  mean: number;
}

/** @param q (T, J) rad */
export function baselineScore(q: ArrayLike<number>, J: number, fps: number): BaselineScore {
  const T = q.length / J;
  const at = (t: number, j: number) => q[t * J + j] * DEGREES;
  const frames = (n: number) => Array.from({ length: Math.max(0, n) }, (_, t) => t);
  const norm = (f: (j: number) => number) => {
    let sum = 0;
    for (let j = 0; j < J; j++) sum += f(j) ** 2;
    return Math.sqrt(sum);
  };
  const acceleration = (t: number, j: number) => (at(t + 2, j) - 2 * at(t + 1, j) + at(t, j)) * fps ** 2;
  const inner = frames(T - 2);
  const squares = inner.reduce((sum, t) => sum + norm(j => acceleration(t, j)) ** 2, 0);
  const smoothness = Math.exp(-Math.sqrt(squares / (inner.length * J)) / 1000);
  const steps = frames(T - 1).map(t => norm(j => at(t + 1, j) - at(t, j)));
  const length = steps.reduce((sum, step) => sum + step, 0);
  const path = length < 1e-6 ? 0 : Math.min(1, norm(j => at(T - 1, j) - at(0, j)) / length);
  const movement = steps.filter(step => step * fps >= 0.1).length / steps.length;
  const thresholds = Array.from(
    { length: J },
    (_, j) => 15 * median(inner.map(t => Math.abs(acceleration(t, j)))),
  );
  const spiked = inner.filter(t => thresholds.some((limit, j) => Math.abs(acceleration(t, j)) > limit));
  const last = frames(T).filter(t => t >= T - 1 - 2 * fps);
  const spreads = Array.from({ length: J }, (_, j) => deviation(last.map(t => at(t, j))));
  const stability = Math.exp(-spreads.reduce((sum, s) => sum + s, 0) / J / 0.05);
  const parts = { smoothness, path, movement, spikes: 1 - spiked.length / inner.length, stability };
  return { ...parts, mean: Object.values(parts).reduce((sum, v) => sum + v, 0) / 5 };
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
}
