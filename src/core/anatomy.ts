/**
 * What a person's proportions allow. Bounds are twice as wide as the spread of adults
 * (NASA-STD-3000 anthropometry: biacromial width 0.32-0.45 m, upper arm 0.26-0.37 m, hand 0.16-0.21 m).
 */
import { convexHull, isInHull } from './hull.ts';
import type { BodyReading, HandReading } from './readings.ts';
import {
  BODY,
  HAND_LANDMARKS,
  MIDDLE_KNUCKLE,
  PALM_LANDMARKS,
  SIDES,
  type Side,
  WRIST,
} from './skeletons.ts';

/** Both shoulders have to be at least this visible. */
const SHOULDER_VISIBILITY = 0.5;
const SHOULDER_WIDTH_M = [0.18, 0.6] as const;
const UPPER_ARM_PER_SHOULDER_WIDTH = [0.35, 1.6] as const;
/** A hand reading below this presence says nothing about a body. */
const CERTAIN_HAND = 0.8;
/** A hand this near to a body's wrist, in shoulder widths, stands at it. */
const AT_WRIST = 0.5;
/**
 * Scale (px per metre) of a hand over that of its body: 0.8 to 3.3 in the labelled clips, 1.8 in the middle, since
 * hands are nearer to the camera than the shoulders and the hand network's metres are short.
 */
const HAND_PER_BODY_SCALE = [0.65, 4] as const;
/** Breadth of an adult's shoulders, joint to joint, m (NASA-STD-3000). */
const SHOULDER_BREADTH_M = 0.38;

/** Cosine of the largest bend of a wrist: 80° (AAOS 1965: 80° of flexion, 70° of extension). */
const LARGEST_WRIST_BEND = Math.cos((80 * Math.PI) / 180);
/** A forearm that points along the line of sight by more than these shares of its length has less and then no direction in the picture. */
const [CLEAR_FOREARM, HIDDEN_FOREARM] = [0.7, 0.8];
/** A palm that is seen longer than this, in shoulder widths (3 cm), points somewhere. */
const CLEAR_PALM = 0.08;

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

/**
 * How much wider or narrower than usual the same person's shoulders may look. Leaning half a metre towards a
 * camera two metres away is 1.33; a reading that has slipped onto a sleeve or a face is half as wide.
 */
const SIZE_CHANGE = 1.45;
/** @param usual shoulder width of this person in this clip, px */
export const keepsItsSize = (body: BodyReading, usual: number): boolean =>
  within(shoulderWidthPx(body) / usual, [1 / SIZE_CHANGE, SIZE_CHANGE]);

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

/** How many hands are certain, and how many of those stand at one of the body's wrists and have its scale. */
export function handsAtWrists(
  body: BodyReading,
  hands: readonly HandReading[],
): { certain: number; at: number } {
  const width = shoulderWidthPx(body);
  const scale = width / SHOULDER_BREADTH_M;
  const certain = hands.filter(({ presence }) => presence >= CERTAIN_HAND);
  const at = certain.filter(
    hand =>
      within(handScale(hand) / scale, HAND_PER_BODY_SCALE) &&
      SIDES.some(side => pixelSpan(hand.pixels, WRIST, body.pixels, BODY.wrist[side]) < AT_WRIST * width),
  );
  return { certain: certain.length, at: at.length };
}

/**
 * 0 … 1.2: how far a hand is bent back over its forearm, in the picture, beyond what a wrist can do, as a difference of
 * cosines. The network puts a wrist that it does not see on what the hand holds; where the forearm points it knows not.
 * 0 where forearm or palm point along the line of sight.
 */
export function bentBack({ pixels }: HandReading, body: BodyReading, side: Side): number {
  const [elbow, joint] = [BODY.elbow[side], BODY.wrist[side]];
  const forearm = [0, 1].map(a => pixels[2 * WRIST + a] - body.pixels[2 * elbow + a]);
  const palm = [0, 1].map(a => pixels[2 * MIDDLE_KNUCKLE + a] - pixels[2 * WRIST + a]);
  const lengths = Math.hypot(forearm[0], forearm[1]) * Math.hypot(palm[0], palm[1]);
  if (lengths === 0) return 0;
  const bend = (forearm[0] * palm[0] + forearm[1] * palm[1]) / lengths;
  const depth = Math.abs(body.world[3 * joint + 2] - body.world[3 * elbow + 2]) / spanM(body, elbow, joint);
  const clear = (HIDDEN_FOREARM - depth) / (HIDDEN_FOREARM - CLEAR_FOREARM);
  const long = Math.hypot(palm[0], palm[1]) / (CLEAR_PALM * shoulderWidthPx(body));
  const weight = Math.max(0, Math.min(1, clear)) * Math.min(1, long);
  return weight * Math.max(0, LARGEST_WRIST_BEND - bend);
}

