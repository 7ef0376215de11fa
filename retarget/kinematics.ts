/**
 * A kinematic tree over flat arrays: forward kinematics and geometric Jacobians. Mimic joints are
 * eliminated into the independent joint they follow, so the unknowns are independent joints only.
 */
import { RobotError } from '../src/core/errors.ts';
import { independentJoints, type JointSpec, type LinkPoint, type RobotModel } from '../src/core/robot.ts';
import { matrixFromQuat, quatFromRpy } from '../src/core/se3.ts';

const FIXED = 0;
const REVOLUTE = 1;
const PRISMATIC = 2;

/** L links (0 is the base, parents before children), n independent joints ('dofs'). */
export interface KinematicTree {
  links: readonly string[];
  linkIndex: ReadonlyMap<string, number>;
  /** (n,) names of the independent joints, in table order. */
  dofNames: readonly string[];
  /** (n,) rad or m: the joint's own limits, narrowed by the limits of the joints that mimic it. */
  lower: Float64Array;
  upper: Float64Array;
  /** (n,) rad/s or m/s: the joint's own. Its motor drives the joints that mimic it, so their figures bind nothing. */
  velocity: Float64Array;
  /** (L,) parent link; −1 for the base. The arrays below describe the joint that carries each link. */
  parent: Int32Array;
  /** (L,) fixed 0, revolute 1, prismatic 2. */
  kind: Uint8Array;
  /** (L, 12): rotation (row-major 3 × 3), then translation in m, of the joint in its parent link. */
  origin: Float64Array;
  /** (L, 3) unit axis in the joint frame. */
  axis: Float64Array;
  /** (L,) independent joint that moves this joint, −1 when fixed; joint value = gain · q + bias. */
  dof: Int32Array;
  gain: Float64Array;
  bias: Float64Array;
  /** Per link: the moving joints (by the link they carry) between the base and it. */
  movers: readonly Int32Array[];
  /** All links but the base, parents before children. */
  order: Int32Array;
}

/** Where the links are, in the base frame. Written by `forward`, read by the residuals. */
export interface TreeState {
  /** (L, 9) row-major baseFromLink. */
  rotation: Float64Array;
  /** (L, 3) m. */
  position: Float64Array;
  /** (L, 3) unit axis of the joint that carries the link. */
  axis: Float64Array;
}

/**
 * The tree below `base`, which stays at the origin; with `keep`, only the links on the way to those.
 * Throws RobotError when a link or joint is missing, joints are out of order, a mimic follows a mimic,
 * or limits contradict each other.
 */
export function createTree(
  description: { root: string; joints: readonly JointSpec[] },
  options: { base?: string; keep?: Iterable<string> } = {},
): KinematicTree {
  const base = options.base ?? description.root;
  const joints = jointsBelow(description, base, options.keep);
  const links = [base, ...joints.map(j => j.child)];
  const linkIndex = new Map(links.map((name, i) => [name, i]));
  const dofNames = independentJoints(joints).map(({ name }) => name);
  const dofIndex = new Map(dofNames.map((name, i) => [name, i]));
  const [L, n] = [links.length, dofNames.length];
  const tree: KinematicTree = {
    links,
    linkIndex,
    dofNames,
    lower: new Float64Array(n).fill(-Infinity),
    upper: new Float64Array(n).fill(Infinity),
    velocity: new Float64Array(n).fill(Infinity),
    parent: new Int32Array(L).fill(-1),
    kind: new Uint8Array(L),
    origin: new Float64Array(12 * L),
    axis: new Float64Array(3 * L),
    dof: new Int32Array(L).fill(-1),
    gain: new Float64Array(L),
    bias: new Float64Array(L),
    movers: [],
    order: Int32Array.from(joints.keys(), k => k + 1),
  };
  const movers: number[][] = [[]];
  joints.forEach((joint, k) => {
    const i = k + 1;
    const parent = linkIndex.get(joint.parent)!;
    tree.parent[i] = parent;
    tree.kind[i] = joint.type === 'fixed' ? FIXED : joint.type === 'revolute' ? REVOLUTE : PRISMATIC;
    tree.origin.set(matrixFromQuat(quatFromRpy(joint.rpy)), 12 * i);
    tree.origin.set(joint.xyz, 12 * i + 9);
    tree.axis.set(joint.axis, 3 * i);
    movers.push(joint.type === 'fixed' ? movers[parent] : [...movers[parent], i]);
    if (joint.type === 'fixed') return;
    const dof = dofIndex.get(joint.mimic?.joint ?? joint.name);
    if (dof === undefined) {
      throw new RobotError(
        `joint '${joint.name}' mimics '${joint.mimic?.joint}', which is not an independent joint of this tree; ` +
          `independent: ${dofNames.join(', ')}`,
      );
    }
    tree.dof[i] = dof;
    tree.gain[i] = joint.mimic?.multiplier ?? 1;
    tree.bias[i] = joint.mimic?.offset ?? 0;
    narrowLimits(tree, i, joint);
  });
  tree.movers = movers.map(m => Int32Array.from(m));
  return tree;
}

