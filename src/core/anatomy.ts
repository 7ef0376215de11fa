/**
 * What a person's proportions allow. Bounds are twice as wide as the spread of adults
 * (NASA-STD-3000 anthropometry: biacromial width 0.32-0.45 m, upper arm 0.26-0.37 m, hand 0.16-0.21 m).
 */
import type { BodyReading, HandReading } from './readings.ts';
import { BODY, SIDES, type Side, WRIST } from './skeletons.ts';

/** Both shoulders have to be at least this visible. */
const SHOULDER_VISIBILITY = 0.5;
const SHOULDER_WIDTH_M = [0.18, 0.6] as const;
const UPPER_ARM_PER_SHOULDER_WIDTH = [0.35, 1.6] as const;
/** A hand reading below this presence says nothing about a body. */
const CERTAIN_HAND = 0.8;
/** A hand this near to a body's wrist, in shoulder widths, stands at it. */
const AT_WRIST = 0.5;

const within = (value: number, [low, high]: readonly [number, number]) => value >= low && value <= high;

const pixelSpan = (a: Float32Array, i: number, b: Float32Array, j: number) =>
  Math.hypot(a[2 * i] - b[2 * j], a[2 * i + 1] - b[2 * j + 1]);

function spanM({ world }: BodyReading, i: number, j: number): number {
  return Math.hypot(
    world[3 * i] - world[3 * j],
    world[3 * i + 1] - world[3 * j + 1],
    world[3 * i + 2] - world[3 * j + 2],
  );
}

/**
 * Width of the shoulders in the picture, px. A person seen from the side shows none: an upper arm, which is
 * about 0.8 of it, stands in.
 */
export function shoulderWidthPx({ pixels }: BodyReading): number {
  const arm = (side: Side) => pixelSpan(pixels, BODY.shoulder[side], pixels, BODY.elbow[side]);
  return Math.max(
    pixelSpan(pixels, BODY.shoulder.left, pixels, BODY.shoulder.right),
    0.8 * arm('left'),
    0.8 * arm('right'),
    1,
  );
}

/** Shoulders seen inside the picture, upright, with a person's proportions. */
export function isPlausibleBody(body: BodyReading, size: { width: number; height: number }): boolean {
  const shoulderSeen = (side: Side) => {
    const s = BODY.shoulder[side];
    const [x, y] = [body.pixels[2 * s], body.pixels[2 * s + 1]];
    return (
      body.visibility[s] >= SHOULDER_VISIBILITY && x >= 0 && y >= 0 && x <= size.width && y <= size.height
    );
  };
  const hipBelow = (side: Side) =>
    body.pixels[2 * BODY.hip[side] + 1] > body.pixels[2 * BODY.shoulder[side] + 1];
  const width = spanM(body, BODY.shoulder.left, BODY.shoulder.right);
  return (
    SIDES.every(shoulderSeen) &&
    SIDES.every(hipBelow) &&
    within(width, SHOULDER_WIDTH_M) &&
    SIDES.every(side =>
      within(spanM(body, BODY.shoulder[side], BODY.elbow[side]) / width, UPPER_ARM_PER_SHOULDER_WIDTH),
    )
  );
}

/** How many hands are certain, and how many of those stand at one of the body's wrists. */
export function handsAtWrists(
  body: BodyReading,
  hands: readonly HandReading[],
): { certain: number; at: number } {
  const width = shoulderWidthPx(body);
  const certain = hands.filter(({ presence }) => presence >= CERTAIN_HAND);
  const at = certain.filter(({ pixels }) =>
    SIDES.some(side => pixelSpan(pixels, WRIST, body.pixels, BODY.wrist[side]) < AT_WRIST * width),
  );
  return { certain: certain.length, at: at.length };
}

/** Longest side of the landmarks' box, px. */
export function handSizePx({ pixels }: HandReading): number {
  let [x1, y1, x2, y2] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let k = 0; k < pixels.length; k += 2) {
    x1 = Math.min(x1, pixels[k]);
    x2 = Math.max(x2, pixels[k]);
    y1 = Math.min(y1, pixels[k + 1]);
    y2 = Math.max(y2, pixels[k + 1]);
  }
  return Math.max(x2 - x1, y2 - y1, 1);
}

/** Mean distance of the landmarks, in sizes of the larger hand. */
export function handDistance(a: HandReading, b: HandReading): number {
  let sum = 0;
  for (let k = 0; k < a.pixels.length; k += 2)
    sum += Math.hypot(a.pixels[k] - b.pixels[k], a.pixels[k + 1] - b.pixels[k + 1]);
  return sum / (a.pixels.length / 2) / Math.max(handSizePx(a), handSizePx(b));
}

/** Two readings nearer than this share of the hand's size are one hand. */
const SAME_HAND = 0.25;
export const isSameHand = (a: HandReading, b: HandReading): boolean => handDistance(a, b) < SAME_HAND;
