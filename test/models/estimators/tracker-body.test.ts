/** The body tracker on networks that are drawn: which readings it believes, and where it looks next. */
import { expect, test } from 'vitest';
import { BodyTracker, roiFromShoulders } from '../../../models/estimators/onnx/body-tracker.ts';
import type { BodyNetworks, Detection } from '../../../models/estimators/types.ts';
import type { BodyReading, Roi } from '../../../src/core/readings.ts';
import { body, handOf, SIZE } from '../../motion/readings.ts';

const frame = { ...SIZE, data: new Uint8Array(0) };
const usual = () => body({ x: 640, y: 200, shoulderWidthPx: 220 });

/** A detection whose region has its centre at (x, y). */
const detection = (x: number, y: number): Detection => ({
  score: 0.9,
  x1: x - 50,
  y1: y - 50,
  x2: x + 50,
  y2: y + 50,
  keypoints: [
    [x, y],
    [x, y - 300],
    [x, y],
    [x, y],
  ],
});

function drawn(
  read: (roi: Roi) => BodyReading,
  detections: Detection[] = [],
): BodyNetworks & { regions: Roi[] } {
  const regions: Roi[] = [];
  return {
    models: [],
    regions,
    detect: async () => detections,
    read: async (_, roi) => {
      regions.push(roi);
      return read(roi);
    },
  };
}

test('a reading that shrinks onto a sleeve is not believed and does not shrink the region', async () => {
  let shown = usual();
  const networks = drawn(() => shown);
  const tracker = new BodyTracker(networks);
  for (let t = 0; t < 5; t++) expect(await tracker.read(frame, [])).toBe(shown);
  const region = networks.regions.at(-1)!;
  shown = body({ x: 700, y: 180, shoulderWidthPx: 110 });
  networks.regions.length = 0;
  for (let t = 0; t < 8; t++) {
    expect(await tracker.read(frame, [])).toBeNull();
    expect(networks.regions).toContainEqual(region);
  }
  shown = usual();
  expect(await tracker.read(frame, [])).toBe(shown);
});

test('another person may have another size, once the first has been away for long', async () => {
  let shown: BodyReading = usual();
  const tracker = new BodyTracker(drawn(() => shown));
  await tracker.read(frame, []);
  shown = { ...usual(), presence: 0 };
  for (let t = 0; t < 60; t++) expect(await tracker.read(frame, [])).toBeNull();
  shown = body({ x: 500, y: 250, shoulderWidthPx: 110 });
  const seen: (BodyReading | null)[] = [];
  for (let t = 0; t < 40; t++) seen.push(await tracker.read(frame, []));
  expect(seen.at(-1)).toBe(shown);
});

test('of two people the one whose hands are seen is followed, else the nearer one', async () => {
  const near = body({ x: 900, y: 250, shoulderWidthPx: 260 });
  const far = body({ x: 300, y: 200, shoulderWidthPx: 160 });
  const people = drawn(({ cx }) => (cx < 600 ? far : near), [detection(300, 300), detection(900, 300)]);
  expect(await new BodyTracker(people).read(frame, [])).toBe(near);
  const tracker = new BodyTracker(people);
  expect(await tracker.read(frame, [handOf(far, 'right', { scale: 450 })])).toBe(far);
  expect(tracker.people).toBe(2);
});

test('the region of the shoulders keeps its size when it is told the person’s', () => {
  const [own, told] = [roiFromShoulders(usual()), roiFromShoulders(usual(), 300)];
  expect(told.size / own.size).toBeCloseTo(300 / 220);
  expect(own.angle).toBeCloseTo(0);
});
