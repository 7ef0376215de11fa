/**
 * One group of joints of a problem, frame by frame: the cost of its residuals with half gradient and half Hessian
 * (Gauss–Newton). Joints that share no residual belong to different groups, which are solved apart: the fingers of
 * a hand, mostly.
 */
import { createState, forward, type KinematicTree, type TreeState } from './kinematics.ts';
import type { Problem } from './problem.ts';
import type { Residual } from './residuals/residual.ts';

/** m joints of a problem that depend on one another, and the residuals that see them. */
export interface Group {
  problem: Problem;
  /** (m,) ascending: which of the tree's independent joints. */
  dofs: Int32Array;
  residuals: readonly GroupResidual[];
  /** Links to be placed, parents before children. */
  links: Int32Array;
}

interface GroupResidual {
  residual: Residual;
  /** Columns of its Jacobian as places in `dofs`. */
  columns: Int32Array;
}

/** The finest partition of the joints such that every residual sees joints of one group only. In joint order. */
export function groupsOf(problem: Problem): Group[] {
  const { tree, residuals } = problem;
  const n = tree.dofNames.length;
  const group = Int32Array.from({ length: n }, (_, j) => j);
  for (const { dofs } of residuals) {
    const joined = Math.min(...Array.from(dofs, j => group[j]));
    const merged = new Set(Array.from(dofs, j => group[j]));
    for (let j = 0; j < n; j++) if (merged.has(group[j])) group[j] = joined;
  }
  return [...new Set(group)].map(g => {
    const dofs = Int32Array.from(group.keys()).filter(j => group[j] === g);
    const own = residuals.filter(r => r.dofs.length > 0 && group[r.dofs[0]] === g);
    return {
      problem,
      dofs,
      residuals: own.map(residual => ({ residual, columns: residual.dofs.map(j => dofs.indexOf(j)) })),
      links: linksMovedBy(tree, dofs),
    };
  });
}

/** The links that these joints move, and those on the way to them. */
function linksMovedBy(tree: KinematicTree, dofs: Int32Array): Int32Array {
  const needed = new Uint8Array(tree.links.length);
  for (let i = tree.links.length - 1; i > 0; i--) {
    if (tree.movers[i].some(m => dofs.includes(tree.dof[m]))) needed[i] = 1;
    if (needed[i] && tree.parent[i] >= 0) needed[tree.parent[i]] = 1;
  }
  return Int32Array.from(needed.keys()).filter(i => i > 0 && needed[i] === 1);
}

/** Of every frame: cost (T,), half gradient (T, m), half Hessian (T, m, m), its lower triangle. */
export interface System {
  cost: Float64Array;
  gradient: Float64Array;
  blocks: Float64Array;
}

export const createSystem = (
  frames: number,
  m: number,
  blocks: Float64Array = new Float64Array(frames * m * m),
): System => ({
  cost: new Float64Array(frames),
  gradient: new Float64Array(frames * m),
  blocks,
});

/** Buffers of one solve. */
export interface Workspace {
  state: TreeState;
  /** (n,) joint values of one frame, those of other groups at rest. */
  pose: Float64Array;
  value: Float64Array;
  jacobian: Float64Array;
}

export function createWorkspace({ problem, residuals, dofs }: Group): Workspace {
  const largest = Math.max(1, ...residuals.map(({ residual }) => residual.size));
  const state = createState(problem.tree);
  forward(problem.tree, problem.rest, 0, state);
  return {
    state,
    pose: problem.rest.slice(),
    value: new Float64Array(largest),
    jacobian: new Float64Array(largest * dofs.length),
  };
}

/** Linearises the residuals of the frames [from, to) at q (T, m). */
export function linearise(
  group: Group,
  q: Float64Array,
  from: number,
  to: number,
  system: System,
  workspace: Workspace,
): void {
  const m = group.dofs.length;
  for (let t = from; t < to; t++) lineariseFrame(group, t, q, t * m, system, t, workspace);
}

/** Frame t in the pose q[at … at + m), as frame `slot` of the system; returns its cost. */
export function lineariseFrame(
  group: Group,
  t: number,
  q: Float64Array,
  at: number,
  system: System,
  slot: number,
  workspace: Workspace,
): number {
  const { problem, residuals } = group;
  const m = group.dofs.length;
  const frame = problem.first + t;
  system.gradient.fill(0, slot * m, (slot + 1) * m);
  system.blocks.fill(0, slot * m * m, (slot + 1) * m * m);
  let placed = false;
  let cost = 0;
  for (let r = 0; r < residuals.length; r++) {
    const { residual, columns } = residuals[r];
    const weight = residual.weights[frame];
    if (weight === 0) continue;
    if (!placed) place(group, q, at, workspace);
    placed = true;
    if (residual.evaluate(frame, workspace.state, workspace.value, workspace.jacobian))
      cost += accumulate(residual, columns, weight, slot * m, m, system, workspace);
  }
  system.cost[slot] = cost;
  return cost;
}

/** What frame t costs in the pose q[at … at + m). */
export function costOfFrame(
  group: Group,
  t: number,
  q: Float64Array,
  at: number,
  workspace: Workspace,
): number {
  const { problem, residuals } = group;
  const frame = problem.first + t;
  let cost = 0;
  let placed = false;
  for (let r = 0; r < residuals.length; r++) {
    const { residual } = residuals[r];
    const weight = residual.weights[frame];
    if (weight === 0) continue;
    if (!placed) place(group, q, at, workspace);
    placed = true;
    if (residual.evaluate(frame, workspace.state, workspace.value, null))
      cost += weight * loss(lengthOf(workspace.value, residual.size), residual.huber);
  }
  return cost;
}

/** Puts the links where the pose q[at … at + m) has them. */
function place({ problem, dofs, links }: Group, q: Float64Array, at: number, workspace: Workspace): void {
  const { pose, state } = workspace;
  for (let j = 0; j < dofs.length; j++) pose[dofs[j]] = q[at + j];
  forward(problem.tree, pose, 0, state, links);
}

function lengthOf(value: Float64Array, size: number): number {
  let squared = 0;
  for (let k = 0; k < size; k++) squared += value[k] * value[k];
  return Math.sqrt(squared);
}

/** ρ of Residual. */
const loss = (length: number, huber: number): number =>
  length > huber ? 2 * huber * length - huber * huber : length * length;

/** Adds one residual of one frame to gradient and block; returns its cost. */
function accumulate(
  { size, huber }: Residual,
  columns: Int32Array,
  weight: number,
  at: number,
  m: number,
  { gradient, blocks }: System,
  { value, jacobian: J }: Workspace,
): number {
  const count = columns.length;
  const length = lengthOf(value, size);
  const w = length > huber ? (weight * huber) / length : weight;
  const three = size === 3;
  const v0 = value[0];
  const v1 = three ? value[1] : 0;
  const v2 = three ? value[2] : 0;
  const second = three ? count : 0;
  const third = three ? 2 * count : 0;
  for (let a = 0; a < count; a++) {
    const x = w * J[a];
    const y = three ? w * J[second + a] : 0;
    const z = three ? w * J[third + a] : 0;
    const i = at + columns[a];
    gradient[i] += x * v0 + y * v1 + z * v2;
    const row = i * m;
    for (let b = 0; b <= a; b++) blocks[row + columns[b]] += x * J[b] + y * J[second + b] + z * J[third + b];
  }
  return weight * loss(length, huber);
}
