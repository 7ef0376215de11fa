/**
 * A finger as a kinematic tree on the palm: bones of fixed length, joints that bend as far as a person's do. Joints
 * are hinges about the hand frame's axes (x to the fingertips, z out of the back of the hand): positive flexion
 * bends towards the palm.
 *
 * Ranges of active motion: AAOS, "Joint Motion: Method of Measuring and Recording", 1965. The landmarks lie on the
 * skin, which moves over the joints, so every range is wider by what that shows as: LAX backwards, and a little more
 * forwards and sideways.
 */
import type { JointSpec, LinkPoint, Vec3 } from '../core/robot.ts';
import { FINGER_LANDMARKS, type Finger, PALM_LANDMARKS, type Side } from '../core/skeletons.ts';
import { boneLength, palmShape } from './bones.ts';

/** Links 'palm' to the last bone; the finger's second, third and fourth landmark as points of it. */
export interface FingerTree {
  root: string;
  joints: JointSpec[];
  points: readonly [LinkPoint, LinkPoint, LinkPoint];
  /** A relaxed finger, rad, per joint. */
  rest: readonly number[];
}

/** How far lax joints bend backwards, degrees. */
const LAX = 20;
const SIDEWAYS = 30;
/** The thumb's nail looks halfway between up and outwards: its hinges are turned so far about its long axis. */
const THUMB_TWIST = 45;
/** Nothing is limited by speed here. */
const NO_SPEED_LIMIT = 50;

const X: Vec3 = [1, 0, 0];
const Y: Vec3 = [0, 1, 0];
const Z: Vec3 = [0, 0, 1];
const HERE: Vec3 = [0, 0, 0];
const radians = (degrees: number): number => (degrees * Math.PI) / 180;
const along = (length: number): Vec3 => [X[0] * length, 0, 0];

/** The finger of a hand whose palm is `palmLengthM` long, in that hand's frame. */
export function fingerTree(finger: Finger, side: Side, palmLengthM: number): FingerTree {
  const marks = FINGER_LANDMARKS[finger];
  const knuckle = palmShape(palmLengthM, side)[PALM_LANDMARKS.indexOf(marks[0])] as Vec3;
  const [first, second, third] = marks.slice(1).map(mark => along(boneLength(mark, palmLengthM)));
  return finger === 'thumb'
    ? thumb(side, knuckle, first, second, third)
    : {
        root: 'palm',
        joints: [
          hinge('spread', 'palm', knuckle, Z, -SIDEWAYS, SIDEWAYS),
          hinge('knuckle', 'spread', HERE, Y, -30, 100),
          hinge('middle', 'knuckle', first, Y, -LAX, 115),
          hinge('end', 'middle', second, Y, -LAX, 90),
        ],
        points: bonesEnds('middle', 'end', third),
        rest: [0, 25, 30, 15].map(radians),
      };
}

/** A right thumb spreads about +z, away from the index; the left one is its mirror image. */
function thumb(side: Side, base: Vec3, first: Vec3, second: Vec3, third: Vec3): FingerTree {
  const mirror = side === 'right' ? 1 : -1;
  const spread = [-60, 100].map(limit => mirror * limit).sort((a, b) => a - b);
  const twist: Vec3 = [-mirror * radians(THUMB_TWIST), 0, 0];
  return {
    root: 'palm',
    joints: [
      hinge('spread', 'palm', base, Z, spread[0], spread[1]),
      hinge('lift', 'spread', HERE, Y, -70, 100),
      hinge('knuckle', 'lift', first, Y, -LAX, 70, twist),
      hinge('sideways', 'knuckle', HERE, Z, -25, 25),
      hinge('end', 'sideways', second, Y, -30, 90),
    ],
    points: bonesEnds('knuckle', 'end', third),
    rest: [mirror * 40, 10, 10, 0, 10].map(radians),
  };
}

/** Where the bones end: at the origins of the links that the second and third carry, and at the tip. */
const bonesEnds = (second: string, third: string, tip: Vec3): FingerTree['points'] => [
  { link: second, xyz: HERE },
  { link: third, xyz: HERE },
  { link: third, xyz: tip },
];

/** A link and the hinge that carries it share a name; degrees. */
const hinge = (
  name: string,
  parent: string,
  xyz: Vec3,
  axis: Vec3,
  lower: number,
  upper: number,
  rpy: Vec3 = HERE,
): JointSpec => ({
  name,
  type: 'revolute',
  parent,
  child: name,
  xyz,
  rpy,
  axis,
  lower: radians(lower),
  upper: radians(upper),
  velocity: NO_SPEED_LIMIT,
});
