/**
 * The second look for hands: where one was lost or not yet found, follow it from the frames that have it, forwards
 * from before the gap and backwards from after it. Sizes and turns of the region near the last one are tried
 * first, then every turn at the person's usual size, where the hand was and where the body has it.
 * Offline work may look twice; a tracker that runs with the camera cannot.
 */

import { bodyHand, regionsFromBody } from '../../models/estimators/onnx/body-hands.ts';
import { roiFromHand } from '../../models/estimators/onnx/roi.ts';
import type { Estimator } from '../../models/estimators/types.ts';
import { bentBack, handScale } from '../core/anatomy.ts';
import type { BodyReading, FrameReading, HandReading, Roi } from '../core/readings.ts';
import { SIDES, type Side, WRIST } from '../core/skeletons.ts';
import { median } from '../core/statistics.ts';
import { ABSENT, type RgbFrame, SEEN } from '../core/types.ts';
import { ADULT_PALM_LENGTH_M } from '../motion/bones.ts';
import { believableStates, LONGEST_BRIDGE_S, UNSUSPICIOUS_SPEED } from '../motion/gaps.ts';
import { distancePx, palmPx } from '../motion/hand-in-picture.ts';
import { usualHandScale } from '../motion/identity.ts';
import { type Grid, type Way, walk, waysInto } from './walk.ts';

/** A hand is followed into a gap for at most this long, s, the time of one grasp: further on it is found anew or not there. */
const REACH_S = 3.0;
/** Frames in a row without a reading that a walk steps over: a blurred hand comes back. */
const STEPS_OVER = 3;
/** Sizes and turns (rad) of the region that are tried in turn until one reads as a hand. */
const VARIATIONS: readonly (readonly [scale: number, turn: number])[] = [
  [1, 0],
  [1.25, 0],
  [0.8, 0],
  [1, 0.5],
  [1, -0.5],
  [1.6, 0],
];
/** The first variations, for gaps that are bridged where nothing is found. */
const BRIEF = 3;
/** Turns of a whole search, rad, from the last one on. */
const TURNS = [0, 1, -1, 2, -2, 3, -3, 4].map(eighth => (eighth * Math.PI) / 4);
/** A search is over when it has found a hand as certain as this. */
const SURE = 0.95;
/** Best of many tries: it has to be this certain, and within this factor of the person's usual scale. */
const SEARCH_PRESENCE = 0.7;
const SEARCH_SCALE = 1.5;
type Chosen = Record<Side, (HandReading | null)[]>;

/** A way to follow one hand, beginning beside a frame that has it. */
export interface HandWay extends Way {
  side: Side;
  from: HandReading;
}

/** The same with the body to believe per frame of the way, from `start`. */
type WayWithBodies = HandWay & { bodies: (BodyReading | null)[] };

/** The network's own word, if it has one, agrees with the side that the whole clip gave the hand. */
const agrees = (hand: HandReading, side: Side) =>
  hand.right === 0.5 || hand.right > 0.5 === (side === 'right');

/** A hand is bent back by more than its landmarks' and its body's error. */
const BENT_BACK = 0.1;
/** A hand that may be the person's: of that side, and such that the forearm of the body, if there is one to believe, can carry it. */
const belongs = (hand: HandReading, body: BodyReading | null, side: Side) =>
  agrees(hand, side) && (body === null || bentBack(hand, body, side) <= BENT_BACK);

/** (T,) SEEN where a hand is read and is not where it could not have got to. */
function believed(hands: readonly (HandReading | null)[], fps: number): Uint8Array {
  const palm = median(hands.flatMap(hand => (hand ? [palmPx(hand.pixels)] : [])));
  const wrists = hands.flatMap(hand =>
    [0, 1].map(axis => ((hand?.pixels[2 * WRIST + axis] ?? 0) / palm) * ADULT_PALM_LENGTH_M),
  );
  const states = Uint8Array.from(hands, hand => (hand ? SEEN : ABSENT));
  return believableStates(Float64Array.from(wrists), states, fps);
}

/**
 * Plan: one way into each end of each stretch where the hand is missing, is read where it could not have got to, as its
 * mirror image (the back of the hand taken for the palm gives a wrong pose in the right place), or bent back over its
 * forearm (a wrist that is hidden by what the hand holds is put on the wrong side of the fingers).
 */
