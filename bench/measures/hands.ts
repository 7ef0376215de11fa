/** What a comparison of hand tracks with the truth counts. */
import { SIDES, type Side } from '../../src/core/skeletons.ts';
import { FILLED, type LandmarkTrack, SEEN, type View } from '../../src/core/types.ts';

/** The tracks of a clip as they leave the pipeline: hands and body, T frames. */
export interface MeasuredTracks {
  view: View;
  width: number;
  height: number;
  fps: number;
  left: LandmarkTrack;
  right: LandmarkTrack;
  body: LandmarkTrack;
}

/** Compared frames of one hand. A visible hand is exactly one of seen, filled, absent, elsewhere. */
export interface HandCount {
  visible: number;
  /** Found by the networks in that frame, at the hand. */
  seen: number;
  /** Bridged from the neighbours, at the hand. */
  filled: number;
  /** No hand. */
  absent: number;
  /** A hand at another place that is no hand. */
  elsewhere: number;
  /** A hand where this one is not in the picture. */
  false: number;
}

export interface Comparison {
  view: View;
  frames: number;
  left: HandCount;
  right: HandCount;
  /** Frames of a hand that stand on the other hand. */
  swapped: number;
  /** Frames in which both tracks stand on one hand while two are in the picture. */
  duplicate: number;
  /** Compared frames with a body. */
  body: number;
  /** Share of the visible hands' frames that are seen, 0…1; null when no hand is ever visible. */
  seenShare: number | null;
  /** Mean distance to the truth, px of the picture; only where the truth is exact. */
  handPx?: number;
  bodyPx?: number;
}

export const emptyCount = (): HandCount => ({
  visible: 0,
  seen: 0,
  filled: 0,
  absent: 0,
  elsewhere: 0,
  false: 0,
});

/** Count one visible hand. */
export function countVisible(count: HandCount, state: number, atHand: boolean): void {
  count.visible++;
  if (state !== SEEN && state !== FILLED) count.absent++;
  else if (!atHand) count.elsewhere++;
  else if (state === SEEN) count.seen++;
  else count.filled++;
}

export function seenShare(counts: Record<Side, HandCount>): number | null {
  const sum = (key: 'visible' | 'seen') => SIDES.reduce((total, side) => total + counts[side][key], 0);
  return sum('visible') > 0 ? sum('seen') / sum('visible') : null;
}

/** (x, y) px of a landmark in frame t. */
export function pixelOf(track: LandmarkTrack, t: number, landmark: number): [number, number] {
  const landmarks = track.pixels.length / 2 / track.state.length;
  const i = 2 * (t * landmarks + landmark);
  return [track.pixels[i], track.pixels[i + 1]];
}
