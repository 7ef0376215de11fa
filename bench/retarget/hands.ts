/** One hand, one objective, one input: our solver on what dex-retargeting was given. */
import { loadRobot } from '../../models/robots/registry.ts';
import { createTree, type KinematicTree, solve } from '../../retarget/index.ts';
import { solveGroup } from '../../retarget/trajectory.ts';
import { HAND_WEIGHTS } from '../../retarget/weights.ts';
import type { JointSpec, RobotModel, Vec3 } from '../../src/core/robot.ts';
import { measure, type Objective, objectiveOf, residualsOf } from './objective.ts';
import type { PeerResult } from './peers.ts';

export interface Outcome {
  framesPerS: number;
  errorMm: number;
  loss: number;
  /** Furthest that a joint, also one that mimics, is beyond its limits. */
  beyondDeg: number;
}

export interface HandComparison {
  hand: string;
  objective: string;
  input: string;
  ours: Outcome;
  /** Motion only: ours as shipped, smoother and held to the speed limits, which dex-retargeting does not know. */
  shipped: Outcome | null;
  /** Error and loss after putting its joints inside their limits, which it oversteps by up to 1e-3 rad and, of
   *  joints that mimic, does not know. */
  theirs: Outcome;
}

/** Rate of the motion, which says none: that of the clip that it was read from, frames per second. */
const FPS = 30;
/** A weight of the objective in the solver's units: that of a fingertip. */
const GAIN = HAND_WEIGHTS.tip;
/**
 * Smoothness costs error. Where the objective is compared it has a tenth of its weight, which is about what
 * dex-retargeting's pull to the last frame has (4e-3 against 25 for a squared metre); as shipped it has all.
 */
const SMOOTHNESS = 0.1;
/** Runs before and while the clock ticks, of which the median counts; fewer once they have taken long enough, s. */
const [WARM_UPS, RUNS, ENOUGH_S] = [4, 5, 2];

export async function compareHand(
  name: string,
  result: PeerResult,
  keypoints: readonly (readonly (readonly number[])[])[],
): Promise<HandComparison> {
  const robot = await loadRobot(name);
  const floating = result.joints.some(joint => joint.startsWith('dummy_'));
  const body = floating ? withFreeRoot(robot) : robot;
  const tree = createTree(body);
  const raw =
    result.input === 'motion'
      ? motionReferences(result, keypoints)
      : Float64Array.from(result.targets!.flat(2));
  const objective = objectiveOf(result, raw, result.input === 'random');
  const outcome = (q: Float64Array, seconds: number): Outcome => {
    const { meanM, loss } = measure(objective, tree, clamped(tree, q));
    const frames = q.length / tree.dofNames.length;
    return { framesPerS: frames / seconds, errorMm: 1000 * meanM, loss, beyondDeg: beyondLimits(tree, q) };
  };
  const theirs = outcome(theirJoints(tree, result), result.seconds);
  const { hand, objective: kind, input } = result;
  const head = { hand, objective: kind, input, theirs };
  if (input === 'random') {
    const { value, seconds } = clock(() => reachAll(tree, objective, result));
    return { ...head, ours: outcome(value, seconds), shipped: null };
  }
  const run = (asShipped: boolean) => clock(() => followMotion(body, objective, keypoints.length, asShipped));
  const [plain, shipped] = [run(false), run(true)];
  return {
    ...head,
    ours: outcome(plain.value, plain.seconds),
    shipped: outcome(shipped.value, shipped.seconds),
  };
}

/** Everything from references to joint values, as `retarget` does it. (T, n) */
function followMotion(robot: RobotModel, objective: Objective, frames: number, asShipped: boolean) {
  const links = objective.vectors.flatMap(({ from, to }) => (from === null ? [to] : [from, to]));
  const whole = createTree(robot);
  const moving = createTree(robot, { keep: links });
  const tree = asShipped ? moving : { ...moving, velocity: moving.velocity.map(() => Infinity) };
  const gain = GAIN / Math.max(...objective.weights.subarray(-1));
  const residuals = residualsOf(objective, tree, gain, 0, frames);
  const { rest, velocity, acceleration } = HAND_WEIGHTS;
  const smoothness = asShipped
    ? HAND_WEIGHTS
    : { rest, velocity: velocity * SMOOTHNESS, acceleration: acceleration * SMOOTHNESS };
  const { q } = solveGroup(tree, frames, FPS, residuals, robot.rest, smoothness);
  return spread(tree, whole, q, frames);
}

