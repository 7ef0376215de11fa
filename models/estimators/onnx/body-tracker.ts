/**
 * Follows one body. A region that comes from the shoulders neither drifts nor jumps when hips and legs are
 * outside of the picture, where MediaPipe's own rule extrapolates them; on the rendered clips it also reads
 * 8-10 % nearer to the truth. Its size is the person's usual one: a reading that has shrunk onto a sleeve would
 * otherwise shrink the region, and the next reading with it. A body is believed only if it has a person's
 * proportions, keeps its size, and the hands that are seen are its hands: detectors find bodies in teddy bears,
 * arms and blurred faces.
 */
import { handsAtWrists, isPlausibleBody, keepsItsSize, shoulderWidthPx } from '../../../src/core/anatomy.ts';
import type { BodyReading, HandReading, Roi } from '../../../src/core/readings.ts';
import { BODY } from '../../../src/core/skeletons.ts';
import type { RgbFrame } from '../../../src/core/types.ts';
import type { BodyNetworks } from '../types.ts';
import { roiFromPose, uprightAngle } from './roi.ts';

/** A body below this presence is lost (MediaPipe's own threshold). */
const PRESENT = 0.5;
/** Region around the shoulders: its side, and its centre below them, in shoulder widths. */
const REGION_SIZE = 5;
const REGION_DROP = 0.8;
/** Frames between two searches of the whole frame; doubles while nothing is found. */
const SEARCH_EVERY = 4;
const SEARCH_EVERY_AT_MOST = 32;

/** Detections that are looked at. */
const PEOPLE = 3;
/** Frames whose median is the person's usual shoulder width. */
const WIDTHS = 31;
/** Frames without a body after which the person may be another one. */
const FORGET_AFTER = 30;

/** @param width of the shoulders, px; by default the reading's own */
export function roiFromShoulders(body: BodyReading, width = shoulderWidthPx(body)): Roi {
  const middle = (points: { left: number; right: number }): [number, number] => [
    (body.pixels[2 * points.left] + body.pixels[2 * points.right]) / 2,
    (body.pixels[2 * points.left + 1] + body.pixels[2 * points.right + 1]) / 2,
  ];
  const [shoulders, hips] = [middle(BODY.shoulder), middle(BODY.hip)];
  const angle = uprightAngle(hips, shoulders);
  return {
    cx: shoulders[0] - REGION_DROP * width * Math.sin(angle),
    cy: shoulders[1] + REGION_DROP * width * Math.cos(angle),
    size: REGION_SIZE * width,
    angle,
  };
}

/** Where a person who works at a table in front of the camera may be, from near to far. */
const usualRegions = ({ width, height }: RgbFrame): Roi[] => [
  { cx: 0.5 * width, cy: 0.7 * height, size: 1.7 * height, angle: 0 },
  { cx: 0.5 * width, cy: 0.8 * height, size: 2.8 * height, angle: 0 },
  { cx: 0.3 * width, cy: 0.7 * height, size: 1.7 * height, angle: 0 },
  { cx: 0.7 * width, cy: 0.7 * height, size: 1.7 * height, angle: 0 },
];

const shoulders = ({ pixels }: BodyReading): [number, number] =>
  [0, 1].map(
    axis => (pixels[2 * BODY.shoulder.left + axis] + pixels[2 * BODY.shoulder.right + axis]) / 2,
  ) as [number, number];

/** Two readings of one person. */
function isSamePlace(a: BodyReading, b: BodyReading): boolean {
  const [[ax, ay], [bx, by]] = [shoulders(a), shoulders(b)];
  return Math.hypot(ax - bx, ay - by) < 0.5 * Math.max(shoulderWidthPx(a), shoulderWidthPx(b));
}

export class BodyTracker {
  /** People seen when the picture was last searched. */
  people = 0;
  readonly #networks: BodyNetworks;
  #roi: Roi | null = null;
  /** Shoulder widths of the last believed readings, px. */
  #widths: number[] = [];
  #missing = 0;
  #untilSearch = 0;
  #searchEvery = SEARCH_EVERY;

