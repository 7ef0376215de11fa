/**
 * Unitree G1, 29 DoF, rev 1.0, with two Inspire RH56DFQ hands: 41 independent joints.
 * Figures: unitree_ros, g1_29dof_rev_1_0_with_inspire_hand_DFQ.urdf (BSD-3-Clause, Unitree Robotics).
 * Left out: the pelvis contour, logo, IMU and lidar links, which carry nothing.
 */
import type { Capsule, LinkPoint, RobotArm, RobotHand, RobotModel, Vec3 } from '../../src/core/robot.ts';
import { type Finger, SIDES, type Side } from '../../src/core/skeletons.ts';
import { fixed, turn } from './rows.ts';

/**
 * Of the motor of a finger, rad/s: 260 °/s, the vendor's largest bending speed (NVIDIA, Isaac Sim, "Tutorial 5:
 * Joint Drive Tuning", from the Inspire specifications, which give it for the palm's fingers; taken for the
 * thumb too). The URDF says 0.5 for all 24 joints of the hands, a placeholder: at that speed a fist takes over
 * three seconds. Joints that mimic keep the URDF's figure, which limits nothing: their motor's speed does.
 */
const FINGER_SPEED = (260 * Math.PI) / 180;

// biome-ignore-start lint/suspicious/noApproximativeNumericConstant: the figures are the published ones, digits and all
// biome-ignore format: a table reads best with one joint a line
const JOINTS = [
  turn('left_hip_pitch_joint', 'pelvis', 'left_hip_pitch_link', [0, 0.064452, -0.1027], [0, 0, 0], 'y', -2.5307, 2.8798, 32),
  turn('left_hip_roll_joint', 'left_hip_pitch_link', 'left_hip_roll_link', [0, 0.052, -0.030465], [0, -0.1749, 0], 'x', -0.5236, 2.9671, 20),
  turn('left_hip_yaw_joint', 'left_hip_roll_link', 'left_hip_yaw_link', [0.025001, 0, -0.12412], [0, 0, 0], 'z', -2.7576, 2.7576, 32),
  turn('left_knee_joint', 'left_hip_yaw_link', 'left_knee_link', [-0.078273, 0.0021489, -0.17734], [0, 0.1749, 0], 'y', -0.087267, 2.8798, 20),
  turn('left_ankle_pitch_joint', 'left_knee_link', 'left_ankle_pitch_link', [0, -9.4445e-05, -0.30001], [0, 0, 0], 'y', -0.87267, 0.5236, 30),
  turn('left_ankle_roll_joint', 'left_ankle_pitch_link', 'left_ankle_roll_link', [0, 0, -0.017558], [0, 0, 0], 'x', -0.2618, 0.2618, 30),
  turn('right_hip_pitch_joint', 'pelvis', 'right_hip_pitch_link', [0, -0.064452, -0.1027], [0, 0, 0], 'y', -2.5307, 2.8798, 32),
  turn('right_hip_roll_joint', 'right_hip_pitch_link', 'right_hip_roll_link', [0, -0.052, -0.030465], [0, -0.1749, 0], 'x', -2.9671, 0.5236, 20),
  turn('right_hip_yaw_joint', 'right_hip_roll_link', 'right_hip_yaw_link', [0.025001, 0, -0.12412], [0, 0, 0], 'z', -2.7576, 2.7576, 32),
  turn('right_knee_joint', 'right_hip_yaw_link', 'right_knee_link', [-0.078273, -0.0021489, -0.17734], [0, 0.1749, 0], 'y', -0.087267, 2.8798, 20),
  turn('right_ankle_pitch_joint', 'right_knee_link', 'right_ankle_pitch_link', [0, 9.4445e-05, -0.30001], [0, 0, 0], 'y', -0.87267, 0.5236, 30),
  turn('right_ankle_roll_joint', 'right_ankle_pitch_link', 'right_ankle_roll_link', [0, 0, -0.017558], [0, 0, 0], 'x', -0.2618, 0.2618, 30),
  turn('waist_yaw_joint', 'pelvis', 'waist_yaw_link', [0, 0, 0], [0, 0, 0], 'z', -2.618, 2.618, 32),
  turn('waist_roll_joint', 'waist_yaw_link', 'waist_roll_link', [-0.0039635, 0, 0.044], [0, 0, 0], 'x', -0.52, 0.52, 30),
  turn('waist_pitch_joint', 'waist_roll_link', 'torso_link', [0, 0, 0], [0, 0, 0], 'y', -0.52, 0.52, 30),
  fixed('head_joint', 'torso_link', 'head_link', [0.0039635, 0, -0.044], [0, 0, 0]),
  fixed('d435_joint', 'torso_link', 'd435_link', [0.0576235, 0.01753, 0.42987], [0, 0.8307767239493009, 0]),
  turn('left_shoulder_pitch_joint', 'torso_link', 'left_shoulder_pitch_link', [0.0039563, 0.10022, 0.24778], [0.27931, 5.4949e-05, -0.00019159], 'y', -3.0892, 2.6704, 37),
  turn('left_shoulder_roll_joint', 'left_shoulder_pitch_link', 'left_shoulder_roll_link', [0, 0.038, -0.013831], [-0.27925, 0, 0], 'x', -1.5882, 2.2515, 37),
  turn('left_shoulder_yaw_joint', 'left_shoulder_roll_link', 'left_shoulder_yaw_link', [0, 0.00624, -0.1032], [0, 0, 0], 'z', -2.618, 2.618, 37),
  turn('left_elbow_joint', 'left_shoulder_yaw_link', 'left_elbow_link', [0.015783, 0, -0.080518], [0, 0, 0], 'y', -1.0472, 2.0944, 37),
  turn('left_wrist_roll_joint', 'left_elbow_link', 'left_wrist_roll_link', [0.1, 0.00188791, -0.01], [0, 0, 0], 'x', -1.972222054, 1.972222054, 37),
  turn('left_wrist_pitch_joint', 'left_wrist_roll_link', 'left_wrist_pitch_link', [0.038, 0, 0], [0, 0, 0], 'y', -1.614429558, 1.614429558, 22),
  turn('left_wrist_yaw_joint', 'left_wrist_pitch_link', 'left_wrist_yaw_link', [0.046, 0, 0], [0, 0, 0], 'z', -1.614429558, 1.614429558, 22),
  turn('right_shoulder_pitch_joint', 'torso_link', 'right_shoulder_pitch_link', [0.0039563, -0.10021, 0.24778], [-0.27931, 5.4949e-05, 0.00019159], 'y', -3.0892, 2.6704, 37),
  turn('right_shoulder_roll_joint', 'right_shoulder_pitch_link', 'right_shoulder_roll_link', [0, -0.038, -0.013831], [0.27925, 0, 0], 'x', -2.2515, 1.5882, 37),
  turn('right_shoulder_yaw_joint', 'right_shoulder_roll_link', 'right_shoulder_yaw_link', [0, -0.00624, -0.1032], [0, 0, 0], 'z', -2.618, 2.618, 37),
  turn('right_elbow_joint', 'right_shoulder_yaw_link', 'right_elbow_link', [0.015783, 0, -0.080518], [0, 0, 0], 'y', -1.0472, 2.0944, 37),
  turn('right_wrist_roll_joint', 'right_elbow_link', 'right_wrist_roll_link', [0.1, -0.00188791, -0.01], [0, 0, 0], 'x', -1.972222054, 1.972222054, 37),
  turn('right_wrist_pitch_joint', 'right_wrist_roll_link', 'right_wrist_pitch_link', [0.038, 0, 0], [0, 0, 0], 'y', -1.614429558, 1.614429558, 22),
  turn('right_wrist_yaw_joint', 'right_wrist_pitch_link', 'right_wrist_yaw_link', [0.046, 0, 0], [0, 0, 0], 'z', -1.614429558, 1.614429558, 22),
  fixed('L_base_link_joint', 'left_wrist_yaw_link', 'L_hand_base_link', [0.0415, 0, 0], [0, 0, Math.PI / 2]),
  turn('L_thumb_proximal_yaw_joint', 'L_hand_base_link', 'L_thumb_proximal_base', [-0.01696, -0.0691, 0.02045], [1.5708, -1.5708, 0], 'z', -0.1, 1.3, FINGER_SPEED),
  turn('L_thumb_proximal_pitch_joint', 'L_thumb_proximal_base', 'L_thumb_proximal', [0.0099867, 0.0098242, -0.0089], [-1.5708, 0, 0.16939], '-z', -0.1, 0.6, FINGER_SPEED),
  turn('L_thumb_intermediate_joint', 'L_thumb_proximal', 'L_thumb_intermediate', [0.04407, -0.034553, -0.0008], [0, 0, 0], '-z', 0, 0.8, 0.5, ['L_thumb_proximal_pitch_joint', 1.6]),
  turn('L_thumb_distal_joint', 'L_thumb_intermediate', 'L_thumb_distal', [0.020248, -0.010156, -0.0012], [0, 0, 0], '-z', 0, 1.2, 0.5, ['L_thumb_proximal_pitch_joint', 2.4]),
  turn('L_index_proximal_joint', 'L_hand_base_link', 'L_index_proximal', [0.00028533, -0.13653, 0.032268], [-0.034907, 0, 0], '-z', 0, 1.7, FINGER_SPEED),
  turn('L_index_intermediate_joint', 'L_index_proximal', 'L_index_intermediate', [-0.0024229, -0.032041, -0.001], [0, 0, 0], '-z', 0, 1.7, 0.5, ['L_index_proximal_joint', 1]),
  turn('L_middle_proximal_joint', 'L_hand_base_link', 'L_middle_proximal', [0.00028533, -0.1371, 0.01295], [0, 0, 0], '-z', 0, 1.7, FINGER_SPEED),
  turn('L_middle_intermediate_joint', 'L_middle_proximal', 'L_middle_intermediate', [-0.0024229, -0.032041, -0.001], [0, 0, 0], '-z', 0, 1.7, 0.5, ['L_middle_proximal_joint', 1]),
  turn('L_ring_proximal_joint', 'L_hand_base_link', 'L_ring_proximal', [0.00028533, -0.13691, -0.0062872], [0.05236, 0, 0], '-z', 0, 1.7, FINGER_SPEED),
  turn('L_ring_intermediate_joint', 'L_ring_proximal', 'L_ring_intermediate', [-0.0024229, -0.032041, -0.001], [0, 0, 0], '-z', 0, 1.7, 0.5, ['L_ring_proximal_joint', 1]),
  turn('L_pinky_proximal_joint', 'L_hand_base_link', 'L_pinky_proximal', [0.00028533, -0.13571, -0.025488], [0.10472, 0, 0], '-z', 0, 1.7, FINGER_SPEED),
  turn('L_pinky_intermediate_joint', 'L_pinky_proximal', 'L_pinky_intermediate', [-0.0024229, -0.032041, -0.001], [0, 0, 0], '-z', 0, 1.7, 0.5, ['L_pinky_proximal_joint', 1]),
  fixed('R_base_link_joint', 'right_wrist_yaw_link', 'R_hand_base_link', [0.0415, 0, 0], [Math.PI, 0, -Math.PI / 2]),
  turn('R_thumb_proximal_yaw_joint', 'R_hand_base_link', 'R_thumb_proximal_base', [-0.01696, -0.0691, -0.02045], [1.5708, -1.5708, 0], '-z', -0.1, 1.3, FINGER_SPEED),
  turn('R_thumb_proximal_pitch_joint', 'R_thumb_proximal_base', 'R_thumb_proximal', [-0.0088099, 0.010892, -0.00925], [1.5708, 0, 2.8587], 'z', -0.1, 0.6, FINGER_SPEED),
  turn('R_thumb_intermediate_joint', 'R_thumb_proximal', 'R_thumb_intermediate', [0.04407, 0.034553, -0.0008], [0, 0, 0], 'z', 0, 0.8, 0.5, ['R_thumb_proximal_pitch_joint', 1.6]),
  turn('R_thumb_distal_joint', 'R_thumb_intermediate', 'R_thumb_distal', [0.020248, 0.010156, -0.0012], [0, 0, 0], 'z', 0, 1.2, 0.5, ['R_thumb_proximal_pitch_joint', 2.4]),
  turn('R_index_proximal_joint', 'R_hand_base_link', 'R_index_proximal', [0.00028533, -0.13653, -0.032268], [-3.1067, 0, 0], 'z', 0, 1.7, FINGER_SPEED),
  turn('R_index_intermediate_joint', 'R_index_proximal', 'R_index_intermediate', [-0.0026138, 0.032026, -0.001], [0, 0, 0], 'z', 0, 1.7, 0.5, ['R_index_proximal_joint', 1]),
  turn('R_middle_proximal_joint', 'R_hand_base_link', 'R_middle_proximal', [0.00028533, -0.1371, -0.01295], [-3.1416, 0, 0], 'z', 0, 1.7, FINGER_SPEED),
  turn('R_middle_intermediate_joint', 'R_middle_proximal', 'R_middle_intermediate', [-0.0024229, 0.032041, -0.001], [0, 0, 0], 'z', 0, 1.7, 0.5, ['R_middle_proximal_joint', 1]),
  turn('R_ring_proximal_joint', 'R_hand_base_link', 'R_ring_proximal', [0.00028533, -0.13691, 0.0062872], [3.0892, 0, 0], 'z', 0, 1.7, FINGER_SPEED),
  turn('R_ring_intermediate_joint', 'R_ring_proximal', 'R_ring_intermediate', [-0.0024229, 0.032041, -0.001], [0, 0, 0], 'z', 0, 1.7, 0.5, ['R_ring_proximal_joint', 1]),
  turn('R_pinky_proximal_joint', 'R_hand_base_link', 'R_pinky_proximal', [0.00028533, -0.13571, 0.025488], [3.0369, 0, 0], 'z', 0, 1.7, FINGER_SPEED),
  turn('R_pinky_intermediate_joint', 'R_pinky_proximal', 'R_pinky_intermediate', [-0.0024229, 0.032041, -0.001], [0, 0, 0], 'z', 0, 1.7, 0.5, ['R_pinky_proximal_joint', 1]),
];
// biome-ignore-end lint/suspicious/noApproximativeNumericConstant: end of the table

