/**
 * Inspire RH56, 6 independent joints, as dex-urdf describes it: other limits and couplings than Unitree's
 * description of the RH56DFQ (../inspire-dfq.ts), and a base turned into MANO's axes. Its speeds are as there.
 */
import type { JointSpec } from '../../../src/core/robot.ts';
import type { Side } from '../../../src/core/skeletons.ts';
import { FINGER_SPEED } from '../inspire-dfq.ts';
import { at, fixed, palmFromHand, sided, turn } from '../rows.ts';
import { handAlone } from './hand-alone.ts';

// biome-ignore-start lint/suspicious/noApproximativeNumericConstant: the figures are the published ones, digits and all
function joints(side: Side): JointSpec[] {
  const { m, pick } = sided(side);
  // biome-ignore format: a table reads best with one joint a line
  return [
    fixed('base_joint', 'base', 'hand_base_link', [0, 0, 0], [pick(-1.5707963, -1.57079), 0, 3.14159]),
    turn('thumb_proximal_yaw_joint', 'hand_base_link', 'thumb_proximal_base', [-0.01696, -0.0691, m * 0.02045], [1.5708, -1.5708, 0], pick('z', '-z'), 0, 1.308, FINGER_SPEED),
    turn('thumb_proximal_pitch_joint', 'thumb_proximal_base', 'thumb_proximal', [pick(0.0099867, -0.0088099), pick(0.0098242, 0.010892), pick(-0.0089, -0.00925)], [m * -1.5708, 0, pick(0.16939, 2.8587)], pick('-z', 'z'), 0, 0.6, FINGER_SPEED),
    turn('thumb_intermediate_joint', 'thumb_proximal', 'thumb_intermediate', [0.04407, m * -0.034553, -0.0008], [0, 0, 0], pick('-z', 'z'), 0, 0.8, 0.5, ['thumb_proximal_pitch_joint', 1.334]),
    turn('thumb_distal_joint', 'thumb_intermediate', 'thumb_distal', [0.020248, m * -0.010156, -0.0012], [0, 0, 0], pick('-z', 'z'), 0, 0.4, 0.5, ['thumb_proximal_pitch_joint', 0.667]),
    turn('index_proximal_joint', 'hand_base_link', 'index_proximal', [0.00028533, -0.13653, m * 0.032268], [pick(-0.034907, -3.1067), 0, 0], pick('-z', 'z'), 0, 1.47, FINGER_SPEED),
    turn('index_intermediate_joint', 'index_proximal', 'index_intermediate', [-0.0026138, m * -0.032026, -0.001], [0, 0, 0], pick('-z', 'z'), -0.04545, 1.56, 0.5, ['index_proximal_joint', 1.06399, -0.04545]),
    turn('middle_proximal_joint', 'hand_base_link', 'middle_proximal', [0.00028533, -0.1371, m * 0.01295], [pick(0, -3.1416), 0, 0], pick('-z', 'z'), 0, 1.47, FINGER_SPEED),
    turn('middle_intermediate_joint', 'middle_proximal', 'middle_intermediate', [-0.0024229, m * -0.032041, -0.001], [0, 0, 0], pick('-z', 'z'), -0.04545, 1.56, 0.5, ['middle_proximal_joint', 1.06399, -0.04545]),
    turn('ring_proximal_joint', 'hand_base_link', 'ring_proximal', [0.00028533, -0.13691, m * -0.0062872], [pick(0.05236, 3.0892), 0, 0], pick('-z', 'z'), 0, 1.47, FINGER_SPEED),
    turn('ring_intermediate_joint', 'ring_proximal', 'ring_intermediate', [-0.0024229, m * -0.032041, -0.001], [0, 0, 0], pick('-z', 'z'), -0.04545, 1.56, 0.5, ['ring_proximal_joint', 1.06399, -0.04545]),
    turn('pinky_proximal_joint', 'hand_base_link', 'pinky_proximal', [0.00028533, -0.13571, m * -0.025488], [pick(0.10472, 3.0369), 0, 0], pick('-z', 'z'), 0, 1.47, FINGER_SPEED),
    turn('pinky_intermediate_joint', 'pinky_proximal', 'pinky_intermediate', [-0.0024229, m * -0.032041, -0.001], [0, 0, 0], pick('-z', 'z'), -0.04545, 1.56, 0.5, ['pinky_proximal_joint', 1.06399, -0.04545]),
    fixed('thumb_tip_joint', 'thumb_distal', 'thumb_tip', [0.0202, m * -0.014, -0.006], [0, 0, 0]),
    fixed('index_tip_joint', 'index_intermediate', 'index_tip', [-0.0008, m * -0.045, -0.005], [0, 0, 0]),
    fixed('middle_tip_joint', 'middle_intermediate', 'middle_tip', [-0.001, m * -0.048, -0.005], [0, 0, 0]),
    fixed('ring_tip_joint', 'ring_intermediate', 'ring_tip', [-0.0008, m * -0.045, -0.005], [0, 0, 0]),
    fixed('pinky_tip_joint', 'pinky_intermediate', 'pinky_tip', [-0.0008, m * -0.037, -0.005], [0, 0, 0]),
  ];
}
// biome-ignore-end lint/suspicious/noApproximativeNumericConstant: end of the table

const inspire = (side: Side) =>
  handAlone(side, {
    name: 'inspire-hand',
    label: 'Inspire RH56 hand',
    license: 'MIT (dex-urdf)',
    file: 'inspire_hand/inspire_hand',
    root: 'base',
    joints: joints(side),
    hand: {
      palm: 'base',
      // 95 mm behind the knuckle of the middle finger (z = 0.1371), as on a person's hand.
      wrist: [0, sided(side).m * -0.01295, 0.0421],
      palmFromHand: palmFromHand('z', '-x'),
      tips: {
        thumb: at('thumb_tip'),
        index: at('index_tip'),
        middle: at('middle_tip'),
        ring: at('ring_tip'),
        pinky: at('pinky_tip'),
      },
      middles: {
        thumb: at('thumb_distal'),
        index: at('index_intermediate'),
        middle: at('middle_intermediate'),
        ring: at('ring_intermediate'),
        pinky: at('pinky_intermediate'),
      },
    },
    rest: {
      thumb_proximal_yaw_joint: 0.3,
      thumb_proximal_pitch_joint: 0.1,
      index_proximal_joint: 0.2,
      middle_proximal_joint: 0.2,
      ring_proximal_joint: 0.2,
      pinky_proximal_joint: 0.2,
    },
  });

export const inspireLeft = inspire('left');
export const inspireRight = inspire('right');
