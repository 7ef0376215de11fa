/** How different the episodes of a dataset are from each other. */
import { CELL_M, type Variety } from '../core/episode.ts';
import { distance } from '../core/se3.ts';
import { HAND_LANDMARKS, SIDES, type Side } from '../core/skeletons.ts';
import { ABSENT, type HumanMotion } from '../core/types.ts';

/** How the fingers hold, by the hand's landmarks. */
export const GRASPS = ['open', 'pinch', 'power', 'between'] as const;
export type Grasp = (typeof GRASPS)[number];

/** Thumb and index nearer than this, in palm lengths, pinch (DexPilot, Handa et al. 2020: 30 mm of a 95 mm palm). */
const PINCH = 0.32;
/** Fingertips nearer to the wrist than this, in palm lengths, are closed; beyond the other, stretched out. */
const CLOSED = 1.25;
const STRETCHED = 1.6;

/** @param landmarks (21, 3) m in the hand frame */
export function graspOf(landmarks: ArrayLike<number>): Grasp {
  const at = (k: number) => [0, 1, 2].map(a => landmarks[3 * k + a]);
  const palm = Math.hypot(...at(9));
  const reach = [8, 12, 16, 20].map(k => Math.hypot(...at(k)) / palm);
  if (reach.every(r => r < CLOSED)) return 'power';
  if (distance(at(4), at(8)) / palm < PINCH) return 'pinch';
  return reach.every(r => r > STRETCHED) ? 'open' : 'between';
}

/** The name of the cell that a wrist is in. */
const cellOf = (x: number, y: number, z: number): string =>
  [x, y, z].map(v => Math.floor(v / CELL_M)).join(' ');

/**
 * How many kinds there are as if all were equally common: e to the entropy (M. O. Hill, "Diversity and evenness", Ecology
 * 54, 1973). 0 of nothing.
 */
export function effectiveNumber(counts: Iterable<number>): number {
  const all = [...counts].filter(count => count > 0);
  const total = all.reduce((sum, count) => sum + count, 0);
  if (total === 0) return 0;
  return Math.exp(-all.reduce((sum, count) => sum + (count / total) * Math.log(count / total), 0));
}

/** A hand in one frame. */
export interface HandMoment {
  side: Side;
  /** (3,) m. */
  wrist: ArrayLike<number>;
  /** (21, 3). */
  landmarks: ArrayLike<number>;
}

/** Cells in the order in which they are first visited. */
export function countVariety(
  moments: Iterable<HandMoment>,
): Variety & { grasps: Partial<Record<Grasp, number>> } {
  const cells = new Set<string>();
  const grasps: Partial<Record<Grasp, number>> = {};
  for (const { side, wrist, landmarks } of moments) {
    cells.add(`${side} ${cellOf(wrist[0], wrist[1], wrist[2])}`);
    const grasp = graspOf(landmarks);
    grasps[grasp] = (grasps[grasp] ?? 0) + 1;
  }
  return { cells: [...cells], grasps };
}

/** Of one episode's motion, frames in which a hand is absent left out. */
export function varietyOf(motion: Pick<HumanMotion, 'hands' | 'frames'>): Variety {
  const { cells, grasps } = countVariety(momentsOf(motion));
  return { cells: [...cells].sort(), grasps };
}

function* momentsOf({ hands, frames }: Pick<HumanMotion, 'hands' | 'frames'>): Generator<HandMoment> {
  const width = 3 * HAND_LANDMARKS;
  for (const side of SIDES) {
    const { state, wrist, landmarks } = hands[side];
    for (let t = 0; t < frames; t++)
      if (state[t] !== ABSENT)
        yield {
          side,
          wrist: wrist.subarray(3 * t, 3 * t + 3),
          landmarks: landmarks.subarray(width * t, width * (t + 1)),
        };
  }
}
