/**
 * Scene cuts. A cut replaces the whole picture at once and for good, so what distinguishes it is not one large
 * difference but one between two quiet neighbourhoods: a flash comes back, a fast pan differs on both sides, a
 * change of exposure keeps the picture's pattern. Compared are patterns (means of a coarse grid of cells, each
 * channel without its mean, together at unit length), so that brightness and contrast do not matter.
 * Dissolves and cuts between two almost equal views are not found.
 */
import type { RgbFrame } from '../core/types.ts';
import { COLUMNS, cellMeans, ROWS } from './coarse-grid.ts';

const RGB = [0, 1, 2];
/** Every fourth pixel of every fourth row is plenty for the mean of a cell of 640 × 360. */
const SAMPLES = 5;
/** Pictures of one shot correlate above 0.9 even in a head camera that moves; of two shots by chance. */
const CUT_DISTANCE = 0.35;
/** A cut differs this many times more than the picture moves just before and after it. */
const CUT_RATIO = 3;

/** (3 · ROWS · COLUMNS,) the frame's coarse pattern, of unit length; zero for a picture of one colour. */
export type Pattern = Float32Array;

export function patternOf(frame: RgbFrame): Pattern {
  const cells = ROWS * COLUMNS;
  const pattern = cellMeans(frame, RGB, SAMPLES);
  const shown = withoutBars(pattern);
  for (let c = 0; c < 3; c++) {
    const channel = pattern.subarray(c * cells, (c + 1) * cells);
    const mean = shown.reduce((sum, i) => sum + channel[i], 0) / Math.max(1, shown.length);
    for (const i of shown) channel[i] -= mean;
  }
  const length = Math.sqrt(pattern.reduce((sum, value) => sum + value * value, 0));
  return length > 0 ? pattern.map(value => value / length) : pattern;
}

export const isBlank = (pattern: Pattern): boolean => pattern.every(value => value === 0);

/** Cells darker than this in every channel are black, 0…255: video black is 16, and compressed edges bleed. */
const BLACK = 24;

/**
 * The cells inside of black bars, which are set to zero: the same bars around every shot of a compilation would make all of them
 * alike. A picture that is black all over is nothing but bars.
 */
function withoutBars(pattern: Float32Array): number[] {
  const cells = ROWS * COLUMNS;
  const isBlack = (row: number, column: number) =>
    [0, 1, 2].every(c => pattern[c * cells + row * COLUMNS + column] < BLACK);
  const rows = Array.from({ length: ROWS }, (_, row) => row);
  const columns = Array.from({ length: COLUMNS }, (_, column) => column);
  const litRows = rows.filter(row => !columns.every(column => isBlack(row, column)));
  const litColumns = columns.filter(column => !rows.every(row => isBlack(row, column)));
  const inside = (at: number, lit: readonly number[]) => at >= lit[0] && at <= lit[lit.length - 1];
  const shown: number[] = [];
  for (const row of rows)
    for (const column of columns) {
      const i = row * COLUMNS + column;
      if (inside(row, litRows) && inside(column, litColumns)) shown.push(i);
      else for (let c = 0; c < 3; c++) pattern[c * cells + i] = 0;
    }
  return shown;
}

/** 0 (the same pattern) … 2. Two pictures of one colour are the same. */
export function patternDistance(a: Pattern, b: Pattern): number {
  if (isBlank(a) && isBlank(b)) return 0;
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
