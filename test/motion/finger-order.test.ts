import { expect, test } from 'vitest';
import { HAND_LANDMARKS } from '../../src/core/skeletons.ts';
import { ABSENT, type LandmarkTrack, SEEN } from '../../src/core/types.ts';
import { inFingerOrder } from '../../src/motion/finger-order.ts';

const FPS = 30;
const FRAMES = 30;

/** Of every landmark the one in whose place the other hand has it, spelled out. */
const OTHER_HAND = [0, 1, 2, 3, 4, 17, 18, 19, 20, 13, 14, 15, 16, 9, 10, 11, 12, 5, 6, 7, 8];

/** A hand that goes down the picture, its knuckles side by side, its fingers read in the other hand's order where `isMirrored`. */
function hand(isMirrored: (t: number) => boolean, word: (t: number) => number): LandmarkTrack {
  const pixels = new Float32Array(2 * HAND_LANDMARKS * FRAMES);
  const positions = new Float32Array(3 * HAND_LANDMARKS * FRAMES);
  for (let t = 0; t < FRAMES; t++)
    for (let k = 0; k < HAND_LANDMARKS; k++) {
      const read = isMirrored(t) ? OTHER_HAND[k] : k;
      const [finger, joint] = [Math.floor((read + 3) / 4), (read + 3) % 4];
      pixels.set(
        [300 + 20 * finger, 200 + 5 * t + (read ? 40 + 15 * joint : 0)],
        2 * (t * HAND_LANDMARKS + k),
      );
      positions.set([finger, joint, read], 3 * (t * HAND_LANDMARKS + k));
    }
  return {
    skeleton: 'hand',
    side: 'left',
    frame: 'local',
    pixels,
    positions,
    confidence: new Float32Array(FRAMES).fill(0.9),
    visibility: null,
    handedness: Float32Array.from({ length: FRAMES }, (_, t) => word(t)),
    state: new Uint8Array(FRAMES).fill(SEEN),
  };
}
const truth = hand(
  () => false,
  () => 1,
);
const some = (t: number) => t >= 12 && t < 20;

test('fingers that are read as the other hand’s are put into their own order, in the picture and in space', () => {
  const read = hand(some, t => (some(t) ? 0.05 : 0.97));
  const put = inFingerOrder(read, FPS);
  expect(put.pixels).toEqual(truth.pixels);
  expect(put.positions).toEqual(truth.positions);
  expect([...put.reordered!.keys()].filter(t => put.reordered![t])).toEqual([12, 13, 14, 15, 16, 17, 18, 19]);
  expect(put.handedness).toEqual(read.handedness);
});

test('where the word is unsure, the frames before and after decide', () => {
  const put = inFingerOrder(
    hand(some, t => (some(t) ? 0.6 : 0.97)),
    FPS,
  );
  expect(put.pixels).toEqual(truth.pixels);
});

test('a word for the other side does not turn fingers around that go on as they were', () => {
  const read = hand(
    () => false,
    t => (t === 15 ? 0.05 : 0.97),
  );
  expect(inFingerOrder(read, FPS).pixels).toEqual(truth.pixels);
});

test('a hand that is read as the other one from beginning to end is put right by the word alone', () => {
  const put = inFingerOrder(
    hand(
      () => true,
      () => 0.1,
    ),
    FPS,
  );
  expect(put.pixels).toEqual(truth.pixels);
});

test('frames without a hand stay as they are, and so does a track without a word', () => {
  const read = hand(some, t => (some(t) ? 0.05 : 0.97));
  read.state.fill(ABSENT, 12, 20);
  expect(inFingerOrder(read, FPS).pixels).toEqual(read.pixels);
  const { handedness: _, ...silent } = read;
  expect(inFingerOrder(silent, FPS)).toBe(silent);
});
