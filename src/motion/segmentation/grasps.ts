/** When hands close and open: the aperture between the thumb and the two fingers that grasp with it. */
import { distance, vectorAt } from '../../core/se3.ts';
import { HAND_LANDMARKS, SIDES, type Side } from '../../core/skeletons.ts';
import { quantile } from '../../core/statistics.ts';
import { ABSENT, type HandMotion, type HumanMotion } from '../../core/types.ts';
import type { Stretch } from '../gaps.ts';

export interface GraspEvent {
  frame: number;
  side: Side;
  kind: 'grasp' | 'release';
}

const THUMB_TIP = 4;
const GRASPING_TIPS = [8, 12];
/** A hand whose aperture varies less than this, in palm lengths, neither grasps nor releases. */
const LEAST_RANGE = 0.35;
/** Shares of the aperture's range: below the first a hand is closed, above the second open, between as before. */
const CLOSED = 0.35;
const OPEN = 0.65;

/** (T,) thumb tip to index and middle tips, mean, in palm lengths; NaN where the hand is not known. */
function apertureOf({ state, landmarks, palmLengthM }: HandMotion): Float64Array {
  const point = (t: number, k: number) => vectorAt(landmarks, HAND_LANDMARKS * t + k);
  return Float64Array.from(state, (s, t) =>
    s === ABSENT
      ? Number.NaN
      : GRASPING_TIPS.reduce((sum, k) => sum + distance(point(t, THUMB_TIP), point(t, k)), 0) /
        GRASPING_TIPS.length /
        palmLengthM,
  );
}

/** Grasps and releases in a part, in the order of time. */
export function graspEvents(motion: HumanMotion, part: Stretch): GraspEvent[] {
  return SIDES.flatMap(side => eventsOf(apertureOf(motion.hands[side]), side, part)).sort(
    (a, b) => a.frame - b.frame,
  );
}

function eventsOf(aperture: Float64Array, side: Side, { start, end }: Stretch): GraspEvent[] {
  const known = aperture.subarray(start, end).filter(value => !Number.isNaN(value));
  const [low, high] = [quantile(known, 0.05), quantile(known, 0.95)];
  if (!(high - low > LEAST_RANGE)) return [];
  const events: GraspEvent[] = [];
  let closed: boolean | null = null;
  for (let t = start; t < end; t++) {
    const share = (aperture[t] - low) / (high - low);
    const now: boolean | null = share < CLOSED ? true : share > OPEN ? false : closed;
    if (closed !== null && now !== closed) events.push({ frame: t, side, kind: now ? 'grasp' : 'release' });
    closed = now;
  }
  return events;
}
