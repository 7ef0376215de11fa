/**
 * Unitree G1, 29 DoF, rev 1.0, without hands: what its variants with different hands share.
 * Figures: unitree_ros, g1_29dof_with_hand_rev_1_0.urdf (BSD-3-Clause, Unitree Robotics).
 * Left out: the pelvis contour, logo, IMU and lidar links, which carry nothing.
 */
import type { Capsule, JointSpec, RobotArm, RobotModel } from '../../src/core/robot.ts';
import { SIDES, type Side } from '../../src/core/skeletons.ts';
import { fixed, sided, turn } from './rows.ts';
import { bothSides, jointNames } from './sides.ts';

function leg(side: Side): JointSpec[] {
  const { m, range } = sided(side);
  // biome-ignore-start lint/suspicious/noApproximativeNumericConstant: the figures are the published ones
  // biome-ignore format: a table reads best with one joint a line
  return [
    turn(`${side}_hip_pitch_joint`, 'pelvis', `${side}_hip_pitch_link`, [0, m * 0.064452, -0.1027], [0, 0, 0], 'y', -2.5307, 2.8798, 32),
    turn(`${side}_hip_roll_joint`, `${side}_hip_pitch_link`, `${side}_hip_roll_link`, [0, m * 0.052, -0.030465], [0, -0.1749, 0], 'x', ...range(-0.5236, 2.9671), 20),
    turn(`${side}_hip_yaw_joint`, `${side}_hip_roll_link`, `${side}_hip_yaw_link`, [0.025001, 0, -0.12412], [0, 0, 0], 'z', -2.7576, 2.7576, 32),
    turn(`${side}_knee_joint`, `${side}_hip_yaw_link`, `${side}_knee_link`, [-0.078273, m * 0.0021489, -0.17734], [0, 0.1749, 0], 'y', -0.087267, 2.8798, 20),
    turn(`${side}_ankle_pitch_joint`, `${side}_knee_link`, `${side}_ankle_pitch_link`, [0, m * -0.000094445, -0.30001], [0, 0, 0], 'y', -0.87267, 0.5236, 30),
    turn(`${side}_ankle_roll_joint`, `${side}_ankle_pitch_link`, `${side}_ankle_roll_link`, [0, 0, -0.017558], [0, 0, 0], 'x', -0.2618, 0.2618, 30),
  ];
  // biome-ignore-end lint/suspicious/noApproximativeNumericConstant: end of the table
}

function trunk(): JointSpec[] {
  // biome-ignore-start lint/suspicious/noApproximativeNumericConstant: the figures are the published ones
  // biome-ignore format: a table reads best with one joint a line
  return [
    turn('waist_yaw_joint', 'pelvis', 'waist_yaw_link', [0, 0, 0], [0, 0, 0], 'z', -2.618, 2.618, 32),
    turn('waist_roll_joint', 'waist_yaw_link', 'waist_roll_link', [-0.0039635, 0, 0.044], [0, 0, 0], 'x', -0.52, 0.52, 30),
    turn('waist_pitch_joint', 'waist_roll_link', 'torso_link', [0, 0, 0], [0, 0, 0], 'y', -0.52, 0.52, 30),
    fixed('head_joint', 'torso_link', 'head_link', [0.0039635, 0, -0.044], [0, 0, 0]),
    fixed('d435_joint', 'torso_link', 'd435_link', [0.0576235, 0.01753, 0.42987], [0, 0.8307767239493009, 0]),
  ];
  // biome-ignore-end lint/suspicious/noApproximativeNumericConstant: end of the table
}

/** Legs, waist, head and head camera. */
export const g1Trunk = (): JointSpec[] => [...SIDES.flatMap(leg), ...trunk()];

