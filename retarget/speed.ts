/**
 * Speed limits as a hard constraint: of all trajectories that respect the limit, the one nearest to the
 * given one in least squares. Where nothing exceeds the limit nothing changes; where something does, its
 * neighbours in time share the correction, before and after, so there is no lag and no clipped tail.
 */

/** Every joint of q (T, n), in place; limit (n,) is the largest step between frames. */
export function limitSpeed(q: Float64Array, n: number, limit: Float64Array): void {
  const frames = n === 0 ? 0 : q.length / n;
  const column = new Float64Array(frames);
  for (let j = 0; j < n; j++) {
    if (!exceeds(q, n, j, limit[j])) continue;
    for (let t = 0; t < frames; t++) column[t] = q[t * n + j];
    nearestWithinStep(column, limit[j]);
    for (let t = 0; t < frames; t++) q[t * n + j] = column[t];
  }
}

/** Whether any joint steps further than its limit. */
export function exceedsSpeed(q: Float64Array, n: number, limit: Float64Array): boolean {
  for (let j = 0; j < n; j++) if (exceeds(q, n, j, limit[j])) return true;
  return false;
}

function exceeds(q: Float64Array, n: number, j: number, limit: number): boolean {
  for (let i = j; i + n < q.length; i += n) if (Math.abs(q[i + n] - q[i]) > limit) return true;
  return false;
}

/** Knots of a piecewise linear function on one side of its zero, nearest to the zero last. */
interface Side {
  /** Position, to which `shift` is still to be added. */
  at: number[];
  /** By how much the slope changes when crossing the knot away from the zero. */
  change: number[];
  shift: number;
}

/**
 * min Σ (x_t − y_t)² subject to |x_{t+1} − x_t| ≤ step, exactly, in place. Dynamic programming over time:
 * the best cost of the past as a function of x_t is convex and piecewise quadratic, so its derivative is
 * kept as knots left and right of its zero (cf. N. A. Johnson, "A dynamic programming algorithm for the
 * fused lasso", 2013). The minimum of a maximum principle holds: the result stays within the range of y.
 */
function nearestWithinStep(y: Float64Array, step: number): void {
  const below: Side = { at: [], change: [], shift: 0 };
  const above: Side = { at: [], change: [], shift: 0 };
  const best = new Float64Array(y.length);
  let zero = y[0];
  let slopeBelow = 1;
  let slopeAbove = 1;
  best[0] = zero;
  for (let t = 1; t < y.length; t++) {
    // x_t may lie one step to either side of x_{t−1}: both halves of the derivative move apart.
    below.shift -= step;
    above.shift += step;
    push(below, zero - step, slopeBelow);
    push(above, zero + step, slopeAbove);
    if (y[t] < zero - step) [zero, slopeBelow, slopeAbove] = walk(below, above, -1, zero - step, y[t]);
    else if (y[t] > zero + step) [zero, slopeAbove, slopeBelow] = walk(above, below, 1, zero + step, y[t]);
    else [zero, slopeBelow, slopeAbove] = [y[t], 1, 1];
    best[t] = zero;
  }
  y[y.length - 1] = best[y.length - 1];
  for (let t = y.length - 2; t >= 0; t--) {
    y[t] = Math.max(y[t + 1] - step, Math.min(y[t + 1] + step, best[t]));
  }
}

function push(side: Side, at: number, change: number): void {
  side.at.push(at - side.shift);
  side.change.push(change);
}

/**
 * Looks for the zero beyond the edge of the flat part, in `direction`, carrying the crossed knots to the
 * other side. Returns the zero, the slope ahead of it and the slope behind it.
 */
function walk(
  ahead: Side,
  behind: Side,
  direction: number,
  edge: number,
  y: number,
): [number, number, number] {
  let x = edge;
  let slope = 1;
  // How far the derivative is still from zero, always positive.
  let value = Math.abs(x - y);
  for (;;) {
    const knot = ahead.at.length - 1;
    const at = knot >= 0 ? ahead.at[knot] + ahead.shift : direction * Infinity;
    const gap = Math.abs(at - x);
    if (value <= slope * gap) return [x + (direction * value) / slope, slope, slope];
    const change = ahead.change[knot];
    ahead.at.pop();
    ahead.change.pop();
    push(behind, at, -change);
    value -= slope * gap;
    slope += change;
    x = at;
  }
}
