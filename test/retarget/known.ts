/**
 * Known answers: a random feasible trajectory of a robot, what forward kinematics says of it as targets, and the
 * solver's way back. Used by the tests with a few trajectories and by bench/retarget-known.ts with many.
 */
import { armsTree } from '../../retarget/arms.ts';
import { handTree } from '../../retarget/hands.ts';
import type { KinematicTree } from '../../retarget/kinematics.ts';
import { rmsJerk } from '../../retarget/metrics/smoothness.ts';
import { orientationResidual } from '../../retarget/residuals/orientation.ts';
import { positionResidual } from '../../retarget/residuals/position.ts';
import type { Residual } from '../../retarget/residuals/residual.ts';
import { solve } from '../../retarget/solver.ts';
import { type Smoothness, solveGroup } from '../../retarget/trajectory.ts';
import { ARM_WEIGHTS, HAND_WEIGHTS, times } from '../../retarget/weights.ts';
import type { LinkPoint, RobotModel } from '../../src/core/robot.ts';
import { quatAngle } from '../../src/core/se3.ts';
import { SIDES } from '../../src/core/skeletons.ts';
import { random } from '../random.ts';
import { orientations, places, smoothTrajectory } from './motions.ts';

const FPS = 30;
/** How wide the joints swing, rad. */
const REACH = 0.5;

/** Joints of a robot that are solved together, with the points and links whose places are told. */
export interface Chain {
  name: string;
  tree: KinematicTree;
  /** Those that are judged, and those that only lead. */
  points: { at: LinkPoint; weight: number; judged: boolean }[];
  links: { link: string; weight: number }[];
  weights: Smoothness;
  rest: Readonly<Record<string, number>>;
}

/** The arms together, and each hand by itself. */
export function chainsOf(robot: RobotModel): Chain[] {
  const chains: Chain[] = [];
  const { rest } = robot;
  if (robot.arms) {
    const tree = armsTree(robot);
    chains.push({
      name: 'arms',
      tree,
      points: SIDES.flatMap(side => [
        { at: robot.arms![side].wrist, weight: ARM_WEIGHTS.wristPosition, judged: true },
        { at: robot.arms![side].elbow, weight: ARM_WEIGHTS.elbowPosition, judged: false },
      ]),
      links: SIDES.map(side => ({ link: robot.hands[side]!.palm, weight: ARM_WEIGHTS.wristOrientation })),
      weights: ARM_WEIGHTS,
      rest,
    });
  }
  for (const side of SIDES) {
    const hand = robot.hands[side];
    if (!hand) continue;
    const told = (points: typeof hand.tips, weight: number, judged: boolean) =>
      Object.values(points).map(at => ({ at, weight, judged }));
    chains.push({
      name: `${side} hand`,
      tree: handTree(robot, hand),
      points: [...told(hand.tips, HAND_WEIGHTS.tip, true), ...told(hand.middles, HAND_WEIGHTS.middle, false)],
      links: [],
      weights: HAND_WEIGHTS,
      rest,
    });
  }
  return chains;
}

/** (T, n) smooth, inside limits and speed limits. Bodies may touch: what is told then says so, and nothing pushes. */
function feasible({ tree }: Chain, frames: number, next: () => number): Float64Array {
  const centre = Object.fromEntries(
    tree.dofNames.map((name, j) => [
      name,
      tree.lower[j] + (0.2 + 0.6 * next()) * (tree.upper[j] - tree.lower[j]),
    ]),
  );
  return smoothTrajectory(tree, frames, next, centre, REACH);
}

/** What the solver minimises to come back to `truth`; with `noiseM`, every told place is off by that much per axis. */
function residualsOf(chain: Chain, truth: Float64Array, noiseM = 0, next = random(1)): Residual[] {
  const { tree } = chain;
  const one = new Float64Array(truth.length / tree.dofNames.length).fill(1);
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const points = chain.points.map(({ at, weight }) =>
    positionResidual(
      tree,
      at,
      places(tree, truth, at).map(value => value + noiseM * normal()),
      { name: at.link, weights: times(one, weight) },
    ),
  );
  const links = chain.links.map(({ link, weight }) =>
    orientationResidual(tree, link, orientations(tree, truth, link), {
      name: link,
      weights: times(one, weight),
    }),
  );
  return [...points, ...links];
}

