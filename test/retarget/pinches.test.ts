import { expect, test } from 'vitest';
import { g1Dex3 } from '../../models/robots/g1-dex3.ts';
import { handTargets } from '../../retarget/finger-targets.ts';
import { handTree } from '../../retarget/hands.ts';
import { FINGER_LANDMARKS, type Finger } from '../../src/core/skeletons.ts';
import { type HandMotion, SEEN } from '../../src/core/types.ts';

/** One frame of a hand whose fingertips are so far from the thumb's, m. */
function holding(apart: Partial<Record<Finger, number>>): HandMotion {
  const landmarks = new Float32Array(63);
  for (const [finger, marks] of Object.entries(FINGER_LANDMARKS))
    marks.forEach((landmark, joint) => {
      landmarks.set([0.03 * joint, 0, (apart[finger as Finger] ?? 0) * (joint === 3 ? 1 : 0)], 3 * landmark);
    });
  return {
    wrist: new Float32Array(3),
    orientation: Float32Array.of(1, 0, 0, 0),
    landmarks,
    state: Uint8Array.of(SEEN),
    confidence: Float32Array.of(1),
    wristSigma: new Float32Array(1),
    tipsSigma: new Float32Array(1),
    palmLengthM: 0.09,
  };
}

const closed = (index: number, middle: number) => {
  const hand = g1Dex3.hands.right!;
  const { pinch } = handTargets(holding({ index, middle }), 1, hand, handTree(g1Dex3, hand));
  return [pinch.get('index')![0], pinch.get('middle')![0]];
};

test('a gap of 40 mm is closed, one of 70 mm is not, and one of 55 mm by half', () => {
  expect(closed(0.04, 0.04)).toEqual([1, 1]);
  expect(closed(0.07, 0.07)).toEqual([0, 0]);
  for (const share of closed(0.055, 0.055)) expect(share).toBeCloseTo(0.5);
});

test('the thumb goes to the nearest finger, and to others as far as they are as near', () => {
  expect(closed(0.01, 0.04)[0]).toBe(1);
  expect(closed(0.01, 0.04)[1]).toBeCloseTo(0);
  expect(closed(0.02, 0.035)[1]).toBeCloseTo(0.5);
});
