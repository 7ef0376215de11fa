/**
 * Which hand is whose: over the whole clip, at most one reading per frame is the person's left hand and at
 * most one the right. A per-frame word ("this looks like a right hand") is wrong too often on grasping and
 * turning hands, and two regions often settle on one hand; the whole path is not ambiguous.
 *
 * Solved exactly by dynamic programming (Viterbi) over pairs (left reading | none, right reading | none).
 * Costs are in nats-like units and were set on the labelled clips with odd numbers of frames left out.
 */
import { handDistance, isSameHand, shoulderWidthPx } from '../core/anatomy.ts';
import type { BodyReading, FrameReading, HandReading } from '../core/readings.ts';
import { BODY, PALM_LANDMARKS, SIDES, type Side, WRIST } from '../core/skeletons.ts';

/** Nobody here: cheaper than a bad hand, dearer than a doubtful good one. */
const NONE_COST = 2.2;
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
const BODY_COST_CAP = 4;
/** Move of a hand between two frames, in hand lengths, that costs 1; and its cap. */
const MOVE_UNIT = 0.4;
const MOVE_COST_CAP = 4;
/** Appearing or vanishing. */
const SWITCH_COST = 0.8;

/** Place of the palm's middle across the picture, −1 (left edge) … 1 (right edge). */
function place(hand: HandReading, width: number): number {
  const x = PALM_LANDMARKS.reduce((sum, k) => sum + hand.pixels[2 * k], 0) / PALM_LANDMARKS.length;
  return Math.max(-1, Math.min(1, (2 * x) / width - 1));
}

/** −1 … 1: do the readings called right stand on the right of the picture? Over all readings of the clip. */
function rightIsRight(readings: readonly FrameReading[], width: number): number {
  let agreeing = 0;
  let total = 0;
  for (const { hands } of readings)
    for (const hand of hands) {
      const vote = hand.presence * (2 * hand.right - 1) * place(hand, width);
      agreeing += vote;
      total += Math.abs(vote);
    }
  return total > 0 ? agreeing / total : 0;
}

function sideCost(hand: HandReading, side: Side, body: BodyReading | null): number {
  const right = Math.min(1 - HANDEDNESS_FLOOR, Math.max(HANDEDNESS_FLOOR, hand.right));
  let cost =
    PRESENCE_COST * (1 - hand.presence) - HANDEDNESS_WEIGHT * Math.log(side === 'right' ? right : 1 - right);
  if (body) {
    const w = BODY.wrist[side];
    const away =
      Math.hypot(
        hand.pixels[2 * WRIST] - body.pixels[2 * w],
        hand.pixels[2 * WRIST + 1] - body.pixels[2 * w + 1],
      ) / shoulderWidthPx(body);
    cost += Math.min(BODY_COST_CAP, (away / BODY_AGREEMENT) ** 2);
  }
  return cost;
}

function moveCost(from: HandReading | null, to: HandReading | null): number {
  if (!from && !to) return 0;
  if (!from || !to) return SWITCH_COST;
  return Math.min(MOVE_COST_CAP, (handDistance(from, to) / MOVE_UNIT) ** 2);
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
 * @param readings per frame, T entries; the body is used only where `credible` is 1
 * @param credible (T,) 1 where the body of that frame is to be believed
 * @param width of the frame, px
 * @returns per side, T entries: the reading chosen, or null
 */
export function identifyHands(
  readings: readonly FrameReading[],
  credible: Uint8Array,
  width: number,
): Record<Side, (HandReading | null)[]> {
  const at = (t: number, i: number) => (i === NONE ? null : readings[t].hands[i]);
  const choices = readings.map(reading => choicesOf(reading.hands));
  const facing = rightIsRight(readings, width);
  const back: Int32Array[] = [];
  let cost = new Float64Array([0]);
  let before: Choice[] = [[NONE, NONE]];
  for (const [t, { hands, body }] of readings.entries()) {
    const trusted = credible[t] ? body : null;
    const order = trusted ? 0 : PLACE_WEIGHT * facing;
    const places = hands.map(hand => order * place(hand, width));
    const unary = SIDES.map(side =>
      hands.map(
        (hand, i) => sideCost(hand, side, trusted) + Math.max(0, side === 'left' ? places[i] : -places[i]),
      ),
    );
    const previous = t > 0 ? [NONE, ...readings[t - 1].hands.keys()] : [NONE];
    // Moves are looked up per side: (previous reading or none) × (this reading or none).
    const moves = previous.map(p =>
      [NONE, ...hands.keys()].map(c => (t === 0 ? 0 : moveCost(at(t - 1, p), at(t, c)))),
    );
    const next = new Float64Array(choices[t].length).fill(Infinity);
    const from = new Int32Array(choices[t].length);
    for (const [n, [l, r]] of choices[t].entries()) {
      for (const [m, [pl, pr]] of before.entries()) {
        const total = cost[m] + moves[pl + 1][l + 1] + moves[pr + 1][r + 1];
        if (total < next[n]) {
          next[n] = total;
          from[n] = m;
        }
      }
      next[n] += (l === NONE ? NONE_COST : unary[0][l]) + (r === NONE ? NONE_COST : unary[1][r]);
      if (l !== NONE && r !== NONE && places[l] > places[r]) next[n] += Math.abs(order);
    }
    back.push(from);
    cost = next;
    before = choices[t];
  }
  const chosen: Record<Side, (HandReading | null)[]> = { left: [], right: [] };
  let best = cost.indexOf(Math.min(...cost));
  for (let t = readings.length - 1; t >= 0; t--) {
    const [l, r] = choices[t][best];
    chosen.left[t] = at(t, l);
    chosen.right[t] = at(t, r);
    best = back[t][best];
  }
  return chosen;
}
