/** Motions for the tests: seeded random joint trajectories, and the human motion that a robot's pose shows. */
import {
  createState,
  forward,
  type KinematicTree,
  pointPosition,
  treePoint,
} from '../../retarget/kinematics.ts';
import type { LinkPoint, RobotModel } from '../../src/core/robot.ts';
import {
  normalize,
  quatConjugate,
  quatFromMatrix,
  quatMultiply,
  quatRotate,
  subtract,
  type Vector3,
} from '../../src/core/se3.ts';
import { FINGER_LANDMARKS, FINGERS, SIDES, type Side } from '../../src/core/skeletons.ts';
import { type ArmMotion, type HandMotion, type HumanMotion, SEEN } from '../../src/core/types.ts';

/** (T, n) slow sines about `centre`, at most `reach` rad wide, inside every limit and speed limit, at 30 fps. */
export function smoothTrajectory(
  tree: KinematicTree,
  frames: number,
  next: () => number,
  centre: Readonly<Record<string, number>>,
  reach: number,
): Float64Array {
  const n = tree.dofNames.length;
  const q = new Float64Array(frames * n);
  for (let j = 0; j < n; j++) {
    const middle = centre[tree.dofNames[j]] ?? 0;
    const [phase, hertz] = [2 * Math.PI * next(), 0.1 + 0.3 * next()];
    const speed = (0.8 * tree.velocity[j]) / (2 * Math.PI * hertz);
    const room = Math.min(reach, speed, tree.upper[j] - 0.02 - middle, middle - tree.lower[j] - 0.02);
    const amplitude = Math.max(0, room) * (0.3 + 0.7 * next());
    for (let t = 0; t < frames; t++) {
      q[t * n + j] = middle + amplitude * Math.sin(phase + (2 * Math.PI * hertz * t) / 30);
    }
  }
  return q;
}

/** The rest pose with the arms lifted off the body, about which they can swing without touching it. */
export const armsFree = (robot: RobotModel): Record<string, number> => ({
  ...robot.rest,
  left_shoulder_pitch_joint: -0.5,
  right_shoulder_pitch_joint: -0.5,
  left_shoulder_roll_joint: 0.8,
  right_shoulder_roll_joint: -0.8,
});

/** (T, 3) places of a point along a trajectory. */
export function places(tree: KinematicTree, q: Float64Array, point: LinkPoint): Float64Array {
  const n = tree.dofNames.length;
  const frames = q.length / n;
  const state = createState(tree);
  const at = treePoint(tree, point);
  const out = new Float64Array(3 * frames);
  for (let t = 0; t < frames; t++) {
    forward(tree, q, t * n, state);
    pointPosition(state, at, out, 3 * t);
  }
  return out;
}

/** (T, 4) orientations of a link along a trajectory. */
export function orientations(tree: KinematicTree, q: Float64Array, link: string): Float64Array {
  const n = tree.dofNames.length;
  const frames = q.length / n;
  const state = createState(tree);
  const i = tree.linkIndex.get(link)!;
  const out = new Float64Array(4 * frames);
  for (let t = 0; t < frames; t++) {
    forward(tree, q, t * n, state);
    out.set(quatFromMatrix(state.rotation.subarray(9 * i, 9 * i + 9)), 4 * t);
  }
  return out;
}

/** A person who moves as the robot does: q (T, n) of a tree below the torso that holds arms and hands. */
export function shadow(robot: RobotModel, tree: KinematicTree, q: Float64Array, fps = 30): HumanMotion {
  const frames = q.length / tree.dofNames.length;
  const at = (point: LinkPoint) => places(tree, q, point);
  const row = (values: Float64Array, t: number) => values.subarray(3 * t, 3 * t + 3);
  const arms = {} as Record<Side, ArmMotion>;
  const hands = {} as Record<Side, HandMotion>;
  for (const side of SIDES) {
    const { shoulder, elbow, wrist } = robot.arms![side];
    const [s, e, w] = [at(shoulder), at(elbow), at(wrist)];
    const seen = { state: new Uint8Array(frames).fill(SEEN), confidence: new Float32Array(frames).fill(1) };
    const arm = { upperArm: new Float32Array(3 * frames), forearm: new Float32Array(3 * frames) };
    for (let t = 0; t < frames; t++) {
      arm.upperArm.set(normalize(subtract(row(e, t), row(s, t))), 3 * t);
      arm.forearm.set(normalize(subtract(row(w, t), row(e, t))), 3 * t);
    }
    arms[side] = { ...seen, ...arm };
    hands[side] = {
      ...handShadow(robot, tree, q, side),
      state: seen.state.slice(),
      confidence: seen.confidence.slice(),
      wristSigma: new Float32Array(frames),
      tipsSigma: new Float32Array(frames),
    };
  }
  // The robot's own lengths, so that the person is a robot-sized person.
  const bones = { shoulderWidthM: 0.276, upperArmM: 0.199, forearmM: 0.185 };
  return { view: 'third-person', fps, frames, reference: 'torso', arms, hands, bones, scale: 'test' };
}

/** The link of a finger's first joint. */
const knuckleLink = (tree: KinematicTree, tip: LinkPoint): string => {
  const links = Array.from(tree.movers[tree.linkIndex.get(tip.link)!], i => tree.links[i]);
  return links.find(link => /^[LR]_/.test(link))!;
};

/** Wrist, orientation and the landmarks that the robot has points for. */
function handShadow(robot: RobotModel, tree: KinematicTree, q: Float64Array, side: Side) {
  const hand = robot.hands[side]!;
  const frames = q.length / tree.dofNames.length;
  const wrist = places(tree, q, { link: hand.palm, xyz: hand.wrist });
  const turned = orientations(tree, q, hand.palm);
  const orientation = new Float32Array(4 * frames);
  const landmarks = new Float32Array(63 * frames);
  const points = FINGERS.map(f => ({
    f,
    tip: places(tree, q, hand.tips[f]!),
    middle: places(tree, q, hand.middles[f]!),
    knuckle: places(tree, q, { link: knuckleLink(tree, hand.tips[f]!), xyz: [0, 0, 0] }),
  }));
  for (let t = 0; t < frames; t++) {
    const torsoFromHand = quatMultiply(turned.subarray(4 * t, 4 * t + 4), hand.palmFromHand);
    orientation.set(torsoFromHand, 4 * t);
    const back = quatConjugate(torsoFromHand);
    const local = (p: Float64Array) =>
      quatRotate(back, subtract(p.subarray(3 * t, 3 * t + 3), wrist.subarray(3 * t, 3 * t + 3)));
    for (const { f, tip, middle, knuckle } of points) {
      const [a, b, c, d] = FINGER_LANDMARKS[f];
      const [k, m, e] = [local(knuckle), local(middle), local(tip)];
      const half = (p: Vector3, q: Vector3) => p.map((v, i) => (v + q[i]) / 2);
      landmarks.set(k, 63 * t + 3 * a);
      landmarks.set(f === 'thumb' ? half(k, m) : m, 63 * t + 3 * b);
      landmarks.set(f === 'thumb' ? m : half(m, e), 63 * t + 3 * c);
      landmarks.set(e, 63 * t + 3 * d);
    }
  }
  return { wrist: Float32Array.from(wrist), orientation, landmarks, palmLengthM: 0.095 };
}
