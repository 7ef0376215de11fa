/** Upright RGB frames of a video on a constant-rate grid. */
import { MediaError } from '../core/errors.ts';
import type { RgbFrame } from '../core/types.ts';
import { openContainer } from './container.ts';
import { type Decoded, Decoder } from './decoder.ts';
import { frameAt, gridSlot, type TimeBase } from './grid.ts';
import { uprightSize } from './orientation.ts';
import { PictureConverter } from './picture.ts';

export interface FrameRequest {
  /** Grid rate, frames per second. */
  fps: number;
  /** First grid frame is the one nearest to this time, s; default 0. Decoding starts at the keyframe before it. */
  startS?: number;
  /** Frames before this time, s; default the end of the video. */
  endS?: number;
  /** Width of the frames, px; height follows. Never enlarges. Default the video's own. */
  width?: number;
}

export interface GridFrame {
  /** Index on the clip's whole grid: startS does not shift it. */
  index: number;
  /** index / fps, s after the first picture of the video. */
  timeS: number;
  /**
   * Fresh memory that is never written again. A picture that is held for several grid frames is handed out
   * several times as the same object: treat it as read-only.
   */
  frame: RgbFrame;
}

/**
 * Decode `path` onto the grid (the rule is in grid.ts). Holds two decoded pictures, whatever the length.
 * Stop early by leaving the loop: everything is freed.
 * @throws SourceError when the file is missing; MediaError when it is not a usable video.
 */
export async function* openFrames(path: string, request: FrameRequest): AsyncGenerator<GridFrame> {
  const { fps, startS = 0, endS = Number.POSITIVE_INFINITY } = request;
  const container = await openContainer(path);
  try {
    const decoder = await Decoder.open(container, path);
    const size = outputSize(uprightSize(container.stream), request.width);
    const converter = new PictureConverter(container.stream, size.width, size.height);
    try {
      const first = Math.max(0, frameAt(startS, fps));
      const end = Number.isFinite(endS) ? frameAt(endS, fps) : Number.POSITIVE_INFINITY;
      for (const { index, picture } of gridFrames(decoder, container.stream.timeBase, fps, first, end)) {
        yield { index, timeS: index / fps, frame: picture(converter) };
      }
    } finally {
      converter.close();
      decoder.close();
    }
  } catch (error) {
    throw error instanceof MediaError && !error.message.startsWith(path)
      ? new MediaError(`${path}: ${error.message}`, error)
      : error;
  } finally {
    container.close();
  }
}

/** A held picture is converted once. */
type Picture = (converter: PictureConverter) => RgbFrame;

/** Grid frames [first, end) with the picture that each shows. */
function* gridFrames(
  decoder: Decoder,
  timeBase: TimeBase,
  fps: number,
  first: number,
  end: number,
): Generator<{ index: number; picture: Picture }> {
  let current = decoder.next();
  if (!current) throw new MediaError('damaged or truncated: not one picture can be decoded');
  const origin = current.pts;
  const slotOf = (ticks: number) => gridSlot(ticks - origin, timeBase, fps);
  let next: Decoded | null = null;
  try {
    if (first > 0) {
      current.frame.free();
      current = null;
      const second = timeBase.den / timeBase.num;
      current = seekBefore(decoder, ticks => slotOf(ticks) <= first, [
        origin + (first / fps) * second,
        origin,
        origin - second,
      ]);
    }
    let index = first;
    let usualTicks = timeBase.den / timeBase.num / fps;
    while (current && index < end) {
      next = decoder.next();
      if (next && next.pts > current.pts) usualTicks = next.pts - current.pts;
      const until = slotOf(next ? next.pts : current.pts + (current.duration || usualTicks));
      // A video shorter than half a grid step still has its one picture.
      const stop = Math.min(end, !next && index === 0 ? Math.max(until, 1) : until);
      const { frame } = current;
      let converted: RgbFrame | null = null;
      const picture: Picture = converter => (converted ??= converter.convert(frame));
      for (; index < stop; index++) yield { index, picture };
      frame.free();
      current = next;
      next = null;
    }
  } finally {
    current?.frame.free();
    next?.frame.free();
  }
}

/**
 * The first picture after seeking to one of the places that is early enough. Some containers seek to a keyframe after the target,
 * and edit lists shift it: then from the start, which a transport stream finds only from before it, and others not from
 * there. Where none is, what lies at the start.
 */
function seekBefore(
  decoder: Decoder,
  isEarly: (pts: number) => boolean,
  [target, start, beforeStart]: readonly [number, number, number],
): Decoded | null {
  for (const pts of [target, start, beforeStart]) {
    if (!decoder.seek(pts)) continue;
    const picture = decoder.next();
    if (picture && isEarly(picture.pts)) return picture;
    picture?.frame.free();
  }
  decoder.seek(start);
  return decoder.next();
}

function outputSize(
  full: { width: number; height: number },
  width: number | undefined,
): { width: number; height: number } {
  if (width === undefined || width >= full.width) return full;
  return { width, height: Math.max(1, Math.round((full.height * width) / full.width)) };
}
