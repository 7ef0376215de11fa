/** The person's skeleton over the video frame. */
import { BODY_BONES, FINGER_LANDMARKS, FINGERS, HAND_BONES, SIDES, type Side } from '../core/skeletons.ts';
import { ABSENT, FILLED, type FrameState } from '../core/types.ts';
import { BODY_COLOUR, SIDE_COLOURS, WHITE } from './palette.ts';
import { type Colour, mix, type Raster } from './raster.ts';

/** One hand of one frame. */
export interface OverlayHand {
  /** (21, 2) px of the source frame. */
  pixels: ArrayLike<number>;
  state: FrameState;
}

/** The body of one frame. */
export interface OverlayBody {
  /** (33, 2) px of the source frame. */
  pixels: ArrayLike<number>;
  /** (33,) 0…1, or null when unknown. */
  visibility: ArrayLike<number> | null;
  state: FrameState;
}

export interface Overlay {
  left: OverlayHand | null;
  right: OverlayHand | null;
  body: OverlayBody | null;
}

/** Below this visibility an end of a bone is a guess and the bone is left out. */
const VISIBLE = 0.5;

/** Where source pixels land: p · scale + (x, y), px. */
export interface Placement {
  scale: number;
  x: number;
  y: number;
}

/**
 * Paints the hands (left blue, right orange) and the body's bones. Bridged parts are paler and dashed, absent ones
 * missing.
 * @param weight radius of a thin line, px
 */
export function paintOverlay(on: Raster, overlay: Overlay, placement: Placement, weight: number): void {
  if (overlay.body && overlay.body.state !== ABSENT) paintBody(on, overlay.body, placement, weight);
  for (const side of SIDES) {
    const hand = overlay[side];
    if (hand && hand.state !== ABSENT) paintHand(on, hand, side, placement, weight);
  }
}

function paintBody(on: Raster, body: OverlayBody, placement: Placement, weight: number): void {
  const seen = (k: number) => (body.visibility ? body.visibility[k] >= VISIBLE : true);
  const bones = BODY_BONES.filter(([a, b]) => seen(a) && seen(b));
  paintBones(on, body, bones, BODY_COLOUR, placement, weight * 1.3);
}

function paintHand(on: Raster, hand: OverlayHand, side: Side, placement: Placement, weight: number): void {
  const colour = SIDE_COLOURS[side];
  paintBones(on, hand, HAND_BONES, colour, placement, weight);
  const point = pointOf(hand.pixels, placement);
  const filled = hand.state === FILLED;
  for (const finger of FINGERS) {
    const [x, y] = point(FINGER_LANDMARKS[finger][3]);
    on.stroke(x, y, x, y, weight * 1.8, WHITE, filled ? 0.5 : 0.95);
    on.stroke(x, y, x, y, weight * 1.1, colour, filled ? 0.5 : 1);
  }
}

function paintBones(
  on: Raster,
  { pixels, state }: { pixels: ArrayLike<number>; state: FrameState },
  bones: readonly (readonly [number, number])[],
  colour: Colour,
  placement: Placement,
  weight: number,
): void {
  const point = pointOf(pixels, placement);
  const dark = mix(colour, [0, 0, 0], 0.75);
  for (const [a, b] of bones) {
    const line = [...point(a), ...point(b)] as [number, number, number, number];
    if (state === FILLED) {
      on.dashed(...line, weight, mix(colour, WHITE, 0.45), 0.85);
    } else {
      on.stroke(...line, weight * 1.8, dark, 0.35);
      on.stroke(...line, weight, colour);
    }
  }
}

const pointOf =
  (pixels: ArrayLike<number>, { scale, x, y }: Placement) =>
  (k: number): [number, number] => [pixels[2 * k] * scale + x, pixels[2 * k + 1] * scale + y];
