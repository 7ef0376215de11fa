/**
 * The columns of an Understudy dataset: what a policy learns from, and how far each frame can be trusted.
 *
 * A policy takes what LeRobot calls state and action, and the video. Everything else has a name without
 * the prefixes `observation` and `action`, so LeRobot's dataset_to_policy_features leaves it alone; it is
 * there to filter, to weigh a loss, or to retarget the same motion to another robot.
 */
import { DatasetError } from '../core/errors.ts';
import { HAND_LANDMARKS, SIDES, type Side } from '../core/skeletons.ts';
import {
  ABSENT,
  type Demonstration,
  type HumanMotion,
  PARTS,
  type RobotTrajectory,
  STATUS_HELD,
  STATUS_OK,
} from '../core/types.ts';
import type { ColumnValues } from './lerobot/arrow.ts';
import type { Feature } from './lerobot/features.ts';

/** A column with its meaning, for the card. */
export interface DocumentedFeature extends Feature {
  meaning: string;
}

const XYZ = ['x', 'y', 'z'];
const perSide = (names: readonly string[]): string[] =>
  SIDES.flatMap(side => names.map(name => `${side}_${name}`));
const LANDMARK_NAMES = perSide(
  Array.from({ length: HAND_LANDMARKS }, (_, k) => XYZ.map(axis => `landmark${k}_${axis}`)).flat(),
);

/** The columns of a dataset of a robot with these joints, in order. */
export function columnFeatures(jointNames: readonly string[]): DocumentedFeature[] {
  const column = (
    name: string,
    dtype: Feature['dtype'],
    names: readonly string[],
    meaning: string,
  ): DocumentedFeature => ({ name, dtype, width: names.length, names, meaning });
  return [
    column('observation.state', 'float32', jointNames, 'Joint positions q[t], rad (m for prismatic joints).'),
    column(
      'action',
      'float32',
      jointNames,
      'Absolute joint target q[t+1], same units; the last frame repeats q[t].',
    ),
    column(
      'validity',
      'float32',
      PARTS,
      '1 where the person’s part was seen in this very frame and the robot reached it, else 0.',
    ),
    column(
      'status',
      'int64',
      PARTS,
      '0 ok; 1 filled: bridged between frames where it was seen; 2 held: never seen near this frame, the robot rests; 3 unreachable: the residual says by how much.',
    ),
    column('confidence', 'float32', PARTS, 'Confidence of the estimate, 0…1; 0 where held.'),
    column(
      'tracking_residual',
      'float32',
      PARTS,
      'Distance between robot and target, m: wrist for the arms, mean over fingertips for the hands. 0 where held: see status.',
    ),
    column(
      'orientation_residual',
      'float32',
      SIDES,
      'Angle between the robot’s wrist and its target, rad. 0 where the hand was not seen: the wrist is free there.',
    ),
    column(
      'human.state',
      'int64',
      PARTS,
      'The person’s part: 0 absent, 1 seen, 2 filled. Where absent its human.* values are 0.',
    ),
    column(
      'human.wrist_pose',
      'float32',
      perSide([...XYZ, 'qw', 'qx', 'qy', 'qz']),
      'Wrist position, m, and orientation, in the reference frame of the motion.',
    ),
    column(
      'human.arm_directions',
      'float32',
      perSide([...XYZ.map(axis => `upper_arm_${axis}`), ...XYZ.map(axis => `forearm_${axis}`)]),
      'Unit vectors shoulder to elbow and elbow to wrist, in the reference frame of the motion.',
    ),
    column(
      'human.hand_landmarks',
      'float32',
      LANDMARK_NAMES,
      '21 landmarks per hand (MediaPipe’s order), m, in the hand frame: origin at the wrist, x to the middle knuckle, z out of the back of the hand.',
    ),
    column(
      'human.uncertainty',
      'float32',
      perSide(['wrist', 'tips']),
      'Standard deviation, m, three axes together: of the wrist in the reference frame of the motion, and of the fingertips in the hand frame.',
    ),
  ];
}

/**
 * The columns of one demonstration. `motion` covers the whole clip; `trajectory` covers the demonstration,
 * row 0 being frame `demonstration.start`. Throws DatasetError when their lengths do not agree.
 */
