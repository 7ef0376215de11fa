/**
 * What joint motion says of itself, whatever the robot and the units: values (T, J) at a constant rate. A joint counts
 * by its own range, so radians, degrees and normalised joints are measured alike.
 */

import { spectralArcLength } from '../../retarget/index.ts';
import { AT_LIMIT } from '../../retarget/metrics/limits.ts';
import { quantile } from '../core/statistics.ts';
import { FOURTH_DIFFERENCE, SIGMA_PER_MAD, TELLS_NOISE_FPS } from '../motion/noise.ts';
import type { Measures } from './scales.ts';

export interface JointMotion {
  /** (T, J). */
  q: ArrayLike<number>;
  joints: number;
  fps: number;
  /** (J,) each, in the units of q; absent where nobody knows them. */
  limits?: { lower: ArrayLike<number>; upper: ArrayLike<number>; velocity: ArrayLike<number> } | null;
  /** (T, J) 1 where a joint is meant to rest; absent: nowhere. */
  rests?: ArrayLike<number> | null;
}

type JointMeasures = Pick<
  Measures,
  'limits' | 'speed' | 'smoothness' | 'steadiness' | 'pace' | 'liveness' | 'activity'
>;

/** A joint that moves less than this share of the liveliest one's range does not move. */
const LEAST_RANGE = 0.02;
/** At least so much of a range, in its own units, is motion and not rounding. */
const LEAST_MOTION = 1e-4;

export function measureJoints(motion: JointMotion): JointMeasures {
  const moving = movingJoints(motion);
  return {
    limits: limitShare(motion, moving),
    speed: overSpeedShare(motion),
    smoothness: arcLength(motion, moving),
    steadiness: noise(motion, moving),
    pace: brokenShare(moving),
    liveness: frozenShare(motion, moving),
    activity: idleShare(motion, moving),
  };
}

interface Moving {
  j: number;
  /** (T,) */
  values: Float64Array;
  range: number;
}

function movingJoints({ q, joints: J }: JointMotion): Moving[] {
  const T = q.length / J;
  const all = Array.from({ length: J }, (_, j): Moving => {
    const values = Float64Array.from({ length: T }, (_, t) => q[t * J + j]);
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const v of values) [low, high] = [Math.min(low, v), Math.max(high, v)];
    return { j, values, range: high - low };
  });
  const most = Math.max(0, ...all.map(({ range }) => range));
  return all.filter(({ range }) => range > Math.max(LEAST_MOTION, LEAST_RANGE * most));
}

function limitShare({ limits, rests, joints: J }: JointMotion, moving: readonly Moving[]): number | null {
  if (!limits) return null;
  let [at, all] = [0, 0];
  for (const { j, values } of moving) {
    const near = AT_LIMIT * (limits.upper[j] - limits.lower[j]);
    values.forEach((v, t) => {
      if (rests?.[t * J + j]) return;
      all++;
      if (v < limits.lower[j] + near || v > limits.upper[j] - near) at++;
    });
  }
  return all > 0 ? at / all : null;
}

/** Room for rounding, as a share of the limit. */
const SPEED_ROOM = 1.01;

function overSpeedShare({ q, joints: J, fps, limits }: JointMotion): number | null {
  if (!limits || q.length <= J) return null;
  let over = 0;
  for (let i = J; i < q.length; i++)
    if (Math.abs(q[i] - q[i - J]) * fps > SPEED_ROOM * limits.velocity[i % J]) over++;
  return over / (q.length - J);
}

/** (T − 1,) length of each step over the joints, each joint by its range: 1 is all of them from end to end. */
function steps(moving: readonly Moving[]): Float64Array {
  const T = moving[0]?.values.length ?? 1;
  return Float64Array.from({ length: T - 1 }, (_, t) =>
    Math.sqrt(
      moving.reduce((sum, { values, range }) => sum + ((values[t + 1] - values[t]) / range) ** 2, 0) /
        moving.length,
    ),
  );
}

/** Spectral arc length depends on how many movements there are: it is taken over windows of this length, s. */
const WINDOW_S = 2;

function arcLength({ fps }: JointMotion, moving: readonly Moving[]): number | null {
  if (moving.length === 0) return null;
  const speed = steps(moving);
  const size = Math.min(speed.length, Math.round(WINDOW_S * fps));
  const lengths: number[] = [];
  for (let start = 0; start + size <= speed.length; start += Math.max(1, size >> 1)) {
    const length = -spectralArcLength(speed.subarray(start, start + size), fps);
    if (!Number.isNaN(length)) lengths.push(length);
  }
  return lengths.length > 0 ? quantile(lengths, 0.5) : null;
}

