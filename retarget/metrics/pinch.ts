import type { RobotModel } from '../../src/core/robot.ts';
import { distance, vectorAt } from '../../src/core/se3.ts';
import { FINGER_LANDMARKS, FINGERS, HAND_LANDMARKS, type Side } from '../../src/core/skeletons.ts';
import { ABSENT, type HumanMotion, type RobotTrajectory } from '../../src/core/types.ts';
import { createTree } from '../kinematics.ts';
import { PINCH_CONTACT_M, PINCH_RELEASE_M } from '../weights.ts';
import { pointPath } from './path.ts';

/** A robot's fingertips nearer than this touch, m. */
const TOUCH_M = 0.01;

/** Counts of finger × frame, where the person's fingers are surely together or surely apart. */
export interface PinchAgreement {
  /** The person pinches (under PINCH_CONTACT_M), and of those the robot does too (under 10 mm). */
  pinched: number;
  kept: number;
  /** The person is apart (over PINCH_RELEASE_M), and of those the robot touches nevertheless. */
  apart: number;
  invented: number;
}

/** Whether thumb and finger touch on the robot when, and only when, they do on the person. */
export function pinchAgreement(
  motion: HumanMotion,
  robot: RobotModel,
  trajectory: RobotTrajectory,
  side: Side,
): PinchAgreement {
  const count = { pinched: 0, kept: 0, apart: 0, invented: 0 };
  const hand = robot.hands[side];
  if (!hand?.tips.thumb) return count;
  const { landmarks, state } = motion.hands[side];
  const tree = createTree(robot);
  const thumb = pointPath(tree, trajectory, hand.tips.thumb);
  for (const finger of FINGERS) {
    const tip = hand.tips[finger];
    if (finger === 'thumb' || !tip) continue;
    const path = pointPath(tree, trajectory, tip);
    for (let t = 0; t < motion.frames; t++) {
      if (state[t] === ABSENT) continue;
      const at = (f: typeof finger | 'thumb') =>
        vectorAt(landmarks, HAND_LANDMARKS * t + FINGER_LANDMARKS[f][3]);
      const person = distance(at('thumb'), at(finger));
      const touches =
        distance(thumb.subarray(3 * t, 3 * t + 3), path.subarray(3 * t, 3 * t + 3)) < TOUCH_M ? 1 : 0;
      if (person < PINCH_CONTACT_M) {
        count.pinched++;
        count.kept += touches;
      } else if (person > PINCH_RELEASE_M) {
        count.apart++;
        count.invented += touches;
      }
    }
  }
  return count;
}
