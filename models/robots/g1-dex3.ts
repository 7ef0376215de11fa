/**
 * Unitree G1, 29 DoF, rev 1.0, with two Dex3-1 hands: 43 independent joints. A Dex3-1 has a thumb, an index and
 * a middle finger; the right one's signs are mirrored.
 * Figures: unitree_ros, g1_29dof_with_hand_rev_1_0.urdf (BSD-3-Clause, Unitree Robotics).
 */
import type { JointSpec, RobotHand, RobotModel } from '../../src/core/robot.ts';
import { SIDES, type Side } from '../../src/core/skeletons.ts';
import { g1Arm, g1ArmJoints, g1ArmRest, g1Camera, g1Capsules, g1Legs, g1Trunk, g1Waist } from './g1-body.ts';
import { at, fixed, palmFromHand, sided, turn } from './rows.ts';
import { bothPoses, jointNames } from './sides.ts';

function handJoints(side: Side): JointSpec[] {
  const { m, range } = sided(side);
  // biome-ignore-start lint/suspicious/noApproximativeNumericConstant: the figures are the published ones
  // biome-ignore format: a table reads best with one joint a line
  return [
    fixed(`${side}_hand_palm_joint`, `${side}_wrist_yaw_link`, `${side}_hand_palm_link`, [0.0415, m * 0.003, 0], [0, 0, 0]),
    turn(`${side}_hand_thumb_0_joint`, `${side}_hand_palm_link`, `${side}_hand_thumb_0_link`, [0.0255, 0, 0], [0, 0, 0], 'y', -1.04719755, 1.04719755, 3.14),
    turn(`${side}_hand_thumb_1_joint`, `${side}_hand_thumb_0_link`, `${side}_hand_thumb_1_link`, [-0.0025, m * -0.0193, 0], [0, 0, 0], 'z', ...range(-0.61086523, 1.04719755), 12),
    turn(`${side}_hand_thumb_2_joint`, `${side}_hand_thumb_1_link`, `${side}_hand_thumb_2_link`, [0, m * -0.0458, 0], [0, 0, 0], 'z', ...range(0, 1.74532925), 12),
    turn(`${side}_hand_middle_0_joint`, `${side}_hand_palm_link`, `${side}_hand_middle_0_link`, [0.0777, m * 0.0016, -0.0285], [0, 0, 0], 'z', ...range(-1.57079632, 0), 12),
    turn(`${side}_hand_middle_1_joint`, `${side}_hand_middle_0_link`, `${side}_hand_middle_1_link`, [0.0458, 0, 0], [0, 0, 0], 'z', ...range(-1.74532925, 0), 12),
    turn(`${side}_hand_index_0_joint`, `${side}_hand_palm_link`, `${side}_hand_index_0_link`, [0.0777, m * 0.0016, 0.0285], [0, 0, 0], 'z', ...range(-1.57079632, 0), 12),
    turn(`${side}_hand_index_1_joint`, `${side}_hand_index_0_link`, `${side}_hand_index_1_link`, [0.0458, 0, 0], [0, 0, 0], 'z', ...range(-1.74532925, 0), 12),
  ];
  // biome-ignore-end lint/suspicious/noApproximativeNumericConstant: end of the table
}

/**
 * No fingertip is published. The last phalanges are taken to be as long as the ones before them, 45.8 mm, which
 * agrees with their centres of mass 26.3 mm from their joints.
 */
const PHALANX_M = 0.0458;

function hand(side: Side): RobotHand {
  const { m } = sided(side);
  const last = (finger: string) => `${side}_hand_${finger}`;
  return {
    palm: `${side}_hand_palm_link`,
    // 95 mm behind the knuckles, as on a person's hand. Between the two fingers, so that the index finger,
    // which pinches, is as far from the axis as a person's.
    wrist: [-0.0173, m * 0.0016, 0],
    palmFromHand: palmFromHand('x', side === 'left' ? 'y' : '-y'),
    tips: {
      thumb: at(last('thumb_2_link'), [0, m * -PHALANX_M, 0]),
      index: at(last('index_1_link'), [PHALANX_M, 0, 0]),
      middle: at(last('middle_1_link'), [PHALANX_M, 0, 0]),
    },
    middles: {
      thumb: at(last('thumb_2_link')),
      index: at(last('index_1_link')),
      middle: at(last('middle_1_link')),
    },
    joints: jointNames(`${side}_hand`, [
      'thumb_0',
      'thumb_1',
      'thumb_2',
      'middle_0',
      'middle_1',
      'index_0',
      'index_1',
    ]),
  };
}

/** Fingers and thumb slightly curled, rad. */
const rest = (side: Side): Record<string, number> => {
  const { m } = sided(side);
  return {
    ...g1ArmRest(side),
    [`${side}_hand_thumb_1_joint`]: m * 0.3,
    [`${side}_hand_thumb_2_joint`]: m * 0.3,
    [`${side}_hand_index_0_joint`]: m * -0.2,
    [`${side}_hand_index_1_joint`]: m * -0.2,
    [`${side}_hand_middle_0_joint`]: m * -0.2,
    [`${side}_hand_middle_1_joint`]: m * -0.2,
  };
};

export const g1Dex3: RobotModel = {
  name: 'g1-dex3',
  label: 'Unitree G1 29-DoF with Dex3-1 hands',
  license: 'BSD-3-Clause (kinematic figures, Unitree Robotics)',
  source: 'unitreerobotics/unitree_ros g1_29dof_with_hand_rev_1_0.urdf',
  root: 'pelvis',
  joints: [...g1Trunk(), ...SIDES.flatMap(side => [...g1ArmJoints(side), ...handJoints(side)])],
  rest: bothPoses(rest),
  held: g1Legs,
  waist: g1Waist,
  torso: 'torso_link',
  arms: { left: g1Arm('left'), right: g1Arm('right') },
  hands: { left: hand('left'), right: hand('right') },
  camera: g1Camera,
  capsules: g1Capsules(side => ({
    link: `${side}_hand_palm_link`,
    from: [0, 0, 0],
    to: [0.085, 0, 0],
    radius: 0.04,
  })),
};
