/**
 * Hands that are too small or too large to be this person's. A fold of a sleeve or a hand of somebody farther back is
 * read as a hand at twice the distance; nobody's arm reaches there. A whole stretch is judged by its median, as a
 * single frame's size is off by a third where a hand grips or hurries.
 */

import type { Side } from '../core/skeletons.ts';
import { median } from '../core/statistics.ts';
import { ABSENT, SEEN } from '../core/types.ts';
import type { PlacedBody } from './body.ts';
import { bothSides } from './both-sides.ts';
import { presentStretches, type Stretch } from './gaps.ts';
import type { HandSight } from './hands.ts';

/**
 * A hand farther than this many times the shoulder's depth and an arm together, or nearer by as much, is not the
 * person's. Gripping hands of rendered people are read up to a third too far; sleeves of the real clips 2.3 times.
 */
const BEYOND = 1.5;

/** What of a sight is judged, and the body that it should be at the end of. */
type Sized = Pick<HandSight, 'state' | 'logDepth'>;
type Reaching = Pick<PlacedBody, 'shoulders' | 'bones'>;

/**
 * The states with strange stretches absent; a hand without any keeps its array. Where they are most of what is seen
 * it is the body that is strange, and nothing is taken away.
 * @param hands their depths brought to the person's size
 */
export function statesOfOwnSize(
  hands: Record<Side, Sized>,
  { shoulders, bones }: Reaching,
): Record<Side, Uint8Array> {
  const reach = bones.upperArmM + bones.forearmM;
  const seenIn = ({ state }: Sized, { start, end }: Stretch) =>
    Array.from({ length: end - start }, (_, i) => start + i).filter(t => state[t] === SEEN);
  const beyond = (side: Side, t: number): number => {
    const [hand, shoulder] = [Math.exp(hands[side].logDepth[t]), shoulders[side][3 * t + 2]];
    return Math.max(hand / (shoulder + reach), (shoulder - reach) / hand);
  };
  const counts = { strange: 0, all: 0 };
  const strange = bothSides(side =>
    presentStretches(hands[side].state).filter(stretch => {
      const seen = seenIn(hands[side], stretch);
      const isStrange = seen.length > 0 && median(seen.map(t => beyond(side, t))) > BEYOND;
      counts.all += seen.length;
      if (isStrange) counts.strange += seen.length;
      return isStrange;
    }),
  );
  const bodyIsStrange = 2 * counts.strange >= counts.all;
  return bothSides(side => {
    const { state } = hands[side];
    if (bodyIsStrange || strange[side].length === 0) return state;
    const own = state.slice();
    for (const { start, end } of strange[side]) own.fill(ABSENT, start, end);
    return own;
  });
}