/**
 * Pixels per metre: the spread of the landmarks in the picture over their spread in metres, across the line of
 * sight. Unlike a box it is the same for a fist and an open hand.
 */
export function handScale({ pixels, world }: HandReading): number {
  const count = pixels.length / 2;
  const spread = (points: Float32Array, stride: number) => {
    let squares = 0;
    for (const axis of [0, 1]) {
      let mean = 0;
      for (let k = 0; k < count; k++) mean += points[stride * k + axis] / count;
      for (let k = 0; k < count; k++) squares += (points[stride * k + axis] - mean) ** 2;
    }
    return Math.sqrt(squares);
  };
  return spread(pixels, 2) / Math.max(spread(world, 3), 1e-6);
}

/** Longest side of the landmarks' box, px. */
function handSizePx({ pixels }: HandReading): number {
  let [x1, y1, x2, y2] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let k = 0; k < pixels.length; k += 2) {
    x1 = Math.min(x1, pixels[k]);
    x2 = Math.max(x2, pixels[k]);
    y1 = Math.min(y1, pixels[k + 1]);
    y2 = Math.max(y2, pixels[k + 1]);
  }
  return Math.max(x2 - x1, y2 - y1, 1);
}

function meanDistance(a: HandReading, b: HandReading, landmarks: Iterable<number>): number {
  let [sum, count] = [0, 0];
  for (const k of landmarks) {
    sum += pixelSpan(a.pixels, k, b.pixels, k);
    count++;
  }
  return sum / count / Math.max(handSizePx(a), handSizePx(b));
}

/** Mean distance of the landmarks, in sizes of the larger hand. */
export const handDistance = (a: HandReading, b: HandReading): number =>
  meanDistance(a, b, Array(HAND_LANDMARKS).keys());

/** Mean distance of the palms' landmarks, likewise: how far a hand has moved, whatever its fingers do. */
export const palmDistance = (a: HandReading, b: HandReading): number => meanDistance(a, b, PALM_LANDMARKS);

/** Two readings nearer than this share of the hand's size are one hand. */
const SAME_HAND = 0.25;
/**
 * So are two of which the one lies in the other, by this share of its landmarks, and is less certain by this factor: a hand
 * that is read upside down too, its wrist at the fingertips. (Hands that hold each other are both certain.)
 */
const [WITHIN, LESS_CERTAIN] = [0.8, 0.85];
export const isSameHand = (a: HandReading, b: HandReading): boolean =>
  handDistance(a, b) < SAME_HAND || liesWithin(a, b) || liesWithin(b, a);

function liesWithin(doubtful: HandReading, certain: HandReading): boolean {
  if (doubtful.presence > LESS_CERTAIN * certain.presence) return false;
  const hull = convexHull(landmarksOf(certain));
  const inside = landmarksOf(doubtful).filter(point => isInHull(point, hull));
  return inside.length >= WITHIN * HAND_LANDMARKS;
}

const landmarksOf = ({ pixels }: HandReading): [number, number][] =>
  Array.from({ length: HAND_LANDMARKS }, (_, k) => [pixels[2 * k], pixels[2 * k + 1]]);

/** Hands of one person differ less in scale than this, unless one is held right before the camera. */
const PART_SCALE = 0.6;
/**
 * A reading of a finger or of a palm's edge as if it were a hand: it stands on a hand that is at least as
 * certain, at a fraction of its scale.
 */
export function isPartOf(part: HandReading, whole: HandReading): boolean {
  if (part.presence > whole.presence || handScale(part) > PART_SCALE * handScale(whole)) return false;
  const [px, py] = middleOf(part);
  const [wx, wy] = middleOf(whole);
  return Math.hypot(px - wx, py - wy) < 0.75 * handSizePx(whole);
}

function middleOf({ pixels }: HandReading): [number, number] {
  let [x, y] = [0, 0];
  for (let k = 0; k < pixels.length; k += 2) {
    x += pixels[k];
    y += pixels[k + 1];
  }
  return [(2 * x) / pixels.length, (2 * y) / pixels.length];
}

/** The readings that are hands and not parts of another one. */
export const wholeHands = (hands: readonly HandReading[]): HandReading[] =>
  hands.filter(hand => !hands.some(other => other !== hand && isPartOf(hand, other)));
