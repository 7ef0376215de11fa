/** A robot as plain data: what `models/robots/` writes and `retarget/` moves. */
import type { Finger, Side } from './skeletons.ts';

export type Vec3 = readonly [number, number, number];

/** One joint, as in URDF: the child frame is parent · translate(xyz) · rpy · motion about `axis`. */
export interface JointSpec {
  name: string;
  type: 'revolute' | 'prismatic' | 'fixed';
  parent: string;
  child: string;
  /** m, in the parent frame. */
  xyz: Vec3;
  /** rad, fixed-axis roll pitch yaw: R = Rz(y) Ry(p) Rx(r). */
  rpy: Vec3;
  /** Unit vector in the joint frame; unused when fixed. */
  axis: Vec3;
  /** rad or m. */
  lower: number;
  upper: number;
  /** rad/s or m/s. */
  velocity: number;
  /** q = multiplier · q(joint) + offset. A joint with `mimic` is not independent. */
  mimic?: { joint: string; multiplier: number; offset: number };
}

/** The joints that a robot's motion is told in: neither fixed nor mimicking another. In the table's order. */
export const independentJoints = (joints: readonly JointSpec[]): JointSpec[] =>
  joints.filter(({ type, mimic }) => type !== 'fixed' && !mimic);

/** A point fixed to a link, m. */
export interface LinkPoint {
  link: string;
  xyz: Vec3;
}

export interface RobotArm {
  /** Link whose origin is the centre of the shoulder, of the elbow, and of the wrist. */
  shoulder: LinkPoint;
  elbow: LinkPoint;
  wrist: LinkPoint;
  /** Independent joints from the torso to the wrist. */
  joints: readonly string[];
}

export interface RobotHand {
  /** The link that the fingers grow from. */
  palm: string;
  /** The wrist landmark's place on the palm link, m. */
  wrist: Vec3;
  /** Rotation palmFromHand, w x y z, with the hand frame of HandMotion. */
  palmFromHand: readonly [number, number, number, number];
  /** Fingertips; a finger that the robot lacks is missing. */
  tips: Partial<Record<Finger, LinkPoint>>;
  /** A point between knuckle and tip (a person's PIP; the thumb's IP), likewise. */
  middles: Partial<Record<Finger, LinkPoint>>;
  joints: readonly string[];
}

/** A collision capsule between two points of one link, m. */
export interface Capsule {
  link: string;
  from: Vec3;
  to: Vec3;
  radius: number;
}

export interface RobotModel {
  name: string;
  /** For people: 'Unitree G1 29-DoF with Inspire RH56DFQ hands'. */
  label: string;
  license: string;
  source: string;
  root: string;
  /** Parents before children. */
  joints: readonly JointSpec[];
  /** Rest pose of independent joints, rad; 0 where not named. */
  rest: Readonly<Record<string, number>>;
  /** Independent joints that retargeting never moves (legs). */
  held: readonly string[];
  /** The waist's independent joints, from pelvis to torso. */
  waist: readonly string[];
  /** The link that the human torso frame maps to. */
  torso: string;
  /** Absent for a hand alone. */
  arms: Record<Side, RobotArm> | null;
  hands: Partial<Record<Side, RobotHand>>;
  /** Head camera: its place on a link; OpenCV axes. Absent for a hand alone. */
  camera: { link: string; xyz: Vec3; rpy: Vec3 } | null;
  capsules: readonly Capsule[];
}
