/** The G1's waist and arms following two wrist poses: ours and mink. */
import { loadRobot } from '../../models/robots/registry.ts';
import {
  createState,
  createTree,
  forward,
  type KinematicTree,
  orientationResidual,
  positionResidual,
} from '../../retarget/index.ts';
import { solveGroup } from '../../retarget/trajectory.ts';
import { ARM_HUBER_M, ARM_WEIGHTS, ORIENTATION_HUBER_RAD } from '../../retarget/weights.ts';
import { quatAngle, quatFromMatrix } from '../../src/core/se3.ts';
import { SIDES } from '../../src/core/skeletons.ts';
import { clock } from './hands.ts';
import { ask } from './peers.ts';

export interface ArmsOutcome {
  framesPerS: number;
  errorMm: number;
  errorDeg: number;
}

const [FRAMES, FPS] = [300, 30];

export async function compareArms(
  python: string,
  urdf: string,
): Promise<{ ours: ArmsOutcome; theirs: ArmsOutcome }> {
  const robot = await loadRobot('g1-inspire');
  const wrists = SIDES.map(side => robot.arms![side].wrist.link);
  const tree = createTree(robot, { keep: wrists });
  const targets = wristPoses(tree, wrists, motion(tree, robot.rest));
  const outcome = (q: ArrayLike<number>, seconds: number): ArmsOutcome => ({
    framesPerS: FRAMES / seconds,
    ...errors(wristPoses(tree, wrists, q), targets),
  });

  const ours = clock(() => {
    const own = createTree(robot, { keep: wrists });
    const weights = (value: number) => new Float64Array(FRAMES).fill(value);
    const residuals = wrists.flatMap((link, w) => [
      positionResidual(own, { link, xyz: [0, 0, 0] }, columns(targets, w, 0, 3), {
        name: `${link} position`,
        weights: weights(ARM_WEIGHTS.wristPosition),
        huber: ARM_HUBER_M,
      }),
      orientationResidual(own, link, columns(targets, w, 3, 7), {
        name: `${link} orientation`,
        weights: weights(ARM_WEIGHTS.wristOrientation),
        huber: ORIENTATION_HUBER_RAD,
      }),
    ]);
    return solveGroup(own, FRAMES, FPS, residuals, robot.rest, ARM_WEIGHTS).q;
  });

  const rows = Array.from({ length: FRAMES }, (_, t) =>
    wrists.map((_, w) => [...targets.subarray(7 * (t * 2 + w), 7 * (t * 2 + w) + 7)]),
  );
  const job = {
    urdf,
    moving: tree.dofNames,
    frames: wrists,
    start: Object.fromEntries(tree.dofNames.map(name => [name, robot.rest[name] ?? 0])),
    targets: rows,
  };
  for await (const { joints, q, seconds } of ask<{ joints: string[]; q: number[][]; seconds: number }>(
    python,
    'arms',
    job,
  )) {
    const order = tree.dofNames.map(name => joints.indexOf(name));
    const theirs = Float64Array.from(q.flatMap(row => order.map(j => row[j])));
    return { ours: outcome(ours.value, ours.seconds), theirs: outcome(theirs, seconds) };
  }
  throw new Error('bench/peers/arms.py gave no result');
}

/** Every joint on two slow sines of its own about the rest pose, far inside limits and speeds. (T, n) */
function motion(tree: KinematicTree, rest: Readonly<Record<string, number>>): Float64Array {
  const n = tree.dofNames.length;
  const q = new Float64Array(FRAMES * n);
  tree.dofNames.forEach((name, j) => {
    const middle = rest[name] ?? 0;
    const room = 0.5 * Math.min(1, tree.upper[j] - middle, middle - tree.lower[j]);
    for (let t = 0; t < FRAMES; t++) {
      const s = t / FPS;
      // Golden-ratio phases: no two joints in step.
      const wave = 0.6 * Math.sin(1.3 * s + 1.618 * j) + 0.4 * Math.sin(2.9 * s + 2.618 * j);
      q[t * n + j] = middle + room * wave;
    }
  });
  return q;
}

/** (T, 2, 7): m, then w x y z, in the root link. */
function wristPoses(tree: KinematicTree, wrists: readonly string[], q: ArrayLike<number>): Float64Array {
  const n = tree.dofNames.length;
  const state = createState(tree);
  const out = new Float64Array(14 * (q.length / n));
  for (let t = 0; t * n < q.length; t++) {
    forward(tree, q, t * n, state);
    wrists.forEach((name, w) => {
      const i = tree.linkIndex.get(name)!;
      const at = 7 * (2 * t + w);
      out.set(state.position.subarray(3 * i, 3 * i + 3), at);
      out.set(quatFromMatrix(state.rotation.subarray(9 * i, 9 * i + 9)), at + 3);
    });
  }
  return out;
}

/** (T, to − from) of one wrist. */
function columns(poses: Float64Array, wrist: number, from: number, to: number): Float64Array {
  const width = to - from;
  return Float64Array.from({ length: (poses.length / 14) * width }, (_, i) => {
    const t = Math.floor(i / width);
    return poses[7 * (2 * t + wrist) + from + (i % width)];
  });
}

function errors(found: Float64Array, wanted: Float64Array): { errorMm: number; errorDeg: number } {
  let [metres, angle] = [0, 0];
  const count = found.length / 7;
  for (let i = 0; i < found.length; i += 7) {
    metres += Math.hypot(found[i] - wanted[i], found[i + 1] - wanted[i + 1], found[i + 2] - wanted[i + 2]);
    angle += quatAngle(found.subarray(i + 3, i + 7), wanted.subarray(i + 3, i + 7));
  }
  return { errorMm: (1000 * metres) / count, errorDeg: (angle / count) * (180 / Math.PI) };
}
