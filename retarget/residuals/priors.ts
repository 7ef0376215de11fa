/**
 * Terms that need no kinematics: the rest posture of one frame, and smoothness between frames. Each sums what
 * touches the frames [from, to), adds its half gradient (∂/∂q of cost / 2) to `gradient` unless that is null, and
 * returns its cost. In `gradient` only the frames [from, to) are then complete. The second derivatives are
 * constants, given by `smoothnessCurvature`, but for the speed limit's. q and gradient are (T, n).
 */

/** Σ weights · (q − rest)²; weights are (T, n), rest is (n,). */
export function posture(
  q: Float64Array,
  n: number,
  rest: Float64Array,
  weights: Float64Array,
  gradient: Float64Array | null,
  from = 0,
  to = q.length / n,
): number {
  let cost = 0;
  for (let i = from * n; i < to * n; i += n) {
    for (let j = 0; j < n; j++) {
      const d = q[i + j] - rest[j];
      const pull = weights[i + j] * d;
      cost += pull * d;
      if (gradient) gradient[i + j] += pull;
    }
  }
  return cost;
}

/** weight · ‖q_{t+1} − q_t‖². */
export function velocity(
  q: Float64Array,
  n: number,
  weight: number,
  gradient: Float64Array | null,
  from = 0,
  to = q.length / n,
): number {
  let cost = 0;
  const end = Math.min(to * n, q.length - n);
  for (let i = Math.max(0, from - 1) * n; i < end; i++) {
    const d = q[i + n] - q[i];
    cost += weight * d * d;
    if (!gradient) continue;
    gradient[i] -= weight * d;
    gradient[i + n] += weight * d;
  }
  return cost;
}

/** weight · ‖q_{t+1} − 2 q_t + q_{t−1}‖² of all inner frames. */
export function acceleration(
  q: Float64Array,
  n: number,
  weight: number,
  gradient: Float64Array | null,
  from = 0,
  to = q.length / n,
): number {
  let cost = 0;
  const end = Math.min(to * n, q.length - 2 * n);
  for (let i = Math.max(0, from - 2) * n; i < end; i++) {
    const d = q[i + 2 * n] - 2 * q[i + n] + q[i];
    cost += weight * d * d;
    if (!gradient) continue;
    gradient[i] += weight * d;
    gradient[i + n] -= 2 * weight * d;
    gradient[i + 2 * n] += weight * d;
  }
  return cost;
}

/** Where the speed limit's second derivative goes: (T, n) the diagonal, and between frame t and t + 1. */
export interface SpeedCurvature {
  own: Float64Array;
  next: Float64Array;
}

/** weight · max(0, |q_{t+1} − q_t| − limit)² per joint and step; limit (n,) per step. Not quadratic. */
export function excessSpeed(
  q: Float64Array,
  n: number,
  limit: Float64Array,
  weight: number,
  gradient: Float64Array | null,
  curvature: SpeedCurvature | null,
  from = 0,
  to = q.length / n,
): number {
  let cost = 0;
  const end = Math.min(to * n, q.length - n);
  for (let i = Math.max(0, from - 1) * n; i < end; i++) {
    const d = q[i + n] - q[i];
    const over = Math.abs(d) - limit[i % n];
    if (over <= 0) continue;
    cost += weight * over * over;
    const slope = d < 0 ? -weight * over : weight * over;
    if (gradient) {
      gradient[i] -= slope;
      gradient[i + n] += slope;
    }
    if (!curvature) continue;
    curvature.own[i] += weight;
    curvature.own[i + n] += weight;
    curvature.next[i] -= weight;
  }
  return cost;
}

/** Second derivatives of `velocity` and `acceleration` at frame t: with itself, with t + 1, with t + 2. */
export function smoothnessCurvature(
  t: number,
  frames: number,
  velocityWeight: number,
  accelerationWeight: number,
) {
  const steps = (t > 0 ? 1 : 0) + (t + 1 < frames ? 1 : 0);
  const inner = (middle: number) => (middle > 0 && middle + 1 < frames ? 1 : 0);
  return {
    own: velocityWeight * steps + accelerationWeight * (inner(t - 1) + 4 * inner(t) + inner(t + 1)),
    next: -velocityWeight * (t + 1 < frames ? 1 : 0) - 2 * accelerationWeight * (inner(t) + inner(t + 1)),
    afterNext: accelerationWeight * inner(t + 1),
  };
}
