/** What can be wrong with a robot of the user's own, each said in one line with what would be right. */
import { independentJoints, type JointSpec, type RobotModel } from '../../src/core/robot.ts';
import { FINGERS, SIDES } from '../../src/core/skeletons.ts';
import type { UrdfRobot } from '../urdf.ts';
import { pointOf, type RobotMap } from './robot-map.ts';

export const drivers = (joints: readonly JointSpec[]) => independentJoints(joints).map(({ name }) => name);

/** Every link and joint that the map names has to be in the URDF, and joints have to be independent. */
export function nameFaults(urdf: UrdfRobot, map: RobotMap): string[] {
  const links = new Set([urdf.root, ...urdf.joints.map(({ child }) => child)]);
  const free = new Set(drivers(urdf.joints));
  const faults: string[] = [];
  const link = (where: string, name: string | undefined) => {
    if (name !== undefined && !links.has(name))
      faults.push(`${where}: no link '${name}'${similar(name, links)}`);
  };
  const joints = (where: string, names: readonly string[] = []) => {
    for (const name of names)
      if (!free.has(name)) faults.push(`${where}: no independent joint '${name}'${similar(name, free)}`);
  };
  link('torso', map.torso);
  link('camera', map.camera?.link);
  joints('waist', map.waist);
  joints('held', map.held);
  joints('rest', Object.keys(map.rest ?? {}));
  joints(
    'speeds',
    Object.keys(map.speeds ?? {}).filter(name => name !== '*'),
  );
  map.capsules?.forEach((capsule, i) => {
    link(`capsules[${i}]`, capsule.link);
  });
  if (!map.hands.left && !map.hands.right) faults.push('hands: neither a left nor a right hand is given');
  for (const side of SIDES) {
    const [arm, hand] = [map.arms?.[side], map.hands[side]];
    for (const part of arm ? (['shoulder', 'elbow', 'wrist'] as const) : [])
      link(`arms.${side}.${part}`, pointOf(arm![part]).link);
    joints(`arms.${side}.joints`, arm?.joints);
    if (!hand) continue;
    link(`hands.${side}.palm`, hand.palm);
    joints(`hands.${side}.joints`, hand.joints);
    if (hand.fingers.slice(-1) === hand.back.slice(-1))
      faults.push(
        `hands.${side}: fingers (${hand.fingers}) and back (${hand.back}) have to be two different axes`,
      );
    if (!hand.tips.thumb && Object.keys(hand.tips).length === 0)
      faults.push(
        `hands.${side}.tips: no fingertip is given; name the link, or a link and an xyz, of each finger`,
      );
    for (const which of ['tips', 'middles'] as const)
      for (const finger of FINGERS) {
        const point = hand[which]?.[finger];
        if (point) link(`hands.${side}.${which}.${finger}`, pointOf(point).link);
      }
  }
  return faults;
}

/** The known name that shares most pairs of letters with a wrong one, or all when none does. */
function similar(name: string, known: ReadonlySet<string>): string {
  const pairs = (text: string) => Array.from(text.slice(1), (letter, i) => text[i] + letter);
  const wanted = new Set(pairs(name.toLowerCase()));
  const shared = (other: string) => pairs(other.toLowerCase()).filter(pair => wanted.has(pair)).length;
  const likeness = (other: string) => (2 * shared(other)) / (name.length + other.length);
  const [best] = [...known].toSorted((a, b) => likeness(b) - likeness(a));
  return best !== undefined && likeness(best) > 0.4
    ? `; did you mean '${best}'?`
    : `; the URDF has ${[...known].join(', ')}`;
}

export function mimicFaults(joints: readonly JointSpec[]): string[] {
  return joints.flatMap(({ name, mimic }) => {
    if (!mimic) return [];
    const driver = joints.find(joint => joint.name === mimic.joint);
    if (!driver || driver.type === 'fixed')
      return [`joint '${name}' mimics '${mimic.joint}', which is no moving joint of the URDF`];
    if (driver.mimic)
      return [
        `joint '${name}' mimics '${mimic.joint}', which itself mimics '${driver.mimic.joint}': let it mimic that one`,
      ];
    return mimic.multiplier === 0 ? [`joint '${name}' mimics with multiplier 0: make it fixed`] : [];
  });
}

