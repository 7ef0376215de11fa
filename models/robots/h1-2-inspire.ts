/**
 * Unitree H1-2 with two Inspire RH56DFQ hands: 39 independent joints, one of them in the waist.
 * Figures: unitree_ros, h1_2.urdf (BSD-3-Clause, Unitree Robotics).
 * Left out: the logo, IMU and lidar links, which carry nothing.
 */
import type { Capsule, JointSpec, RobotArm, RobotModel } from '../../src/core/robot.ts';
import { SIDES, type Side } from '../../src/core/skeletons.ts';
import { inspireCapsule, inspireHand, inspireJoints, inspireRest } from './inspire-dfq.ts';
import { fixed, sided, turn } from './rows.ts';
import { bothPoses, bothSides, jointNames } from './sides.ts';

/** From the wrist's yaw link to the base of the hand, m. */
const HAND_MOUNT_M = 0.054;

function leg(side: Side): JointSpec[] {
  const { m, range } = sided(side);
  // biome-ignore format: a table reads best with one joint a line
  return [
    turn(`${side}_hip_yaw_joint`, 'pelvis', `${side}_hip_yaw_link`, [0, m * 0.0875, -0.1632], [0, 0, 0], 'z', -0.43, 0.43, 23),
    turn(`${side}_hip_pitch_joint`, `${side}_hip_yaw_link`, `${side}_hip_pitch_link`, [0, m * 0.0755, 0], [0, 0, 0], 'y', -3.14, 2.5, 23),
    turn(`${side}_hip_roll_joint`, `${side}_hip_pitch_link`, `${side}_hip_roll_link`, [0, 0, 0], [0, 0, 0], 'x', ...range(-0.43, 3.14), 23),
    turn(`${side}_knee_joint`, `${side}_hip_roll_link`, `${side}_knee_link`, [0, 0, -0.4], [0, 0, 0], 'y', -0.12, 2.19, 14),
    turn(`${side}_ankle_pitch_joint`, `${side}_knee_link`, `${side}_ankle_pitch_link`, [0, 0, -0.4], [0, 0, 0], 'y', -0.897334, 0.523598, 9),
    turn(`${side}_ankle_roll_joint`, `${side}_ankle_pitch_link`, `${side}_ankle_roll_link`, [0, 0, -0.02], [0, 0, 0], 'x', -0.261799, 0.261799, 9),
  ];
}

// biome-ignore format: a table reads best with one joint a line
const TORSO: JointSpec[] = [
  turn('torso_joint', 'pelvis', 'torso_link', [0, 0, 0], [0, 0, 0], 'z', -2.35, 2.35, 23),
  fixed('camera_joint', 'torso_link', 'camera_link', [0.11109, 0.0175, 0.68789], [0, 0.8859291283123216, 0]),
];

function armJoints(side: Side): JointSpec[] {
  const { m, range } = sided(side);
  // biome-ignore-start lint/suspicious/noApproximativeNumericConstant: the figures are the published ones
  // biome-ignore format: a table reads best with one joint a line
  return [
    turn(`${side}_shoulder_pitch_joint`, 'torso_link', `${side}_shoulder_pitch_link`, [0, m * 0.14806, 0.42333], [m * 0.2618, 0, 0], 'y', -3.14, 1.57, 9),
    turn(`${side}_shoulder_roll_joint`, `${side}_shoulder_pitch_link`, `${side}_shoulder_roll_link`, [0.0342, m * 0.061999, -0.0060011], [m * -0.2618, 0, 0], 'x', ...range(-0.38, 3.4), 9),
    turn(`${side}_shoulder_yaw_joint`, `${side}_shoulder_roll_link`, `${side}_shoulder_yaw_link`, [-0.0342, 0, -0.1456], [0, 0, 0], 'z', ...range(-2.66, 3.01), 20),
    turn(`${side}_elbow_joint`, `${side}_shoulder_yaw_link`, `${side}_elbow_link`, [0.006, m * 0.0329, -0.182], [0, 0, 0], 'y', -0.95, 3.18, 20),
    turn(`${side}_wrist_roll_joint`, `${side}_elbow_link`, `${side}_wrist_roll_link`, [0.121, m * -0.0329, -0.011], [0, 0, 0], 'x', ...range(-3.01, 2.75), 31.4),
    turn(`${side}_wrist_pitch_joint`, `${side}_wrist_roll_link`, `${side}_wrist_pitch_link`, [0.087, 0, 0], [0, 0, 0], 'y', -0.4625, 0.4625, 31.4),
    turn(`${side}_wrist_yaw_joint`, `${side}_wrist_pitch_link`, `${side}_wrist_yaw_link`, [0.02, 0, 0], [0, 0, 0], 'z', -1.27, 1.27, 31.4),
  ];
  // biome-ignore-end lint/suspicious/noApproximativeNumericConstant: end of the table
}