  constructor(networks: BodyNetworks) {
    this.#networks = networks;
  }

  /** @param hands readings of the same frame, or of the frame before */
  async read(frame: RgbFrame, hands: readonly HandReading[]): Promise<BodyReading | null> {
    let body = await this.#follow(frame, hands);
    if (!body && this.#untilSearch-- <= 0) {
      body = await this.#search(frame, hands);
      this.#searchEvery = body ? SEARCH_EVERY : Math.min(SEARCH_EVERY_AT_MOST, 2 * this.#searchEvery);
      this.#untilSearch = this.#searchEvery;
    }
    if (body) this.#remember(body);
    else if (++this.#missing >= FORGET_AFTER) this.#forget();
    return body;
  }

  /** The body of a frame near the last one read, without following it. */
  look(frame: RgbFrame, hands: readonly HandReading[]): Promise<BodyReading | null> {
    return this.#follow(frame, hands);
  }

  reset(): void {
    this.#forget();
    this.#untilSearch = 0;
    this.#searchEvery = SEARCH_EVERY;
  }

  #remember(body: BodyReading): void {
    this.#widths.push(shoulderWidthPx(body));
    if (this.#widths.length > WIDTHS) this.#widths.shift();
    this.#roi = roiFromShoulders(body, this.#width());
    this.#missing = 0;
  }

  #forget(): void {
    this.#roi = null;
    this.#widths = [];
    this.#missing = 0;
  }

  #width(): number {
    return [...this.#widths].sort((a, b) => a - b)[this.#widths.length >> 1];
  }

  #isCredible(body: BodyReading, frame: RgbFrame, hands: readonly HandReading[]): boolean {
    if (body.presence < PRESENT || !isPlausibleBody(body, frame)) return false;
    if (this.#widths.length > 0 && !keepsItsSize(body, this.#width())) return false;
    const { certain, at } = handsAtWrists(body, hands);
    return certain === 0 || at > 0;
  }

  /** Where it was: a body that was lost is most likely still there. */
  async #follow(frame: RgbFrame, hands: readonly HandReading[]): Promise<BodyReading | null> {
    if (!this.#roi) return null;
    const body = await this.#networks.read(frame, this.#roi);
    return this.#isCredible(body, frame, hands) ? body : null;
  }

  /**
   * Detections first, then the usual places; each is read again in the region of its own shoulders. Of several
   * people the one whose hands are seen is followed, of those the one nearest to the camera.
   */
  async #search(frame: RgbFrame, hands: readonly HandReading[]): Promise<BodyReading | null> {
    const detected = await this.#networks.detect(frame);
    const people: BodyReading[] = [];
    for (const roi of detected.slice(0, PEOPLE).map(roiFromPose)) {
      const body = await this.#readTwice(frame, roi);
      const seen = body && body.presence >= PRESENT && isPlausibleBody(body, frame);
      if (seen && !people.some(other => isSamePlace(body, other))) people.push(body);
    }
    this.people = people.length;
    const credible = people.filter(body => this.#isCredible(body, frame, hands));
    if (credible.length > 0) {
      const rank = (body: BodyReading) => handsAtWrists(body, hands).at * 1e6 + shoulderWidthPx(body);
      return credible.reduce((a, b) => (rank(b) > rank(a) ? b : a));
    }
    for (const roi of usualRegions(frame)) {
      const body = await this.#readTwice(frame, roi);
      if (body && this.#isCredible(body, frame, hands)) return body;
    }
    return null;
  }

  async #readTwice(frame: RgbFrame, roi: Roi): Promise<BodyReading | null> {
    const rough = await this.#networks.read(frame, roi);
    return rough.presence < PRESENT ? null : this.#networks.read(frame, roiFromShoulders(rough));
  }
}