/** Leaves the joints that the robot says are held no room but their rest. */
export function holdJoints(tree: KinematicTree, { held, rest }: Pick<RobotModel, 'held' | 'rest'>): void {
  for (const name of held) {
    const j = tree.dofNames.indexOf(name);
    if (j >= 0) tree.lower[j] = tree.upper[j] = rest[name] ?? 0;
  }
}

function jointsBelow(
  description: { root: string; joints: readonly JointSpec[] },
  base: string,
  keep?: Iterable<string>,
): JointSpec[] {
  const known = new Set([description.root]);
  const names = new Set<string>();
  for (const joint of description.joints) {
    if (names.has(joint.name)) throw new RobotError(`joint '${joint.name}' is declared twice`);
    names.add(joint.name);
    if (!known.has(joint.parent)) {
      throw new RobotError(
        `joint '${joint.name}' hangs on link '${joint.parent}', which no earlier joint carries`,
      );
    }
    known.add(joint.child);
  }
  const wanted = keep ? [...keep] : null;
  for (const link of [base, ...(wanted ?? [])]) {
    if (!known.has(link)) throw new RobotError(`no link '${link}'; links: ${[...known].join(', ')}`);
  }
  const below = new Set([base]);
  const joints = description.joints.filter(j => below.has(j.parent) && below.add(j.child));
  if (!wanted) return joints;
  const needed = new Set(wanted);
  for (const joint of joints.toReversed()) if (needed.has(joint.child)) needed.add(joint.parent);
  return joints.filter(j => needed.has(j.child));
}

/** A mimic joint's range binds the joint it follows: lower ≤ gain · q + bias ≤ upper. Its speed does not. */
function narrowLimits(tree: KinematicTree, i: number, joint: JointSpec): void {
  const [dof, gain, bias] = [tree.dof[i], tree.gain[i], tree.bias[i]];
  if (gain === 0) throw new RobotError(`joint '${joint.name}' mimics with multiplier 0; make it fixed`);
  const [a, b] = [(joint.lower - bias) / gain, (joint.upper - bias) / gain];
  tree.lower[dof] = Math.max(tree.lower[dof], Math.min(a, b));
  tree.upper[dof] = Math.min(tree.upper[dof], Math.max(a, b));
  if (!joint.mimic) tree.velocity[dof] = joint.velocity;
  if (!(tree.lower[dof] <= tree.upper[dof])) {
    throw new RobotError(
      `joint '${joint.name}': lower limit ${joint.lower} and upper ${joint.upper} leave no room`,
    );
  }
}

export const createState = (tree: KinematicTree): TreeState => {
  const L = tree.links.length;
  const rotation = new Float64Array(9 * L);
  rotation[0] = rotation[4] = rotation[8] = 1;
  return { rotation, position: new Float64Array(3 * L), axis: new Float64Array(3 * L) };
};