export function speedFaults({ joints }: RobotModel): string[] {
  const without = independentJoints(joints).filter(({ velocity }) => !(velocity > 0 && velocity < Infinity));
  return without.length === 0
    ? []
    : [`no speed, or one of 0, for ${names(without)}: give it in "speeds", rad/s ("*" is for all of these)`];
}

const names = (joints: readonly { name: string }[]) => joints.map(({ name }) => `'${name}'`).join(', ');

/** A fingertip on the axis of its last joint would leave that joint unmoved for ever. */
export function tipFaults({ hands, joints }: RobotModel): string[] {
  return SIDES.flatMap(side =>
    FINGERS.flatMap(finger => {
      const tip = hands[side]?.tips[finger];
      const carrier = joints.find(({ child }) => child === tip?.link);
      if (!tip || !carrier) return [];
      const [x, y, z] = tip.xyz;
      const [u, v, w] = carrier.axis;
      const offAxis = Math.hypot(y * w - z * v, z * u - x * w, x * v - y * u);
      return carrier.type === 'revolute' && offAxis < 1e-6
        ? [
            `hands.${side}.tips.${finger}: it lies on the axis of joint '${carrier.name}', which would never move; ` +
              'name the link of the fingertip, or give an xyz from the last joint to the tip',
          ]
        : [];
    }),
  );
}

/** Every independent joint belongs to one part. */
export function groupFaults(robot: RobotModel): string[] {
  const parts = new Map<string, readonly string[]>([
    ['held', robot.held],
    ['waist', robot.waist],
  ]);
  for (const side of SIDES) {
    if (robot.arms) parts.set(`arms.${side}`, robot.arms[side].joints);
    if (robot.hands[side]) parts.set(`hands.${side}`, robot.hands[side].joints);
  }
  const faults = [...parts].flatMap(([part, joints]) =>
    joints.length === 0 && part.includes('.')
      ? [`${part}: no independent joint moves it; is its wrist or palm beyond the torso?`]
      : [],
  );
  const owners = (name: string) =>
    [...parts].filter(([, joints]) => joints.includes(name)).map(([part]) => part);
  const free = independentJoints(robot.joints);
  const orphans = free.filter(({ name }) => owners(name).length === 0);
  if (orphans.length > 0)
    faults.push(`in no part: ${names(orphans)}: add them to "held", or leave "held" out to hold all others`);
  for (const { name } of free.filter(joint => owners(joint.name).length > 1))
    faults.push(`joint '${name}' is in ${owners(name).join(' and ')}: it can be in one only`);
  return faults;
}

/** A mimic joint's limits bind the joint it follows: together they have to leave it room. */
export function rangeFaults({ joints }: RobotModel): string[] {
  return independentJoints(joints).flatMap(({ name, lower, upper }) => {
    const [low, high] = joints
      .filter(({ mimic }) => mimic?.joint === name)
      .map(({ mimic, ...own }) =>
        [own.lower, own.upper]
          .map(end => (end - mimic!.offset) / mimic!.multiplier)
          .toSorted((a, b) => a - b),
      )
      .reduce(([a, b], [c, d]) => [Math.max(a, c), Math.min(b, d)], [lower, upper]);
    return low < high
      ? []
      : [`joint '${name}' and the joints that mimic it have no common range: ${low} … ${high}`];
  });
}

/** The rest pose has to lie inside the limits, also of the joints that mimic. */
export function restFaults({ joints, rest }: RobotModel): string[] {
  return joints.flatMap(({ name, type, lower, upper, mimic }) => {
    if (type === 'fixed') return [];
    const value = mimic ? mimic.multiplier * (rest[mimic.joint] ?? 0) + mimic.offset : (rest[name] ?? 0);
    return value < lower || value > upper
      ? [
          `rest: joint '${name}' at ${value} is outside of ${lower} … ${upper}; give "rest" for '${mimic?.joint ?? name}'`,
        ]
      : [];
  });
}