const arm = (side: Side): RobotArm => ({
  // On the pitch axis, above the roll axis: it stays put when the shoulder pitches.
  shoulder: { link: `${side}_shoulder_pitch_link`, xyz: [0, sided(side).m * 0.061999, 0] },
  // On the elbow's axis, in line with the upper arm and the forearm.
  elbow: { link: `${side}_elbow_link`, xyz: [0, sided(side).m * -0.0329, 0] },
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

/** Arms hanging, elbows bent, palms facing each other, fingers slightly curled, rad. */
const rest = (side: Side): Record<string, number> => ({
  [`${side}_shoulder_pitch_joint`]: 0.1,
  [`${side}_shoulder_roll_joint`]: sided(side).m * 0.15,
  [`${side}_elbow_joint`]: 0.9,
  ...inspireRest(side),
});

/** Estimates that follow the joints' places: axes from the table, radii judged without the meshes, so coarse. */
const capsules: Capsule[] = [
  { link: 'pelvis', from: [0, -0.06, -0.06], to: [0, 0.06, -0.06], radius: 0.1 },
  { link: 'torso_link', from: [0, -0.04, 0.12], to: [0, 0.04, 0.12], radius: 0.1 },
  { link: 'torso_link', from: [0, -0.07, 0.33], to: [0, 0.07, 0.33], radius: 0.11 },
  { link: 'torso_link', from: [0.02, 0, 0.58], to: [0.02, 0, 0.68], radius: 0.09 },
  ...SIDES.flatMap((side): Capsule[] => {
    const inward = sided(side).m * -0.0329;
    return [
      { link: `${side}_hip_roll_link`, from: [0, 0, -0.08], to: [0, 0, -0.33], radius: 0.08 },
      { link: `${side}_shoulder_yaw_link`, from: [0, 0, 0.03], to: [0, 0, -0.13], radius: 0.05 },
      { link: `${side}_elbow_link`, from: [0.02, inward, -0.01], to: [0.16, inward, -0.011], radius: 0.04 },
      inspireCapsule(side),
    ];
  }),
];

export const h12Inspire: RobotModel = {
  name: 'h1-2-inspire',
  label: 'Unitree H1-2 with Inspire RH56DFQ hands',
  license: 'BSD-3-Clause (kinematic figures, Unitree Robotics); MIT (fingertip figures, dex-urdf)',
  source: 'unitreerobotics/unitree_ros h1_2.urdf; dexsuite/dex-urdf inspire_hand',
  root: 'pelvis',
  joints: [
    ...SIDES.flatMap(leg),
    ...TORSO,
    ...SIDES.flatMap(armJoints),
    ...SIDES.flatMap(side => inspireJoints(side, HAND_MOUNT_M)),
  ],
  rest: bothPoses(rest),
  held: bothSides(['hip_yaw', 'hip_pitch', 'hip_roll', 'knee', 'ankle_pitch', 'ankle_roll']),
  waist: ['torso_joint'],
  torso: 'torso_link',
  arms: { left: arm('left'), right: arm('right') },
  hands: { left: inspireHand('left'), right: inspireHand('right') },
  // Its own joint tilts it down by 0.8859 rad; this turns x forward, y left, z up into OpenCV's axes.
  camera: { link: 'camera_link', xyz: [0, 0, 0], rpy: [-Math.PI / 2, 0, -Math.PI / 2] },
  capsules,
};
