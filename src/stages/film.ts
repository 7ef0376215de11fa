/** The video of one demonstration, as a dataset wants it: constant rate, one size for all, with pixel statistics. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MediaError } from '../core/errors.ts';
import type { RgbFrame } from '../core/types.ts';
import { openEncoder, type VideoCodec } from '../video/encode.ts';
import { openFrames } from '../video/frames.ts';
import type { Report } from './process.ts';

export interface EncodeFilmArgs {
  path: string;
  /** Folder to leave film.mp4 and pixels.json in. */
  dir: string;
  /** Upright size of the source, px. */
  width: number;
  height: number;
  fps: number;
  /** Frames [start, end) on the whole video's grid. */
  start: number;
  end: number;
  /** Size of the film, px: the source is fitted into it, never enlarged, and centred on black. */
  filmWidth: number;
  filmHeight: number;
  codec: VideoCodec;
}

/** Per-channel statistics of pixels scaled to 0…1, as LeRobot keeps them; arrays are R, G, B. */
export interface PixelStats {
  min: number[];
  max: number[];
  mean: number[];
  std: number[];
  q01: number[];
  q10: number[];
  q50: number[];
  q90: number[];
  q99: number[];
  /** Frames sampled. */
  count: number;
}

/** LeRobot samples about this many frames of an episode for its statistics (compute_stats.py). */
const SAMPLED_FRAMES = 100;
/** And pixels on a coarse grid of them. */
const PIXEL_STEP = 4;

/** Where the source's picture lies in the film, whole: film = source · scale + (x, y), px. */
export function filmPlacement(
  source: { width: number; height: number },
  film: { width: number; height: number },
): { width: number; scale: number; x: number; y: number } {
  const fit = Math.min(1, film.width / source.width, film.height / source.height);
  const width = Math.max(2, Math.round(source.width * fit));
  const height = Math.max(1, Math.round((source.height * width) / source.width));
  const margin = (outer: number, inner: number) =>
    (Math.max(0, outer - inner) >> 1) - (Math.max(0, inner - outer) >> 1);
  return { width, scale: width / source.width, x: margin(film.width, width), y: margin(film.height, height) };
}

export async function encodeFilm(args: EncodeFilmArgs, report: Report): Promise<void> {
  const { fps, start, end, filmWidth, filmHeight } = args;
  await mkdir(args.dir, { recursive: true });
  const placement = filmPlacement(args, { width: filmWidth, height: filmHeight });
  const encoder = await openEncoder(path.join(args.dir, 'film.mp4'), {
    width: filmWidth,
    height: filmHeight,
    fps,
    codec: args.codec,
  });
  const pixels = new PixelHistogram();
  const every = Math.max(1, Math.floor((end - start) / SAMPLED_FRAMES));
  try {
    const canvas = new Uint8Array(filmWidth * filmHeight * 3);
    let done = 0;
    for await (const { frame } of openFrames(args.path, {
      fps,
      startS: start / fps,
      endS: end / fps,
      width: placement.width,
    })) {
      centre(frame, canvas, filmWidth, filmHeight);
      await encoder.write(canvas);
      if (done % every === 0) pixels.add(canvas, filmWidth);
      report(++done, end - start);
    }
    if (done !== end - start)
      throw new MediaError(`${args.path}: ${done} of the frames ${start} to ${end} could be decoded again`);
    await encoder.finish();
  } catch (error) {
    await encoder.abort();
    throw error;
  }
  await writeFile(path.join(args.dir, 'pixels.json'), JSON.stringify(pixels.stats()));
}

/** Copy `frame` into the middle of `canvas`; its border stays black. What does not fit is cropped. */
function centre(frame: RgbFrame, canvas: Uint8Array, width: number, height: number): void {
  const columns = Math.min(frame.width, width);
  const rows = Math.min(frame.height, height);
  const [fromX, fromY] = [(frame.width - columns) >> 1, (frame.height - rows) >> 1];
  const [toX, toY] = [(width - columns) >> 1, (height - rows) >> 1];
  for (let y = 0; y < rows; y++) {
    const from = 3 * ((fromY + y) * frame.width + fromX);
    canvas.set(frame.data.subarray(from, from + 3 * columns), 3 * ((toY + y) * width + toX));
  }
}

/** 256 bins a channel: every statistic is exact for 8-bit pixels. */
class PixelHistogram {
  readonly #bins = [new Float64Array(256), new Float64Array(256), new Float64Array(256)];
  #frames = 0;

  add(rgb: Uint8Array, width: number): void {
    const [r, g, b] = this.#bins;
    for (let y = 0; y < rgb.length / (3 * width); y += PIXEL_STEP)
      for (let i = 3 * y * width; i < 3 * (y + 1) * width; i += 3 * PIXEL_STEP) {
        r[rgb[i]]++;
        g[rgb[i + 1]]++;
        b[rgb[i + 2]]++;
      }
    this.#frames++;
  }

  stats(): PixelStats {
    const each = (measure: (bins: Float64Array, total: number) => number) =>
      this.#bins.map(bins =>
        measure(
          bins,
          bins.reduce((sum, n) => sum + n, 0),
        ),
      );
    const quantile = (share: number) =>
      each((bins, total) => {
        let seen = 0;
        return (
          Math.max(
            0,
            bins.findIndex(n => (seen += n) >= share * total),
          ) / 255
        );
      });
    const moment = (bins: Float64Array, total: number, power: number) =>
      bins.reduce((sum, n, value) => sum + n * (value / 255) ** power, 0) / total;
    return {
      min: each(bins => bins.findIndex(n => n > 0) / 255),
      max: each(bins => bins.findLastIndex(n => n > 0) / 255),
      mean: each((bins, total) => moment(bins, total, 1)),
      std: each((bins, total) =>
        Math.sqrt(Math.max(0, moment(bins, total, 2) - moment(bins, total, 1) ** 2)),
      ),
      q01: quantile(0.01),
      q10: quantile(0.1),
      q50: quantile(0.5),
      q90: quantile(0.9),
      q99: quantile(0.99),
      count: this.#frames,
    };
  }
}
