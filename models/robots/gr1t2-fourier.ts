/**
 * Fourier GR1T2 with two Fourier 6-DoF hands: 44 independent joints. Its fingers close towards negative angles.
 * Figures: Fourier's gr1t2_fourier_hand_6dof.urdf, published under GPL-3.0.
 * Left out: the IMU link, which carries nothing.
 */
import type { Capsule, JointSpec, RobotArm, RobotHand, RobotModel } from '../../src/core/robot.ts';
import { type Finger, SIDES, type Side } from '../../src/core/skeletons.ts';
import { at, fixed, palmFromHand, sided, turn } from './rows.ts';
import { bothPoses, bothSides, jointNames, perFinger } from './sides.ts';

/**
 * The URDF gives every finger joint a speed of 0, which would allow no motion. Assumed instead: a finger closes
 * over its whole range of 1.6 rad in 0.8 s, rad/s.
 */
const FINGER_SPEED = 2;

function leg(side: Side): JointSpec[] {
  const { m, pick, range } = sided(side);
  // biome-ignore format: a table reads best with one joint a line
  return [
    turn(`${side}_hip_roll_joint`, 'base_link', `${side}_thigh_roll_link`, [-0.031635, m * 0.105, -0.0276], [0, 0, 0], 'x', ...range(-0.09, 0.79), 7.64),
    turn(`${side}_hip_yaw_joint`, `${side}_thigh_roll_link`, `${side}_thigh_yaw_link`, [0.033135, 0, 0.00075], [0, 0, 0], 'z', -0.7, 0.7, 9.8),
    turn(`${side}_hip_pitch_joint`, `${side}_thigh_yaw_link`, `${side}_thigh_pitch_link`, [0, m * 0.0223, -0.14027], [0, 0, 0], 'y', -1.75, 0.7, 18.54),
    turn(`${side}_knee_pitch_joint`, `${side}_thigh_pitch_link`, `${side}_shank_pitch_link`, [0, pick(-0.019512, 0.019762), -0.36], [0, 0, 0], 'y', -0.09, 1.92, pick(18.53, 18.54)),
    turn(`${side}_ankle_pitch_joint`, `${side}_shank_pitch_link`, `${side}_foot_pitch_link`, [0, m * -0.00125, -0.34], [0, 0, 0], 'y', -1.05, 0.52, 10.26),
    turn(`${side}_ankle_roll_joint`, `${side}_foot_pitch_link`, `${side}_foot_roll_link`, [0, 0, 0], [0, 0, 0], 'x', -0.44, 0.44, 10.26),
  ];
}

// biome-ignore format: a table reads best with one joint a line
const WAIST: JointSpec[] = [
  turn('waist_yaw_joint', 'base_link', 'waist_yaw_link', [0, 0, 0], [0, 0, 0], 'z', -1.05, 1.05, 9.8),
  turn('waist_pitch_joint', 'waist_yaw_link', 'waist_pitch_link', [0, 0, 0.0869], [0, 0, 0], 'y', -0.52, 1.22, 9.8),
  turn('waist_roll_joint', 'waist_pitch_link', 'waist_roll_link', [0.00525, -0.0005, 0.081], [0, 0, 0], 'x', -0.7, 0.7, 9.8),
  fixed('torso_joint', 'waist_roll_link', 'torso_link', [-0.00225, 0.00057443, 0.16035], [0, 0, 0]),
];