const LEGS = ['hip_pitch', 'hip_roll', 'hip_yaw', 'knee', 'ankle_pitch', 'ankle_roll'];
const ARM = [
  'shoulder_pitch',
  'shoulder_roll',
  'shoulder_yaw',
  'elbow',
  'wrist_roll',
  'wrist_pitch',
  'wrist_yaw',
];
const HAND = [
  'thumb_proximal_yaw',
  'thumb_proximal_pitch',
  'index_proximal',
  'middle_proximal',
  'ring_proximal',
  'pinky_proximal',
];
const jointNames = (prefix: string, parts: readonly string[]) => parts.map(part => `${prefix}_${part}_joint`);

function arm(side: Side): RobotArm {
  const out = side === 'left' ? 1 : -1;
  return {
    // On the pitch axis, above the roll axis: it stays put when the shoulder pitches.
    shoulder: { link: `${side}_shoulder_pitch_link`, xyz: [0, 0.038 * out, 0] },
    elbow: { link: `${side}_elbow_link`, xyz: [0, 0, 0] },
    wrist: { link: `${side}_wrist_yaw_link`, xyz: [0, 0, 0] },
    joints: jointNames(side, ARM),
  };
}

/**
 * Fingertips on the last links: dex-urdf's inspire_hand_{left,right}.urdf (MIT), whose *_tip joints sit on
 * the same links. There the right hand's y is mirrored.
 */