export function handWays(chosen: Chosen, bodies: readonly (BodyReading | null)[], fps: number): HandWay[] {
  const reach = Math.round(REACH_S * fps);
  return SIDES.flatMap(side => {
    const hands = chosen[side];
    const states = believed(hands, fps);
    const sound = (t: number) => states[t] === SEEN && belongs(hands[t]!, bodies[t], side);
    return waysInto(hands.length, sound, reach).map(way => ({
      ...way,
      side,
      from: hands[way.forwards ? way.start - 1 : way.end]!,
    }));
  });
}

const regionsAround = ({ cx, cy, size, angle }: Roi): Roi[] =>
  VARIATIONS.map(([scale, turn]) => ({ cx, cy, size: size * scale, angle: angle + turn }));

/** Everything that following one hand needs, as plain data. */
export interface FollowHandArgs {
  path: string;
  grid: Grid;
  /** The ways into one gap: from before it, from after it, or both. */
  ways: WayWithBodies[];
  /** Search at every turn too. */
  thorough: boolean;
  /** How large this person's hands are: in their bodies' terms, and as regions and palms, px. */
  usual: { scale: number; regionPx: number; palmPx: number };
}

export type FoundHand = { t: number; hand: HandReading };

/**
 * Look into one gap: first near where the hand last was, from each end; then, in the frames that are still without it,
 * at every turn. What one walk has found guides the next one, and is not looked for twice.
 * @param onFrame called for every frame looked at
 */
export async function followHand(
  estimator: Estimator,
  args: FollowHandArgs,
  onFrame: () => void,
): Promise<FoundHand[]> {
  if (!estimator.revisit) return [];
  const found = new Map<number, HandReading>();
  const regions = args.thorough ? regionsAround : (last: Roi) => regionsAround(last).slice(0, BRIEF);
  const near: Look = (frame, { last, fits }) => firstFitting(estimator, frame, regions(last), fits);
  const looked = new Set<number>();
  const everywhere: Look = async (frame, { t, last, body, side, fits, anyhow, fresh }) => {
    // Around a hand that the walks before did not know.
    const hand = fresh ? await firstFitting(estimator, frame, regionsAround(last), fits) : null;
    if (hand || looked.has(t)) return hand;
    looked.add(t);
    const middles = [last, ...(body ? [regionOfBodyHand(body, side)] : [])];
    const upright = await searched(estimator, frame, middles, args.usual, fits);
    return upright ?? (body ? firstFitting(estimator, frame, regionsAround(last), anyhow) : null);
  };
  for (const look of args.thorough ? [near, everywhere] : [near])
    for (const way of args.ways) await followWay(args, way, found, look, onFrame);
  return [...found].map(([t, hand]) => ({ t, hand }));
}

/** A gap with hands at both ends that is no longer than what is bridged between them. */
const isBridged = ([first, second]: readonly Way[], frames: number): boolean =>
  second !== undefined && second.end - first.start <= frames;

/** What is known of a hand that is looked for in frame t. */
interface Clue {
  t: number;
  last: Roi;
  body: BodyReading | null;
  side: Side;
  /** Whether a reading may be that hand. */
  fits: (hand: HandReading) => boolean;
  /** The same, though its forearm cannot carry it: its wrist is wrong, its place is not. */
  anyhow: (hand: HandReading) => boolean;
  fresh: boolean;
}

/** One way of looking for a hand in a frame. */
type Look = (frame: RgbFrame, clue: Clue) => Promise<HandReading | null>;

