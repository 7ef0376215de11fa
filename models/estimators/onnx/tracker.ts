/**
 * The default engine: the networks of `hands.ts` and `body.ts` run by a tracker that looks for a hand wherever there may
 * be one - where it was, where a palm is found in the picture or in part of it, where the body's wrist is - and
 * hands over every credible reading. Which reading is which hand is decided over the whole clip, not here.
 */
import { isSameHand, wholeHands } from '../../../src/core/anatomy.ts';
import type { ModelFile } from '../../../src/core/artifacts.ts';
import type { BodyReading, FrameReading, HandReading, Roi } from '../../../src/core/readings.ts';
import { SIDES } from '../../../src/core/skeletons.ts';
import type { RgbFrame } from '../../../src/core/types.ts';
import type { EstimatorOptions } from '../registry.ts';
import type { Estimator } from '../types.ts';
import { createBodyNetworks } from './body.ts';
import { type BodyHand, bodyHand, regionsFromBody } from './body-hands.ts';
import { BodyTracker } from './body-tracker.ts';
import { Faces } from './faces.ts';
import { createHandNetworks } from './hands.ts';
import { PacedBody } from './paced-body.ts';
import { PacedHands } from './paced-hands.ts';
import { roiFromPalm } from './roi.ts';

/** A reading below this presence is not followed into the next frame (MediaPipe's own threshold). */
const FOLLOW = 0.5;
/** A reading below this presence is not reported. */
const REPORT = 0.3;
/** Frames between two searches for more hands when as many as expected are followed, and between two looks at whether they are faces. */
const PALM_SEARCH_EVERY = 15;
/** Frames between two searches of the picture's parts while hands are missing. */
const TILE_SEARCH_EVERY = 3;
/**
 * Hands that have been missing for this many frames are most likely not there: the whole picture is then searched in
 * every third frame, its parts in every sixth. What is found late is followed back by the second look.
 */
const EAGER = 30;
const SEARCH_EVERY = 3;
/** People have two. */
const HANDS = 2;
/** Region around a body's wrist that is searched for a palm, in shoulder widths: a palm fills a quarter of it. */
const WRIST_REGION = 1.2;

/**
 * Keep the better of two readings of one hand. Two that disagree on left and right are both kept: one of them
 * has mistaken the back of the hand for the palm, and only the whole clip tells which.
 */
function admit(readings: HandReading[], reading: HandReading): boolean {
  if (reading.presence < REPORT) return false;
  const twin = readings.findIndex(
    other => other.right > 0.5 === reading.right > 0.5 && isSameHand(other, reading),
  );
  if (twin < 0) {
    readings.push(reading);
    return true;
  }
  if (readings[twin].presence < reading.presence) readings[twin] = reading;
  return false;
}

/** The certain readings, best first, one per place: what is followed into the next frame. */
const distinct = (readings: readonly HandReading[]): HandReading[] =>
  wholeHands(readings)
    .filter(({ presence }) => presence >= FOLLOW)
    .sort((a, b) => b.presence - a.presence)
    .filter((reading, i, all) => !all.slice(0, i).some(better => isSameHand(better, reading)));

/** Where both hands of a body are seen, what is far from its wrists is not followed: an elbow, another's hand. */
function ofPerson(hands: HandReading[], body: BodyReading | null): HandReading[] {
  if (!body || hands.length <= HANDS) return hands;
  const wrists = SIDES.map(side => bodyHand(body, side));
  return wrists.every(wrist => near(hands, wrist))
    ? hands.filter(hand => wrists.some(w => near([hand], w)))
    : hands;
}

const near = (readings: readonly HandReading[], { wrist, shoulderWidth }: BodyHand) =>
  readings.some(
    ({ pixels, presence }) =>
      presence >= FOLLOW && Math.hypot(pixels[0] - wrist[0], pixels[1] - wrist[1]) < 0.4 * shoulderWidth,
  );

const inside = ({ width, height }: RgbFrame, [x, y]: [number, number]) =>
  x > 0 && y > 0 && x < width && y < height;

/** Overlapping squares as high (or wide) as the short side, that cover the frame. */
function tilesOf({ width, height }: RgbFrame): Roi[] {
  const size = Math.min(width, height);
  const count = Math.ceil((Math.max(width, height) / size) * 1.3);
  return Array.from({ length: count }, (_, i) => {
    const along = size / 2 + ((Math.max(width, height) - size) * i) / Math.max(1, count - 1);
    return { cx: width >= height ? along : size / 2, cy: width >= height ? size / 2 : along, size, angle: 0 };
  });
}

