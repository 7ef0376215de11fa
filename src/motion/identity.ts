/**
 * Which hand is whose: over the whole clip, at most one reading per frame is the person's left hand and at
 * most one the right. A per-frame word ("this looks like a right hand") is wrong too often on grasping and
 * turning hands, and two regions often settle on one hand; the whole path is not ambiguous.
 *
 * Solved exactly (cheapest-way.ts) over pairs (left reading | none, right reading | none).
 * Costs are in nats-like units, set by hand on seven labelled clips and six rendered ones (docs/figures.md); there is
 * no held-out set of real clips.
 */
import {
  bentBack,
  handScale,
  isSameHand,
  palmDistance,
  shoulderWidthPx,
  wholeHands,
} from '../core/anatomy.ts';
import type { BodyReading, FrameReading, HandReading } from '../core/readings.ts';
import { BODY, otherSide, SIDES, type Side, WRIST } from '../core/skeletons.ts';
import { median } from '../core/statistics.ts';
import { cheapestWay } from './cheapest-way.ts';
import { facingOf, placeAcross } from './facing.ts';
import { distancePx } from './hand-in-picture.ts';

/** Nobody here: cheaper than a bad hand, dearer than a doubtful good one. */
const NONE_COST = 2.6;
/** A presence of 0 costs this much, of 1 nothing. */
const PRESENCE_COST = 2.0;
/** Weight of the network's left/right word in one frame; neighbouring frames err together. */
const HANDEDNESS_WEIGHT = 0.35;
const HANDEDNESS_FLOOR = 0.05;
/**
 * Where no body tells, hands keep to their side of the picture: cost of standing at the edge of the other
 * hand's side, falling linearly to nothing in the middle, and of two hands the wrong way round. Scaled by how
 * well the clip's own left/right words agree with it, so that it holds for head cameras (left hand on the
 * left), for close-ups from the front (the other way round), and fades where hands cross.
 */
const PLACE_WEIGHT = 1.2;
/** Distance hand wrist ↔ body wrist, in shoulder widths, at which the body's word costs 1. */
const BODY_AGREEMENT = 0.3;
/**
 * The body says well which of its hands one is, and less well whether one is there: its wrists are the first that
 * go wrong, so a certain hand that is far from its own wrist and farther from the other one is kept.
 */
const FAR_FROM_WRIST_CAP = 1.2;
const OTHER_WRIST_CAP = 4;
/** Bent back over the forearm as far as can be: the wrist was put on the other side of the hand. */
const BENT_BACK_COST = 1.5;
/**
 * An arm and a hand are 0.75 m long, twice the shoulders' breadth, and look half as long again when stretched
 * towards the camera: farther from the person's shoulder, in shoulder widths, it is somebody else's hand.
 */
const ARM_REACH = 3;
const OUT_OF_REACH_COST = 4;
/** Change of scale against the person's usual one, ln, that costs 1: half or twice; and its cap. */
const SIZE_UNIT = Math.LN2;
const SIZE_COST_CAP = 1;
/** Move of a hand between two frames, in hand lengths, that costs 1; and its cap. */
const MOVE_UNIT = 0.4;
const MOVE_COST_CAP = 4;
/**
 * Two palms in one place are most likely one hand read twice: cost of two that coincide, falling linearly to
 * nothing at this distance, in hand lengths. Hands that touch or hold each other are half a hand apart.
 */
const OVERLAP_COST = 4;
const OVERLAP_REACH = 0.5;
/** Appearing or vanishing. */
const SWITCH_COST = 0.8;

/** A hand below this presence does not tell the person's usual scale. */
const CERTAIN = 0.8;

/** Median scale of the certain hands, px per metre; NaN when there are none. */
export const usualHandScale = (readings: readonly FrameReading[]): number =>
  median(readings.flatMap(({ hands }) => hands.filter(h => h.presence >= CERTAIN).map(handScale)));

function sizeCost(hand: HandReading, usualScale: number): number {
  if (Number.isNaN(usualScale)) return 0;
  return Math.min(SIZE_COST_CAP, (Math.log(handScale(hand) / usualScale) / SIZE_UNIT) ** 2);
}

