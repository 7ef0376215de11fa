/**
 * What a person's fingers do, said in the robot's proportions: where its fingertips and the middles of its
 * fingers should be, in its palm link. Pure geometry, no solving.
 */
import type { LinkPoint, RobotHand } from '../src/core/robot.ts';
import { add, distance, quatRotate, scale } from '../src/core/se3.ts';
import { FINGER_LANDMARKS, FINGERS, type Finger } from '../src/core/skeletons.ts';
import { ABSENT, type HandMotion } from '../src/core/types.ts';
import { createState, forward, type KinematicTree, pointPosition, treePoint } from './kinematics.ts';
import { trust } from './targets.ts';
import { PINCH_CONTACT_M, PINCH_RELEASE_M } from './weights.ts';

/** Targets of the fingers that the robot has. */
export interface HandTargets {
  /** (T,) 0…1. */
  trust: Float64Array;
  /** Robot metres per human metre, one number per clip. */
  scale: number;
  /** (T, 3) m in the palm link, per finger. */
  tips: ReadonlyMap<Finger, Float64Array>;
  middles: ReadonlyMap<Finger, Float64Array>;
  /** (T,) 0…1 per finger: how surely it touches the thumb. */
  pinch: ReadonlyMap<Finger, Float64Array>;
}

/** Fingers of one hand, in the palm link. */
export function handTargets(
  motion: HandMotion,
  frames: number,
  hand: RobotHand,
  tree: KinematicTree,
): HandTargets {
  const size = fingerScale(motion, frames, hand, tree);
  const place = (fingers: readonly Finger[], joint: 1 | 2 | 3) =>
    new Map(
      fingers.map(finger => [finger, fingerTargets(motion, frames, hand, landmarkOf(finger, joint), size)]),
    );
  const fingers = FINGERS.filter(f => hand.tips[f]);
  return {
    trust: Float64Array.from({ length: frames }, (_, t) => trust(motion, t)),
    scale: size,
    tips: place(fingers, 3),
    middles: place(
      FINGERS.filter(f => hand.middles[f]),
      1,
    ),
    pinch: new Map(
      hand.tips.thumb
        ? fingers.filter(f => f !== 'thumb').map(f => [f, pinchStrength(motion, frames, f)])
        : [],
    ),
  };
}

/** The middle of a finger is a person's PIP, of the thumb its IP: the third of its four landmarks. */
const landmarkOf = (finger: Finger, joint: 1 | 2 | 3): number =>
  FINGER_LANDMARKS[finger][joint === 1 && finger === 'thumb' ? 2 : joint];

function fingerTargets(motion: HandMotion, frames: number, hand: RobotHand, landmark: number, size: number) {
  const targets = new Float64Array(3 * frames);
  for (let t = 0; t < frames; t++) {
    if (motion.state[t] === ABSENT) continue;
    const at = 63 * t + 3 * landmark;
    const inPalm = quatRotate(hand.palmFromHand, scale(motion.landmarks.subarray(at, at + 3), size));
    targets.set(add(hand.wrist, inPalm), 3 * t);
  }
  return targets;
}

/** 1 within contact distance of the thumb, 0 beyond the release distance, linear between: no jump to track. */
function pinchStrength(motion: HandMotion, frames: number, finger: Finger): Float64Array {
  const strength = new Float64Array(frames);
  const [a, b] = [3 * landmarkOf('thumb', 3), 3 * landmarkOf(finger, 3)];
  for (let t = 0; t < frames; t++) {
    if (motion.state[t] === ABSENT) continue;
    const points = motion.landmarks.subarray(63 * t, 63 * t + 63);
    const apart = distance(points.subarray(a, a + 3), points.subarray(b, b + 3));
    strength[t] = Math.max(0, Math.min(1, (PINCH_RELEASE_M - apart) / (PINCH_RELEASE_M - PINCH_CONTACT_M)));
  }
  return strength;
}

/**
 * How much longer the robot's fingers are than the person's, from the wrist along the bones to the tips:
 * the median over fingers of robot length / median human length. 1 when the hand is never seen.
 */
function fingerScale(motion: HandMotion, frames: number, hand: RobotHand, tree: KinematicTree): number {
  const ratios: number[] = [];
  for (const finger of FINGERS) {
    const tip = hand.tips[finger];
    if (!tip) continue;
    const lengths: number[] = [];
    for (let t = 0; t < frames; t++) {
      if (motion.state[t] === ABSENT) continue;
      let [length, last] = [0, 0];
      for (const landmark of FINGER_LANDMARKS[finger]) {
        const [a, b] = [63 * t + 3 * last, 63 * t + 3 * landmark];
        length += distance(motion.landmarks.subarray(a, a + 3), motion.landmarks.subarray(b, b + 3));
        last = landmark;
      }
      lengths.push(length);
    }
    const human = median(lengths);
    if (human > 0) ratios.push(robotFingerLength(tree, hand, tip) / human);
  }
  return ratios.length > 0 ? median(ratios) : 1;
}

/** From the wrist landmark over the finger's joints to its tip, m. */
function robotFingerLength(tree: KinematicTree, hand: RobotHand, tip: LinkPoint): number {
  const state = createState(tree);
  forward(tree, tree.lower, 0, state);
  const at = treePoint(tree, tip);
  const end = new Float64Array(3);
  pointPosition(state, at, end, 0);
  let length = 0;
  let last: ArrayLike<number> = hand.wrist;
  for (const link of tree.movers[at.link]) {
    const next = state.position.subarray(3 * link, 3 * link + 3);
    length += distance(last, next);
    last = next;
  }
  return length + distance(last, end);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