function armJoints(side: Side): JointSpec[] {
  const { m, range } = sided(side);
  // biome-ignore-start lint/suspicious/noApproximativeNumericConstant: the figures are the published ones
  // biome-ignore format: a table reads best with one joint a line
  return [
    turn(`${side}_shoulder_pitch_joint`, 'torso_link', `${side}_upper_arm_pitch_link`, [0, m * 0.10128, 0.046651], [m * 0.43275, 0, 0], 'y', -2.79, 1.92, 6.28),
    turn(`${side}_shoulder_roll_joint`, `${side}_upper_arm_pitch_link`, `${side}_upper_arm_roll_link`, [0, m * 0.09515, 0], [m * -0.43275, 0, 0], 'x', ...range(-0.57, 2.53), 6.28),
    turn(`${side}_shoulder_yaw_joint`, `${side}_upper_arm_roll_link`, `${side}_upper_arm_yaw_link`, [0, m * 0.04, -0.0709], [0, 0, 0], 'z', -2.97, 2.97, 5.24),
    turn(`${side}_elbow_pitch_joint`, `${side}_upper_arm_yaw_link`, `${side}_lower_arm_pitch_link`, [0, m * 0.0010503, -0.1786], [0, 0, 0], 'y', -2.27, 2.27, 5.24),
    turn(`${side}_wrist_yaw_joint`, `${side}_lower_arm_pitch_link`, `${side}_hand_yaw_link`, [0, 0, -0.05945], [0, 0, 0], 'z', -2.97, 2.97, 16.55),
    turn(`${side}_wrist_roll_joint`, `${side}_hand_yaw_link`, `${side}_hand_roll_link`, [0, 0, -0.19115], [0, 0, 0], 'x', ...range(-0.87, 0.96), 15.08),
    turn(`${side}_wrist_pitch_joint`, `${side}_hand_roll_link`, `${side}_hand_pitch_link`, [0, 0, 0], [0, 0, 0], 'y', -0.61, 0.61, 15.08),
    fixed(`${side}_end_effector_joint`, `${side}_hand_pitch_link`, `${side}_end_effector_link`, [0, 0, -0.023], [0, 0, 0]),
  ];
  // biome-ignore-end lint/suspicious/noApproximativeNumericConstant: end of the table
}

// biome-ignore format: a table reads best with one joint a line
const HEAD: JointSpec[] = [
  turn('head_roll_joint', 'torso_link', 'head_roll_link', [0.002, 0.0005184, 0.14465], [0, 0, 0], 'x', -0.35, 0.35, 15.08),
  turn('head_pitch_joint', 'head_roll_link', 'head_pitch_link', [0, 0, 0], [0, 0, 0], 'y', -0.87, 0.87, 15.08),
  turn('head_yaw_joint', 'head_pitch_link', 'head_yaw_link', [0, 0, 0.0513], [0, 0, 0], 'z', -2.71, 2.71, 15.08),
];

