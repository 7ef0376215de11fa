/**
 * How well a robot follows a person, in figures: pure functions of motion, robot and trajectory. Nothing here is
 * used by the solver.
 */
import type { RobotModel } from '../src/core/robot.ts';
import { distance } from '../src/core/se3.ts';
import { SIDES, type Side } from '../src/core/skeletons.ts';
import { type HumanMotion, PARTS, type RobotTrajectory } from '../src/core/types.ts';
import { createTree } from './kinematics.ts';
import { collisionDepth } from './metrics/collision-depth.ts';
import { lagFrames } from './metrics/lag.ts';
import { limitUse } from './metrics/limits.ts';
import { pointPath } from './metrics/path.ts';
import { type PinchAgreement, pinchAgreement } from './metrics/pinch.ts';
import { rmsJerk, spectralArcLength, speedOf } from './metrics/smoothness.ts';
import { type ArmTargets, armsTargets } from './targets.ts';

/** Of the frames that have a value. NaN where none has. */
export interface Spread {
  median: number;
  p95: number;
  max: number;
}

export interface ArmMetrics {
  /** m, against the person's wrist and elbow in the robot's proportions. */
  wristM: Spread;
  elbowM: Spread;
  orientationRad: Spread;
  /** Frames by which the robot's wrist comes after the person's; NaN when it hardly moves. */
  lagFrames: number;
  /** Spectral arc length and jerk of the robot's wrist, and of the one it follows. */
  arcLength: { robot: number; person: number };
  jerk: { robot: number; person: number };
}

export interface HandMetrics {
  /** m: mean over the fingertips. */
  fingertipM: Spread;
  pinch: PinchAgreement;
}

export interface TrajectoryMetrics {
  arms: Partial<Record<Side, ArmMetrics>>;
  hands: Partial<Record<Side, HandMetrics>>;
  /** m: the deepest that any two parts of the body sink into each other. */
  collisionDepthM: number;
  /** (J,) share of frames at a limit. */
  limitUse: Float64Array;
  /** Largest share of a speed limit that any joint uses. */
  speedUse: number;
}

/** Longest lag looked for, s. */
const LONGEST_LAG_S = 0.5;

export function trajectoryMetrics(
  motion: HumanMotion,
  robot: RobotModel,
  trajectory: RobotTrajectory,
): TrajectoryMetrics {
  const targets = robot.arms ? armsTargets(motion, robot) : null;
  const arms: TrajectoryMetrics['arms'] = {};
  const hands: TrajectoryMetrics['hands'] = {};
  for (const side of SIDES) {
    if (targets) arms[side] = armMetrics(targets[side], robot, trajectory, side);
    if (robot.hands[side]) {
      hands[side] = {
        fingertipM: spread(column(trajectory.positionResidual, PARTS.indexOf(`${side}_hand`), PARTS.length)),
        pinch: pinchAgreement(motion, robot, trajectory, side),
      };
    }
  }
  return {
    arms,
    hands,
    collisionDepthM: collisionDepth(robot, trajectory).reduce((most, depth) => Math.max(most, depth), 0),
    limitUse: limitUse(robot, trajectory),
    speedUse: Math.max(0, ...trajectory.speedUse),
  };
}

function armMetrics(
  targets: ArmTargets,
  robot: RobotModel,
  trajectory: RobotTrajectory,
  side: Side,
): ArmMetrics {
  const { fps, positionResidual, orientationResidual } = trajectory;
  const tree = createTree(robot, { base: robot.torso });
  const wrist = pointPath(tree, trajectory, targets.wristPoint);
  const elbow = pointPath(tree, trajectory, robot.arms![side].elbow);
  const [start, end] = longestRun(targets.wristTrust);
  const [own, asked] = [wrist, targets.wristInReach].map(path => path.subarray(3 * start, 3 * end));
  const [ownSpeed, askedSpeed] = [speedOf(own, fps), speedOf(asked, fps)];
  const elbowError = Array.from(targets.elbowTrust, (trust, t) =>
    trust > 0
      ? distance(elbow.subarray(3 * t, 3 * t + 3), targets.elbow.subarray(3 * t, 3 * t + 3))
      : Number.NaN,
  );
  return {
    wristM: spread(column(positionResidual, PARTS.indexOf(`${side}_arm`), PARTS.length)),
    elbowM: spread(elbowError),
    orientationRad: spread(column(orientationResidual, SIDES.indexOf(side), SIDES.length)),
    lagFrames: lagFrames(askedSpeed, ownSpeed, Math.round(LONGEST_LAG_S * fps)),
    arcLength: { robot: spectralArcLength(ownSpeed, fps), person: spectralArcLength(askedSpeed, fps) },
    jerk: { robot: rmsJerk(own, fps), person: rmsJerk(asked, fps) },
  };
}

/** The longest run [start, end) of frames with trust: a jump across a gap is no motion. */
export function longestRun(trust: ArrayLike<number>): [start: number, end: number] {
  let [best, start]: [[number, number], number] = [[0, 0], 0];
  for (let t = 0; t <= trust.length; t++) {
    if (t < trust.length && trust[t] > 0) continue;
    if (t - start > best[1] - best[0]) best = [start, t];
    start = t + 1;
  }
  return best;
}

const column = (values: Float32Array, index: number, width: number): number[] =>
  Array.from({ length: values.length / width }, (_, t) => values[t * width + index]);

export function spread(values: Iterable<number>): Spread {
  const sorted = Float64Array.from([...values].filter(v => !Number.isNaN(v))).sort();
  const at = (share: number) =>
    sorted.length > 0 ? sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] : Number.NaN;
  return { median: at(0.5), p95: at(0.95), max: at(1) };
}