function sideCost(hand: HandReading, side: Side, body: BodyReading | null): number {
  const right = Math.min(1 - HANDEDNESS_FLOOR, Math.max(HANDEDNESS_FLOOR, hand.right));
  let cost =
    PRESENCE_COST * (1 - hand.presence) - HANDEDNESS_WEIGHT * Math.log(side === 'right' ? right : 1 - right);
  if (body) {
    const away = (joint: number) =>
      distancePx(hand.pixels, WRIST, body.pixels, joint) / shoulderWidthPx(body);
    const own = (away(BODY.wrist[side]) / BODY_AGREEMENT) ** 2;
    const other = (away(BODY.wrist[otherSide(side)]) / BODY_AGREEMENT) ** 2;
    cost += Math.min(FAR_FROM_WRIST_CAP, own) + Math.min(OTHER_WRIST_CAP, Math.max(0, own - other));
    cost += BENT_BACK_COST * bentBack(hand, body, side);
    if (away(BODY.shoulder[side]) > ARM_REACH) cost += OUT_OF_REACH_COST;
  }
  return cost;
}

function moveCost(from: HandReading | null, to: HandReading | null): number {
  if (!from && !to) return 0;
  if (!from || !to) return SWITCH_COST;
  return Math.min(MOVE_COST_CAP, (palmDistance(from, to) / MOVE_UNIT) ** 2);
}

type Choice = readonly [left: number, right: number];
const NONE = -1;

function choicesOf(hands: readonly HandReading[]): Choice[] {
  const options = [NONE, ...hands.keys()];
  return options.flatMap(l =>
    options
      .filter(r => l === NONE || r === NONE || (l !== r && !isSameHand(hands[l], hands[r])))
      .map((r): Choice => [l, r]),
  );
}

/**
 * The person's own hands through a clip.
 * @param found per frame, T entries; the body is used only where `credible` is 1
 * @param credible (T,) 1 where the body of that frame is to be believed
 * @param width of the frame, px
 * @returns per side, T entries: the reading chosen, or null
 */
export function identifyHands(
  found: readonly FrameReading[],
  credible: Uint8Array,
  width: number,
): Record<Side, (HandReading | null)[]> {
  const readings = found.map(({ hands, body }) => ({ hands: wholeHands(hands), body }));
  const at = (t: number, i: number) => (i === NONE ? null : readings[t].hands[i]);
  const choices = readings.map(reading => choicesOf(reading.hands));
  // Networks that do not say (right is 0.5), and no body that does: as before a head camera.
  const silent =
    !credible.includes(1) && readings.every(({ hands }) => hands.every(({ right }) => right === 0.5));
  const facing = silent ? 1 : facingOf(readings, width).rightIsRight;
  const usualScale = usualHandScale(readings);
  const own = readings.map(({ hands, body }, t) => {
    const trusted = credible[t] ? body : null;
    const order = trusted ? 0 : PLACE_WEIGHT * facing;
    const places = hands.map(hand => order * placeAcross(hand, width));
    const sizes = hands.map(hand => sizeCost(hand, usualScale));
    const [left, right] = SIDES.map(side =>
      hands.map(
        (hand, i) =>
          sizes[i] + sideCost(hand, side, trusted) + Math.max(0, side === 'left' ? places[i] : -places[i]),
      ),
    );
    return choices[t].map(([l, r]) => {
      const cost = (l === NONE ? NONE_COST : left[l]) + (r === NONE ? NONE_COST : right[r]);
      if (l === NONE || r === NONE) return cost;
      const swapped = places[l] > places[r] ? Math.abs(order) : 0;
      const overlap = Math.max(0, 1 - palmDistance(hands[l], hands[r]) / OVERLAP_REACH);
      return cost + swapped + OVERLAP_COST * overlap;
    });
  });
  // Of either hand, from (a reading before | none) to (a reading now | none).
  const moves = readings.map(({ hands }, t) =>
    [NONE, ...(readings[t - 1]?.hands.keys() ?? [])].map(before =>
      [NONE, ...hands.keys()].map(now => moveCost(at(t - 1, before), at(t, now))),
    ),
  );
  const way = cheapestWay(own, (t, m, n) => {
    const [leftBefore, rightBefore] = choices[t - 1][m];
    const [left, right] = choices[t][n];
    return moves[t][leftBefore + 1][left + 1] + moves[t][rightBefore + 1][right + 1];
  });
  return {
    left: way.map((n, t) => at(t, choices[t][n][0])),
    right: way.map((n, t) => at(t, choices[t][n][1])),
  };
}
