/** Which part of the video to enlarge for each hand: it follows the hand without jitter. */
import { SIDES, type Side } from '../core/skeletons.ts';
import { ABSENT, type RgbFrame } from '../core/types.ts';
import type { Overlay } from './overlay.ts';

/** A rectangle inside the frame, whole px. */
export interface Window {
  x: number;
  y: number;
  width: number;
  height: number;
}

export type Crops = Record<Side, Window | null>;

/** Height of the window in units of the hand's larger extent: fingers may open, and the object shows. */
const MARGIN = 1.7;
/** Smallest window, px: a tinier one would only enlarge noise. */
const LEAST_PX = 48;
/** Share of the way to the new place per frame; a hand that jumps by a window is followed at once. */
const PACE = 0.2;

/** @param aspect width / height of the windows. A hand that is not seen keeps its window. */
export function followHands(
  frame: RgbFrame,
  overlay: Overlay,
  aspect: number,
  previous: Crops | null,
): Crops {
  const crops: Crops = { left: null, right: null };
  for (const side of SIDES) {
    const hand = overlay[side];
    const before = previous?.[side] ?? null;
    crops[side] = hand && hand.state !== ABSENT ? follow(frame, hand.pixels, aspect, before) : before;
  }
  return crops;
}

function follow(frame: RgbFrame, pixels: ArrayLike<number>, aspect: number, before: Window | null): Window {
  const [xs, ys] = [0, 1].map(offset => Array.from({ length: 21 }, (_, k) => pixels[2 * k + offset]));
  const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const target = {
    cx: (x0 + x1) / 2,
    cy: (y0 + y1) / 2,
    size: Math.max(LEAST_PX, MARGIN * Math.max(x1 - x0, y1 - y0)),
  };
  if (!before) return inside(frame, target, aspect);
  const now = { cx: before.x + before.width / 2, cy: before.y + before.height / 2, size: before.height };
  const jumped = Math.hypot(target.cx - now.cx, target.cy - now.cy) > now.size / 2;
  const pace = jumped ? 1 : PACE;
  const towards = (a: number, b: number) => a + (b - a) * pace;
  return inside(
    frame,
    { cx: towards(now.cx, target.cx), cy: towards(now.cy, target.cy), size: towards(now.size, target.size) },
    aspect,
  );
}

/** The window of that centre and height, moved and if need be shrunk into the frame. */
function inside(
  frame: RgbFrame,
  { cx, cy, size }: { cx: number; cy: number; size: number },
  aspect: number,
): Window {
  const height = Math.max(1, Math.floor(Math.min(size, frame.height, frame.width / aspect)));
  const width = Math.max(1, Math.min(frame.width, Math.round(height * aspect)));
  const place = (centre: number, length: number, limit: number) =>
    Math.round(Math.min(limit - length, Math.max(0, centre - length / 2)));
  return { x: place(cx, width, frame.width), y: place(cy, height, frame.height), width, height };
}
