import { describe, expect, test } from 'vitest';
import { type Border, type CropFormat, crop, letterbox } from '../../../models/estimators/crop.ts';
import type { RgbFrame } from '../../../src/core/types.ts';

const SIZE = 16;

/** A frame without any symmetry. */
const noise = (width: number, height: number): RgbFrame => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7919 + (i >> 3) * 104729) & 255),
});

const format = (border: Border, size = SIZE): CropFormat => ({ size, scale: 1, offset: 0, border });

const cropped = (frame: RgbFrame, roi: Parameters<typeof crop>[1], f: CropFormat): Float32Array => {
  const out = new Float32Array(3 * f.size * f.size).fill(Number.NaN);
  crop(frame, roi, f, out);
  return out;
};

const byte = (frame: RgbFrame, x: number, y: number, channel: number): number =>
  frame.data[(y * frame.width + x) * 3 + channel];

/** The definition, sample by sample: bilinear on the frame extended beyond its edges. */
const reference = (frame: RgbFrame, roi: Parameters<typeof crop>[1], f: CropFormat): Float32Array => {
  const extended = (x: number, y: number, channel: number): number => {
    const cx = Math.min(frame.width - 1, Math.max(0, x));
    const cy = Math.min(frame.height - 1, Math.max(0, y));
    return f.border === 'zero' && (cx !== x || cy !== y) ? 0 : byte(frame, cx, cy, channel);
  };
  const out = new Float32Array(3 * f.size * f.size);
  for (let channel = 0; channel < 3; channel++) {
    for (let j = 0; j < f.size; j++) {
      for (let i = 0; i < f.size; i++) {
        const u = (i / f.size - 0.5) * roi.size;
        const v = (j / f.size - 0.5) * roi.size;
        const x = roi.cx + u * Math.cos(roi.angle) - v * Math.sin(roi.angle);
        const y = roi.cy + u * Math.sin(roi.angle) + v * Math.cos(roi.angle);
        const [x0, y0] = [Math.floor(x), Math.floor(y)];
        const mix = (row: number): number =>
          extended(x0, row, channel) * (1 - (x - x0)) + extended(x0 + 1, row, channel) * (x - x0);
        const value = mix(y0) * (1 - (y - y0)) + mix(y0 + 1) * (y - y0);
        out[(channel * f.size + j) * f.size + i] = value * f.scale + f.offset;
      }
    }
  }
  return out;
};

const largestDifference = (a: Float32Array, b: Float32Array): number =>
  a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i])), 0);

describe('crop', () => {
  test('a region as large as the output returns the pixels themselves, plane by plane', () => {
    const frame = noise(40, 30);
    const out = cropped(frame, { cx: 20, cy: 15, size: SIZE, angle: 0 }, format('replicate'));
    for (let channel = 0; channel < 3; channel++) {
      for (let j = 0; j < SIZE; j++) {
        for (let i = 0; i < SIZE; i++) {
          expect(out[(channel * SIZE + j) * SIZE + i]).toBe(byte(frame, 12 + i, 7 + j, channel));
        }
      }
    }
  });

  test('a region turned by a right angle returns the turned pixels', () => {
    const frame = noise(40, 40);
    const out = cropped(frame, { cx: 20, cy: 20, size: SIZE, angle: Math.PI / 2 }, format('zero'));
    for (let j = 0; j < SIZE; j++) {
      for (let i = 0; i < SIZE; i++) {
        // The region's x runs down the frame, its y to the left.
        expect(out[j * SIZE + i]).toBeCloseTo(byte(frame, 28 - j, 12 + i, 0), 3);
      }
    }
  });

  test('a region beyond the frame is black, or the nearest edge', () => {
    const frame = noise(20, 20);
    const beyond = { cx: -50, cy: 10, size: SIZE, angle: 0 };
    expect(cropped(frame, beyond, format('zero')).every(value => value === 0)).toBe(true);
    const replicated = cropped(frame, beyond, format('replicate'));
    for (let j = 0; j < SIZE; j++) expect(replicated[j * SIZE]).toBe(byte(frame, 0, 2 + j, 0));
  });

  test.each(['zero', 'replicate'] as const)('agrees with its definition everywhere, border %s', border => {
    const frame = noise(37, 23);
    for (const size of [0.5, 9, 30, 100]) {
      for (const angle of [0, 0.3, -1.2, 2.9, Math.PI]) {
        for (const [cx, cy] of [
          [18, 11],
          [0, 0],
          [36.5, 5.25],
          [-3, 30],
        ]) {
          const roi = { cx, cy, size, angle };
          const out = cropped(frame, roi, format(border));
          expect(largestDifference(out, reference(frame, roi, format(border)))).toBeLessThan(1e-3);
        }
      }
    }
  });

  test('scale and offset are applied to every sample, bars included', () => {
    const frame = noise(32, 8);
    const signed: CropFormat = { size: SIZE, scale: 2 / 255, offset: -1, border: 'zero' };
    const plain = cropped(frame, letterbox(frame), format('zero'));
    const out = cropped(frame, letterbox(frame), signed);
    expect(
      largestDifference(
        out,
        plain.map(value => (value * 2) / 255 - 1),
      ),
    ).toBeLessThan(1e-5);
    expect(out[0]).toBe(-1);
  });

  test('the letterbox holds the whole frame and is centred on it', () => {
    expect(letterbox({ width: 640, height: 360, data: new Uint8Array() })).toEqual({
      cx: 320,
      cy: 180,
      size: 640,
      angle: 0,
    });
  });
});
