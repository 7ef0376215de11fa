/**
 * Cutting a turned square out of a frame into a network's input.
 *
 * Sampling is MediaPipe's: output pixel (i, j) is the bilinear sample at corner + i·u + j·v with integer
 * coordinates at pixel values (no half-pixel offset), and there is no low-pass filter however much the region
 * shrinks. Source: image_to_tensor_converter_opencv.cc (warpPerspective from box corners, INTER_LINEAR;
 * BORDER_CONSTANT or BORDER_REPLICATE).
 */
import type { Roi } from '../../src/core/readings.ts';
import type { RgbFrame } from '../../src/core/types.ts';

/** What lies outside of the frame: black, or the nearest pixel of the frame. */
export type Border = 'zero' | 'replicate';

/** How a network wants its picture. */
export interface CropFormat {
  /** Side in px, S. */
  size: number;
  /** Input value = scale · byte + offset. */
  scale: number;
  offset: number;
  border: Border;
}

/** The square that holds the whole frame, bars included. */
export const letterbox = ({ width, height }: RgbFrame): Roi => ({
  cx: width / 2,
  cy: height / 2,
  size: Math.max(width, height),
  angle: 0,
});

/** A line of samples: point i lies at (x + i·dx, y + i·dy), px of the frame. */
interface Line {
  x: number;
  y: number;
  dx: number;
  dy: number;
}

/** Keeps rounding inside of the frame: far below what a byte resolves, far above a sum's error. */
const MARGIN = 1e-6;

/** @param out (3, S, S): planes of red, green and blue, overwritten. */
export const crop = (frame: RgbFrame, roi: Roi, format: CropFormat, out: Float32Array): void => {
  const { size } = format;
  const step = roi.size / size;
  const ux = Math.cos(roi.angle) * step;
  const uy = Math.sin(roi.angle) * step;
  const left = roi.cx - ((ux - uy) * size) / 2;
  const top = roi.cy - ((uy + ux) * size) / 2;
  // Points whose four neighbours all exist form one run of a row, as the frame is convex.
  const maxX = frame.width - 1 - MARGIN;
  const maxY = frame.height - 1 - MARGIN;
  for (let j = 0; j < size; j++) {
    const row: Line = { x: left - j * uy, y: top + j * ux, dx: ux, dy: uy };
    const first = Math.min(size, Math.max(0, firstWithin(row.x, ux, maxX), firstWithin(row.y, uy, maxY)));
    const end = Math.max(first, Math.min(size, endWithin(row.x, ux, maxX), endWithin(row.y, uy, maxY)));
    if (first > 0) sampleBorder(frame, row, 0, first, format, out, j * size);
    if (first < end) sampleInside(frame, row, first, end, format, out, j * size);
    if (end < size) sampleBorder(frame, row, end, size, format, out, j * size);
  }
};

/** Smallest i from which start + i·step may lie in [0, limit]. */
const firstWithin = (start: number, step: number, limit: number): number => {
  if (step > 0) return Math.ceil(-start / step);
  if (step < 0) return Math.ceil((limit - start) / step);
  return start >= 0 && start <= limit ? 0 : Number.POSITIVE_INFINITY;
};

/** Smallest i after those for which start + i·step lies in [0, limit]. */
const endWithin = (start: number, step: number, limit: number): number => {
  if (step > 0) return Math.floor((limit - start) / step) + 1;
  if (step < 0) return Math.floor(-start / step) + 1;
  return start >= 0 && start <= limit ? Number.POSITIVE_INFINITY : 0;
};

/** Points [first, end) of a row whose neighbours all exist: the hot path, without a branch. */
const sampleInside = (
  { width, data }: RgbFrame,
  row: Line,
  first: number,
  end: number,
  { size, scale, offset }: CropFormat,
  out: Float32Array,
  rowStart: number,
): void => {
  const { dx, dy } = row;
  const green = size * size;
  const blue = 2 * green;
  const rowBytes = width * 3;
  let x = row.x + first * dx;
  let y = row.y + first * dy;
  for (let o = rowStart + first; o < rowStart + end; o++, x += dx, y += dy) {
    const xi = x | 0;
    const yi = y | 0;
    const fx = x - xi;
    const fy = (y - yi) * scale;
    const upperRight = fx * (scale - fy);
    const upperLeft = scale - fy - upperRight;
    const lowerRight = fx * fy;
    const lowerLeft = fy - lowerRight;
    const p = yi * rowBytes + xi * 3;
    const q = p + rowBytes;
    out[o] =
      data[p] * upperLeft +
      data[p + 3] * upperRight +
      data[q] * lowerLeft +
      data[q + 3] * lowerRight +
      offset;
    out[o + green] =
      data[p + 1] * upperLeft +
      data[p + 4] * upperRight +
      data[q + 1] * lowerLeft +
      data[q + 4] * lowerRight +
      offset;
    out[o + blue] =
      data[p + 2] * upperLeft +
      data[p + 5] * upperRight +
      data[q + 2] * lowerLeft +
      data[q + 5] * lowerRight +
      offset;
  }
};

/** Points [first, end) of a row with a neighbour beyond the frame's edge. */
const sampleBorder = (
  { width, height, data }: RgbFrame,
  row: Line,
  first: number,
  end: number,
  { size, scale, offset, border }: CropFormat,
  out: Float32Array,
  rowStart: number,
): void => {
  const green = size * size;
  const blue = 2 * green;
  const zero = border === 'zero';
  for (let i = first; i < end; i++) {
    const o = rowStart + i;
    const x = row.x + i * row.dx;
    const y = row.y + i * row.dy;
    const xi = Math.floor(x);
    const yi = Math.floor(y);
    if (zero && (xi < -1 || yi < -1 || xi >= width || yi >= height)) {
      out[o] = offset;
      out[o + green] = offset;
      out[o + blue] = offset;
      continue;
    }
    const fx = x - xi;
    const fy = y - yi;
    // A black neighbour is one without weight; a replicated one is read at the clamped place.
    const leftWeight = zero && xi < 0 ? 0 : 1 - fx;
    const rightWeight = zero && xi + 1 >= width ? 0 : fx;
    const upperWeight = zero && yi < 0 ? 0 : (1 - fy) * scale;
    const lowerWeight = zero && yi + 1 >= height ? 0 : fy * scale;
    const leftAt = clamp(xi, width) * 3;
    const rightAt = clamp(xi + 1, width) * 3;
    const upperAt = clamp(yi, height) * width * 3;
    const lowerAt = clamp(yi + 1, height) * width * 3;
    for (let channel = 0, plane = o; channel < 3; channel++, plane += green) {
      const upper =
        data[upperAt + leftAt + channel] * leftWeight + data[upperAt + rightAt + channel] * rightWeight;
      const lower =
        data[lowerAt + leftAt + channel] * leftWeight + data[lowerAt + rightAt + channel] * rightWeight;
      out[plane] = upper * upperWeight + lower * lowerWeight + offset;
    }
  }
};

const clamp = (index: number, size: number): number => (index < 0 ? 0 : index >= size ? size - 1 : index);
