import { expect, test } from 'vitest';
import { loadRobot } from '../../models/robots/registry.ts';
import { handTargets } from '../../retarget/finger-targets.ts';
import { handTree } from '../../retarget/hands.ts';
import { distance } from '../../src/core/se3.ts';
import { FINGER_LANDMARKS, type Finger, type Side } from '../../src/core/skeletons.ts';
import { type HandMotion, SEEN } from '../../src/core/types.ts';

const LONG_FINGERS: Finger[] = ['index', 'middle', 'ring', 'pinky'];

/** Two frames of four fingers of the same length, in the hand frame, m: straight ahead, and bent by 90° at the knuckles. */
function bending(): HandMotion {
  const landmarks = new Float32Array(2 * 63);
  LONG_FINGERS.forEach((finger, k) => {
    FINGER_LANDMARKS[finger].forEach((landmark, joint) => {
      const [x, y, out] = [0.09, 0.02 * (1 - k), [0, 0.04, 0.065, 0.085][joint]];
      landmarks.set([x + out, y, 0], 3 * landmark);
      landmarks.set([x, y, -out], 63 + 3 * landmark);
    });
  });
  return {
    wrist: new Float32Array(6),
    orientation: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0),
    landmarks,
    state: Uint8Array.of(SEEN, SEEN),
    confidence: Float32Array.of(1, 1),
    wristSigma: new Float32Array(2),
    tipsSigma: new Float32Array(2),
    palmLengthM: 0.09,
  };
}

test.each<[string, Side]>([
  ['shadow-hand-left', 'left'],
  ['shadow-hand-right', 'right'],
  ['svh-hand-left', 'left'],
  ['svh-hand-right', 'right'],
])(
  '%s: a joint in the palm is no knuckle, so its fingers are not longer than the middle one',
  async (name, side) => {
    const robot = await loadRobot(name);
    const hand = robot.hands[side]!;
    const { tips } = handTargets(bending(), 2, hand, handTree(robot, hand));
    const lengthM = (finger: Finger) => {
      const places = tips.get(finger)!;
      return distance(places.subarray(0, 3), places.subarray(3)) / Math.SQRT2;
    };
    for (const finger of LONG_FINGERS) expect(lengthM(finger), finger).toBeLessThan(1.1 * lengthM('middle'));
  },
);