function handJoints(side: Side): JointSpec[] {
  const { letter, m, pick } = sided(side);
  // biome-ignore-start lint/suspicious/noApproximativeNumericConstant: the figures are the published ones
  // biome-ignore format: a table reads best with one joint a line
  return [
    fixed(`${letter}_hand_base_joint`, `${side}_end_effector_link`, `${letter}_hand_base_link`, [0, 0, 0], [0, 0, 0]),
    turn(`${letter}_thumb_proximal_yaw_joint`, `${letter}_hand_base_link`, `${letter}_thumb_proximal_yaw_link`, [0.022, m * -0.0155, pick(-0.022992, -0.022892)], [pick(0, 3.1416), 0, 0], 'z', -1.676, 0, FINGER_SPEED),
    turn(`${letter}_thumb_proximal_pitch_joint`, `${letter}_thumb_proximal_yaw_link`, `${letter}_thumb_proximal_pitch_link`, [pick(0.021749, 0.02175), pick(-0.00016321, -0.00007414), 0], [m * -1.5708, 0, pick(-0.0052052, -0.0057076)], 'z', 0, 1.159, FINGER_SPEED),
    turn(`${letter}_thumb_distal_joint`, `${letter}_thumb_proximal_pitch_link`, `${letter}_thumb_distal_link`, [0.061549, 0.007464, 0], [0, 0.000017448, -0.055652], 'z', 0, 1.267, FINGER_SPEED, [`${letter}_thumb_proximal_pitch_joint`, 1.06]),
    fixed(`${letter}_thumb_tip_joint`, `${letter}_thumb_distal_link`, `${letter}_thumb_tip_link`, [pick(0.0305, 0.03), pick(-0.001, -0.0015), 0], [0, 0, 0]),
    turn(`${letter}_index_proximal_joint`, `${letter}_hand_base_link`, `${letter}_index_proximal_link`, [pick(0.026868, 0.026866), m * -0.0123, pick(-0.093989, -0.09399)], [pick(0, 3.1416), 1.5184, 0], 'z', -1.602, 0, FINGER_SPEED),
    turn(`${letter}_index_intermediate_joint`, `${letter}_index_proximal_link`, `${letter}_index_intermediate_link`, [pick(0.031533, 0.031535), pick(-0.0054444, -0.0054349), 0], [0, 0.00014037, pick(-0.0018338, -0.0012936)], 'z', -1.791, 0, FINGER_SPEED, [`${letter}_index_proximal_joint`, 0.975]),
    fixed(`${letter}_index_tip_joint`, `${letter}_index_intermediate_link`, `${letter}_index_tip_link`, [0.039, -0.002, 0], [0, 0, 0]),
    turn(`${letter}_middle_proximal_joint`, `${letter}_hand_base_link`, `${letter}_middle_proximal_link`, [0.0085, m * -0.0123, pick(-0.095992, -0.096)], [pick(0, 3.1416), 1.5708, 0], 'z', -1.603, 0, FINGER_SPEED),
    turn(`${letter}_middle_intermediate_joint`, `${letter}_middle_proximal_link`, `${letter}_middle_intermediate_link`, [pick(0.031521, 0.031531), pick(-0.0055139, -0.0054597), 0], [0, 0.00015517, pick(0.0048744, 0.007959)], 'z', -1.791, 0, FINGER_SPEED, [`${letter}_middle_proximal_joint`, 0.975]),
    fixed(`${letter}_middle_tip_joint`, `${letter}_middle_intermediate_link`, `${letter}_middle_tip_link`, [0.047, -0.0025, 0], [0, 0, 0]),
    turn(`${letter}_ring_proximal_joint`, `${letter}_hand_base_link`, `${letter}_ring_proximal_link`, [pick(-0.010211, -0.0099658), m * -0.0123, pick(-0.095924, -0.095888)], [pick(3.1416, 0), 1.5184, 3.1416], 'z', -1.602, 0, FINGER_SPEED),
    turn(`${letter}_ring_intermediate_joint`, `${letter}_ring_proximal_link`, `${letter}_ring_intermediate_link`, [pick(0.031531, 0.031474), pick(-0.0054567, -0.0057806), pick(0.00025, 0)], [0, 0.00014037, pick(-0.0025338, -0.020997)], 'z', -1.798, 0, FINGER_SPEED, [`${letter}_ring_proximal_joint`, 0.975]),
    fixed(`${letter}_ring_tip_joint`, `${letter}_ring_intermediate_link`, `${letter}_ring_tip_link`, [0.0385, -0.0015, 0], [0, 0, 0]),
    turn(`${letter}_pinky_proximal_joint`, `${letter}_hand_base_link`, `${letter}_pinky_proximal_link`, [pick(-0.028228, -0.028223), m * -0.0123, pick(-0.094012, -0.093963)], [pick(3.1416, 0), 1.4661, 3.1416], 'z', -1.602, 0, FINGER_SPEED),
    turn(`${letter}_pinky_intermediate_joint`, `${letter}_pinky_proximal_link`, `${letter}_pinky_intermediate_link`, [pick(0.031532, 0.031474), pick(-0.005451, -0.0057796), 0], [0, pick(0.00032164, 0.000078504), pick(-0.011403, -0.030132)], 'z', -1.796, 0, FINGER_SPEED, [`${letter}_pinky_proximal_joint`, 0.975]),
    fixed(`${letter}_pinky_tip_joint`, `${letter}_pinky_intermediate_link`, `${letter}_pinky_tip_link`, [0.033, -0.0015, 0], [0, 0, 0]),
  ];
  // biome-ignore-end lint/suspicious/noApproximativeNumericConstant: end of the table
}

const arm = (side: Side): RobotArm => ({
  // Where the pitch axis meets the roll axis.
  shoulder: { link: `${side}_upper_arm_pitch_link`, xyz: [0, sided(side).m * 0.09515, 0] },
  elbow: { link: `${side}_lower_arm_pitch_link`, xyz: [0, 0, 0] },
  wrist: { link: `${side}_hand_pitch_link`, xyz: [0, 0, 0] },
  joints: jointNames(side, [
    'shoulder_pitch',
    'shoulder_roll',
    'shoulder_yaw',
    'elbow_pitch',
    'wrist_yaw',
    'wrist_roll',
    'wrist_pitch',
  ]),
});

const FINGER_JOINTS = [
  'thumb_proximal_yaw',
  'thumb_proximal_pitch',
  'index_proximal',
  'middle_proximal',
  'ring_proximal',
  'pinky_proximal',
];

