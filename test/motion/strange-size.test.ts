import { expect, test } from 'vitest';
import { ABSENT, SEEN } from '../../src/core/types.ts';
import { handsOfOwnSize } from '../../src/motion/strange-size.ts';

const FRAMES = 40;
const SHOULDER_M = 2;
const shoulder = Float64Array.from({ length: 3 * FRAMES }, (_, i) => (i % 3 === 2 ? SHOULDER_M : 0));
const body = {
  shoulders: { left: shoulder, right: shoulder },
  bones: { shoulderWidthM: 0.35, upperArmM: 0.28, forearmM: 0.25 },
};

/** Seen in [0, 10) at its place, 0.3 m before the shoulder, and in [15, 25) at `depthM`. */
function handAt(depthM: number) {
  const state = new Uint8Array(FRAMES).fill(SEEN, 0, 10).fill(SEEN, 15, 25);
  const logDepth = Float64Array.from({ length: FRAMES }, (_, t) =>
    Math.log(t < 12 ? SHOULDER_M - 0.3 : depthM),
  );
  return { state, logDepth };
}
const other = handAt(SHOULDER_M - 0.2);
const seenIn = (state: Uint8Array, start: number, end: number) =>
  state.subarray(start, end).every(s => s === SEEN);

test.each([
  ['twice as far as the arm reaches', 5],
  ['half as far as the nearest that the arm reaches', 0.7],
])('a hand that would be %s is not the person’s', (_, depthM) => {
  const { left, right } = handsOfOwnSize({ left: handAt(depthM), right: other }, body);
  expect(seenIn(left.state, 0, 10)).toBe(true);
  expect(left.state.subarray(15, 25).every(s => s === ABSENT)).toBe(true);
  expect(right).toBe(other);
});

test('a gripping hand that is read a third too far stays', () => {
  const left = handAt(1.33 * SHOULDER_M);
  expect(handsOfOwnSize({ left, right: other }, body).left).toBe(left);
});

test('a frame of a wrong size does not take its stretch along', () => {
  const left = handAt(SHOULDER_M - 0.3);
  left.logDepth[20] = Math.log(9);
  expect(handsOfOwnSize({ left, right: other }, body).left).toBe(left);
});

test('a body that most of the hands cannot belong to takes none of them away', () => {
  const near = { state: new Uint8Array(FRAMES).fill(SEEN), logDepth: new Float64Array(FRAMES).fill(-0.7) };
  expect(handsOfOwnSize({ left: near, right: near }, body).left).toBe(near);
});
