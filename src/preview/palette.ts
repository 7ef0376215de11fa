/** Colours of the preview. Blue and orange stay apart for colour-blind people (Okabe & Ito 2008). */

import type { Side } from '../core/skeletons.ts';
import { STATUS_FILLED, STATUS_HELD, STATUS_UNREACHABLE } from '../core/types.ts';
import { type Colour, mix } from './raster.ts';

export const SIDE_COLOURS: Readonly<Record<Side, Colour>> = {
  left: [42, 132, 235],
  right: [240, 138, 24],
};
export const BODY_COLOUR: Colour = [96, 214, 146];
export const SHELL: Colour = [206, 211, 219];
export const JOINT: Colour = [88, 96, 110];
export const PAPER_TOP: Colour = [247, 248, 250];
export const PAPER_BOTTOM: Colour = [222, 226, 232];
export const FLOOR_LINE: Colour = [196, 202, 212];
export const SHADOW: Colour = [120, 128, 142];
export const CAPTION_PAPER: Colour = [26, 30, 38];
export const CAPTION_INK: Colour = [232, 236, 242];
export const WHITE: Colour = [255, 255, 255];

const ALARM: Colour = [222, 45, 60];
export const IDLE: Colour = [176, 181, 190];

/** A limb's colour tells its status: paler when bridged, grey when held, red when out of reach. */
export function statusColour(colour: Colour, status: number): Colour {
  if (status === STATUS_FILLED) return mix(colour, WHITE, 0.45);
  if (status === STATUS_HELD) return IDLE;
  if (status === STATUS_UNREACHABLE) return mix(colour, ALARM, 0.8);
  return colour;
}
