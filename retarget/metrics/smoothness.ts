/** How smooth a point's motion is. */

/** Highest frequency of human movement, and share of the peak below which a spectrum is noise (ibid.). */
const MAX_HERTZ = 20;
const AMPLITUDE_THRESHOLD = 0.05;
/** The spectrum is sampled 16 times as finely as the record allows (ibid.). */
const PADDING = 4;

/**
 * Spectral arc length of a speed profile (T,), dimensionless and below 0; nearer to 0 is smoother, a single
 * minimum-jerk reach has about −1.4. Independent of the motion's size and, up to its pauses, of its duration.
 * Source: S. Balasubramanian et al., "On the analysis of movement smoothness", J. NeuroEng. Rehabil. 12:112, 2015.
 * NaN when nothing moves.
 */
export function spectralArcLength(speed: ArrayLike<number>, fps: number): number {
  const size = 2 ** (Math.ceil(Math.log2(Math.max(2, speed.length))) + PADDING);
  const spectrum = magnitudes(speed, size);
  const peak = spectrum.reduce((most, value) => Math.max(most, value), 0);
  if (!(peak > 0)) return Number.NaN;
  const hertz = fps / size;
  let last = 0;
  for (let k = 0; k <= size / 2 && k * hertz <= MAX_HERTZ; k++) {
    if (spectrum[k] >= AMPLITUDE_THRESHOLD * peak) last = k;
  }
  let length = 0;
  for (let k = 0; k < last; k++) length += Math.hypot(1 / last, (spectrum[k + 1] - spectrum[k]) / peak);
  return -length;
}

/** Root mean square of the third derivative of positions (T, 3) m, m/s³, by third differences. */
export function rmsJerk(positions: ArrayLike<number>, fps: number): number {
  const count = positions.length - 9;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const third = positions[i + 9] - 3 * positions[i + 6] + 3 * positions[i + 3] - positions[i];
    sum += (third * fps ** 3) ** 2;
  }
  return count > 0 ? Math.sqrt((3 * sum) / count) : Number.NaN;
}

/** Speed (T − 1,) m/s of positions (T, 3) m. */
export const speedOf = (positions: ArrayLike<number>, fps: number): Float64Array =>
  Float64Array.from({ length: Math.max(0, positions.length / 3 - 1) }, (_, t) => {
    const step = (k: number) => positions[3 * t + 3 + k] - positions[3 * t + k];
    return Math.hypot(step(0), step(1), step(2)) * fps;
  });

/** |DFT| of a real signal padded with zeros to a power of two: bins 0 … size / 2. */
function magnitudes(signal: ArrayLike<number>, size: number): Float64Array {
  const [re, im] = [new Float64Array(size), new Float64Array(size)];
  const bits = Math.log2(size);
  for (let i = 0; i < signal.length; i++) {
    let reversed = 0;
    for (let b = 0; b < bits; b++) reversed |= ((i >> b) & 1) << (bits - 1 - b);
    re[reversed] = signal[i];
  }
  // J. W. Cooley and J. W. Tukey, 1965: butterflies of doubling width.
  for (let half = 1; half < size; half *= 2) {
    for (let k = 0; k < half; k++) {
      const [c, s] = [Math.cos((-Math.PI * k) / half), Math.sin((-Math.PI * k) / half)];
      for (let i = k; i < size; i += 2 * half) {
        const j = i + half;
        const [x, y] = [c * re[j] - s * im[j], s * re[j] + c * im[j]];
        re[j] = re[i] - x;
        im[j] = im[i] - y;
        re[i] += x;
        im[i] += y;
      }
    }
  }
  return Float64Array.from({ length: size / 2 + 1 }, (_, k) => Math.hypot(re[k], im[k]));
}
