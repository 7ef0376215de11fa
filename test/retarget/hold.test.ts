import { describe, expect, test } from 'vitest';
import { loadRobot } from '../../models/robots/registry.ts';
import { retarget } from '../../retarget/index.ts';
import { armsTargets } from '../../retarget/targets.ts';
import { ABSENT, PARTS, SEEN, STATUS_HELD } from '../../src/core/types.ts';
import { stillMotion } from '../motion/still.ts';

const FPS = 30;
const robot = await loadRobot('g1-inspire');

/** Forearms forwards; the right arm is lost in the frames [from, to), and then `away` radians to the side. */
function lost(from: number, to: number, away: number) {
  const motion = stillMotion(to + 20, FPS);
  for (const side of ['left', 'right'] as const)
    for (let t = 0; t < motion.frames; t++) {
      const [arm, hand] = [motion.arms[side], motion.hands[side]];
      const turn = t >= to ? away : 0;
      arm.state[t] = hand.state[t] = side === 'right' && t >= from && t < to ? ABSENT : SEEN;
      arm.confidence[t] = hand.confidence[t] = 1;
      arm.upperArm.set([0, 0, -1], 3 * t);
      arm.forearm.set([Math.cos(turn), Math.sin(turn), 0], 3 * t);
      for (let k = 1; k < 21; k++)
        hand.landmarks.set([0.03 + 0.006 * k, 0.02 * (k % 5) - 0.04, 0], 3 * (21 * t + k));
    }
  return motion;
}

describe('an arm that is lost', () => {
  test.each([
    ['and found again where it was is held there', 2.9, 0.3, true],
    ['and found again elsewhere is not', 2.9, 1.2, false],
    ['for long is not', 3, 0, false],
  ])('%s', (_, seconds, away, isHeld) => {
    const to = 10 + Math.round(seconds * FPS);
    const { right } = armsTargets(lost(10, to, away), robot);
    expect(right.wristTrust.subarray(10, to).every(trust => trust > 0 === isHeld)).toBe(true);
  });

  test('says so, and claims nothing of how near it is', () => {
    const { status, positionResidual, orientationResidual } = retarget(lost(10, 20, 0), robot);
    const part = PARTS.indexOf('right_arm');
    for (let t = 0; t < 40; t++) {
      const isLost = t >= 10 && t < 20;
      expect(status[PARTS.length * t + part] === STATUS_HELD).toBe(isLost);
      expect(Number.isNaN(positionResidual[PARTS.length * t + part])).toBe(isLost);
      expect(Number.isNaN(orientationResidual[2 * t + 1])).toBe(isLost);
    }
  });
});