/** Each target by itself from its own start, as in dex-retargeting's tests: frames that nothing couples. (T, n) */
function reachAll(tree: KinematicTree, objective: Objective, { starts }: PeerResult): Float64Array {
  const frames = starts!.length;
  const gain = GAIN / Math.max(...objective.weights.subarray(-1));
  const initial = Float64Array.from(starts!.flatMap(start => tree.dofNames.map(name => start[name] ?? 0)));
  const problem = {
    tree,
    frames,
    first: 0,
    residuals: residualsOf(objective, tree, gain, 0, frames),
    rest: new Float64Array(tree.dofNames.length),
    restWeight: 1e-6,
    velocityWeight: 0,
    accelerationWeight: 0,
    stepLimit: null,
  };
  return solve(problem, initial, { search: true }).q;
}

/** (T, V, 3) m. */
function motionReferences(
  { human, links }: PeerResult,
  keypoints: readonly (readonly (readonly number[])[])[],
): Float64Array {
  const values: number[] = [];
  for (const points of keypoints) {
    if (links) for (const k of human as number[]) values.push(...points[k]);
    else {
      const [origins, tasks] = human as [number[], number[]];
      tasks.forEach((k, v) => {
        for (let d = 0; d < 3; d++) values.push(points[k][d] - points[origins[v]][d]);
      });
    }
  }
  return Float64Array.from(values);
}

/** (T, n): of their joints the independent ones. */
const theirJoints = (tree: KinematicTree, { joints, q }: PeerResult): Float64Array => {
  const columns = tree.dofNames.map(name => joints.indexOf(name));
  return Float64Array.from(q.flatMap(row => columns.map(column => row[column])));
};

/** Columns of one tree in the order of another; joints that only the other has stay 0. */
function spread(from: KinematicTree, to: KinematicTree, q: Float64Array, frames: number): Float64Array {
  const [m, n] = [from.dofNames.length, to.dofNames.length];
  const out = new Float64Array(frames * n);
  to.dofNames.forEach((name, j) => {
    const k = from.dofNames.indexOf(name);
    if (k >= 0) for (let t = 0; t < frames; t++) out[t * n + j] = q[t * m + k];
  });
  return out;
}

const clamped = (tree: KinematicTree, q: Float64Array): Float64Array => {
  const n = tree.dofNames.length;
  return q.map((value, i) => Math.max(tree.lower[i % n], Math.min(tree.upper[i % n], value)));
};

function beyondLimits(tree: KinematicTree, q: ArrayLike<number>): number {
  const n = tree.dofNames.length;
  let most = 0;
  for (let i = 0; i < q.length; i++)
    most = Math.max(most, tree.lower[i % n] - q[i], q[i] - tree.upper[i % n]);
  return (most * 180) / Math.PI;
}

/** Six joints before the root, as dex-retargeting adds them: along x, y, z, then about x, y, z. */
function withFreeRoot(robot: RobotModel): RobotModel {
  const axes: Vec3[] = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  const free = ['translation', 'rotation'].flatMap(kind =>
    axes.map((axis, i): JointSpec => {
      const end = kind === 'translation' ? 5 : 2 * Math.PI;
      const name = `dummy_${'xyz'[i]}_${kind}`;
      return {
        name: `${name}_joint`,
        type: kind === 'translation' ? 'prismatic' : 'revolute',
        parent: '',
        child: `${name}_link`,
        xyz: [0, 0, 0],
        rpy: [0, 0, 0],
        axis,
        lower: -end,
        upper: end,
        velocity: Infinity,
      };
    }),
  );
  const links = ['free', ...free.slice(0, -1).map(({ child }) => child), robot.root];
  const chain = free.map((joint, i) => ({ ...joint, parent: links[i], child: links[i + 1] }));
  return { ...robot, root: 'free', joints: [...chain, ...robot.joints] };
}

/** The last value, and the median of the seconds of processor time, which others on the machine do not lengthen. */
export function clock<T>(work: () => T): { value: T; seconds: number } {
  const run = () => {
    const begin = process.cpuUsage();
    const value = work();
    const { user, system } = process.cpuUsage(begin);
    return { value, seconds: (user + system) / 1e6 };
  };
  for (let i = 0, spent = 0; i < WARM_UPS && spent < ENOUGH_S; i++) spent += run().seconds;
  const runs = [run()];
  const spent = () => runs.reduce((sum, { seconds }) => sum + seconds, 0);
  while (runs.length < RUNS && spent() < ENOUGH_S) runs.push(run());
  const sorted = runs.map(({ seconds }) => seconds).toSorted((a, b) => a - b);
  return { value: runs[0].value, seconds: sorted[runs.length >> 1] };
}
