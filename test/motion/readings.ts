/** Readings as networks would give them, drawn instead of seen. */
import type { BodyReading, FrameReading, HandReading } from '../../src/core/readings.ts';
import { BODY, BODY_LANDMARKS, HAND_LANDMARKS, type Side } from '../../src/core/skeletons.ts';

export const SIZE = { width: 1280, height: 720 };

/** An open hand, fingers up: (x, y) in metres, the palm 0.09 m long. */
const HAND_SHAPE = Array.from({ length: HAND_LANDMARKS }, (_, k): [number, number] => {
  if (k === 0) return [0, 0.09];
  const finger = Math.floor((k - 1) / 4);
  return [0.02 * (finger - 2), 0.02 - 0.025 * ((k - 1) % 4)];
});

export interface DrawnHand {
  /** Middle of the hand, px. */
  x: number;
  y: number;
  right: number;
  presence?: number;
  /** px per metre. */
  scale?: number;
}

export function hand({ x, y, right, presence = 0.97, scale = 600 }: DrawnHand): HandReading {
  const pixels = new Float32Array(2 * HAND_LANDMARKS);
  const world = new Float32Array(3 * HAND_LANDMARKS);
  HAND_SHAPE.forEach(([u, v], k) => {
    pixels.set([x + scale * u, y + scale * v], 2 * k);
    world.set([u, v, 0], 3 * k);
  });
  return { roi: { cx: x, cy: y, size: 0.25 * scale, angle: 0 }, presence, right, pixels, world };
}

export interface DrawnBody {
  /** Middle between the shoulders, px. */
  x: number;
  y: number;
  shoulderWidthPx: number;
  presence?: number;
  /** The person looks away: left and right change places. */
  fromBehind?: boolean;
}

/** A person who faces the camera with hanging upper arms and raised forearms: the left hand on the right. */
export function body({ x, y, shoulderWidthPx, presence = 0.98, fromBehind = false }: DrawnBody): BodyReading {
  const pixels = new Float32Array(2 * BODY_LANDMARKS);
  const world = new Float32Array(3 * BODY_LANDMARKS);
  const put = (landmark: number, u: number, v: number) => {
    const across = fromBehind ? -u : u;
    pixels.set([x + shoulderWidthPx * across, y + shoulderWidthPx * v], 2 * landmark);
    world.set([0.38 * across, 0.38 * v, 0], 3 * landmark);
  };
  for (const [side, sign] of [
    ['left', 1],
    ['right', -1],
  ] as const) {
    put(BODY.shoulder[side], 0.5 * sign, 0);
    put(BODY.elbow[side], 0.6 * sign, 0.75);
    put(BODY.wrist[side], 1.0 * sign, 0.3);
    put(BODY.hip[side], 0.35 * sign, 1.3);
  }
  const visibility = new Float32Array(BODY_LANDMARKS).fill(0.99);
  const roi = { cx: x, cy: y, size: 5 * shoulderWidthPx, angle: 0 };
  return { roi, presence, pixels, world, visibility, next: roi };
}

/** The wrist landmark of a drawn hand lies below its middle by this many metres. */
const WRIST_DROP_M = 0.09;

/** A hand whose wrist is that of the drawn body. */
export function handOf(person: BodyReading, side: Side, look: Partial<DrawnHand> = {}): HandReading {
  const w = BODY.wrist[side];
  const scale = look.scale ?? 600;
  return hand({
    x: person.pixels[2 * w],
    y: person.pixels[2 * w + 1] - WRIST_DROP_M * scale,
    right: side === 'right' ? 0.95 : 0.05,
    scale,
    ...look,
  });
}

export const frames = (count: number, at: (t: number) => FrameReading): FrameReading[] =>
  Array.from({ length: count }, (_, t) => at(t));