const TIPS: Record<Finger, Vec3> = {
  thumb: [0.0202, -0.014, -0.006],
  index: [-0.0008, -0.045, -0.005],
  middle: [-0.001, -0.048, -0.005],
  ring: [-0.0008, -0.045, -0.005],
  pinky: [-0.0008, -0.037, -0.005],
};

function hand(side: Side): RobotHand {
  const prefix = side === 'left' ? 'L' : 'R';
  const last = (finger: Finger) => `${prefix}_${finger}_${finger === 'thumb' ? 'distal' : 'intermediate'}`;
  const tip = (finger: Finger): LinkPoint => {
    const [x, y, z] = TIPS[finger];
    return { link: last(finger), xyz: [x, side === 'left' ? y : -y, z] };
  };
  const middle = (finger: Finger): LinkPoint => ({ link: last(finger), xyz: [0, 0, 0] });
  return {
    palm: `${prefix}_hand_base_link`,
    // In line with the middle finger, 95 mm behind its knuckle, as on a person's hand (the knuckle is at
    // y = −0.1371): the hand's base link itself lies inside the robot's forearm cylinder.
    wrist: [0.00028533, -0.0421, side === 'left' ? 0.01295 : -0.01295],
    // Fingers along −y of the base link, its +x out of the back of the hand: columns −y, −z, +x.
    palmFromHand: [0.5, -0.5, 0.5, -0.5],
    tips: {
      thumb: tip('thumb'),
      index: tip('index'),
      middle: tip('middle'),
      ring: tip('ring'),
      pinky: tip('pinky'),
    },
    middles: {
      thumb: middle('thumb'),
      index: middle('index'),
      middle: middle('middle'),
      ring: middle('ring'),
      pinky: middle('pinky'),
    },
    joints: jointNames(prefix, HAND),
  };
}

