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
import { presentStretches } from './gaps.ts';
import type { HandSight } from './hands.ts';

/**
 * A hand farther than this many times the shoulder's depth and an arm together, or nearer by as much, is not the
 * person's. Gripping hands of rendered people are read up to a third too far; a sleeve of okami_bagging, 2 times.
 */
const BEYOND = 1.5;

/** What of a sight is judged, and the body that it should be at the end of. */
type Sized = Pick<HandSight, 'state' | 'logDepth'>;
type Reaching = Pick<PlacedBody, 'shoulders' | 'bones'>;

/**
 * The hands with strange stretches absent; one without any is the same object. Where they are most of what is seen it
 * is the body that is strange, and nothing is taken away.
 * @param hands their depths brought to the person's size
 */
export function handsOfOwnSize<Hand extends Sized>(
  hands: Record<Side, Hand>,
  { shoulders, bones }: Reaching,
): Record<Side, Hand> {
  const reach = bones.upperArmM + bones.forearmM;
  const beyond = (side: Side, t: number): number => {
    const [hand, shoulder] = [Math.exp(hands[side].logDepth[t]), shoulders[side][3 * t + 2]];
    return Math.max(hand / (shoulder + reach), (shoulder - reach) / hand);
  };
  const judged = bothSides(side =>
    presentStretches(hands[side].state).map(({ start, end }) => {
      const excess: number[] = [];
      for (let t = start; t < end; t++) if (hands[side].state[t] === SEEN) excess.push(beyond(side, t));
      return { start, end, seen: excess.length, strange: median(excess) > BEYOND };
    }),
  );
  const seenIn = (stretches: { seen: number }[]) => stretches.reduce((sum, { seen }) => sum + seen, 0);
  const all = [...judged.left, ...judged.right];
  if (2 * seenIn(all.filter(({ strange }) => strange)) >= seenIn(all)) return hands;
  return bothSides(side => {
    const strange = judged[side].filter(stretch => stretch.strange);
    if (strange.length === 0) return hands[side];
    const state = hands[side].state.slice();
    for (const { start, end } of strange) state.fill(ABSENT, start, end);
    return { ...hands[side], state };
  });
}
