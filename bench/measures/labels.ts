/** Tracks against labels that a person made by eye: the middle of each palm, every few frames. */
import { otherSide, SIDES, type Side } from '../../src/core/skeletons.ts';
import { ABSENT, type LandmarkTrack } from '../../src/core/types.ts';
import {
  type Comparison,
  countVisible,
  emptyCount,
  type MeasuredTracks,
  pixelOf,
  seenShare,
} from './hands.ts';

interface HandLabel {
  /** Visible, visible in part, or not in the picture. */
  v: 'yes' | 'partly' | 'no';
  /** Middle of the palm, shares of the picture's width and height. */
  x: number;
  y: number;
  /** The palm itself lies outside of the picture: only fingers show. */
  palm_out?: boolean;
}

export interface Labels {
  /** Grid that `f` counts on; 30 by default. */
  grid_fps?: number;
  frames: ({ f: number } & Record<Side, HandLabel>)[];
}

/** A palm this near to its label is at the hand, in widths of the picture: the label's error and half a palm. */
const AT_HAND = 0.07;
/** Two palms this near are on one hand … */
const ONE_PLACE = 0.02;
/** … unless the labels themselves are nearer than this. */
const TWO_PLACES = 0.06;
/** Wrist and the knuckles of the four fingers. */
const PALM = [0, 5, 9, 13, 17];

type Point = readonly [number, number];

/** Middle of the palm in picture widths, null where the track is absent. */
function palmAt(track: LandmarkTrack, t: number, width: number): Point | null {
  if (track.state[t] === ABSENT) return null;
  const points = PALM.map(k => pixelOf(track, t, k));
  const mean = (axis: 0 | 1) => points.reduce((sum, p) => sum + p[axis], 0) / points.length / width;
  return [mean(0), mean(1)];
}

const distance = (a: Point, b: Point) => Math.hypot(a[0] - b[0], a[1] - b[1]);

export function compareWithLabels(tracks: MeasuredTracks, labels: Labels): Comparison {
  const { width, height, fps } = tracks;
  const counts = { left: emptyCount(), right: emptyCount() };
  const result = { frames: 0, swapped: 0, duplicate: 0, body: 0 };
  for (const row of labels.frames) {
    const t = Math.round((row.f / (labels.grid_fps ?? 30)) * fps);
    if (t >= tracks.left.state.length) continue;
    result.frames++;
    if (tracks.body.state[t] !== ABSENT) result.body++;
    const palms = { left: palmAt(tracks.left, t, width), right: palmAt(tracks.right, t, width) };
    const truths = {
      left: [row.left.x, (row.left.y * height) / width] as const,
      right: [row.right.x, (row.right.y * height) / width] as const,
    };
    const both = SIDES.every(side => row[side].v !== 'no');
    if (both && palms.left && palms.right && distance(palms.left, palms.right) < ONE_PLACE)
      if (distance(truths.left, truths.right) > TWO_PLACES) result.duplicate++;
    for (const side of SIDES) {
      const [label, palm, other] = [row[side], palms[side], otherSide(side)];
      if (label.palm_out) continue;
      if (label.v === 'no') {
        if (palm) counts[side].false++;
        continue;
      }
      const atHand = palm !== null && distance(palm, truths[side]) < AT_HAND;
      const onOther = palm !== null && row[other].v !== 'no' && distance(palm, truths[other]) < AT_HAND;
      if (palm && !atHand && onOther) result.swapped++;
      if (label.v === 'yes') countVisible(counts[side], tracks[side].state[t], atHand);
      else if (palm && !atHand && !onOther) counts[side].elsewhere++;
    }
  }
  return { view: tracks.view, ...result, ...counts, seenShare: seenShare(counts) };
}
