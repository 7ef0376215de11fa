/**
 * Reads a followed hand as often as it moves: a hand that rests or hardly moves is read in every second frame, and the frame
 * between gets the middle of its neighbours. What is put in is checked when the next reading is there: where the hand has moved after
 * all, the frame left out is read after all, so nothing that moves is lost (docs/perception.md).
 */
import { handDistance } from '../../../src/core/anatomy.ts';
import type { FrameReading, HandReading, Roi } from '../../../src/core/readings.ts';
import type { RgbFrame } from '../../../src/core/types.ts';
import { roiFromHand } from './roi.ts';

/** Over two frames a resting hand's landmarks move by less than this on the mean, in hand sizes: 4 mm, half of it trembling. */
const STILL = 0.02;
/** From one reading to the next, at most, s: two frames at 30 per second. */
const LONGEST_STEP_S = 0.067;
/** A hand below this presence is not what was followed (MediaPipe's own threshold). */
const CERTAIN = 0.5;

/** What is known of a followed reading. */
type Trace =
  | { read: true; timeS: number; still: boolean }
  | { read: false; from: HandReading; frame: RgbFrame; owner: FrameReading };

export class PacedHands {
  readonly #network: (frame: RgbFrame, roi: Roi) => Promise<HandReading>;
  /** Of the readings of the last frame. */
  #traces = new Map<HandReading, Trace>();

  constructor(network: (frame: RgbFrame, roi: Roi) => Promise<HandReading>) {
    this.#network = network;
  }

  /**
   * The followed hands in a frame, in the same order, each of any presence. One that is not read has its last place, and gets
   * its value when the next frame is read or `complete` is called; `owner` loses it if it turns out to be none.
   */
  async read(
    frame: RgbFrame,
    timeS: number,
    followed: readonly HandReading[],
    owner: FrameReading,
  ): Promise<HandReading[]> {
    const before = this.#traces;
    this.#traces = new Map();
    const hands = [];
    for (const hand of followed) {
      const trace = before.get(hand);
      before.delete(hand);
      hands.push(await this.#follow(hand, trace, frame, timeS, owner));
    }
    await this.#readLeftOut(before);
    return hands;
  }

  /** Reads what was left out last. */
  async complete(): Promise<void> {
    await this.#readLeftOut(this.#traces);
    this.#traces = new Map();
  }

  reset(): void {
    this.#traces = new Map();
  }

  async #follow(
    hand: HandReading,
    trace: Trace | undefined,
    frame: RgbFrame,
    timeS: number,
    owner: FrameReading,
  ): Promise<HandReading> {
    if (trace?.read && trace.still && 2 * (timeS - trace.timeS) <= LONGEST_STEP_S) {
      const copy = { ...hand, pixels: hand.pixels.slice(), world: hand.world.slice() };
      this.#traces.set(copy, { read: false, from: hand, frame, owner });
      return copy;
    }
    const follow = () => this.#network(frame, roiFromHand(hand.pixels));
    let next = await follow();
    let still = handDistance(hand, next) < STILL / 2;
    if (trace && !trace.read) {
      still = handDistance(trace.from, next) < STILL && isSame(trace.from, next);
      if (still) Object.assign(hand, between(trace.from, next));
      else {
        await this.#readAfterAll(hand, trace);
        next = await follow();
      }
    }
    this.#traces.set(next, { read: true, timeS, still: still && isSame(hand, next) });
    return next;
  }

  async #readLeftOut(traces: ReadonlyMap<HandReading, Trace>): Promise<void> {
    for (const [hand, trace] of traces) if (!trace.read) await this.#readAfterAll(hand, trace);
  }

  /** Gives a hand that was left out its own reading. */
  async #readAfterAll(
    hand: HandReading,
    { frame, from, owner }: Extract<Trace, { read: false }>,
  ): Promise<void> {
    Object.assign(hand, await this.#network(frame, roiFromHand(from.pixels)));
    if (hand.presence < CERTAIN) owner.hands = owner.hands.filter(other => other !== hand);
  }
}

/** Both certain, and both of one word about left and right. */
const isSame = (a: HandReading, b: HandReading): boolean =>
  Math.min(a.presence, b.presence) >= CERTAIN && a.right > 0.5 === b.right > 0.5;

/** The middle of two readings. */
function between(a: HandReading, b: HandReading): HandReading {
  const middle = (from: Float32Array, to: Float32Array) => from.map((value, i) => (value + to[i]) / 2);
  return {
    roi: a.roi,
    presence: Math.min(a.presence, b.presence),
    right: (a.right + b.right) / 2,
    pixels: middle(a.pixels, b.pixels),
    world: middle(a.world, b.world),
  };
}
