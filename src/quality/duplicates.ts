/** Episodes that tell the same motion: copied, cut a little differently, or played at another rate. */

/** The shape of a motion: (SAMPLES, J) joint values at equal shares of its way, and how long that way is. */
export interface Signature {
  joints: number;
  values: Float32Array;
  /** Sum of the steps, in the units of the joints. */
  length: number;
  /** (J,) largest less smallest value. */
  range: Float32Array;
}

const SAMPLES = 24;

/** @param q (T, J). Samples lie at equal shares of the path, so that pauses and rates do not matter. */
export function signatureOf(q: ArrayLike<number>, joints: number): Signature {
  const T = q.length / joints;
  const way = new Float64Array(T);
  for (let t = 1; t < T; t++) {
    let squares = 0;
    for (let j = 0; j < joints; j++) squares += (q[t * joints + j] - q[(t - 1) * joints + j]) ** 2;
    way[t] = way[t - 1] + Math.sqrt(squares);
  }
  const values = new Float32Array(SAMPLES * joints);
  let t = 0;
  for (let s = 0; s < SAMPLES; s++) {
    const wanted = (way[T - 1] * s) / (SAMPLES - 1);
    while (t + 2 < T && way[t + 1] < wanted) t++;
    const next = Math.min(t + 1, T - 1);
    const share = way[next] > way[t] ? Math.min(1, (wanted - way[t]) / (way[next] - way[t])) : 0;
    for (let j = 0; j < joints; j++)
      values[s * joints + j] = q[t * joints + j] * (1 - share) + q[next * joints + j] * share;
  }
  const range = Float32Array.from({ length: joints }, (_, j) => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = j; i < q.length; i += joints) [low, high] = [Math.min(low, q[i]), Math.max(high, q[i])];
    return high - low;
  });
  return { joints, values, length: way[T - 1], range };
}

/** Signatures that differ less than this share of the joints' ranges, root mean square, are one motion. */
const SAME_MOTION = 0.05;
/** Their ways differ less than this. */
const SAME_LENGTH = 0.15;

/** For each episode the first one that it repeats, or null. Compared are only those whose ways are about as long. */
export function nearDuplicates(signatures: readonly Signature[]): (number | null)[] {
  const order = signatures
    .map((_, i) => i)
    .sort((a, b) => signatures[a].length - signatures[b].length || a - b);
  const of = new Array<number | null>(signatures.length).fill(null);
  for (const [k, i] of order.entries())
    for (let m = k + 1; m < order.length; m++) {
      const j = order[m];
      if (signatures[j].length > signatures[i].length * (1 + SAME_LENGTH)) break;
      const [first, second] = [Math.min(i, j), Math.max(i, j)];
      if (isSameMotion(signatures[i], signatures[j])) of[second] = Math.min(of[second] ?? first, first);
    }
  return of;
}

function isSameMotion(a: Signature, b: Signature): boolean {
  // Without motion there is nothing to recognise.
  if (a.joints !== b.joints || a.length === 0) return false;
  let ranges = 0;
  for (let j = 0; j < a.joints; j++) ranges += Math.max(a.range[j], b.range[j]) ** 2;
  const limit = SAME_MOTION ** 2 * SAMPLES * ranges;
  // Most pairs differ so much that their first samples tell.
  let squares = 0;
  for (let i = 0; i < a.values.length && squares < limit; i++) squares += (a.values[i] - b.values[i]) ** 2;
  return squares < limit;
}
