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
import {
  createState,
  forward,
  type KinematicTree,
  placeOf,
  type TreeState,
  treePoint,
} from './kinematics.ts';
import { trust } from './targets.ts';
import { PINCH_BESIDE_M, PINCH_CONTACT_M, PINCH_RELEASE_M } from './weights.ts';

/** Targets of the fingers that the robot has. */
export interface HandTargets {
  /** (T,) 0…1. */
  trust: Float64Array;
  /** (T, 3) m in the palm link, per finger. */
  tips: ReadonlyMap<Finger, Float64Array>;
  middles: ReadonlyMap<Finger, Float64Array>;
  /** (T,) 0…1 per finger: how much of its gap to the thumb is closed. */
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
    const robot = measureFinger(tree, hand, finger);
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
    pinch: pinches(motion, frames, hand.tips.thumb ? fingers.filter(f => f !== 'thumb') : []),
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

/**
 * (T,) per finger: 1 within contact distance of the thumb, 0 beyond the release distance, linear between: no jump to track. A thumb
 * touches the finger that is nearest to it, and others only as far as they are as near: a hand that cannot touch two at once would put
 * its thumb between them.
 */
function pinches(motion: HandMotion, frames: number, fingers: readonly Finger[]): Map<Finger, Float64Array> {
  const closed = new Map(fingers.map(finger => [finger, new Float64Array(frames)]));
  for (let t = 0; t < frames; t++) {
    if (motion.state[t] === ABSENT) continue;
    const thumb = landmarkAt(motion, t, tipOf('thumb'));
    const apart = fingers.map(finger => distance(thumb, landmarkAt(motion, t, tipOf(finger))));
    const nearest = Math.min(...apart);
    fingers.forEach((finger, i) => {
      const near = ramp(apart[i], PINCH_CONTACT_M, PINCH_RELEASE_M);
      closed.get(finger)![t] = near * ramp(apart[i] - nearest, 0, PINCH_BESIDE_M);
    });
  }
  return closed;
}

/** 1 up to `from`, 0 beyond `to`, linear between. */
const ramp = (value: number, from: number, to: number): number =>
  Math.max(0, Math.min(1, (to - value) / (to - from)));

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

/** Nearer than this, joints are one: a knuckle that bends and spreads, m. */
const ONE_JOINT_M = 0.001;

/** The places (m, in the palm link) of the joints between the palm and a tip, of the open hand, outwards. */
function jointsTo(tree: KinematicTree, open: TreeState, tip: LinkPoint): Float64Array[] {
  // The link that a joint carries has its origin on that joint.
  const places = Array.from(tree.movers[treePoint(tree, tip).link], link =>
    placeOf(tree, open, { link: tree.links[link], xyz: [0, 0, 0] }),
  );
  return places.filter((place, k) => k === 0 || distance(place, places[k - 1]) > ONE_JOINT_M);
}

/**
 * Where a robot's open finger leaves the palm, m in the palm link, and its length from there to the tip. A finger with more joints
 * than the others has them in the palm, which cups: they come before its knuckle (Shadow's little finger, SVH's last two).
 */
function measureFinger(tree: KinematicTree, { tips, middles }: RobotHand, finger: Finger) {
  const open = createState(tree);
  forward(
    tree,
    tree.lower.map((lower, j) => Math.max(lower, Math.min(tree.upper[j], 0))),
    0,
    open,
  );
  const counts = FINGERS.filter(f => f !== 'thumb' && tips[f] && isMoved(tree, tips[f])).map(
    f => jointsTo(tree, open, tips[f]!).length,
  );
  const joints = jointsTo(tree, open, tips[finger]!);
  const knuckle = joints[finger === 'thumb' ? 0 : joints.length - Math.min(...counts)];
  const middle = middles[finger];
  const [end, between] = [placeOf(tree, open, tips[finger]!), middle ? placeOf(tree, open, middle) : knuckle];
  return { knuckle, lengthM: distance(knuckle, between) + distance(between, end) };
}
