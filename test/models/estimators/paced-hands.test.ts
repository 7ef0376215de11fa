/** How often a hand is read, on a network that is drawn: a hand that moves is read in every frame. */
import { describe, expect, test } from 'vitest';
import { PacedHands } from '../../../models/estimators/onnx/paced-hands.ts';
import type { FrameReading, HandReading } from '../../../src/core/readings.ts';
import { hand, SIZE } from '../../motion/readings.ts';

const T = 13;

/** The network sees `shown(t)` in the frame that has t as its data; null is a hand that is not there. */
async function readAll(shown: (t: number) => HandReading | null, fps = 30) {
  const read: number[] = [];
  const paced = new PacedHands(async ({ data }) => {
    read.push(data[0]);
    return shown(data[0]) ?? { ...hand({ x: 0, y: 0, right: 0.5 }), presence: 0.1 };
  });
  const readings: FrameReading[] = [];
  let followed: HandReading[] = [shown(0)!];
  for (let t = 0; t < T; t++) {
    const reading: FrameReading = { hands: [], body: null };
    const hands = await paced.read({ ...SIZE, data: Uint8Array.of(t) }, t / fps, followed, reading);
    reading.hands = followed = hands.filter(({ presence }) => presence >= 0.5);
    readings.push(reading);
  }
  await paced.complete();
  return { read, hands: readings.map(reading => reading.hands[0] ?? null) };
}

/** A hand that moves by this many pixels per frame from frame `from` on. */
const moving =
  (step: number, from = 0) =>
  (t: number) =>
    hand({ x: 400 + step * Math.max(0, t - from), y: 300, right: 0.95 });

describe('a hand is read', () => {
  test('in every second frame while it rests, and in the last one', async () => {
    expect((await readAll(moving(0))).read).toEqual([0, 2, 4, 6, 8, 10, 12]);
  });

  test('in every frame while it moves', async () => {
    const { read } = await readAll(moving(8));
    expect([...new Set(read)].sort((a, b) => a - b)).toEqual(Array.from({ length: T }, (_, t) => t));
  });

  test('in every frame of a video with few frames a second', async () => {
    expect((await readAll(moving(0), 15)).read).toHaveLength(T);
  });
});

test('between two readings a hand is in their middle', async () => {
  const shown = moving(0.5);
  const { read, hands } = await readAll(shown);
  expect(read.length).toBeLessThan(T);
  hands.forEach((one, t) => {
    shown(t).pixels.forEach((value, i) => {
      expect(one!.pixels[i]).toBeCloseTo(value, 3);
    });
  });
});

test('of a hand that begins to move no frame is left out', async () => {
  for (const from of [4, 5]) {
    const shown = moving(20, from);
    const { hands } = await readAll(shown);
    hands.forEach((one, t) => {
      expect(one!.pixels).toEqual(shown(t).pixels);
    });
  }
});

test('a hand that is gone is gone in the frame that was left out too', async () => {
  for (const gone of [5, 6, 7]) {
    const { hands } = await readAll(t => (t < gone ? moving(0)(t) : null));
    expect(hands.map(one => one !== null)).toEqual(Array.from({ length: T }, (_, t) => t < gone));
  }
});
