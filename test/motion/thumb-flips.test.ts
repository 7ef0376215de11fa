import { expect, test } from 'vitest';
import { FINGER_LANDMARKS, HAND_LANDMARKS } from '../../src/core/skeletons.ts';
import type { Placement, Ray } from '../../src/motion/placement.ts';
import { unflippedThumbs } from '../../src/motion/thumb-flips.ts';

const FPS = 30;
const FRAMES = 30;
/** The back of the hand, +z, looks at the camera, which looks along its own z. */
const PALM: Placement = {
  rotation: [0, 1, 0, 0],
  translation: [0, 0, 0.5],
  cost: 0,
  sigma: [0.01, 0.01, 0.01],
};
const AHEAD: Ray[] = Array.from({ length: HAND_LANDMARKS }, () => [0, 0]);

/** A thumb that goes down by 3 cm, or up where the network has it the wrong way round. */
function hands(isFlipped: (t: number) => boolean): Float64Array {
  const landmarks = new Float64Array(3 * HAND_LANDMARKS * FRAMES);
  for (let t = 0; t < FRAMES; t++)
    FINGER_LANDMARKS.thumb.forEach((k, i) => {
      landmarks.set([0.03 * i, 0.02, (isFlipped(t) ? 0.01 : -0.01) * i], 3 * (t * HAND_LANDMARKS + k));
    });
  return landmarks;
}
const unflipped = (landmarks: Float64Array, trust = 1) =>
  unflippedThumbs(
    landmarks,
    new Array(FRAMES).fill(PALM),
    new Array(FRAMES).fill(AHEAD),
    new Float32Array(FRAMES).fill(trust),
    FPS,
  );

test('a thumb that flips to its mirror image for a while is put right, and its places in the picture stay', () => {
  const put = unflipped(hands(t => t >= 8 && t < 20));
  put.forEach((value, i) => {
    expect(value).toBeCloseTo(hands(() => false)[i], 12);
  });
});

test('a thumb that is behind the palm all the time is taken to be before it', () => {
  const put = unflipped(hands(() => true));
  expect(put[3 * FINGER_LANDMARKS.thumb[3] + 2]).toBeCloseTo(-0.03, 12);
});

test('what is right stays, and so do frames without a palm', () => {
  const right = hands(() => false);
  expect(unflipped(right)).toEqual(right);
  const wrong = hands(() => true);
  const none = new Array(FRAMES).fill(null);
  expect(unflippedThumbs(wrong, none, none, new Float32Array(FRAMES), FPS)).toEqual(wrong);
});
