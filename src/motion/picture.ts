/**
 * Does the picture itself stand still? A camera that stands has noise, and compression pulses; a hand that moves changes
 * what is around it far more. Compared are means of a coarse grid of cells a moment apart. What noise changes in that time it
 * changes from one frame to the next, too, and motion does not: a moment of four frames holds four times as much of it.
 */

import { median } from '../core/statistics.ts';
import type { RgbFrame } from '../core/types.ts';
import { cellMeans } from './coarse-grid.ts';
import { TELLS_NOISE_FPS } from './noise.ts';

/** A cell's mean is taken over at most so many pixels along each side: noise of 10 of 255 levels leaves 1 of it. */
const SAMPLES = 10;
const GREEN = 1;

/** What moves is compared over this time, s: a hand of 20 px at a palm a second changes a cell by some 8 of 255 levels in it. */
const MOMENT_S = 0.13;
/** Compression redraws a picture that stands still by up to so much, of 255 levels. */
const COMPRESSION = 1.5;
/**
 * Noise shows in the cell that changes more than nine in ten from one frame to the next; the third-largest change over a moment is
 * then 1.7 to 2.1 times as large. Measured on eight clips with a held picture, noise of 4 and 10 levels added before compression.
 */
const NOISY_CELL = 0.9;
const ABOVE_NOISE = 2.5;
/** Noise of 10 levels changes that cell by 2.3; what changes more is a camera that shakes, or a hand that fills the picture. */
const MOST_NOISE = 3;
/** So many cells have to change: one or two are a lamp, or a clock in a corner. */
const CELLS_THAT_MOVE = 3;

/** (ROWS · COLUMNS,) mean of each cell in the green channel, 0…255: the brightness, nearly. */
export type Cells = Float32Array;

export const cellsOf = (frame: RgbFrame): Cells => cellMeans(frame, [GREEN], SAMPLES);

/** Frames from the first to the last of a moment. */
export const momentOf = (fps: number): number => Math.max(1, Math.round(MOMENT_S * fps));

/**
 * How much the picture changes in a moment, in what compression and noise may change: below 1 it stands still.
 * @param moment the cells of momentOf(fps) + 1 frames in a row, the last one last
 */
export function pictureChange(moment: readonly Cells[], fps: number): number {
  const changes = differences(moment[0], moment[moment.length - 1]);
  const change = changes[changes.length - CELLS_THAT_MOVE];
  return change / Math.max(COMPRESSION, ABOVE_NOISE * Math.min(MOST_NOISE, noiseOf(moment, fps)));
}

/** The most of its steps, since a picture that is repeated has none. */
function noiseOf(moment: readonly Cells[], fps: number): number {
  if (fps < TELLS_NOISE_FPS) return 0;
  const steps = moment.slice(1).map((cells, i) => differences(moment[i], cells));
  return Math.max(...steps.map(changes => changes[Math.floor(NOISY_CELL * changes.length)]));
}

/**
 * (T,) 1 where the picture stands still in the moments around a frame, by their median: one of them may be a key picture of the
 * compression, and a picture that is repeated stands still for a moment without meaning it.
 * @param change (T,) of the moments that end with each frame
 */
export function stillFrames(change: Float32Array, fps: number): Uint8Array {
  const moment = momentOf(fps);
  const half = Math.floor(moment / 2);
  return Uint8Array.from(change, (_, t) => {
    const around = change.subarray(Math.max(0, t + half - moment), t + half + moment + 1);
    return median(around.filter(value => !Number.isNaN(value))) < 1 ? 1 : 0;
  });
}

/** How much each cell changes, ascending. */
const differences = (a: Cells, b: Cells): Float32Array => a.map((value, i) => Math.abs(value - b[i])).sort();
