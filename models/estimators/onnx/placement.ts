/** From a region's own coordinates to the frame's. */
import type { Roi } from '../../../src/core/readings.ts';

/**
 * @param points rows of `stride` numbers that start with x, y in px of a picture of side `side`.
 * @returns (count, 2) px of the frame.
 */
export const placePixels = (
  points: Float32Array,
  stride: number,
  count: number,
  side: number,
  { cx, cy, size, angle }: Roi,
): Float32Array => {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const pixels = new Float32Array(2 * count);
  for (let k = 0; k < count; k++) {
    const u = (points[stride * k] / side - 0.5) * size;
    const v = (points[stride * k + 1] / side - 0.5) * size;
    pixels[2 * k] = cx + u * cos - v * sin;
    pixels[2 * k + 1] = cy + u * sin + v * cos;
  }
  return pixels;
};

/** World landmarks (count, 3) m, turned back about the viewing axis. */
export const placeWorld = (world: Float32Array, count: number, { angle }: Roi): Float32Array => {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const placed = new Float32Array(3 * count);
  for (let k = 0; k < 3 * count; k += 3) {
    placed[k] = world[k] * cos - world[k + 1] * sin;
    placed[k + 1] = world[k] * sin + world[k + 1] * cos;
    placed[k + 2] = world[k + 2];
  }
  return placed;
};
