/**
 * The Inspire RH56DFQ as Unitree mounts it on its humanoids: 6 independent joints a hand.
 * Figures: unitree_ros, g1_29dof_rev_1_0_with_inspire_hand_DFQ.urdf and h1_2.urdf (BSD-3-Clause), whose hands
 * differ only in how far from the wrist they stand.
 */
import type { Capsule, JointSpec, RobotHand, Vec3 } from '../../src/core/robot.ts';
import type { Finger, Side } from '../../src/core/skeletons.ts';
import { fixed, palmFromHand, sided, turn } from './rows.ts';
import { jointNames, perFinger } from './sides.ts';

/**
 * Of the motor of a finger, rad/s: 260 °/s, the vendor's largest bending speed (NVIDIA, Isaac Sim, "Tutorial 5:
 * Joint Drive Tuning", from the Inspire specifications, which give it for the palm's fingers; taken for the
 * thumb too). The URDFs say 0.5 for every joint of the hands, a placeholder: at that speed a fist takes over
 * three seconds. Joints that mimic keep the URDF's figure, which limits nothing: their motor's speed does.
 */
export const FINGER_SPEED = (260 * Math.PI) / 180;

/** @param mountM from the wrist's yaw link to the base of the hand. */
export function inspireJoints(side: Side, mountM: number): JointSpec[] {
  const { letter, m, pick } = sided(side);
  // biome-ignore-start lint/suspicious/noApproximativeNumericConstant: the figures are the published ones
  // biome-ignore format: a table reads best with one joint a line
  return [
    fixed(`${letter}_base_link_joint`, `${side}_wrist_yaw_link`, `${letter}_hand_base_link`, [mountM, 0, 0], [pick(0, Math.PI), 0, m * Math.PI / 2]),
    turn(`${letter}_thumb_proximal_yaw_joint`, `${letter}_hand_base_link`, `${letter}_thumb_proximal_base`, [-0.01696, -0.0691, m * 0.02045], [1.5708, -1.5708, 0], pick('z', '-z'), -0.1, 1.3, FINGER_SPEED),
    turn(`${letter}_thumb_proximal_pitch_joint`, `${letter}_thumb_proximal_base`, `${letter}_thumb_proximal`, [pick(0.0099867, -0.0088099), pick(0.0098242, 0.010892), pick(-0.0089, -0.00925)], [m * -1.5708, 0, pick(0.16939, 2.8587)], pick('-z', 'z'), -0.1, 0.6, FINGER_SPEED),
    turn(`${letter}_thumb_intermediate_joint`, `${letter}_thumb_proximal`, `${letter}_thumb_intermediate`, [0.04407, m * -0.034553, -0.0008], [0, 0, 0], pick('-z', 'z'), 0, 0.8, 0.5, [`${letter}_thumb_proximal_pitch_joint`, 1.6]),
    turn(`${letter}_thumb_distal_joint`, `${letter}_thumb_intermediate`, `${letter}_thumb_distal`, [0.020248, m * -0.010156, -0.0012], [0, 0, 0], pick('-z', 'z'), 0, 1.2, 0.5, [`${letter}_thumb_proximal_pitch_joint`, 2.4]),
    turn(`${letter}_index_proximal_joint`, `${letter}_hand_base_link`, `${letter}_index_proximal`, [0.00028533, -0.13653, m * 0.032268], [pick(-0.034907, -3.1067), 0, 0], pick('-z', 'z'), 0, 1.7, FINGER_SPEED),
    turn(`${letter}_index_intermediate_joint`, `${letter}_index_proximal`, `${letter}_index_intermediate`, [pick(-0.0024229, -0.0026138), pick(-0.032041, 0.032026), -0.001], [0, 0, 0], pick('-z', 'z'), 0, 1.7, 0.5, [`${letter}_index_proximal_joint`, 1]),
    turn(`${letter}_middle_proximal_joint`, `${letter}_hand_base_link`, `${letter}_middle_proximal`, [0.00028533, -0.1371, m * 0.01295], [pick(0, -3.1416), 0, 0], pick('-z', 'z'), 0, 1.7, FINGER_SPEED),
    turn(`${letter}_middle_intermediate_joint`, `${letter}_middle_proximal`, `${letter}_middle_intermediate`, [-0.0024229, m * -0.032041, -0.001], [0, 0, 0], pick('-z', 'z'), 0, 1.7, 0.5, [`${letter}_middle_proximal_joint`, 1]),
    turn(`${letter}_ring_proximal_joint`, `${letter}_hand_base_link`, `${letter}_ring_proximal`, [0.00028533, -0.13691, m * -0.0062872], [pick(0.05236, 3.0892), 0, 0], pick('-z', 'z'), 0, 1.7, FINGER_SPEED),
    turn(`${letter}_ring_intermediate_joint`, `${letter}_ring_proximal`, `${letter}_ring_intermediate`, [-0.0024229, m * -0.032041, -0.001], [0, 0, 0], pick('-z', 'z'), 0, 1.7, 0.5, [`${letter}_ring_proximal_joint`, 1]),
    turn(`${letter}_pinky_proximal_joint`, `${letter}_hand_base_link`, `${letter}_pinky_proximal`, [0.00028533, -0.13571, m * -0.025488], [pick(0.10472, 3.0369), 0, 0], pick('-z', 'z'), 0, 1.7, FINGER_SPEED),
    turn(`${letter}_pinky_intermediate_joint`, `${letter}_pinky_proximal`, `${letter}_pinky_intermediate`, [-0.0024229, m * -0.032041, -0.001], [0, 0, 0], pick('-z', 'z'), 0, 1.7, 0.5, [`${letter}_pinky_proximal_joint`, 1]),
  ];
  // biome-ignore-end lint/suspicious/noApproximativeNumericConstant: end of the table
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

const INDEPENDENT = [
  'thumb_proximal_yaw',
  'thumb_proximal_pitch',
  'index_proximal',
  'middle_proximal',
  'ring_proximal',
  'pinky_proximal',
];

export function inspireHand(side: Side): RobotHand {
  const { letter, m } = sided(side);
  const last = (finger: Finger) => `${letter}_${finger}_${finger === 'thumb' ? 'distal' : 'intermediate'}`;
  return {
    palm: `${letter}_hand_base_link`,
    // In line with the middle finger, 95 mm behind its knuckle, as on a person's hand (the knuckle is at
    // y = −0.1371): the hand's base link itself lies inside the robot's forearm cylinder.
    wrist: [0.00028533, -0.0421, m * 0.01295],
    palmFromHand: palmFromHand('-y', 'x'),
    tips: perFinger(finger => ({
      link: last(finger),
      xyz: [TIPS[finger][0], m * TIPS[finger][1], TIPS[finger][2]],
    })),
    middles: perFinger(finger => ({ link: last(finger), xyz: [0, 0, 0] })),
    joints: jointNames(letter, INDEPENDENT),
  };
}

/** Fingers slightly curled, the thumb a little opposed, rad. */
export function inspireRest(side: Side): Record<string, number> {
  const { letter } = sided(side);
  const values = [0.3, 0.1, 0.2, 0.2, 0.2, 0.2];
  return Object.fromEntries(jointNames(letter, INDEPENDENT).map((name, i) => [name, values[i]]));
}

/** The palm, judged without the mesh. */
export const inspireCapsule = (side: Side): Capsule => ({
  link: `${sided(side).letter}_hand_base_link`,
  from: [0, -0.01, 0],
  to: [0, -0.12, sided(side).m * 0.003],
  radius: 0.04,
});
