/** A robot of the user's own: a URDF and a map make what a table in this folder says. */
import { RobotError } from '../../src/core/errors.ts';
import {
  independentJoints,
  type JointSpec,
  type RobotArm,
  type RobotHand,
  type RobotModel,
} from '../../src/core/robot.ts';
import { FINGERS, SIDES, type Side } from '../../src/core/skeletons.ts';
import { parseUrdf, type UrdfRobot } from '../urdf.ts';
import {
  drivers,
  groupFaults,
  mimicFaults,
  nameFaults,
  rangeFaults,
  restFaults,
  speedFaults,
  tipFaults,
} from './robot-faults.ts';
import { pointOf, type RobotMap } from './robot-map.ts';
import { palmFromHand } from './rows.ts';

/** A joint without an end is held within one turn, rad: retargeting never needs more, and limits are hard. */
const CONTINUOUS_RANGE = Math.PI;

/**
 * @throws RobotError that lists everything that is wrong: unknown links and joints, joints that mimic a joint
 * that mimics, missing speeds, fingertips that no last joint moves, joints of two parts, a rest pose beyond a limit.
 */
export function robotFromUrdf(urdfText: string, map: RobotMap): RobotModel {
  const { robot, faults } = readRobot(urdfText, map);
  if (!robot || faults.length > 0) throw new RobotError(`robot '${map.name}': ${faults.join('; ')}`);
  return robot;
}

/** The robot, where it can be put together, and everything that is wrong with it, each in one line. */
export function readRobot(urdfText: string, map: RobotMap): { robot: RobotModel | null; faults: string[] } {
  let urdf: UrdfRobot;
  try {
    urdf = parseUrdf(urdfText);
  } catch (error) {
    if (!(error instanceof RobotError)) throw error;
    return { robot: null, faults: [error.message] };
  }
  const faults = [...nameFaults(urdf, map), ...mimicFaults(urdf.joints)];
  if (faults.length > 0) return { robot: null, faults };
  const own = urdf.joints.map(joint => withRange(withSpeed(joint, map)));
  const joints = own.map(joint => asDriven(joint, own));
  const robot = assemble({ ...urdf, joints }, map);
  return {
    robot,
    faults: [speedFaults, rangeFaults, restFaults, groupFaults, tipFaults].flatMap(look => look(robot)),
  };
}

function assemble(urdf: UrdfRobot, map: RobotMap): RobotModel {
  const torso = map.torso ?? urdf.root;
  const free = independentJoints(urdf.joints).map(({ name }) => name);
  const arms = map.arms && {
    left: assembleArm(urdf, torso, map.arms.left, map.hands.left?.palm),
    right: assembleArm(urdf, torso, map.arms.right, map.hands.right?.palm),
  };
  const hands: Partial<Record<Side, RobotHand>> = {};
  for (const side of SIDES) {
    const hand = map.hands[side];
    if (hand) hands[side] = assembleHand(urdf, hand);
  }
  const waist = map.waist ?? [];
  const moved = new Set([
    ...waist,
    ...SIDES.flatMap(side => [...(arms?.[side].joints ?? []), ...(hands[side]?.joints ?? [])]),
  ]);
  const { camera, capsules = [], rest = {} } = map;
  return {
    name: map.name,
    label: map.label ?? map.name,
    license: map.license ?? 'unknown',
    source: map.source ?? `URDF '${urdf.name}'`,
    root: urdf.root,
    joints: urdf.joints,
    rest: { ...nearestToZero(urdf.joints), ...rest },
    held: map.held ?? free.filter(name => !moved.has(name)),
    waist,
    torso,
    arms: arms ?? null,
    hands,
    camera: camera ? { link: camera.link, xyz: camera.xyz ?? [0, 0, 0], rpy: camera.rpy ?? [0, 0, 0] } : null,
    capsules,
  };
}

type MapArm = NonNullable<RobotMap['arms']>[Side];
type MapHand = NonNullable<RobotMap['hands'][Side]>;

/** @param palm where the arm ends, if it carries a hand */
function assembleArm(urdf: UrdfRobot, torso: string, arm: MapArm, palm: string | undefined): RobotArm {
  const wrist = pointOf(arm.wrist);
  return {
    shoulder: pointOf(arm.shoulder),
    elbow: pointOf(arm.elbow),
    wrist,
    joints: arm.joints ?? drivers(pathTo(urdf, torso, palm ?? wrist.link)),
  };
}

function assembleHand(urdf: UrdfRobot, hand: MapHand): RobotHand {
  const place = (map: MapHand['tips'] = {}) =>
    Object.fromEntries(FINGERS.flatMap(finger => (map[finger] ? [[finger, pointOf(map[finger])]] : [])));
  return {
    palm: hand.palm,
    wrist: hand.wrist ?? [0, 0, 0],
    palmFromHand: palmFromHand(hand.fingers, hand.back),
    tips: place(hand.tips),
    middles: place(hand.middles),
    joints: hand.joints ?? drivers(below(urdf, hand.palm)),
  };
}

function pathTo({ joints }: UrdfRobot, from: string, to: string): JointSpec[] {
  const path: JointSpec[] = [];
  for (let link = to; link !== from; ) {
    const joint = joints.find(({ child }) => child === link);
    if (!joint) return [];
    path.unshift(joint);
    link = joint.parent;
  }
  return path;
}

function below({ joints }: UrdfRobot, link: string): JointSpec[] {
  const links = new Set([link]);
  return joints.filter(({ parent, child }) => links.has(parent) && links.add(child));
}

const withRange = (joint: JointSpec): JointSpec =>
  joint.mimic || Number.isFinite(joint.lower)
    ? joint
    : { ...joint, lower: -CONTINUOUS_RANGE, upper: CONTINUOUS_RANGE };

/** A joint that mimics ends, where it says nothing itself, where its driver ends: everything of a robot is a finite number. */
function asDriven(joint: JointSpec, joints: readonly JointSpec[]): JointSpec {
  const driver = joint.mimic && joints.find(({ name }) => name === joint.mimic!.joint);
  if (!driver) return joint;
  const { multiplier, offset } = joint.mimic!;
  const ends = [driver.lower, driver.upper].map(q => multiplier * q + offset);
  const [lower, upper] = Number.isFinite(joint.lower)
    ? [joint.lower, joint.upper]
    : [Math.min(...ends), Math.max(...ends)];
  const velocity = Number.isFinite(joint.velocity) ? joint.velocity : Math.abs(multiplier) * driver.velocity;
  return { ...joint, lower, upper, velocity };
}

function withSpeed(joint: JointSpec, { speeds = {} }: RobotMap): JointSpec {
  if (joint.type === 'fixed') return joint;
  const missing = !(joint.velocity > 0 && joint.velocity < Infinity);
  const velocity = speeds[joint.name] ?? (missing ? speeds['*'] : undefined);
  return velocity === undefined ? joint : { ...joint, velocity };
}

/** 0 where the range allows it, else the limit that is nearest. */
const nearestToZero = (joints: readonly JointSpec[]) =>
  Object.fromEntries(
    independentJoints(joints).flatMap(({ name, lower, upper }) =>
      lower > 0 ? [[name, lower]] : upper < 0 ? [[name, upper]] : [],
    ),
  );
