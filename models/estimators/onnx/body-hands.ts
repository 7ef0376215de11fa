/** Where the hands of a body are, as the body alone tells it. */
import { shoulderWidthPx } from '../../../src/core/anatomy.ts';
import type { BodyReading, Roi } from '../../../src/core/readings.ts';
import { BODY, type Side } from '../../../src/core/skeletons.ts';

/** Region of a hand, in shoulder widths (0.25 m against 0.38 m). */
const HAND_REGION = 0.65;

export interface BodyHand {
  /** px */
  wrist: [number, number];
  /** Middle of the pose network's index and pinky knuckles, px. */
  knuckles: [number, number];
  /** px */
  shoulderWidth: number;
}

export function bodyHand(body: BodyReading, side: Side): BodyHand {
  const at = (i: number): [number, number] => [body.pixels[2 * i], body.pixels[2 * i + 1]];
  const [index, pinky] = [at(BODY.index[side]), at(BODY.pinky[side])];
  return {
    wrist: at(BODY.wrist[side]),
    knuckles: [(index[0] + pinky[0]) / 2, (index[1] + pinky[1]) / 2],
    shoulderWidth: shoulderWidthPx(body),
  };
}

/** Regions to try for one hand of the body, best guess first. */
export function regionsFromBody({ wrist, knuckles, shoulderWidth }: BodyHand): Roi[] {
  const size = HAND_REGION * shoulderWidth;
  const along = Math.atan2(knuckles[1] - wrist[1], knuckles[0] - wrist[0]);
  const middle = (turn: number): Roi => ({
    cx: wrist[0] + 0.3 * size * Math.cos(along + turn),
    cy: wrist[1] + 0.3 * size * Math.sin(along + turn),
    size,
    // Fingers point up in an unturned region.
    angle: along + turn + Math.PI / 2,
  });
  return [middle(0), middle(0.6), middle(-0.6)];
}
