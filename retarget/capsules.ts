/** The robot's body as capsules: where they are, how far apart, and which of them may hit each other. */
import type { RobotModel } from '../src/core/robot.ts';
import { matrixRotate, matrixTranspose, subtract } from '../src/core/se3.ts';
import { jointsInPose } from './joints.ts';
import {
  createState,
  createTree,
  forward,
  type KinematicTree,
  pointPosition,
  type TreePoint,
  type TreeState,
} from './kinematics.ts';

/** A capsule on a link of a tree: a segment and a radius, m. */
export interface TreeCapsule {
  from: TreePoint;
  to: TreePoint;
  radius: number;
}

export interface CapsulePair {
  a: TreeCapsule;
  b: TreeCapsule;
  /** Distance between the surfaces in the home pose, m, > 0. */
  homeM: number;
}

/** Where two capsules are nearest to each other. */
export interface Approach {
  /** Between the surfaces, m; negative when they overlap. */
  distance: number;
  /** The nearest points of the axes: a's, then b's, (6,) m in the base frame. */
  points: Float64Array;
}

export const createApproach = (): Approach => ({ distance: 0, points: new Float64Array(6) });

/**
 * The pairs of capsules that move against each other in this tree. Capsules on links that the tree leaves out
 * (legs below a tree of the arms) stand where the home pose puts them. Pairs that already overlap in the home
 * pose are neighbours at a joint, or radii drawn too wide, and no evidence of a collision: they are left out.
 */
export function capsulePairs(tree: KinematicTree, robot: RobotModel): CapsulePair[] {
  const capsules = capsulesOn(tree, robot);
  const state = createState(tree);
  forward(tree, jointsInPose(tree, robot.rest), 0, state);
  const home = createApproach();
  return capsules.flatMap((a, i) =>
    capsules.slice(i + 1).flatMap(b => {
      if (String(tree.movers[a.from.link]) === String(tree.movers[b.from.link])) return [];
      approach(state, a, b, home);
      return home.distance > 0 ? [{ a, b, homeM: home.distance }] : [];
    }),
  );
}

function capsulesOn(tree: KinematicTree, robot: RobotModel): TreeCapsule[] {
  const whole = createTree(robot);
  const state = createState(whole);
  forward(whole, jointsInPose(whole, robot.rest), 0, state);
  const base = whole.linkIndex.get(tree.links[0])!;
  const baseFromRoot = matrixTranspose(state.rotation.subarray(9 * base, 9 * base + 9));
  const origin = state.position.subarray(3 * base, 3 * base + 3);
  const place = new Float64Array(3);
  return robot.capsules.map(({ link, from, to, radius }) => {
    const [own, index] = [tree.linkIndex.get(link), whole.linkIndex.get(link)!];
    const point = ([x, y, z]: readonly [number, number, number]): TreePoint => {
      if (own !== undefined) return { link: own, x, y, z };
      pointPosition(state, { link: index, x, y, z }, place, 0);
      const [bx, by, bz] = matrixRotate(baseFromRoot, subtract(place, origin));
      return { link: 0, x: bx, y: by, z: bz };
    };
    return { from: point(from), to: point(to), radius };
  });
}

const ends = new Float64Array(12);

/**
 * Nearest points of two segments (C. Ericson, "Real-Time Collision Detection", 2005, section 5.1.9); writes
 * them and the distance between the surfaces to `out`.
 */
export function approach(state: TreeState, a: TreeCapsule, b: TreeCapsule, out: Approach): void {
  pointPosition(state, a.from, ends, 0);
  pointPosition(state, a.to, ends, 3);
  pointPosition(state, b.from, ends, 6);
  pointPosition(state, b.to, ends, 9);
  const [ux, uy, uz] = [ends[3] - ends[0], ends[4] - ends[1], ends[5] - ends[2]];
  const [vx, vy, vz] = [ends[9] - ends[6], ends[10] - ends[7], ends[11] - ends[8]];
  const [wx, wy, wz] = [ends[0] - ends[6], ends[1] - ends[7], ends[2] - ends[8]];
  const uu = ux * ux + uy * uy + uz * uz;
  const vv = vx * vx + vy * vy + vz * vz;
  const uv = ux * vx + uy * vy + uz * vz;
  const uw = ux * wx + uy * wy + uz * wz;
  const vw = vx * wx + vy * wy + vz * wz;
  const denominator = uu * vv - uv * uv;
  const first = denominator > 1e-12 ? within01((uv * vw - uw * vv) / denominator) : 0;
  const t = vv > 0 ? within01((uv * first + vw) / vv) : 0;
  const s = uu > 0 ? within01((uv * t - uw) / uu) : 0;
  const { points } = out;
  points[0] = ends[0] + s * ux;
  points[1] = ends[1] + s * uy;
  points[2] = ends[2] + s * uz;
  points[3] = ends[6] + t * vx;
  points[4] = ends[7] + t * vy;
  points[5] = ends[8] + t * vz;
  out.distance = axisDistance(points) - a.radius - b.radius;
}

/** Between the two points of an approach, m. */
export const axisDistance = (p: Float64Array): number =>
  Math.sqrt((p[0] - p[3]) ** 2 + (p[1] - p[4]) ** 2 + (p[2] - p[5]) ** 2);

const within01 = (x: number): number => Math.max(0, Math.min(1, x));
