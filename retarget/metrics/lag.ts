/**
 * By how many frames `follower` (T,) comes after `leader` (T,), to a fraction of a frame: where their
 * cross-correlation is largest, up to `atMost` frames and half of their length. Negative when it comes
 * before; NaN when one of them is constant.
 */
export function lagFrames(leader: ArrayLike<number>, follower: ArrayLike<number>, atMost: number): number {
  const [a, b] = [centred(leader), centred(follower)];
  const most = Math.min(atMost, Math.floor(Math.min(a.length, b.length) / 2));
  const correlation = Float64Array.from({ length: 2 * most + 1 }, (_, i) => correlate(a, b, i - most));
  let best = 0;
  correlation.forEach((value, i) => {
    if (value > correlation[best]) best = i;
  });
  if (!(correlation[best] > 0)) return Number.NaN;
  if (best === 0 || best === 2 * most) return best - most;
  // The peak of the parabola through the best lag and its neighbours.
  const [before, at, after] = [correlation[best - 1], correlation[best], correlation[best + 1]];
  return best - most + (after - before) / (2 * (2 * at - before - after));
}

/** Correlation coefficient over the frames that both have at this lag. */
function correlate(a: Float64Array, b: Float64Array, lag: number): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let t = Math.max(0, -lag); t < a.length && t + lag < b.length; t++) {
    ab += a[t] * b[t + lag];
    aa += a[t] * a[t];
    bb += b[t + lag] * b[t + lag];
  }
  return ab / Math.sqrt(aa * bb);
}

function centred(values: ArrayLike<number>): Float64Array {
  const all = Float64Array.from(values);
  const mean = all.reduce((sum, v) => sum + v, 0) / all.length;
  return all.map(v => v - mean);
}
