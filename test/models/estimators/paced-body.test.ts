/** How often a body is read, on networks that are drawn: a person that moves is read in every frame. */
import { describe, expect, test } from 'vitest';
import { BodyTracker } from '../../../models/estimators/onnx/body-tracker.ts';
import { PacedBody } from '../../../models/estimators/onnx/paced-body.ts';
import type { BodyNetworks } from '../../../models/estimators/types.ts';
import type { BodyReading, FrameReading, Roi } from '../../../src/core/readings.ts';
import { body, handOf, SIZE } from '../../motion/readings.ts';

const T = 21;

/** The network sees `person(t)` in the frame that has t as its data; null is a body that is not there. */
async function readAll(person: (t: number) => BodyReading | null, { fps = 30, handless = false } = {}) {
  const read: number[] = [];
  const empty = { ...body({ x: 0, y: 0, shoulderWidthPx: 220 }), presence: 0 };
  const networks: BodyNetworks = {
    models: [],
    detect: async () => [],
    read: async ({ data }, _: Roi) => {
      if (read.at(-1) !== data[0]) read.push(data[0]);
      return person(data[0]) ?? empty;
    },
  };
  const paced = new PacedBody(new BodyTracker(networks));
  const readings: FrameReading[] = [];
  for (let t = 0; t < T; t++) {
    const shown = person(t);
    const hands = shown && !handless ? [handOf(shown, 'left'), handOf(shown, 'right')] : [];
    const reading: FrameReading = { hands, body: null };
    await paced.read({ ...SIZE, data: Uint8Array.of(t) }, t / fps, reading);
    readings.push(reading);
  }
  await paced.complete();
  return { read, bodies: readings.map(reading => reading.body) };
}

/** A person who moves by this many shoulder widths per frame. */
const walking = (step: number) => (t: number) =>
  body({ x: 500 + 220 * step * t, y: 200, shoulderWidthPx: 220 });

describe('a body is read', () => {
  test('in every fourth frame of a person at rest, and in the last one', async () => {
    const { read } = await readAll(walking(0));
    expect(read).toEqual([0, 4, 8, 12, 16, 20]);
  });

  test('in every frame of a person whose hands move fast, or are not seen', async () => {
    expect((await readAll(walking(0.11))).read).toHaveLength(T);
    expect((await readAll(walking(0), { handless: true })).read).toHaveLength(T);
  });

  test('in every frame of a video with few frames a second', async () => {
    expect((await readAll(walking(0), { fps: 10 })).read).toHaveLength(T);
  });
});

test('between two readings a body is where even motion puts it', async () => {
  const person = walking(0.02);
  const { read, bodies } = await readAll(person);
  expect(read.length).toBeLessThan(T / 2);
  bodies.forEach((one, t) => {
    person(t).pixels.forEach((value, i) => {
      expect(one!.pixels[i]).toBeCloseTo(value, 2);
    });
  });
});

test('where the body is gone at the next reading, the frames between are read themselves', async () => {
  const { bodies } = await readAll(t => (t < 7 ? walking(0)(t) : null));
  expect(bodies.map(one => one !== null)).toEqual(Array.from({ length: T }, (_, t) => t < 7));
});
