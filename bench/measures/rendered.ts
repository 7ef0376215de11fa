/** Tracks against rendered people, whose joints are known exactly. */
import { otherSide, SIDES, type Side } from '../../src/core/skeletons.ts';
import { ABSENT } from '../../src/core/types.ts';
import {
  type Comparison,
  countVisible,
  emptyCount,
  type MeasuredTracks,
  pixelOf,
  seenShare,
} from './hands.ts';

interface Joints {
  px: number[][];
  /** 1 where the joint is seen. */
  vis: number[];
}

export interface RenderedTruth {
  width: number;
  bodyMediapipeIndex: number[];
  data: ({ t: number; body: Joints } & Record<Side, Joints>)[];
}

/** A hand is visible when this many of its 21 joints are. */
export const VISIBLE_JOINTS = 15;
/** A hand on average farther from the truth is at another place, px of a picture 1280 wide. */
export const AT_HAND_PX = 60;
/** The truth's first six points: shoulders, elbows, wrists. */
const UPPER_BODY = 6;

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

export function compareWithTruth(tracks: MeasuredTracks, truth: RenderedTruth): Comparison {
  const scale = tracks.width / truth.width;
  const counts = { left: emptyCount(), right: emptyCount() };
  const result = { frames: 0, swapped: 0, duplicate: 0, body: 0 };
  const handPx: number[] = [];
  const bodyPx: number[] = [];
  for (const row of truth.data) {
    const t = Math.round(row.t * tracks.fps);
    if (t >= tracks.left.state.length) continue;
    result.frames++;
    const errorTo = (side: Side, joints: Joints) =>
      mean(
        joints.px.map(([x, y], k) => {
          const [u, v] = pixelOf(tracks[side], t, k);
          return Math.hypot(u - scale * x, v - scale * y);
        }),
      );
    const stood = SIDES.map(side => {
      if (row[side].vis.filter(Boolean).length < VISIBLE_JOINTS) return null;
      const present = tracks[side].state[t] !== ABSENT;
      const [own, other] = [errorTo(side, row[side]), errorTo(side, row[otherSide(side)])];
      const atHand = present && own <= other && own < AT_HAND_PX * (tracks.width / 1280);
      countVisible(counts[side], tracks[side].state[t], atHand);
      if (present && other < own) result.swapped++;
      if (atHand) handPx.push(own);
      return present ? (own <= other ? side : otherSide(side)) : null;
    });
    if (stood[0] !== null && stood[0] === stood[1]) result.duplicate++;
    if (tracks.body.state[t] === ABSENT) continue;
    result.body++;
    const joints = truth.bodyMediapipeIndex.slice(0, UPPER_BODY);
    bodyPx.push(
      mean(
        joints.map((landmark, i) => {
          const [x, y] = pixelOf(tracks.body, t, landmark);
          return Math.hypot(x - scale * row.body.px[i][0], y - scale * row.body.px[i][1]);
        }),
      ),
    );
  }
  return {
    view: tracks.view,
    ...result,
    ...counts,
    seenShare: seenShare(counts),
    ...(handPx.length > 0 && { handPx: mean(handPx) }),
    ...(bodyPx.length > 0 && { bodyPx: mean(bodyPx) }),
  };
}