/** Furthest from the truth that anything judged is, at any frame: mm, degrees. */
function farthest(chain: Chain, truth: Float64Array, found: Float64Array): { mm: number; deg: number } {
  const { tree } = chain;
  let [mm, deg] = [0, 0];
  for (const { at, judged } of chain.points) {
    if (!judged) continue;
    for (const metres of distances(places(tree, truth, at), places(tree, found, at)))
      mm = Math.max(mm, 1000 * metres);
  }
  for (const { link } of chain.links) {
    const [a, b] = [orientations(tree, truth, link), orientations(tree, found, link)];
    for (let i = 0; i < a.length; i += 4)
      deg = Math.max(deg, (quatAngle(a.subarray(i, i + 4), b.subarray(i, i + 4)) * 180) / Math.PI);
  }
  return { mm, deg };
}

/** There and back for one random trajectory. */
export function knownAnswer(chain: Chain, frames: number, seed: number): { mm: number; deg: number } {
  const truth = feasible(chain, frames, random(seed));
  const { q } = solveGroup(chain.tree, frames, FPS, residualsOf(chain, truth), chain.rest, chain.weights);
  return farthest(chain, truth, q);
}

export interface NoisyFit {
  /** Root mean square distance of what is judged from the truth, mm. */
  rmsMm: number;
  /** Mean over what is judged of the root mean square jerk, m/s³. */
  jerk: number;
  lag: number;
}

/** The whole episode against frame by frame, each from the last, on the same noisy targets. */
export function underNoise(chain: Chain, frames: number, seed: number, noiseM: number) {
  const next = random(seed);
  const truth = feasible(chain, frames, next);
  const residuals = residualsOf(chain, truth, noiseM, next);
  const whole = solveGroup(chain.tree, frames, FPS, residuals, chain.rest, chain.weights).q;
  return {
    whole: judge(chain, truth, whole),
    perFrame: judge(chain, truth, frameByFrame(chain, residuals, frames)),
    truth: judge(chain, truth, truth),
  };
}

function frameByFrame({ tree, rest, weights }: Chain, residuals: Residual[], frames: number): Float64Array {
  const n = tree.dofNames.length;
  const q = new Float64Array(frames * n);
  let last = Float64Array.from(tree.dofNames, name => rest[name] ?? 0);
  for (let t = 0; t < frames; t++) {
    last = solve(
      {
        tree,
        frames: 1,
        first: t,
        residuals,
        rest: last,
        restWeight: weights.rest,
        velocityWeight: 0,
        accelerationWeight: 0,
        stepLimit: null,
      },
      last,
    ).q.slice();
    q.set(last, t * n);
  }
  return q;
}

function judge({ tree, points }: Chain, truth: Float64Array, found: Float64Array): NoisyFit {
  const judged = points.filter(({ judged }) => judged);
  let [squares, count, jerk] = [0, 0, 0];
  const pairs: [Float64Array, Float64Array][] = [];
  for (const { at } of judged) {
    const [a, b] = [places(tree, truth, at), places(tree, found, at)];
    for (const metres of distances(a, b)) {
      squares += metres ** 2;
      count++;
    }
    jerk += rmsJerk(b, FPS) / judged.length;
    pairs.push([a, b]);
  }
  return { rmsMm: 1000 * Math.sqrt(squares / count), jerk, lag: lateness(pairs) };
}

/** By how many frames, to a fraction, all that is judged comes after the truth: where both differ least. */
function lateness(pairs: readonly [truth: Float64Array, found: Float64Array][]): number {
  const most = 8;
  const apart = Array.from({ length: 2 * most + 1 }, (_, i) => {
    const shift = 3 * (i - most);
    let sum = 0;
    for (const [a, b] of pairs)
      for (let k = 3 * most; k < a.length - 3 * most; k++) sum += (b[k + shift] - a[k]) ** 2;
    return sum;
  });
  const best = apart.indexOf(Math.min(...apart));
  if (best === 0 || best === 2 * most) return best - most;
  // The bottom of the parabola through the best shift and its neighbours.
  const [before, at, after] = [apart[best - 1], apart[best], apart[best + 1]];
  return best - most + (before - after) / (2 * (before + after - 2 * at));
}

const distances = (a: Float64Array, b: Float64Array): Float64Array =>
  Float64Array.from({ length: a.length / 3 }, (_, t) =>
    Math.hypot(a[3 * t] - b[3 * t], a[3 * t + 1] - b[3 * t + 1], a[3 * t + 2] - b[3 * t + 2]),
  );
