/**
 * Names, order and units of Unitree's own datasets of the G1 with Inspire hands: both arms in radians, then both
 * hands from 0 (closed) to 1 (open) of each actuator's range. Legs and waist are left out.
 * Names: meta/info.json of unitreerobotics/G1_Inspire_* (LeRobot v2.1). Values of the hands: the actuator's way from
 * its upper limit (closed) to its lower one, as a share, as unitreerobotics/xr_teleoperate sends them.
 */
import { DatasetError } from '../../core/errors.ts';
import type { JointSpec } from '../../core/robot.ts';
import type { Profile } from './profile.ts';

const ARM = [
  ['ShoulderPitch', 'shoulder_pitch'],
  ['ShoulderRoll', 'shoulder_roll'],
  ['ShoulderYaw', 'shoulder_yaw'],
  ['Elbow', 'elbow'],
  ['WristRoll', 'wrist_roll'],
  ['WristPitch', 'wrist_pitch'],
  ['WristYaw', 'wrist_yaw'],
] as const;
const HAND = [
  ['Pinky', 'pinky_proximal'],
  ['Ring', 'ring_proximal'],
  ['Middle', 'middle_proximal'],
  ['Index', 'index_proximal'],
  ['ThumbBend', 'thumb_proximal_pitch'],
  ['ThumbRotation', 'thumb_proximal_yaw'],
] as const;

/** Unitree's name, the URDF's, and whether the value is a share of the range. */
const ROWS = [
  ...(['Left', 'Right'] as const).flatMap(side =>
    ARM.map(([name, joint]) => [`k${side}${name}`, `${side.toLowerCase()}_${joint}_joint`, false] as const),
  ),
  ...(['Left', 'Right'] as const).flatMap(side =>
    HAND.map(([name, joint]) => [`k${side}Hand${name}`, `${side[0]}_${joint}_joint`, true] as const),
  ),
];

export const unitree: Profile = {
  name: 'unitree',
  meaning:
    'Unitree’s names and order for the G1 with Inspire hands: arms in radians; hands 0 closed … 1 open. Legs and waist are left out.',
  form(jointNames, joints) {
    const columns = ROWS.map(([, joint]) => jointNames.indexOf(joint));
    const absent = ROWS.filter((_, i) => columns[i] === -1).map(([, joint]) => joint);
    if (absent.length > 0)
      throw new DatasetError(
        `profile 'unitree' is for a G1 or H1-2 with Inspire hands; this dataset has no ${absent[0]}${absent.length > 1 ? ` and ${absent.length - 1} more` : ''}`,
      );
    const ranges = ROWS.map(([, joint, share]) => (share ? rangeOf(joints, joint) : null));
    return {
      names: ROWS.map(([name]) => name),
      convert: row =>
        columns.map((column, i) => {
          const range = ranges[i];
          return range ? openness(row[column], range) : row[column];
        }),
    };
  },
};

function rangeOf(joints: readonly JointSpec[], name: string): JointSpec {
  const joint = joints.find(candidate => candidate.name === name);
  if (!joint) throw new DatasetError(`profile 'unitree' needs the limits of ${name}, which this robot lacks`);
  return joint;
}

const openness = (q: number, { lower, upper }: JointSpec): number =>
  Math.min(1, Math.max(0, (upper - q) / (upper - lower)));
