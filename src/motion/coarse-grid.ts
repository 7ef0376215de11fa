/** A picture as a coarse grid of cells, for what is asked of the picture as a whole: scene cuts, and whether it stands still. */
import type { RgbFrame } from '../core/types.ts';

export const COLUMNS = 32;
export const ROWS = 18;

/**
 * Means of the cells, 0…255, as (channels, ROWS, COLUMNS).
 * @param channels of red, green and blue: 0, 1, 2
 * @param samples a cell's mean is taken over at most about so many pixels along each side
 */
export function cellMeans(
  { width, height, data }: RgbFrame,
  channels: readonly number[],
  samples: number,
): Float32Array {
  const cells = ROWS * COLUMNS;
  const means = new Float32Array(channels.length * cells);
  const [stepX, stepY] = [Math.ceil(width / COLUMNS / samples), Math.ceil(height / ROWS / samples)];
  const edge = (i: number, parts: number, size: number) => Math.floor((i * size) / parts);
  const sums = channels.map(() => 0);
  for (let row = 0; row < ROWS; row++)
    for (let column = 0; column < COLUMNS; column++) {
      const [x0, x1] = [edge(column, COLUMNS, width), edge(column + 1, COLUMNS, width)];
      const [y0, y1] = [edge(row, ROWS, height), edge(row + 1, ROWS, height)];
      sums.fill(0);
      let count = 0;
      for (let y = y0; y < Math.max(y1, y0 + 1); y += stepY)
        for (let x = x0; x < Math.max(x1, x0 + 1); x += stepX, count++)
          for (let c = 0; c < channels.length; c++) sums[c] += data[3 * (y * width + x) + channels[c]];
      for (let c = 0; c < channels.length; c++) means[c * cells + row * COLUMNS + column] = sums[c] / count;
    }
  return means;
}