/** Arms hanging, elbows bent, palms facing each other, fingers slightly curled. */
function rest(): Record<string, number> {
  const pose: Record<string, number> = {};
  for (const side of SIDES) {
    const out = side === 'left' ? 1 : -1;
    const prefix = side === 'left' ? 'L' : 'R';
    pose[`${side}_shoulder_pitch_joint`] = 0.1;
    pose[`${side}_shoulder_roll_joint`] = 0.15 * out;
    pose[`${side}_elbow_joint`] = 0.9;
    pose[`${prefix}_thumb_proximal_yaw_joint`] = 0.3;
    pose[`${prefix}_thumb_proximal_pitch_joint`] = 0.1;
    for (const finger of ['index', 'middle', 'ring', 'pinky'])
      pose[`${prefix}_${finger}_proximal_joint`] = 0.2;
  }
  return pose;
}

/** Estimates that follow the joints' places: axes from the table, radii judged without the meshes, so coarse. */
function capsules(): Capsule[] {
  const all: Capsule[] = [
    { link: 'pelvis', from: [0, -0.05, -0.05], to: [0, 0.05, -0.05], radius: 0.08 },
    { link: 'torso_link', from: [0, -0.035, 0.06], to: [0, 0.035, 0.06], radius: 0.085 },
    { link: 'torso_link', from: [0, -0.05, 0.2], to: [0, 0.05, 0.2], radius: 0.09 },
    { link: 'torso_link', from: [0.01, 0, 0.36], to: [0.01, 0, 0.44], radius: 0.085 },
  ];
  for (const side of SIDES) {
    const out = side === 'left' ? 1 : -1;
    const prefix = side === 'left' ? 'L' : 'R';
    all.push(
      { link: `${side}_hip_yaw_link`, from: [-0.03, 0, -0.02], to: [-0.078, 0, -0.16], radius: 0.065 },
      { link: `${side}_shoulder_yaw_link`, from: [0, 0, 0.02], to: [0.01, 0, -0.07], radius: 0.04 },
      { link: `${side}_elbow_link`, from: [0.02, 0, -0.01], to: [0.12, 0, -0.01], radius: 0.035 },
      { link: `${prefix}_hand_base_link`, from: [0, -0.01, 0], to: [0, -0.12, 0.003 * out], radius: 0.04 },
    );
  }
  return all;
}

export const g1Inspire: RobotModel = {
  name: 'g1-inspire',
  label: 'Unitree G1 29-DoF with Inspire RH56DFQ hands',
  license: 'BSD-3-Clause (kinematic figures, Unitree Robotics); MIT (fingertip figures, dex-urdf)',
  source:
    'unitreerobotics/unitree_ros g1_29dof_rev_1_0_with_inspire_hand_DFQ.urdf; dexsuite/dex-urdf inspire_hand',
  root: 'pelvis',
  joints: JOINTS,
  rest: rest(),
  held: SIDES.flatMap(side => jointNames(side, LEGS)),
  waist: ['waist_yaw_joint', 'waist_roll_joint', 'waist_pitch_joint'],
  torso: 'torso_link',
  arms: { left: arm('left'), right: arm('right') },
  hands: { left: hand('left'), right: hand('right') },
  // The D435's own joint tilts it down by 0.8308 rad; this turns x forward, y left, z up into OpenCV's axes.
  camera: { link: 'd435_link', xyz: [0, 0, 0], rpy: [-Math.PI / 2, 0, -Math.PI / 2] },
  capsules: capsules(),
};
