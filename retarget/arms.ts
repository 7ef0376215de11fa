import type { RobotArm, RobotModel } from '../src/core/robot.ts';
import { distance } from '../src/core/se3.ts';
import { SIDES, type Side } from '../src/core/skeletons.ts';
import { capsulePairs } from './capsules.ts';
import { jointsInPose } from './joints.ts';
import type { Obstacles } from './keep-apart.ts';
import {
  createState,
  createTree,
  dofsMoving,
  forward,
  holdJoints,
  type KinematicTree,
  pointPosition,
  treePoint,
} from './kinematics.ts';
import { collisionResidual } from './residuals/collision.ts';
import { orientationResidual } from './residuals/orientation.ts';
import { positionResidual } from './residuals/position.ts';
import type { Residual } from './residuals/residual.ts';
import { vectorResidual } from './residuals/vector.ts';
import type { ArmsTargets } from './targets.ts';
import { ARM_HUBER_M, ARM_WEIGHTS, ORIENTATION_HUBER_RAD, times } from './weights.ts';

/** Both arms as one tree below the torso link, down to the palms; an elbow ends where the arm is straight. */
export function armsTree(robot: RobotModel): KinematicTree {
  const ends = SIDES.flatMap(side => {
    const { shoulder, elbow, wrist } = robot.arms![side];
    const palm = robot.hands[side]?.palm;
    return [shoulder.link, elbow.link, wrist.link, ...(palm ? [palm] : [])];
  });
  const tree = createTree(robot, { base: robot.torso, keep: ends });
  for (const side of SIDES) keepElbowFlexed(tree, robot, robot.arms![side]);
  holdJoints(tree, robot);
  return tree;
}

/** Steps in which the elbow's range is searched for the straight arm: 3 mrad on a range of π. */
const ELBOW_STEPS = 1000;

/**
 * Narrows the elbow's range to the side of the straight arm on which it rests. A robot's elbow may bend the
 * other way too, and from a straight arm both ways look alike to the solver: a person's bends only one way.
 */
function keepElbowFlexed(tree: KinematicTree, robot: RobotModel, { shoulder, elbow, wrist }: RobotArm): void {
  const [above, at, below] = [shoulder, elbow, wrist].map(point => treePoint(tree, point));
  // The joint that bends the arm is the one that carries the elbow's link.
  const onElbow = tree.movers[at.link];
  const joint = onElbow[onElbow.length - 1];
  const j = tree.dof[joint];
  const rest = robot.rest[tree.dofNames[j]] ?? 0;
  const step = (tree.upper[j] - tree.lower[j]) / ELBOW_STEPS;
  if (!Number.isFinite(step)) return;
  const state = createState(tree);
  const q = jointsInPose(tree, robot.rest);
  const places = new Float64Array(6);
  let [straight, longest] = [rest, 0];
  for (let k = 0; k <= ELBOW_STEPS; k++) {
    q[j] = tree.lower[j] + step * k;
    forward(tree, q, 0, state);
    pointPosition(state, above, places, 0);
    pointPosition(state, below, places, 3);
    const length = distance(places.subarray(0, 3), places.subarray(3));
    if (length > longest + 1e-9) [straight, longest] = [q[j], length];
  }
  // At rest with a straight arm it bends to the side that has the room.
  const isStraight = Math.abs(rest - straight) <= 2 * step;
  const bendsDown = isStraight ? straight - tree.lower[j] > tree.upper[j] - straight : rest < straight;
  if (bendsDown) tree.upper[j] = Math.max(straight, rest);
  else tree.lower[j] = Math.min(straight, rest);
}

/** What is reported of each side, against the wrist as asked for, and everything the solver minimises. */
export interface ArmsResiduals {
  wrist: Record<Side, Residual>;
  orientation: Partial<Record<Side, Residual>>;
  minimised: Residual[];
  obstacles: Obstacles;
}

export function armsResiduals(robot: RobotModel, tree: KinematicTree, targets: ArmsTargets): ArmsResiduals {
  const side = (name: Side) => {
    const t = targets[name];
    const palm = robot.hands[name]?.palm;
    return {
      asked: positionResidual(tree, t.wristPoint, t.wrist, { name: `${name} wrist`, weights: t.wristTrust }),
      wrist: positionResidual(tree, t.wristPoint, t.wristInReach, {
        name: `${name} wrist position`,
        weights: times(t.wristTrust, ARM_WEIGHTS.wristPosition),
        huber: ARM_HUBER_M,
      }),
      elbow: positionResidual(tree, robot.arms![name].elbow, t.elbow, {
        name: `${name} elbow position`,
        weights: times(t.elbowTrust, ARM_WEIGHTS.elbowPosition),
        huber: ARM_HUBER_M,
      }),
      orientation: palm
        ? orientationResidual(tree, palm, t.orientation, {
            name: `${name} wrist orientation`,
            weights: times(t.orientationTrust, ARM_WEIGHTS.wristOrientation),
            huber: ORIENTATION_HUBER_RAD,
          })
        : undefined,
    };
  };
  const [left, right] = [side('left'), side('right')];
  const between = vectorResidual(
    tree,
    targets.left.wristPoint,
    targets.right.wristPoint,
    targets.handToHand,
    {
      name: 'hand to hand',
      weights: times(targets.handToHandTrust, ARM_WEIGHTS.handToHand),
      huber: ARM_HUBER_M,
    },
  );
  const always = new Float64Array(targets.handToHandTrust.length).fill(ARM_WEIGHTS.collision);
  const pairs = capsulePairs(tree, robot);
  const collisions = pairs.map((pair, k) =>
    collisionResidual(tree, pair, { name: `collision ${k}`, weights: always }),
  );
  const parts = [left, right].flatMap(s => [s.wrist, s.elbow, ...(s.orientation ? [s.orientation] : [])]);
  return {
    wrist: { left: left.asked, right: right.asked },
    orientation: { left: left.orientation, right: right.orientation },
    minimised: [...parts, between, ...collisions],
    obstacles: { pairs, weights: always },
  };
}

/** From this stretch of the arm on its joints are drawn home, at 1 with the full weight. */
const NEARLY_STRAIGHT = 0.97;

/**
 * (T, n) by how much more than elsewhere each joint is drawn home: where the person does not say where the wrist is or
 * how it is turned, and where the wrist is at the end of its reach, since there a small error of the target moves the joints far.
 */
export function armsHomeWeights(robot: RobotModel, tree: KinematicTree, targets: ArmsTargets): Float64Array {
  const n = tree.dofNames.length;
  const frames = targets.handToHandTrust.length;
  const weights = new Float64Array(frames * n);
  for (const side of SIDES) {
    const { wristPoint, wristTrust, orientationTrust, stretch } = targets[side];
    const palm = robot.hands[side]?.palm;
    const ends = [wristPoint.link, ...(palm ? [palm] : [])];
    const { dofs } = dofsMoving(
      tree,
      ends.map(link => tree.linkIndex.get(link)!),
    );
    for (let t = 0; t < frames; t++) {
      const told = wristTrust[t] > 0 && (!palm || orientationTrust[t] > 0);
      const share = told ? smoothStep((stretch[t] - NEARLY_STRAIGHT) / (1 - NEARLY_STRAIGHT)) : 1;
      for (const j of dofs) weights[t * n + j] = share * ARM_WEIGHTS.home;
    }
  }
  return weights;
}

/** 0 up to 0, 1 from 1 on, with slope 0 at both. */
const smoothStep = (x: number): number => {
  const share = Math.max(0, Math.min(1, x));
  return share * share * (3 - 2 * share);
};
