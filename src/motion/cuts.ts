/**
 * Scene cuts. A cut replaces the whole picture at once and for good, so what distinguishes it is not one large
 * difference but one between two quiet neighbourhoods: a flash comes back, a fast pan differs on both sides, a
 * change of exposure keeps the picture's pattern. Compared are patterns (means of a coarse grid of cells, each
 * channel without its mean, together at unit length), so that brightness and contrast do not matter.
 * Dissolves and cuts between two almost equal views are not found.
 */
import type { RgbFrame } from '../core/types.ts';

const COLUMNS = 32;
const ROWS = 18;
/** A cell's mean is taken over at most this many pixels along each side. */
const SAMPLES = 5;
/** Pictures of one shot correlate above 0.9 even in a head camera that moves; of two shots by chance. */
const CUT_DISTANCE = 0.35;
/** A cut differs this many times more than the picture moves just before and after it. */
const CUT_RATIO = 3;

/** (3 · ROWS · COLUMNS,) the frame's coarse pattern, of unit length; zero for a picture of one colour. */
export type Pattern = Float32Array;

export function patternOf({ width, height, data }: RgbFrame): Pattern {
  const cells = ROWS * COLUMNS;
  const pattern = new Float32Array(3 * cells);
  const [stepX, stepY] = [Math.ceil(width / COLUMNS / SAMPLES), Math.ceil(height / ROWS / SAMPLES)];
  // Every fourth pixel of every fourth row is plenty for a cell's mean.
  for (let row = 0; row < ROWS; row++)
    for (let column = 0; column < COLUMNS; column++) {
      const [x0, x1] = [0, 1].map(i => Math.floor(((column + i) * width) / COLUMNS));
      const [y0, y1] = [0, 1].map(i => Math.floor(((row + i) * height) / ROWS));
      const sums = [0, 0, 0];
      let count = 0;
      for (let y = y0; y < Math.max(y1, y0 + 1); y += stepY)
        for (let x = x0; x < Math.max(x1, x0 + 1); x += stepX, count++)
          for (let c = 0; c < 3; c++) sums[c] += data[3 * (y * width + x) + c];
      for (let c = 0; c < 3; c++) pattern[c * cells + row * COLUMNS + column] = sums[c] / count;
    }
  for (let c = 0; c < 3; c++) {
    const channel = pattern.subarray(c * cells, (c + 1) * cells);
    const mean = channel.reduce((sum, value) => sum + value, 0) / cells;
    for (let i = 0; i < cells; i++) channel[i] -= mean;
  }
  const length = Math.sqrt(pattern.reduce((sum, value) => sum + value * value, 0));
  return length > 0 ? pattern.map(value => value / length) : pattern;
}

/** 0 (the same pattern) … 2. */
export function patternDistance(a: Pattern, b: Pattern): number {
  let dot = 0;
  for (let i = 0; i < a.length; i++) dot += a[i] * b[i];
  return 1 - dot;
}

/**
 * Is there a cut between the second and the third of four frames in a row? At the ends of a clip repeat the first
 * or the last.
 */
export function isCut([before, last, first, after]: readonly [Pattern, Pattern, Pattern, Pattern]): boolean {
  const across = Math.min(
    patternDistance(last, first),
    patternDistance(before, first),
    patternDistance(last, after),
  );
  const within = Math.max(patternDistance(before, last), patternDistance(first, after));
  return across > CUT_DISTANCE && across > CUT_RATIO * within;
}
