/** A small anti-aliased painter on RGB24 pixels: strokes, discs, rectangles, and solid capsules with depth. */
import type { RgbFrame } from '../core/types.ts';

/** Red, green, blue, 0…255. */
export type Colour = readonly [number, number, number];

/** An end of a line: place and radius, px. */
interface FlatEnd {
  x: number;
  y: number;
  radius: number;
}

/** An end of a solid limb: also its distance from the camera and its radius, m. */
export interface CapsuleEnd extends FlatEnd {
  depth: number;
  thickness: number;
}

/** Direction towards the light in picture axes (x right, y down, z towards the viewer), unit length. */
const LIGHT = [-0.42, -0.66, 0.62] as const;

export class Raster implements RgbFrame {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  /** (height, width) m; nothing drawn yet is infinitely far. Made by the first solid. */
  #depth: Float32Array | null = null;
  /** The pixel that a sweep stands on: offset to and distance from the axis (px), radius there, place along it. */
  readonly #spot = { at: 0, dx: 0, dy: 0, distance: 0, radius: 0, t: 0 };

  constructor(width: number, height: number, data: Uint8Array = new Uint8Array(width * height * 3)) {
    this.width = width;
    this.height = height;
    this.data = data;
  }

  /** Fill with a vertical gradient. */
  gradient(top: Colour, bottom: Colour): void {
    const stride = this.width * 3;
    for (let y = 0; y < this.height; y++) {
      const [red, green, blue] = mix(top, bottom, y / Math.max(1, this.height - 1));
      const row = this.data.subarray(y * stride, (y + 1) * stride);
      for (let i = 0; i < stride; i += 3) {
        row[i] = red;
        row[i + 1] = green;
        row[i + 2] = blue;
      }
    }
  }

  /** Copy `picture` with its top left corner at (x, y). */
  paste(picture: RgbFrame, x: number, y: number): void {
    for (let row = 0; row < picture.height; row++) {
      const from = row * picture.width * 3;
      this.data.set(picture.data.subarray(from, from + picture.width * 3), ((y + row) * this.width + x) * 3);
    }
  }

  /** A flat line with round ends, px; a disc when both ends are one point. */
  stroke(x0: number, y0: number, x1: number, y1: number, radius: number, colour: Colour, opacity = 1): void {
    const spot = this.#spot;
    const sweep = this.#sweep({ x: x0, y: y0, radius }, { x: x1, y: y1, radius });
    while (sweep()) {
      this.#blend(
        spot.at,
        colour[0],
        colour[1],
        colour[2],
        opacity * Math.min(1, radius + 0.5 - spot.distance),
      );
    }
  }

  /** A stroke broken into dashes, lengths in px. */
  dashed(x0: number, y0: number, x1: number, y1: number, radius: number, colour: Colour, opacity = 1): void {
    const length = Math.hypot(x1 - x0, y1 - y0);
    const [dash, gap] = [3 * radius, 6 * radius];
    for (let from = 0; from < length || from === 0; from += dash + gap) {
      const [a, b] = [from, Math.min(length, from + dash)].map(d => (length > 0 ? d / length : 0));
      const [dx, dy] = [x1 - x0, y1 - y0];
      this.stroke(x0 + a * dx, y0 + a * dy, x0 + b * dx, y0 + b * dy, radius, colour, opacity);
    }
  }

  /** A lit round limb that hides what is behind it. */
  solid(from: CapsuleEnd, to: CapsuleEnd, colour: Colour): void {
    this.#depth ??= new Float32Array(this.width * this.height).fill(Number.POSITIVE_INFINITY);
    const buffer = this.#depth;
    const spot = this.#spot;
    const sweep = this.#sweep(from, to);
    while (sweep()) {
      const { at, radius, distance } = spot;
      const rim = distance / radius;
      const facing = rim < 1 ? Math.sqrt(1 - rim * rim) : 0;
      // The surface is nearer than the axis by the limb's thickness in m.
      const thickness = from.thickness + (to.thickness - from.thickness) * spot.t;
      const depth = from.depth + (to.depth - from.depth) * spot.t - facing * thickness;
      if (depth > buffer[at]) continue;
      const cover = Math.min(1, radius + 0.5 - distance);
      if (cover > 0.5) buffer[at] = depth;
      const lit = Math.max(0, (spot.dx * LIGHT[0] + spot.dy * LIGHT[1]) / radius + facing * LIGHT[2]);
      const light = 0.44 + 0.28 * facing + 0.42 * lit;
      const shine = lit > 0.8 ? 60 * lit ** 24 : 0;
      this.#blend(at, colour[0] * light + shine, colour[1] * light + shine, colour[2] * light + shine, cover);
    }
  }

  /**
   * Walk over the pixels of a tapered capsule; each step fills `#spot`.
   * @returns a step function that says whether there was a pixel left.
   */
  #sweep(from: FlatEnd, to: FlatEnd): () => boolean {
    const spot = this.#spot;
    const { width } = this;
    const ax = to.x - from.x;
    const ay = to.y - from.y;
    const perSquare = ax !== 0 || ay !== 0 ? 1 / (ax * ax + ay * ay) : 0;
    const widening = to.radius - from.radius;
    const reach = Math.max(from.radius, to.radius) + 1;
    const left = Math.max(0, Math.floor(Math.min(from.x, to.x) - reach));
    const right = Math.min(width - 1, Math.ceil(Math.max(from.x, to.x) + reach));
    const bottom = Math.min(this.height - 1, Math.ceil(Math.max(from.y, to.y) + reach));
    let y = Math.max(0, Math.floor(Math.min(from.y, to.y) - reach));
    let x = left;
    return () => {
      for (; y <= bottom; y++, x = left) {
        const py = y + 0.5 - from.y;
        for (; x <= right; x++) {
          const px = x + 0.5 - from.x;
          const along = (px * ax + py * ay) * perSquare;
          const t = along < 0 ? 0 : along > 1 ? 1 : along;
          const dx = px - t * ax;
          const dy = py - t * ay;
          const radius = from.radius + widening * t;
          const edge = radius + 0.5;
          const squared = dx * dx + dy * dy;
          if (squared >= edge * edge) continue;
          spot.at = y * width + x;
          spot.distance = Math.sqrt(squared);
          spot.radius = radius;
          spot.t = t;
          spot.dx = dx;
          spot.dy = dy;
          x++;
          return true;
        }
      }
      return false;
    };
  }

  #blend(at: number, red: number, green: number, blue: number, opacity: number): void {
    const { data } = this;
    const i = at * 3;
    data[i] = Math.min(255, data[i] + (red - data[i]) * opacity);
    data[i + 1] = Math.min(255, data[i + 1] + (green - data[i + 1]) * opacity);
    data[i + 2] = Math.min(255, data[i + 2] + (blue - data[i + 2]) * opacity);
  }
}

/** Between two colours: 0 gives `a`, 1 gives `b`. */
export const mix = (a: Colour, b: Colour, t: number): Colour => [
  a[0] + (b[0] - a[0]) * t,
  a[1] + (b[1] - a[1]) * t,
  a[2] + (b[2] - a[2]) * t,
];
