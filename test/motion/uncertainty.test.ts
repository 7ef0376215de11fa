import { describe, expect, test } from 'vitest';
import { distance, quatConjugate, quatRotate, subtract } from '../../src/core/se3.ts';
import { SIDES, type Side } from '../../src/core/skeletons.ts';
import { ABSENT, FILLED } from '../../src/core/types.ts';
import { orientationOfKnuckles } from '../../src/motion/hand-frame.ts';
import { reconstruct } from '../../src/motion/reconstruct.ts';
import { clipOf, haveRendered, perceive, type Truth, truthOf } from './rendered.ts';

const NETWORK = { pixels: 3, metres: 0.006, scale: 0.1 };
const TIPS = [4, 8, 12, 16, 20];
const share = (values: number[], limit: number) => values.filter(v => v <= limit).length / values.length;

/** Errors of the wrist in the camera's frame and of the fingertips in the hand's, in the given sigmas. */
function errorsInSigmas(truth: Truth, side: Side) {
  const { wrist, wristSigma, landmarks, tipsSigma } = reconstruct(
    perceive(truth, 'egocentric', NETWORK),
    clipOf(truth),
  ).hands[side];
  const [ofWrist, ofTips]: number[][] = [[], []];
  truth.data.forEach((frame, t) => {
    const xyz = frame[side].xyz as [number, number, number][];
    ofWrist.push(distance(xyz[0], wrist.subarray(3 * t, 3 * t + 3)) / wristSigma[t]);
    const handFromCamera = quatConjugate(orientationOfKnuckles(xyz, side));
    const squares = TIPS.map(k => {
      const tip = quatRotate(handFromCamera, subtract(xyz[k], xyz[0]));
      return distance(tip, landmarks.subarray(3 * (21 * t + k), 3 * (21 * t + k) + 3)) ** 2;
    });
    ofTips.push(Math.sqrt(squares.reduce((a, b) => a + b) / TIPS.length) / tipsSigma[t]);
  });
  return { ofWrist, ofTips };
}

describe.skipIf(!haveRendered)('what a hand says of its own error', () => {
  test.each(['ego', 'fasten', 'lift'])(
    'holds for %s: nearly all true errors are below twice as much',
    name => {
      for (const side of SIDES) {
        const { ofWrist, ofTips } = errorsInSigmas(truthOf(name), side);
        expect(share(ofWrist, 2)).toBeGreaterThan(0.9);
        expect(share(ofTips, 2)).toBeGreaterThan(0.9);
        // … and is not merely large.
        expect(Math.max(...ofWrist)).toBeGreaterThan(0.2);
        expect(Math.max(...ofTips)).toBeGreaterThan(0.2);
      }
    },
  );

  const truth = truthOf('pick');
  const sigmasOf = (change: (p: ReturnType<typeof perceive>) => void) => {
    const perception = perceive(truth, 'third-person', NETWORK);
    change(perception);
    return reconstruct(perception, clipOf(truth)).hands.right;
  };
  const usual = sigmasOf(() => {});

  test('is larger in a bridged frame than in its neighbours, and zero in an absent one', () => {
    const { state, wristSigma, tipsSigma } = sigmasOf(({ right }) => {
      right.state.fill(ABSENT, 60, 66).fill(ABSENT, 100, 150);
    });
    for (const sigma of [wristSigma, tipsSigma]) {
      expect(state[63]).toBe(FILLED);
      expect(sigma[63]).toBeGreaterThan(sigma[59]);
      expect(sigma[63]).toBeGreaterThan(sigma[66]);
      expect(sigma[120]).toBe(0);
    }
  });

  test('grows when the torso is assumed, and again when there is none and the lens is unknown', () => {
    const assumed = sigmasOf(({ body }) => body.state.fill(ABSENT));
    const alone = sigmasOf(perception => {
      perception.body.state.fill(ABSENT);
      perception.view = 'egocentric';
      perception.camera.source = 'assumed';
    });
    expect(assumed.wristSigma[50]).toBeGreaterThan(usual.wristSigma[50]);
    expect(alone.wristSigma[50]).toBeGreaterThan(assumed.wristSigma[50]);
  });
});