/** Places all links, or only `links` (parents before children), for the joint values q[at … at + n). */
export function forward(
  tree: KinematicTree,
  q: ArrayLike<number>,
  at: number,
  state: TreeState,
  links: Int32Array = tree.order,
): void {
  const { parent, kind, origin, axis, dof, gain, bias } = tree;
  const { rotation: R, position: P, axis: A } = state;
  for (let l = 0; l < links.length; l++) {
    const i = links[l];
    const p = 9 * parent[i];
    const p3 = 3 * parent[i];
    const o = 12 * i;
    const r = 9 * i;
    const r3 = 3 * i;
    const ux = axis[r3];
    const uy = axis[r3 + 1];
    const uz = axis[r3 + 2];
    const type = kind[i];
    const value = type === FIXED ? 0 : gain[i] * q[at + dof[i]] + bias[i];
    const c = type === REVOLUTE ? Math.cos(value) : 1;
    const s = type === REVOLUTE ? Math.sin(value) : 0;
    const k = 1 - c;
    for (let row = 0; row < 3; row++) {
      const a = R[p + 3 * row];
      const b = R[p + 3 * row + 1];
      const d = R[p + 3 * row + 2];
      // Row of baseFromJoint at zero, then turned about the axis: v R(u, θ) = c v + s (v × u) + (1 − c)(v·u) u.
      const x = a * origin[o] + b * origin[o + 3] + d * origin[o + 6];
      const y = a * origin[o + 1] + b * origin[o + 4] + d * origin[o + 7];
      const z = a * origin[o + 2] + b * origin[o + 5] + d * origin[o + 8];
      const along = x * ux + y * uy + z * uz;
      A[r3 + row] = along;
      R[r + 3 * row] = c * x + s * (y * uz - z * uy) + k * along * ux;
      R[r + 3 * row + 1] = c * y + s * (z * ux - x * uz) + k * along * uy;
      R[r + 3 * row + 2] = c * z + s * (x * uy - y * ux) + k * along * uz;
      const slide = type === PRISMATIC ? value * along : 0;
      P[r3 + row] = P[p3 + row] + a * origin[o + 9] + b * origin[o + 10] + d * origin[o + 11] + slide;
    }
  }
}

/** A point fixed to a link, ready for inner loops. */
export interface TreePoint {
  link: number;
  x: number;
  y: number;
  z: number;
}

/** The link's index. Throws RobotError when the tree lacks it. */
export function linkOf(tree: KinematicTree, name: string): number {
  const link = tree.linkIndex.get(name);
  if (link === undefined) throw new RobotError(`no link '${name}'; links: ${tree.links.join(', ')}`);
  return link;
}

/** Throws RobotError when the tree lacks the link. */
export function treePoint(tree: KinematicTree, { link, xyz: [x, y, z] }: LinkPoint): TreePoint {
  return { link: linkOf(tree, link), x, y, z };
}

/** Writes the point's place in the base frame, m, to out[at … at + 3). */
export function pointPosition(state: TreeState, point: TreePoint, out: Float64Array, at: number): void {
  const { rotation: R, position: P } = state;
  const r = 9 * point.link;
  const p = 3 * point.link;
  for (let row = 0; row < 3; row++) {
    const j = r + 3 * row;
    out[at + row] = P[p + row] + R[j] * point.x + R[j + 1] * point.y + R[j + 2] * point.z;
  }
}

/** The point's place in the base frame, m. */
export function placeOf(tree: KinematicTree, state: TreeState, point: LinkPoint): Float64Array {
  const place = new Float64Array(3);
  pointPosition(state, treePoint(tree, point), place, 0);
  return place;
}

/**
 * Adds sign · ∂(point)/∂q to a (3, columns) Jacobian. `column` maps a dof to its column; the point's
 * place in the base frame is given at place[at … at + 3).
 */
export function addPointJacobian(
  tree: KinematicTree,
  state: TreeState,
  point: TreePoint,
  place: Float64Array,
  at: number,
  sign: number,
  column: Int32Array,
  columns: number,
  out: Float64Array,
): void {
  const { position: P, axis: A } = state;
  const movers = tree.movers[point.link];
  for (let m = 0; m < movers.length; m++) {
    const i = movers[m];
    const col = column[tree.dof[i]];
    const g = sign * tree.gain[i];
    const ax = A[3 * i];
    const ay = A[3 * i + 1];
    const az = A[3 * i + 2];
    if (tree.kind[i] === PRISMATIC) {
      out[col] += g * ax;
      out[columns + col] += g * ay;
      out[2 * columns + col] += g * az;
      continue;
    }
    const dx = place[at] - P[3 * i];
    const dy = place[at + 1] - P[3 * i + 1];
    const dz = place[at + 2] - P[3 * i + 2];
    out[col] += g * (ay * dz - az * dy);
    out[columns + col] += g * (az * dx - ax * dz);
    out[2 * columns + col] += g * (ax * dy - ay * dx);
  }
}

/** The dofs that move any of these links, ascending, and for every dof its column (−1 for none). */
export function dofsMoving(
  tree: KinematicTree,
  links: readonly number[],
): { dofs: Int32Array; column: Int32Array } {
  const set = new Set<number>();
  for (const link of links) {
    for (const i of tree.movers[link]) set.add(tree.dof[i]);
  }
  const dofs = Int32Array.from([...set].sort((a, b) => a - b));
  const column = new Int32Array(tree.dofNames.length).fill(-1);
  dofs.forEach((dof, c) => {
    column[dof] = c;
  });
  return { dofs, column };
}
