import { describe, expect, test } from 'vitest';
import { ABSENT, type Camera, FILLED, SEEN } from '../../src/core/types.ts';
import { carriedHand, carriedSigmas } from '../../src/motion/carried.ts';
import type { CameraHand } from '../../src/motion/hands.ts';

const FPS = 30;
const FRAMES = 120;
const CAMERA: Camera = { fx: 1000, fy: 1000, cx: 640, cy: 360, source: 'flag' };

type Path = (t: number) => [number, number, number];

/** A hand on a path, m in the camera frame, that is not seen in the frames [from, to). */
function handOn(path: Path, from = 0, to = 0): CameraHand {
  const state = new Uint8Array(FRAMES).fill(SEEN).fill(ABSENT, from, to);
  const seen = (t: number) => state[t] === SEEN;
  return {
    state,
    confidence: Float32Array.from(state, s => (s === SEEN ? 0.9 : 0)),
    wrist: Float64Array.from({ length: 3 * FRAMES }, (_, i) => {
      const t = Math.floor(i / 3);
      return seen(t) ? path(t)[i % 3] : 0;
    }),
    orientation: Float64Array.from({ length: 4 * FRAMES }, (_, i) => (i % 4 === 0 ? 1 : 0)),
    landmarks: Float64Array.from({ length: 63 * FRAMES }, (_, i) =>
      seen(Math.floor(i / 63)) ? 0.01 * (i % 63) : 0,
    ),
  };
}

/** A box is lifted by 20 cm and put down again: the hand that is seen, and the one behind the box. */
const seen: Path = t => [0.2, 0.1 - 0.2 * Math.sin((Math.PI * t) / (FRAMES - 1)), 1.4];
const behind: Path = t => [seen(t)[0] - 0.4, seen(t)[1], 1.5];

const isFilled = ({ state }: CameraHand, from: number, to: number) =>
  state.every((s, t) => s === (t >= from && t < to ? FILLED : SEEN));

describe('a hand behind what both hands carry', () => {
  test('goes with the other one, and is marked', () => {
    const hand = carriedHand(handOn(behind, 30, 90), handOn(seen), CAMERA, FPS);
    expect(isFilled(hand, 30, 90)).toBe(true);
    for (let t = 0; t < FRAMES; t++)
      for (let k = 0; k < 3; k++) expect(hand.wrist[3 * t + k]).toBeCloseTo(behind(t)[k], 9);
    expect(hand.landmarks.subarray(63 * 60, 63 * 61)).toEqual(hand.landmarks.subarray(0, 63));
    expect(hand.confidence[60]).toBe(0);
  });

  test.each<[string, CameraHand, CameraHand]>([
    [
      'is found again somewhere else',
      handOn(t => [t < 60 ? -0.2 : -0.4, behind(t)[1], 1.5], 30, 90),
      handOn(seen),
    ],
    [
      'is further from the other one than an arm reaches',
      handOn(t => [-0.2, behind(t)[1], 2.4], 30, 90),
      handOn(seen),
    ],
    ['is never found again', handOn(behind, 30, FRAMES), handOn(seen)],
    [
      'is lost while the other one rests',
      handOn(() => [-0.2, 0.1, 1.5], 30, 90),
      handOn(() => [0.2, 0.1, 1.4]),
    ],
    ['is lost while the other one is lost too', handOn(behind, 30, 90), handOn(seen, 50, 60)],
    [
      'would be out of the picture',
      handOn(t => [behind(t)[0] - 0.85, behind(t)[1], 1.5], 30, 90),
      handOn(t => [seen(t)[0] - 0.75, seen(t)[1], 1.4]),
    ],
  ])('stays absent where it %s', (_, hand, other) => {
    expect(carriedHand(hand, other, CAMERA, FPS).state).toEqual(hand.state);
  });

  test('stays absent where it is lost for longer than things are carried unseen', () => {
    const slower = FPS / 3;
    expect(carriedHand(handOn(behind, 30, 90), handOn(seen), CAMERA, slower).state[60]).toBe(ABSENT);
  });

  test('is known less well than where it was last seen', () => {
    const before = handOn(behind, 30, 90);
    const after = carriedHand(before, handOn(seen), CAMERA, FPS);
    const fitted = {
      wrist: Float32Array.from(before.state, s => (s === SEEN ? 0.03 : 0)),
      tips: Float32Array.from(before.state, s => (s === SEEN ? 0.02 : 0)),
    };
    const { wrist, tips } = carriedSigmas(fitted, before.state, after.state);
    expect(wrist[60]).toBeGreaterThan(0.03);
    expect(wrist[60]).toBeLessThan(0.1);
    expect(tips[60]).toBeCloseTo(0.02, 6);
    expect(wrist[10]).toBe(fitted.wrist[10]);
  });
});
