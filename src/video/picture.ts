/** From a decoded picture to an upright RGB24 frame. */
import { AVCOL_SPC_UNSPECIFIED } from 'node-av/constants';
import { avGetPixFmtName, type Frame, type Stream } from 'node-av/lib';
import type { RgbFrame } from '../core/types.ts';
import { FilterChain } from './filter.ts';
import { toneMapping } from './high-dynamic-range.ts';
import { orientation } from './orientation.ts';

/**
 * A stream that does not name its colour matrix is BT.709 from this size on and BT.601 below: the rule of
 * players (mpv, video/csputils.c, mp_csp_guess_colorspace), since encoders often leave the field empty.
 */
const guessedMatrix = (width: number, height: number) => (width >= 1280 || height > 576 ? 'bt709' : 'bt601');

/** Turn → scale → tone mapping → RGB; rebuilt when the stream changes its size, pixel format or colours. */
export class PictureConverter {
  readonly #turn: readonly string[];
  readonly #width: number;
  readonly #height: number;
  #key = '';
  #chain: FilterChain | null = null;

  /** @param width,height size of the frames that come out, px, upright. */
  constructor(stream: Stream, width: number, height: number) {
    this.#turn = orientation(stream).filters;
    this.#width = width;
    this.#height = height;
  }

  /** Convert; `decoded` stays the caller's. The returned buffer is fresh and never reused. */
  convert(decoded: Frame): RgbFrame {
    const rgb = this.#chainFor(decoded).run(decoded);
    const data = rgb.toBuffer();
    rgb.free();
    return { width: this.#width, height: this.#height, data };
  }

  close(): void {
    this.#chain?.close();
    this.#chain = null;
    this.#key = '';
  }

  #chainFor(frame: Frame): FilterChain {
    const { width, height, colorSpace, colorRange } = frame;
    const format = pixelFormatName(frame);
    const key = [width, height, format, colorSpace, colorRange, frame.colorTrc, frame.colorPrimaries].join();
    if (this.#chain && key === this.#key) return this.#chain;
    this.close();
    const mapping = toneMapping(frame);
    const matrix =
      colorSpace === AVCOL_SPC_UNSPECIFIED && mapping.length === 0
        ? `:in_color_matrix=${guessedMatrix(width, height)}`
        : '';
    const scale = `scale=w=${this.#width}:h=${this.#height}:flags=bilinear${matrix}`;
    this.#chain = new FilterChain(
      { width, height, format, colorSpace, colorRange },
      [...this.#turn, scale, ...mapping, 'format=rgb24'].join(','),
    );
    this.#key = key;
    return this.#chain;
  }
}

/** FFmpeg's name of a decoded picture's pixel format: 'yuv420p', 'yuv444p', … */
export const pixelFormatName = (frame: Frame): string =>
  avGetPixFmtName(frame.format as Parameters<typeof avGetPixFmtName>[0]) ?? 'unknown';