/** The worst joints speak for all: the share of them that is looked at. */
const NOISIEST = 0.25;

/**
 * Standard deviation of what changes from frame to frame, over the joint's range: fourth differences leave next to nothing of
 * motion below 2 Hz, and all of white noise. Mean of the noisiest quarter of the joints.
 */
function noise({ fps }: JointMotion, moving: readonly Moving[]): number | null {
  if (fps < TELLS_NOISE_FPS) return null;
  const sigmas = moving.flatMap(({ values: v, range }) => {
    const fourth: number[] = [];
    for (let t = 4; t < v.length; t++)
      fourth.push(Math.abs(v[t] - 4 * v[t - 1] + 6 * v[t - 2] - 4 * v[t - 3] + v[t - 4]));
    return fourth.length > 0 ? [(SIGMA_PER_MAD * quantile(fourth, 0.5)) / FOURTH_DIFFERENCE / range] : [];
  });
  if (sigmas.length === 0) return null;
  const worst = sigmas.sort((a, b) => b - a).slice(0, Math.max(1, Math.round(NOISIEST * sigmas.length)));
  return worst.reduce((sum, s) => sum + s, 0) / worst.length;
}

/** A step this much smaller, or larger, than those around it does not belong to one motion. */
const STANDSTILL = 0.02;
const JUMP = 2.2;
/** Steps before and after that a step is compared with. */
const AROUND = 2;

/** Frames lost: a stream that repeats its last frame, or closes up over the loss, stands still or jumps amid motion. */
function brokenShare(moving: readonly Moving[]): number | null {
  if (moving.length === 0) return null;
  const step = steps(moving);
  const brisk = quantile([...step], 0.5);
  let broken = 0;
  for (let t = AROUND; t + AROUND < step.length; t++) {
    const around = [...step.subarray(t - AROUND, t), ...step.subarray(t + 1, t + 1 + AROUND)];
    const usual = quantile(around, 0.5);
    const jumps =
      step[t] > JUMP * Math.max(...around.slice(0, 2)) && step[t] > JUMP * Math.max(...around.slice(2));
    if ((usual > 0.5 * brisk && step[t] < STANDSTILL * usual) || (jumps && step[t] > brisk)) broken++;
  }
  return step.length > 2 * AROUND ? broken / (step.length - 2 * AROUND) : null;
}

/**
 * A joint that keeps its value this long while the others move may be frozen, s. It is when it stops or starts with a jerk, in
 * ranges per second: one that rests comes to rest.
 */
const FROZEN_S = 0.4;
const JERK = 0.4;
/** Change that counts as none, as a share of the joint's range. */
const NO_CHANGE = 1e-5;

function frozenShare(
  { fps, limits, rests, joints: J }: JointMotion,
  moving: readonly Moving[],
): number | null {
  if (moving.length < 2) return null;
  const step = steps(moving);
  const brisk = quantile([...step], 0.5);
  const shortest = Math.round(FROZEN_S * fps);
  let [frozen, all] = [0, 0];
  for (const { j, values, range } of moving) {
    const atEnd = (v: number) =>
      limits
        ? v < limits.lower[j] + AT_LIMIT * (limits.upper[j] - limits.lower[j]) ||
          v > limits.upper[j] - AT_LIMIT * (limits.upper[j] - limits.lower[j])
        : false;
    const stepAt = (t: number) => (t < 0 || t + 1 >= values.length ? 0 : Math.abs(values[t + 1] - values[t]));
    for (let t = 0; t + 1 < values.length; ) {
      let end = t;
      while (end + 1 < values.length && Math.abs(values[end + 1] - values[end]) < NO_CHANGE * range) end++;
      const lively = step.subarray(t, end).filter(s => s > 0.3 * brisk).length;
      const meant = rests?.[t * J + j] || atEnd(values[t]);
      const jerk = Math.max(stepAt(t - 1), stepAt(end)) * fps > JERK * range;
      if (!meant && jerk && end - t >= shortest) frozen += lively;
      t = Math.max(end, t + 1);
    }
    all += step.length;
  }
  return frozen / all;
}

/** Slower than this, in joint ranges per second, is rest. */
const REST = 0.05;

function idleShare({ fps }: JointMotion, moving: readonly Moving[]): number | null {
  if (moving.length === 0) return 1;
  const step = steps(moving);
  return step.length > 0 ? step.filter(s => s * fps < REST).length / step.length : null;
}
