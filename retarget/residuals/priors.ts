/**
 * Quadratic terms that need no kinematics: the rest posture of one frame, and smoothness between frames.
 * Each adds its cost's half gradient (∂/∂q of cost / 2) to `gradient` and returns its cost. Their second
 * derivatives are constants, given by the `…Curvature` functions: the solver adds them once.
 * q and gradient are (T, n).
 */

/** weight · ‖q_t − rest‖² summed over all frames; rest is (n,). */
export function posture(
  q: Float64Array,
  n: number,
  rest: Float64Array,
  weight: number,
  gradient: Float64Array,
) {
  let cost = 0;
  for (let i = 0; i < q.length; i += n) {
    for (let j = 0; j < n; j++) {
      const d = q[i + j] - rest[j];
      cost += weight * d * d;
      gradient[i + j] += weight * d;
    }
  }
  return cost;
}

/** weight · ‖q_{t+1} − q_t‖² summed over all steps. */
export function velocity(q: Float64Array, n: number, weight: number, gradient: Float64Array): number {
  let cost = 0;
  for (let i = 0; i + n < q.length; i++) {
    const d = q[i + n] - q[i];
    cost += weight * d * d;
    gradient[i] -= weight * d;
    gradient[i + n] += weight * d;
  }
  return cost;
}

/** weight · ‖q_{t+1} − 2 q_t + q_{t−1}‖² summed over all inner frames. */
export function acceleration(q: Float64Array, n: number, weight: number, gradient: Float64Array): number {
  let cost = 0;
  for (let i = 0; i + 2 * n < q.length; i++) {
    const d = q[i + 2 * n] - 2 * q[i + n] + q[i];
    cost += weight * d * d;
    gradient[i] += weight * d;
    gradient[i + n] -= 2 * weight * d;
    gradient[i + 2 * n] += weight * d;
  }
  return cost;
}

/**
 * weight · max(0, |q_{t+1} − q_t| − limit)² per joint and step; limit (n,) per step. The only prior that is
 * not quadratic: it adds its curvature where it is active to `own` (T·n, the diagonal) and `next`
 * (T·n, between frame t and t + 1).
 */
export function excessSpeed(
  q: Float64Array,
  n: number,
  limit: Float64Array,
  weight: number,
  gradient: Float64Array,
  own: Float64Array,
  next: Float64Array,
): number {
  let cost = 0;
  for (let i = 0; i + n < q.length; i++) {
    const d = q[i + n] - q[i];
    const over = Math.abs(d) - limit[i % n];
    if (over <= 0) continue;
    cost += weight * over * over;
    const slope = d < 0 ? -weight * over : weight * over;
    gradient[i] -= slope;
    gradient[i + n] += slope;
    own[i] += weight;
    own[i + n] += weight;
    next[i] -= weight;
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