/** From the torso to the wrist's yaw link. */
export function g1ArmJoints(side: Side): JointSpec[] {
  const { m, pick, range } = sided(side);
  // biome-ignore-start lint/suspicious/noApproximativeNumericConstant: the figures are the published ones
  // biome-ignore format: a table reads best with one joint a line
  return [
    turn(`${side}_shoulder_pitch_joint`, 'torso_link', `${side}_shoulder_pitch_link`, [0.0039563, pick(0.10022, -0.10021), 0.24778], [m * 0.27931, 0.000054949, m * -0.00019159], 'y', -3.0892, 2.6704, 37),
    turn(`${side}_shoulder_roll_joint`, `${side}_shoulder_pitch_link`, `${side}_shoulder_roll_link`, [0, m * 0.038, -0.013831], [m * -0.27925, 0, 0], 'x', ...range(-1.5882, 2.2515), 37),
    turn(`${side}_shoulder_yaw_joint`, `${side}_shoulder_roll_link`, `${side}_shoulder_yaw_link`, [0, m * 0.00624, -0.1032], [0, 0, 0], 'z', -2.618, 2.618, 37),
    turn(`${side}_elbow_joint`, `${side}_shoulder_yaw_link`, `${side}_elbow_link`, [0.015783, 0, -0.080518], [0, 0, 0], 'y', -1.0472, 2.0944, 37),
    turn(`${side}_wrist_roll_joint`, `${side}_elbow_link`, `${side}_wrist_roll_link`, [0.1, m * 0.00188791, -0.01], [0, 0, 0], 'x', -1.972222054, 1.972222054, 37),
    turn(`${side}_wrist_pitch_joint`, `${side}_wrist_roll_link`, `${side}_wrist_pitch_link`, [0.038, 0, 0], [0, 0, 0], 'y', -1.614429558, 1.614429558, 22),
    turn(`${side}_wrist_yaw_joint`, `${side}_wrist_pitch_link`, `${side}_wrist_yaw_link`, [0.046, 0, 0], [0, 0, 0], 'z', -1.614429558, 1.614429558, 22),
  ];
  // biome-ignore-end lint/suspicious/noApproximativeNumericConstant: end of the table
}

export const g1Legs: readonly string[] = bothSides([
  'hip_pitch',
  'hip_roll',
  'hip_yaw',
  'knee',
  'ankle_pitch',
  'ankle_roll',
]);
export const g1Waist: readonly string[] = ['waist_yaw_joint', 'waist_roll_joint', 'waist_pitch_joint'];

export const g1Arm = (side: Side): RobotArm => ({
  // On the pitch axis, above the roll axis: it stays put when the shoulder pitches.
  shoulder: { link: `${side}_shoulder_pitch_link`, xyz: [0, sided(side).m * 0.038, 0] },
  elbow: { link: `${side}_elbow_link`, xyz: [0, 0, 0] },
  wrist: { link: `${side}_wrist_yaw_link`, xyz: [0, 0, 0] },
  joints: jointNames(side, [
    'shoulder_pitch',
    'shoulder_roll',
    'shoulder_yaw',
    'elbow',
    'wrist_roll',
    'wrist_pitch',
    'wrist_yaw',
  ]),
});

/** Arms hanging, elbows bent, palms facing each other, rad. */
export const g1ArmRest = (side: Side): Record<string, number> => ({
  [`${side}_shoulder_pitch_joint`]: 0.1,
  [`${side}_shoulder_roll_joint`]: sided(side).m * 0.15,
  [`${side}_elbow_joint`]: 0.9,
});

/** The D435's own joint tilts it down by 0.8308 rad; this turns x forward, y left, z up into OpenCV's axes. */
export const g1Camera: NonNullable<RobotModel['camera']> = {
  link: 'd435_link',
  xyz: [0, 0, 0],
  rpy: [-Math.PI / 2, 0, -Math.PI / 2],
};

/**
 * Estimates that follow the joints' places: axes from the table, radii judged without the meshes, so coarse.
 * @param hand the palm of one side
 */
export function g1Capsules(hand: (side: Side) => Capsule): Capsule[] {
  return [
    { link: 'pelvis', from: [0, -0.05, -0.05], to: [0, 0.05, -0.05], radius: 0.08 },
    { link: 'torso_link', from: [0, -0.035, 0.06], to: [0, 0.035, 0.06], radius: 0.085 },
    { link: 'torso_link', from: [0, -0.05, 0.2], to: [0, 0.05, 0.2], radius: 0.09 },
    { link: 'torso_link', from: [0.01, 0, 0.36], to: [0.01, 0, 0.44], radius: 0.085 },
    ...SIDES.flatMap((side): Capsule[] => [
      { link: `${side}_hip_yaw_link`, from: [-0.03, 0, -0.02], to: [-0.078, 0, -0.16], radius: 0.065 },
      { link: `${side}_shoulder_yaw_link`, from: [0, 0, 0.02], to: [0.01, 0, -0.07], radius: 0.04 },
      { link: `${side}_elbow_link`, from: [0.02, 0, -0.01], to: [0.12, 0, -0.01], radius: 0.035 },
      hand(side),
    ]),
  ];
}