export function episodeColumns(
  trajectory: RobotTrajectory,
  motion: HumanMotion,
  demonstration: Demonstration,
): Record<string, ColumnValues> {
  const { start, end } = demonstration;
  const joints = trajectory.jointNames.length;
  const frames = end - start;
  if (start < 0 || end > motion.frames || frames < 1)
    throw new DatasetError(
      `the demonstration [${start}, ${end}) is not a part of the clip's ${motion.frames} frames`,
    );
  if (trajectory.q.length !== frames * joints)
    throw new DatasetError(
      `the trajectory has ${trajectory.q.length / joints} frames, its demonstration [${start}, ${end}) has ${frames}`,
    );

  /** Rows [start, end) of (T, wᵢ) arrays of either side, next to each other; zero where the part is absent. */
  const both = (
    group: 'arms' | 'hands',
    pick: (side: Side) => readonly (readonly [Float32Array, number])[],
  ) =>
    interleave(
      SIDES.flatMap(side =>
        pick(side).map(([values, width]) => ({ values, width, state: motion[group][side].state })),
      ),
      start,
      end,
    );
  const held = (t: number, part: number): boolean =>
    trajectory.status[t * PARTS.length + part] === STATUS_HELD;

  return {
    'observation.state': trajectory.q,
    action: shifted(trajectory.q, joints),
    validity: Float32Array.from(trajectory.status, status => (status === STATUS_OK ? 1 : 0)),
    status: trajectory.status,
    confidence: confidences(trajectory, motion, demonstration),
    tracking_residual: trajectory.positionResidual.map((value, i) =>
      held(Math.floor(i / PARTS.length), i % PARTS.length) ? 0 : value,
    ),
    orientation_residual: trajectory.orientationResidual.map(value => (Number.isNaN(value) ? 0 : value)),
    'human.state': Uint8Array.from({ length: frames * PARTS.length }, (_, i) => {
      const { side, group } = PART_TRACKS[i % PARTS.length];
      return motion[group][side].state[start + Math.floor(i / PARTS.length)];
    }),
    'human.wrist_pose': both('hands', side => [
      [motion.hands[side].wrist, 3],
      [motion.hands[side].orientation, 4],
    ]),
    'human.arm_directions': both('arms', side => [
      [motion.arms[side].upperArm, 3],
      [motion.arms[side].forearm, 3],
    ]),
    'human.hand_landmarks': both('hands', side => [[motion.hands[side].landmarks, HAND_LANDMARKS * 3]]),
    'human.uncertainty': both('hands', side => [
      [motion.hands[side].wristSigma, 1],
      [motion.hands[side].tipsSigma, 1],
    ]),
  };
}

/** PARTS, as the tracks of a motion. */
const PART_TRACKS = PARTS.map(part => {
  const [side, group] = part.split('_') as [Side, 'arm' | 'hand'];
  return { side, group: group === 'arm' ? ('arms' as const) : ('hands' as const) };
});

/**
 * Confidence of what each part was moved by. An arm whose bones are never seen (egocentric views) follows
 * its hand, and has the hand's confidence.
 */
function confidences(
  { status }: RobotTrajectory,
  motion: HumanMotion,
  { start, end }: Demonstration,
): Float32Array {
  return Float32Array.from({ length: (end - start) * PARTS.length }, (_, i) => {
    if (status[i] === STATUS_HELD) return 0;
    const { side, group } = PART_TRACKS[i % PARTS.length];
    const t = start + Math.floor(i / PARTS.length);
    const track = motion[group][side];
    return (track.state[t] === ABSENT ? motion.hands[side] : track).confidence[t];
  });
}

/** Row t of the result is row t + 1; the last one is repeated. */
function shifted(q: Float32Array, width: number): Float32Array {
  const next = new Float32Array(q.length);
  next.set(q.subarray(width));
  next.set(q.subarray(q.length - width), q.length - width);
  return next;
}

interface MotionTrack {
  /** (T, width). */
  values: Float32Array;
  width: number;
  /** (T,) of the part that the values belong to. */
  state: Uint8Array;
}

/** Rows [start, end) of several tracks side by side, (end − start, Σ width); zero where a state is ABSENT. */
function interleave(tracks: readonly MotionTrack[], start: number, end: number): Float32Array {
  const total = tracks.reduce((sum, { width }) => sum + width, 0);
  const rows = new Float32Array((end - start) * total);
  let offset = 0;
  for (const { values, width, state } of tracks) {
    for (let t = start; t < end; t++)
      if (state[t] !== ABSENT)
        rows.set(values.subarray(t * width, (t + 1) * width), (t - start) * total + offset);
    offset += width;
  }
  return rows;
}
