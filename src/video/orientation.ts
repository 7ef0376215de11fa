/** Display matrix and pixel shape: what makes a stored picture upright with square pixels. */
import { AV_PKT_DATA_DISPLAYMATRIX } from 'node-av/constants';
import type { Stream } from 'node-av/lib';

export interface Orientation {
  /** Clockwise turn from the stored picture to the upright one, degrees: 0, 90, 180 or 270. */
  rotation: 0 | 90 | 180 | 270;
  /** FFmpeg filters that turn it; empty when the stored picture is upright. */
  filters: readonly string[];
}

/**
 * The display matrix of a stream as a turn. The filters are those that the ffmpeg program inserts itself
 * (fftools/ffmpeg_filter.c, configure_input_video_filter, FFmpeg 8); a turn that is no multiple of 90° is
 * rounded to the nearest one.
 */
export function orientation(stream: Stream): Orientation {
  const data = stream.codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX);
  if (!data || data.length < 36) return { rotation: 0, filters: [] };
  return orientationOfMatrix(new Int32Array(data.buffer.slice(data.byteOffset, data.byteOffset + 36)));
}

/** The same for the nine numbers of ISO/IEC 14496-12, 8.3.2 (16.16 fixed point, last column 2.30). */
export function orientationOfMatrix(m: ArrayLike<number>): Orientation {
  const turn = Math.round(
    (Math.atan2(m[1] / Math.hypot(m[1], m[4]), m[0] / Math.hypot(m[0], m[3])) * 2) / Math.PI,
  );
  const rotation = ((((turn % 4) + 4) % 4) * 90) as Orientation['rotation'];
  if (rotation === 90) return { rotation, filters: [`transpose=${m[3] > 0 ? 'cclock_flip' : 'clock'}`] };
  if (rotation === 270) return { rotation, filters: [`transpose=${m[3] < 0 ? 'clock_flip' : 'cclock'}`] };
  const filters: string[] = [];
  if (rotation === 180 && m[0] < 0) filters.push('hflip');
  if (m[4] < 0) filters.push('vflip');
  return { rotation, filters };
}

/** Upright size in square pixels: the width follows the sample aspect ratio, the height is kept. */
export function uprightSize(stream: Stream): { width: number; height: number } {
  const { width, height } = stream.codecpar;
  // The container's word goes before the codec's, as in av_guess_sample_aspect_ratio.
  const told = stream.sampleAspectRatio;
  const sar = told.num > 0 && told.den > 0 ? told : stream.codecpar.sampleAspectRatio;
  const square = sar.num > 0 && sar.den > 0 ? Math.max(1, Math.round((width * sar.num) / sar.den)) : width;
  const { rotation } = orientation(stream);
  return rotation % 180 === 0 ? { width: square, height } : { width: height, height: square };
}