function hand(side: Side): RobotHand {
  const { letter, m } = sided(side);
  const middle = (finger: Finger) =>
    at(`${letter}_${finger}_${finger === 'thumb' ? 'distal' : 'intermediate'}_link`);
  return {
    palm: `${letter}_hand_base_link`,
    // Behind the middle finger's knuckle, which is at z = −0.096: as far as on a person's hand.
    wrist: [0.0085, m * -0.0123, 0],
    palmFromHand: palmFromHand('-z', side === 'left' ? 'y' : '-y'),
    tips: perFinger(finger => at(`${letter}_${finger}_tip_link`)),
    middles: perFinger(middle),
    joints: jointNames(letter, FINGER_JOINTS),
  };
}

/** Arms hanging, elbows bent, palms facing each other, fingers slightly curled, rad. */
const rest = (side: Side): Record<string, number> => {
  const { letter, m } = sided(side);
  const fingers = [-0.3, 0.1, -0.2, -0.2, -0.2, -0.2];
  return {
    [`${side}_shoulder_pitch_joint`]: 0.1,
    [`${side}_shoulder_roll_joint`]: m * 0.1,
    [`${side}_elbow_pitch_joint`]: -0.7,
    ...Object.fromEntries(jointNames(letter, FINGER_JOINTS).map((name, i) => [name, fingers[i]])),
  };
};

/** Estimates that follow the joints' places: axes from the table, radii judged without the meshes, so coarse. */
const capsules: Capsule[] = [
  { link: 'base_link', from: [0, -0.06, -0.03], to: [0, 0.06, -0.03], radius: 0.1 },
  { link: 'waist_roll_link', from: [0, -0.04, 0.03], to: [0, 0.04, 0.03], radius: 0.09 },
  { link: 'torso_link', from: [0, -0.06, 0], to: [0, 0.06, 0], radius: 0.1 },
  { link: 'head_yaw_link', from: [0.02, 0, 0.04], to: [0.02, 0, 0.16], radius: 0.09 },
  ...SIDES.flatMap((side): Capsule[] => {
    const { letter, m } = sided(side);
    return [
      { link: `${side}_thigh_pitch_link`, from: [0, 0, -0.05], to: [0, m * -0.0195, -0.3], radius: 0.08 },
      { link: `${side}_upper_arm_yaw_link`, from: [0, 0, 0.03], to: [0, 0, -0.13], radius: 0.045 },
      { link: `${side}_hand_yaw_link`, from: [0, 0, 0.02], to: [0, 0, -0.14], radius: 0.04 },
      { link: `${letter}_hand_base_link`, from: [0, 0, -0.02], to: [0, 0, -0.09], radius: 0.04 },
    ];
  }),
];

/** G1's and H1-2's cameras look down by 0.83 and 0.89 rad; no figure is published for this head. */
const CAMERA_TILT = 0.83;

export const gr1t2Fourier: RobotModel = {
  name: 'gr1t2-fourier',
  label: 'Fourier GR1T2 with Fourier 6-DoF hands',
  license: 'GPL-3.0 (Fourier, whose kinematic figures these are)',
  source: 'Fourier gr1t2_fourier_hand_6dof.urdf',
  root: 'base_link',
  joints: [
    ...SIDES.flatMap(leg),
    ...WAIST,
    ...SIDES.flatMap(armJoints),
    ...HEAD,
    ...SIDES.flatMap(handJoints),
  ],
  rest: bothPoses(rest),
  held: [
    ...bothSides(['hip_roll', 'hip_yaw', 'hip_pitch', 'knee_pitch', 'ankle_pitch', 'ankle_roll']),
    ...['head_roll_joint', 'head_pitch_joint', 'head_yaw_joint'],
  ],
  waist: ['waist_yaw_joint', 'waist_pitch_joint', 'waist_roll_joint'],
  torso: 'torso_link',
  arms: { left: arm('left'), right: arm('right') },
  hands: { left: hand('left'), right: hand('right') },
  // Where Isaac Lab's GR1T2 tasks put its point-of-view camera: 0.12 m before and 0.747 m above the base link.
  camera: {
    link: 'head_yaw_link',
    xyz: [0.115, 0, 0.2226],
    rpy: [-Math.PI / 2 - CAMERA_TILT, 0, -Math.PI / 2],
  },
  capsules,
};
