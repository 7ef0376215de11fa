/**
 * MediaPipe's filter of a body's landmarks: G. Casiez, N. Roussel and D. Vogel, "1 € filter", CHI 2012, with speeds in
 * sizes of the region. Constants: pose_landmark_filtering.pbtxt.
 */
export const LANDMARKS = { minCutoffHz: 0.05, beta: 80 };
export const REGION = { minCutoffHz: 0.01, beta: 10 };
const DERIVATIVE_CUTOFF_HZ = 1;

export class OneEuro {
  readonly #fps: number;
  readonly #tuning: { minCutoffHz: number; beta: number };
  #last: { raw: Float32Array; value: Float64Array; speed: Float64Array } | null = null;

  constructor(fps: number, tuning: { minCutoffHz: number; beta: number }) {
    this.#fps = fps;
    this.#tuning = tuning;
  }

  /** The next frame's values, filtered. @param size of the region that they were read in, in the values' unit */
  next(raw: Float32Array, size: number): Float64Array {
    const last = this.#last;
    const value = Float64Array.from(raw);
    const speed = new Float64Array(raw.length);
    const { minCutoffHz, beta } = this.#tuning;
    if (last)
      raw.forEach((x, i) => {
        speed[i] = mix(
          last.speed[i],
          ((x - last.raw[i]) / size) * this.#fps,
          this.#share(DERIVATIVE_CUTOFF_HZ),
        );
        value[i] = mix(last.value[i], x, this.#share(minCutoffHz + beta * Math.abs(speed[i])));
      });
    this.#last = { raw: Float32Array.from(raw), value, speed };
    return value;
  }

  #share(cutoffHz: number): number {
    return 1 / (1 + this.#fps / (2 * Math.PI * cutoffHz));
  }
}

const mix = (from: number, to: number, share: number): number => from + share * (to - from);