const isNew = (known: readonly ModelFile[]) => (model: ModelFile) =>
  !known.some(({ sha256 }) => sha256 === model.sha256);

export async function createOnnxEstimator(options: EstimatorOptions): Promise<Estimator> {
  const { cacheDir, hand, body: variant, handNetwork, bodyNetwork } = options;
  const hands = await createHandNetworks({ cacheDir, variant: hand, networkFile: handNetwork });
  const bodies = await createBodyNetworks({ cacheDir, variant, networkFile: bodyNetwork });
  const faces = await Faces.load(cacheDir);
  const pacedBody = new PacedBody(new BodyTracker(bodies));
  const pacedHands = new PacedHands(hands.read);
  /** The most careful body network; loaded when a second look first asks for it. */
  let careful: Awaited<ReturnType<typeof createBodyNetworks>> | null =
    variant === 'heavy' || bodyNetwork ? bodies : null;
  let followed: HandReading[] = [];
  let frameIndex = 0;
  /** Frames in a row with fewer hands than expected. */
  let missing = 0;

  const readPalms = async (frame: RgbFrame, readings: HandReading[], region?: Roi): Promise<void> => {
    for (const palm of await hands.detect(frame, region)) {
      const roi = roiFromPalm(palm);
      const taken = readings.some(
        ({ roi: r, presence }) =>
          presence >= FOLLOW && Math.hypot(r.cx - roi.cx, r.cy - roi.cy) < 0.15 * r.size,
      );
      if (!taken) admit(readings, await hands.read(frame, roi));
    }
  };

  const readNearWrist = async (frame: RgbFrame, readings: HandReading[], hand: BodyHand): Promise<void> => {
    const region: Roi = {
      cx: (hand.wrist[0] + hand.knuckles[0]) / 2,
      cy: (hand.wrist[1] + hand.knuckles[1]) / 2,
      size: WRIST_REGION * hand.shoulderWidth,
      angle: 0,
    };
    await readPalms(frame, readings, region);
    for (const roi of regionsFromBody(hand)) {
      if (near(readings, hand)) return;
      admit(readings, await hands.read(frame, roi));
    }
  };

  return {
    name: 'onnx',
    models: [...hands.models, ...bodies.models, faces.model],
    get carefulModels() {
      return careful ? careful.models.filter(isNew(bodies.models)) : [];
    },
    async estimate(frame, timeS) {
      const readings: HandReading[] = [];
      const reading: FrameReading = { hands: readings, body: null };
      for (const hand of await pacedHands.read(frame, timeS, followed, reading)) admit(readings, hand);
      const known = readings.length;
      const certain = () => distinct(readings).length;
      missing = certain() < HANDS ? missing + 1 : 0;
      const eager = missing <= EAGER;
      const search = missing > 0 && (eager || missing % SEARCH_EVERY === 0);
      if (search || frameIndex % PALM_SEARCH_EVERY === 0) await readPalms(frame, readings);
      const body = await pacedBody.read(frame, timeS, reading);
      if (body && (search || missing === 0))
        for (const side of SIDES) {
          const hand = bodyHand(body, side);
          if (inside(frame, hand.wrist) && !near(readings, hand)) await readNearWrist(frame, readings, hand);
        }
      if (certain() < HANDS && missing % (eager ? TILE_SEARCH_EVERY : 2 * TILE_SEARCH_EVERY) === 1)
        for (const tile of tilesOf(frame)) await readPalms(frame, readings, tile);
      const doubtful = readings.length > known || frameIndex % PALM_SEARCH_EVERY === 0;
      const found = doubtful ? await faces.without(frame, readings) : readings;
      followed = ofPerson(distinct(found), body);
      frameIndex++;
      reading.hands = wholeHands(found);
      return reading;
    },
    async complete() {
      await pacedHands.complete();
      await pacedBody.complete();
    },
    async revisit(frame, regions) {
      const readings: HandReading[] = [];
      for (const roi of regions) admit(readings, await hands.read(frame, roi));
      const certain = readings.filter(({ presence }) => presence >= FOLLOW);
      return faces.without(frame, certain);
    },
    async revisitBody(frame, regions) {
      careful ??= await createBodyNetworks({ cacheDir, variant: 'heavy' });
      const readings: BodyReading[] = [];
      for (const roi of regions) readings.push(await careful.read(frame, roi));
      return readings;
    },
    reset() {
      followed = [];
      pacedBody.reset();
      pacedHands.reset();
      frameIndex = 0;
      missing = 0;
    },
    async close() {
      await hands.close();
      await bodies.close();
      await faces.close();
      if (careful !== bodies) await careful?.close();
    },
  };
}
