/**
 * Unitree G1, 29 DoF, rev 1.0, with two Inspire RH56DFQ hands: 41 independent joints.
 * Figures: unitree_ros, g1_29dof_rev_1_0_with_inspire_hand_DFQ.urdf (BSD-3-Clause, Unitree Robotics).
 */
import type { RobotModel } from '../../src/core/robot.ts';
import { SIDES } from '../../src/core/skeletons.ts';
import { g1Arm, g1ArmJoints, g1ArmRest, g1Camera, g1Capsules, g1Legs, g1Trunk, g1Waist } from './g1-body.ts';
import { inspireCapsule, inspireHand, inspireJoints, inspireRest } from './inspire-dfq.ts';
import { bothPoses } from './sides.ts';

/** From the wrist's yaw link to the base of the hand, m. */
const HAND_MOUNT_M = 0.0415;

export const g1Inspire: RobotModel = {
  name: 'g1-inspire',
  label: 'Unitree G1 29-DoF with Inspire RH56DFQ hands',
  license: 'BSD-3-Clause (kinematic figures, Unitree Robotics); MIT (fingertip figures, dex-urdf)',
  source:
    'unitreerobotics/unitree_ros g1_29dof_rev_1_0_with_inspire_hand_DFQ.urdf; dexsuite/dex-urdf inspire_hand',
  root: 'pelvis',
  joints: [
    ...g1Trunk(),
    ...SIDES.flatMap(g1ArmJoints),
    ...SIDES.flatMap(side => inspireJoints(side, HAND_MOUNT_M)),
  ],
  rest: bothPoses(side => ({ ...g1ArmRest(side), ...inspireRest(side) })),
  held: g1Legs,
  waist: g1Waist,
  torso: 'torso_link',
  arms: { left: g1Arm('left'), right: g1Arm('right') },
  hands: { left: inspireHand('left'), right: inspireHand('right') },
  camera: g1Camera,
  capsules: g1Capsules(inspireCapsule),
};
