/**
 * Reads a body as often as the person moves. Hands are read in every frame, and they lead the arm: while no hand has
 * moved far since the body was last read, the body is read about eight times a second and interpolated between. On the
 * labelled and rendered clips what is interpolated lies no farther from a reading of that frame than neighbouring
 * readings scatter (docs/perception.md).
 */

import { shoulderWidthPx } from '../../../src/core/anatomy.ts';
import type { BodyReading, FrameReading, HandReading } from '../../../src/core/readings.ts';
import { SIDES, WRIST } from '../../../src/core/skeletons.ts';
import type { RgbFrame } from '../../../src/core/types.ts';
import { bodyHand } from './body-hands.ts';
import type { BodyTracker } from './body-tracker.ts';

/** From one reading to the next, at most, s: four frames at 30 per second. */
const LONGEST_STEP_S = 0.134;
/** A hand that has moved this far calls for a reading, in shoulder widths: 4 cm. */
const MOVED = 0.1;
/** A hand below this presence tells nothing (MediaPipe's own threshold). */
const CERTAIN = 0.5;
/** A hand stands at a body's wrist within this distance, in shoulder widths. */
const AT_WRIST = 0.4;

interface Sight {
  body: BodyReading;
  /** Certain ones. */
  hands: readonly HandReading[];
}

interface Waiting {
  frame: RgbFrame;
  reading: FrameReading;
}

export class PacedBody {
  readonly #tracker: BodyTracker;
  /** The last body read, with the hands of its frame. */
  #last: (Sight & { timeS: number }) | null = null;
  /** The frames since then. */
  #waiting: Waiting[] = [];
  #previousS = 0;

  constructor(tracker: BodyTracker) {
    this.#tracker = tracker;
  }

  /**
   * The body of a frame as far as it is known: the one last read where it is not read now, and then
   * `reading.body` gets its value when the next one is read.
   */
  async read(frame: RgbFrame, timeS: number, reading: FrameReading): Promise<BodyReading | null> {
    const hands = reading.hands.filter(({ presence }) => presence >= CERTAIN);
    const nextS = 2 * timeS - this.#previousS;
    this.#previousS = timeS;
    if (this.#last && nextS - this.#last.timeS <= LONGEST_STEP_S && isStill(frame, this.#last, hands)) {
      this.#waiting.push({ frame, reading });
      return this.#last.body;
    }
    reading.body = await this.#tracker.read(frame, reading.hands);
    if (reading.body) reading.people = this.#tracker.people;
    await this.#completeTo(reading.body);
    this.#last = reading.body && { body: reading.body, hands, timeS };
    return reading.body;
  }

  /** Gives every reading so far its body. */
  async complete(): Promise<void> {
    const last = this.#waiting.pop();
    if (!last) return;
    last.reading.body = await this.#tracker.read(last.frame, last.reading.hands);
    await this.#completeTo(last.reading.body);
    this.#last = null;
  }

  reset(): void {
    this.#last = null;
    this.#waiting = [];
    this.#tracker.reset();
  }

  async #completeTo(next: BodyReading | null): Promise<void> {
    const waiting = this.#waiting.splice(0);
    for (const [i, { frame, reading }] of waiting.entries())
      reading.body =
        this.#last && next
          ? between(this.#last.body, next, (i + 1) / (waiting.length + 1))
          : await this.#tracker.look(frame, reading.hands);
  }
}

/** Every wrist of the body that is in the picture has a hand, and none has moved far. */
function isStill({ width, height }: RgbFrame, last: Sight, hands: readonly HandReading[]): boolean {
  const unit = shoulderWidthPx(last.body);
  const isNear = (x: number, y: number, distance: number) => (hand: HandReading) =>
    Math.hypot(hand.pixels[2 * WRIST] - x, hand.pixels[2 * WRIST + 1] - y) < distance * unit;
  return (
    last.hands.every(({ pixels }) => hands.some(isNear(pixels[2 * WRIST], pixels[2 * WRIST + 1], MOVED))) &&
    SIDES.every(side => {
      const [x, y] = bodyHand(last.body, side).wrist;
      const outside = x <= 0 || y <= 0 || x >= width || y >= height;
      return outside || hands.some(isNear(x, y, AT_WRIST));
    })
  );
}

/** @param share 0: the first, 1: the second */
function between(a: BodyReading, b: BodyReading, share: number): BodyReading {
  const mix = (from: Float32Array, to: Float32Array) =>
    from.map((value, i) => value + share * (to[i] - value));
  const { roi, next } = share < 0.5 ? a : b;
  return {
    roi,
    next,
    presence: Math.min(a.presence, b.presence),
    pixels: mix(a.pixels, b.pixels),
    world: mix(a.world, b.world),
    visibility: mix(a.visibility, b.visibility),
  };
}
