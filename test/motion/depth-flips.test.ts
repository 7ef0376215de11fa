import { expect, test } from 'vitest';
import { type ArmReadings, chooseDepths } from '../../src/motion/depth-flips.ts';

const FPS = 30;
const SHOULDER_Z = 1.3;

/** Two seconds of an elbow at the depth that the network says, a forearm of 20 cm towards the camera. */
const clip = (elbowZ: (t: number) => number, hand: { z: number; trust: number }): ArmReadings[] =>
  Array.from({ length: 2 * FPS }, (_, frame) => {
    const arm = (z: number) => [0, 0, z, 0, 0, z - 0.2];
    const z = elbowZ(frame);
    return {
      frame,
      options: [arm(z), arm(2 * SHOULDER_Z - z)],
      logDepth: Math.log(hand.z),
      trust: hand.trust,
    };
  });
const UNSEEN = { z: 1, trust: 0 };

test('the network’s word holds where nothing speaks against it', () => {
  expect(
    chooseDepths(
      clip(() => 1.1, UNSEEN),
      FPS,
    ).every(choice => choice === 0),
  ).toBe(true);
  expect(chooseDepths([], FPS)).toEqual([]);
});

test('an elbow that jumps to its mirror image for a while has not moved', () => {
  const flipped = (t: number) => t >= 20 && t < 32;
  const chosen = chooseDepths(
    clip(t => (flipped(t) ? 1.1 : 1.5), UNSEEN),
    FPS,
  );
  expect(chosen).toEqual(chosen.map((_, t) => (flipped(t) ? 1 : 0)));
});

test('an elbow may pass the shoulder', () => {
  const chosen = chooseDepths(
    clip(t => 1.1 + (0.4 * t) / (2 * FPS), UNSEEN),
    FPS,
  );
  expect(chosen.every(choice => choice === 0)).toBe(true);
});

test('an elbow that was out of sight for a second may have passed the shoulder meanwhile', () => {
  const seen = clip(t => (t < FPS ? 1.5 : 1.1), UNSEEN).slice(0, FPS + 8);
  const after = seen.map(reading =>
    reading.frame < FPS ? reading : { ...reading, frame: reading.frame + FPS },
  );
  expect(chooseDepths(after, FPS).every(choice => choice === 0)).toBe(true);
  expect(chooseDepths(seen, FPS).slice(-8)).toEqual(new Array(8).fill(1));
});

test('a sure hand says how far away it is, a doubtful one does not', () => {
  const chosen = (trust: number) =>
    chooseDepths(
      clip(() => 1.1, { z: 1.3, trust }),
      FPS,
    );
  expect(chosen(0.95).every(choice => choice === 1)).toBe(true);
  expect(chosen(0.2).every(choice => choice === 0)).toBe(true);
});

test('a wrist that was put behind the camera for one frame does not decide the others', () => {
  const readings = clip(() => 1.5, { z: 1.3, trust: 0.9 });
  readings[10].options[0][5] = -0.01;
  const chosen = chooseDepths(readings, FPS);
  expect(chosen.every((choice, t) => t === 10 || choice === 0)).toBe(true);
});
