/**
 * What stands for a link: the capsules of the robot's table, and where the table has none, straight pieces from
 * the link's origin to the origins of the links it carries. Everything is fixed to one link.
 */
import { createState, createTree, forward, pointPosition, treePoint } from '../../../retarget/index.ts';
import { type Capsule, independentJoints, type RobotModel, type Vec3 } from '../../core/robot.ts';
import { add, distance, dot, scale, subtract } from '../../core/se3.ts';
import { FINGERS, SIDES } from '../../core/skeletons.ts';
import type { Part } from '../../core/types.ts';

export type BodyPart = 'torso' | 'head' | 'legs' | Part;

/** One capsule, m, in its link's frame, and the part of the body that it is of. */
export interface Piece extends Capsule {
  part: BodyPart;
}

/** Shorter pieces are joints with a common centre, m. */
const LEAST_M = 0.004;
/** Radius where the table has no capsule, m: about that of a 1.3 m humanoid's shells and of a human-sized finger. */
const RADIUS_M: Readonly<Record<BodyPart, number>> = {
  torso: 0.05,
  head: 0.075,
  legs: 0.045,
  left_arm: 0.032,
  right_arm: 0.032,
  left_hand: 0.0085,
  right_hand: 0.0085,
};
/** Half the thickness of a palm, m. */
const PALM_RADIUS_M = 0.012;

export function piecesOf(robot: RobotModel): Piece[] {
  const part = partsOf(robot);
  const covered = new Set(robot.capsules.map(({ link }) => link));
  const isHead = headOf(robot);
  const pieces: Piece[] = robot.capsules.map(capsule => ({
    ...capsule,
    part: isHead(capsule) ? 'head' : part.get(capsule.link)!,
  }));
  const put = (link: string, from: Vec3, to: Vec3, own: BodyPart, radius = RADIUS_M[own]) => {
    if (Math.hypot(to[0] - from[0], to[1] - from[1], to[2] - from[2]) >= LEAST_M)
      pieces.push({ link, from, to, radius, part: own });
  };
  for (const { parent, xyz } of robot.joints) {
    const palm = SIDES.find(side => robot.hands[side]?.palm === parent);
    if (palm) put(parent, [0, 0, 0], xyz, `${palm}_hand`, PALM_RADIUS_M);
    else if (!covered.has(parent) && part.get(parent) !== 'torso')
      put(parent, [0, 0, 0], xyz, part.get(parent)!);
  }
  for (const side of SIDES) {
    for (const finger of FINGERS) {
      const tip = robot.hands[side]?.tips[finger];
      if (tip) put(tip.link, [0, 0, 0], tip.xyz, `${side}_hand`);
    }
  }
  if (robot.camera) {
    // A skull around the camera: from a little below it to a little above.
    const { link, xyz } = robot.camera;
    const at = (up: number): Vec3 => [xyz[0] - 0.05, xyz[1], xyz[2] + up];
    put(link, at(-0.03), at(0.04), 'head');
  }
  return pieces;
}

/** What lies this near to the eyes is head, m. */
const HEAD_M = 0.16;

/** Tables hang the head on the torso or on a neck; either way it is what the camera is in, at rest. */
function headOf(robot: RobotModel): (capsule: Capsule) => boolean {
  if (!robot.camera) return () => false;
  const tree = createTree(robot);
  const state = createState(tree);
  const rest = tree.dofNames.map(name => robot.rest[name] ?? 0);
  forward(tree, rest, 0, state);
  const place = (link: string, xyz: Vec3): Float64Array => {
    const out = new Float64Array(3);
    pointPosition(state, treePoint(tree, { link, xyz }), out, 0);
    return out;
  };
  const eyes = place(robot.camera.link, robot.camera.xyz);
  return ({ link, from, to }) => {
    const [a, b] = [place(link, from), place(link, to)];
    const along = subtract(b, a);
    const t = Math.min(1, Math.max(0, dot(subtract(eyes, a), along) / (dot(along, along) || 1)));
    return distance(eyes, add(a, scale(along, t))) < HEAD_M;
  };
}

/** The part that each link belongs to: of its parent's part unless a joint list says otherwise. */
function partsOf(robot: RobotModel): Map<string, BodyPart> {
  const part = new Map<string, BodyPart>([[robot.root, 'torso']]);
  for (const side of SIDES) if (robot.hands[side]?.palm === robot.root) part.set(robot.root, `${side}_hand`);
  for (const { name, parent, child } of robot.joints) {
    let own = part.get(parent) ?? 'torso';
    if (own === 'torso' && robot.held.includes(name)) own = 'legs';
    for (const side of SIDES) {
      if (robot.arms?.[side].joints.includes(name)) own = `${side}_arm`;
      if (robot.hands[side]?.palm === child || robot.hands[side]?.joints.includes(name)) own = `${side}_hand`;
    }
    part.set(child, own);
  }
  for (const link of neckOf(robot)) part.set(link, 'head');
  return part;
}

/** The links between the torso and the camera. */
function neckOf(robot: RobotModel): string[] {
  const links: string[] = [];
  let link = robot.camera?.link;
  while (link !== undefined && link !== robot.torso) {
    links.push(link);
    link = robot.joints.find(({ child }) => child === link)?.parent;
  }
  return links;
}

/** The column of each independent joint of the robot among a motion's joints; −1 where the motion lacks it. */
export const columnsOf = (robot: RobotModel, names: readonly string[]): Int32Array =>
  Int32Array.from(independentJoints(robot.joints), ({ name }) => names.indexOf(name));
