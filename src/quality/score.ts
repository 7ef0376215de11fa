/**
 * The quality of one episode: a vector of components in 0…1, each with a meaning of its own, and their geometric mean. A
 * component of 0 makes the score 0: what is worthless in one respect is worthless.
 */
import { QUALITY_NAMES, type QualityVector } from '../core/episode.ts';
import type { RobotModel } from '../core/robot.ts';
import type { Demonstration, HumanMotion, RobotTrajectory } from '../core/types.ts';
import { sliceMotion } from '../motion/slice.ts';
import { type JointMotion, measureJoints } from './joints.ts';
import { measurePerson } from './person.ts';
import { limitsOf, measureRobot, restingJoints } from './robot.ts';
import { type Measures, onScale } from './scales.ts';

export interface Quality {
  vector: QualityVector;
  /** Geometric mean of the components that apply, 0…1; 0 when none does. */
  score: number;
}

export interface EpisodeToScore {
  /** Of the whole clip. */
  motion: HumanMotion;
  demonstration: Pick<Demonstration, 'start' | 'end'>;
  /** Row 0 is the demonstration's first frame. */
  trajectory: RobotTrajectory;
  robot: RobotModel;
}

/** The quality of a demonstration as a robot tells it. Pure and deterministic; takes about as long as one pass of the solver. */
export const qualityOf = (episode: EpisodeToScore): Quality => rate(measuresOf(episode));

/** The quality of joint data alone, as any dataset has it: the components that need a person or a robot are null. */
export const qualityOfJoints = (motion: JointMotion): Quality => rate(jointMeasuresOf(motion));

/** What the vector is made from, in units. */
export function measuresOf({ motion, demonstration, trajectory, robot }: EpisodeToScore): Measures {
  const part = sliceMotion(motion, demonstration.start, demonstration.end);
  const joints = {
    q: trajectory.q,
    joints: trajectory.jointNames.length,
    fps: trajectory.fps,
    limits: limitsOf(robot),
    rests: restingJoints(robot, trajectory),
  };
  return {
    ...NOTHING,
    ...measurePerson(part),
    ...measureRobot(part, robot, trajectory),
    ...measureJoints(joints),
  };
}

export const jointMeasuresOf = (motion: JointMotion): Measures => ({ ...NOTHING, ...measureJoints(motion) });

const NOTHING = Object.fromEntries(QUALITY_NAMES.map(name => [name, null])) as Measures;

/** Measures on their scales, and the mean. */
export function rate(measures: Measures): Quality {
  const vector = Object.fromEntries(QUALITY_NAMES.map(name => [name, onScale(name, measures[name])]));
  return { vector, score: scoreOf(vector) };
}

/** Geometric mean of the components that are not null; 0 when all are. */
export function scoreOf(vector: QualityVector): number {
  const values = Object.values(vector).filter(value => value !== null);
  if (values.length === 0) return 0;
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
