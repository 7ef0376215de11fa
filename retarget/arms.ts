import type { RobotModel } from '../src/core/robot.ts';
import { SIDES, type Side } from '../src/core/skeletons.ts';
import { createTree, type KinematicTree } from './kinematics.ts';
import { orientationResidual } from './residuals/orientation.ts';
import { positionResidual } from './residuals/position.ts';
import type { Residual } from './residuals/residual.ts';
import { vectorResidual } from './residuals/vector.ts';
import type { ArmsTargets } from './targets.ts';
import { ARM_HUBER_M, ARM_WEIGHTS, ORIENTATION_HUBER_RAD } from './weights.ts';

/** Both arms as one tree below the torso link, down to the palms. */
export function armsTree(robot: RobotModel): KinematicTree {
  const ends = SIDES.flatMap(side => {
    const palm = robot.hands[side]?.palm;
    return [robot.arms![side].elbow.link, robot.arms![side].wrist.link, ...(palm ? [palm] : [])];
  });
  return createTree(robot, { base: robot.torso, keep: ends });
}

/** What is reported of each side, against the wrist as asked for, and everything the solver minimises. */
export interface ArmsResiduals {
  wrist: Record<Side, Residual>;
  orientation: Partial<Record<Side, Residual>>;
  minimised: Residual[];
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
  const parts = [left, right].flatMap(s => [s.wrist, s.elbow, ...(s.orientation ? [s.orientation] : [])]);
  return {
    wrist: { left: left.asked, right: right.asked },
    orientation: { left: left.orientation, right: right.orientation },
    minimised: [...parts, between],
  };
}

export const times = (values: Float64Array, k: number): Float64Array => values.map(v => v * k);
