/**
 * What a person's fingers do, said in the robot's proportions: where its fingertips and the middles of its
 * fingers should be, in its palm link. Every finger is taken from its own knuckle and scaled by its own length,
 * so that an open hand stays open and a fist a fist on a palm of other proportions. Pure geometry, no solving.
 */
import type { LinkPoint, RobotHand } from '../src/core/robot.ts';
import { add, distance, quatRotate, scale, subtract, type Vector3, vectorAt } from '../src/core/se3.ts';
import { FINGER_LANDMARKS, FINGERS, type Finger, HAND_LANDMARKS } from '../src/core/skeletons.ts';
import { median } from '../src/core/statistics.ts';
import { ABSENT, type HandMotion } from '../src/core/types.ts';
import { createState, forward, type KinematicTree, placeOf, treePoint } from './kinematics.ts';
import { trust } from './targets.ts';
import { PINCH_CONTACT_M, PINCH_RELEASE_M } from './weights.ts';

/** Targets of the fingers that the robot has. */
export interface HandTargets {
  /** (T,) 0…1. */
  trust: Float64Array;
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
  const fingers = FINGERS.filter(f => hand.tips[f] && isMoved(tree, hand.tips[f]));
  const tips = new Map<Finger, Float64Array>();
  const middles = new Map<Finger, Float64Array>();
  for (const finger of fingers) {
    const robot = measureFinger(tree, hand.tips[finger]!, hand.middles[finger]);
    const size = robot.lengthM / fingerLength(motion, frames, finger) || 1;
    const place = (landmark: number) =>
      fingerTargets(motion, frames, hand, robot.knuckle, knuckleOf(finger), landmark, size);
    tips.set(finger, place(tipOf(finger)));
    if (hand.middles[finger]) middles.set(finger, place(middleOf(finger)));
  }
  return {
    trust: Float64Array.from({ length: frames }, (_, t) => trust(motion, t)),
    tips,
    middles,
    pinch: new Map(
      hand.tips.thumb
        ? fingers.filter(f => f !== 'thumb').map(f => [f, pinchStrength(motion, frames, f)])
        : [],
    ),
  };
}

const knuckleOf = (finger: Finger): number => FINGER_LANDMARKS[finger][0];
/** A person's PIP, of the thumb its IP. */
const middleOf = (finger: Finger): number => FINGER_LANDMARKS[finger][finger === 'thumb' ? 2 : 1];
const tipOf = (finger: Finger): number => FINGER_LANDMARKS[finger][3];

/** robot knuckle + palmFromHand · (landmark − knuckle) · size, per frame. */
function fingerTargets(
  motion: HandMotion,
  frames: number,
  hand: RobotHand,
  robotKnuckle: Float64Array,
  knuckle: number,
  landmark: number,
  size: number,
): Float64Array {
  const targets = new Float64Array(3 * frames);
  for (let t = 0; t < frames; t++) {
    if (motion.state[t] === ABSENT) continue;
    const finger = subtract(landmarkAt(motion, t, landmark), landmarkAt(motion, t, knuckle));
    targets.set(add(robotKnuckle, quatRotate(hand.palmFromHand, scale(finger, size))), 3 * t);
  }
  return targets;
}

const landmarkAt = ({ landmarks }: HandMotion, t: number, landmark: number): Vector3 =>
  vectorAt(landmarks, HAND_LANDMARKS * t + landmark);

/** 1 within contact distance of the thumb, 0 beyond the release distance, linear between: no jump to track. */
function pinchStrength(motion: HandMotion, frames: number, finger: Finger): Float64Array {
  const strength = new Float64Array(frames);
  for (let t = 0; t < frames; t++) {
    if (motion.state[t] === ABSENT) continue;
    const apart = distance(landmarkAt(motion, t, tipOf('thumb')), landmarkAt(motion, t, tipOf(finger)));
    strength[t] = Math.max(0, Math.min(1, (PINCH_RELEASE_M - apart) / (PINCH_RELEASE_M - PINCH_CONTACT_M)));
  }
  return strength;
}

/**
 * From the knuckle to the middle, and on over the bones to the tip, m: the median over the clip. 0 when the hand
 * is never seen.
 */
function fingerLength(motion: HandMotion, frames: number, finger: Finger): number {
  const chain = FINGER_LANDMARKS[finger].slice(FINGER_LANDMARKS[finger].indexOf(middleOf(finger)));
  const lengths: number[] = [];
  for (let t = 0; t < frames; t++) {
    if (motion.state[t] === ABSENT) continue;
    let [length, last] = [0, knuckleOf(finger)];
    for (const landmark of chain) {
      length += distance(landmarkAt(motion, t, last), landmarkAt(motion, t, landmark));
      last = landmark;
    }
    lengths.push(length);
  }
  return lengths.length > 0 ? median(lengths) : 0;
}

/** A tip that no joint below the palm moves stays where it is. */
const isMoved = (tree: KinematicTree, tip: LinkPoint): boolean =>
  tree.movers[treePoint(tree, tip).link].length > 0;

/** Where a robot's open finger leaves the palm, m in the palm link, and its length from there to the tip. */
function measureFinger(tree: KinematicTree, tip: LinkPoint, middle?: LinkPoint) {
  const state = createState(tree);
  forward(
    tree,
    tree.lower.map((lower, j) => Math.max(lower, Math.min(tree.upper[j], 0))),
    0,
    state,
  );
  const at = (point: LinkPoint) => placeOf(tree, state, point);
  // The link that the finger's first joint carries has its origin on that joint.
  const knuckle = at({ link: tree.links[tree.movers[treePoint(tree, tip).link][0]], xyz: [0, 0, 0] });
  const [end, between] = [at(tip), middle ? at(middle) : knuckle];
  return { knuckle, lengthM: distance(knuckle, between) + distance(between, end) };
}