/** @param found by frame of the clip; grows */
async function followWay(
  { path, grid, usual }: FollowHandArgs,
  way: WayWithBodies,
  found: Map<number, HandReading>,
  look: Look,
  onFrame: () => void,
): Promise<void> {
  const known = new Set(found.keys());
  if (known.size > 0 && range(way).every(t => known.has(t))) return;
  const { side } = way;
  /** How far a wrist gets from one frame to the next, px. */
  const step = ((UNSUSPICIOUS_SPEED / grid.fps) * usual.palmPx) / ADULT_PALM_LENGTH_M;
  let last = way.from;
  const fits = (hand: HandReading, body: BodyReading | null) =>
    belongs(hand, body, side) && distancePx(hand.pixels, WRIST, last.pixels, WRIST) <= step * (missed + 1);
  let fresh = false;
  let missed = 0;
  for await (const [t, frame] of walk(path, grid, way)) {
    onFrame();
    const before = known.has(t) ? found.get(t) : undefined;
    const body = way.bodies[t - way.start];
    const hand =
      before ??
      (await look(frame, {
        t,
        last: roiFromHand(last.pixels),
        body,
        side,
        fits: hand => fits(hand, body),
        anyhow: hand => fits(hand, null),
        fresh,
      }));
    if (hand) {
      last = hand;
      fresh = !before;
      missed = 0;
      found.set(t, hand);
    } else if (++missed > STEPS_OVER) break;
  }
}

const range = ({ start, end }: Way): number[] => Array.from({ length: end - start }, (_, i) => start + i);

/**
 * Add what a second look finds to `readings`. Gaps are independent of each other, so they may be walked into in any
 * order, anywhere; in the order of time least is decoded twice.
 * @param credible (T,) 1 where the frame's body is to be believed
 */
export async function lookAgain(
  path: string,
  grid: Grid,
  readings: FrameReading[],
  credible: Uint8Array,
  chosen: Chosen,
  follow: (args: FollowHandArgs) => Promise<FoundHand[]>,
): Promise<void> {
  const hands = SIDES.flatMap(side => chosen[side].filter(hand => hand !== null));
  const usual = {
    scale: usualHandScale(readings),
    regionPx: median(hands.map(({ pixels }) => roiFromHand(pixels).size)),
    palmPx: median(hands.map(({ pixels }) => palmPx(pixels))),
  };
  const bridged = Math.round(LONGEST_BRIDGE_S * grid.fps);
  const gaps: WayWithBodies[][] = [];
  const believedBodies = readings.map(({ body }, t) => (credible[t] ? body : null));
  for (const way of handWays(chosen, believedBodies, grid.fps)) {
    const bodies = believedBodies.slice(way.start, way.end);
    // A way forwards is followed by the one backwards into the same gap, if there is one.
    if (way.forwards || gaps.length === 0 || !gaps.at(-1)![0].forwards || gaps.at(-1)![0].side !== way.side)
      gaps.push([]);
    gaps.at(-1)!.push({ ...way, bodies });
  }
  gaps.sort(([a], [b]) => a.start - b.start);
  const found = await Promise.all(
    gaps.map(ways => follow({ path, grid, ways, usual, thorough: !isBridged(ways, bridged) })),
  );
  for (const { t, hand } of found.flat()) readings[t].hands.push(hand);
}

/** Where the body has its hand, fingers up in the region. */
function regionOfBodyHand(body: BodyReading, side: Side): Roi {
  return regionsFromBody(bodyHand(body, side))[0];
}

async function firstFitting(
  estimator: Estimator,
  frame: RgbFrame,
  regions: Roi[],
  fits: (hand: HandReading) => boolean,
): Promise<HandReading | null> {
  for (const region of regions) {
    const reading = (await estimator.revisit!(frame, [region])).find(fits);
    if (reading) return reading;
  }
  return null;
}

/** A certain hand of that side and of the usual size, at any turn around one of the given points, nearest turn first. */
async function searched(
  estimator: Estimator,
  frame: RgbFrame,
  middles: readonly Roi[],
  usual: { scale: number; regionPx: number },
  fits: (hand: HandReading) => boolean,
): Promise<HandReading | null> {
  const isSound = (hand: HandReading) =>
    fits(hand) &&
    hand.presence >= SEARCH_PRESENCE &&
    Math.abs(Math.log(handScale(hand) / usual.scale)) < Math.log(SEARCH_SCALE);
  let best: HandReading | null = null;
  for (const { cx, cy, angle } of middles)
    for (const turn of TURNS) {
      const region = { cx, cy, size: usual.regionPx, angle: angle + turn };
      const [hand] = await estimator.revisit!(frame, [region]);
      if (!hand || !isSound(hand)) continue;
      if (hand.presence >= SURE) return hand;
      if (!best || hand.presence > best.presence) best = hand;
    }
  return best;
}
