/**
 * Schunk SVH five-finger hand, 9 independent joints, 1 rad/s each (the published figure, the same for all).
 * The published left hand lets the palm's fold j5 follow the thumb's opposition with multiplier +1, but gives
 * it limits that are mirrored to −0.98786 … 0: together they allow no opposition at all. The left hand is the
 * mirror image of the right, so the multiplier is −1 here.
 */
import type { JointSpec } from '../../../src/core/robot.ts';
import type { Side } from '../../../src/core/skeletons.ts';
import { at, fixed, palmFromHand, sided, turn } from '../rows.ts';
import { handAlone } from './hand-alone.ts';

// biome-ignore-start lint/suspicious/noApproximativeNumericConstant: the figures are the published ones, digits and all
function joints(side: Side): JointSpec[] {
  const { m, pick, range } = sided(side);
  // biome-ignore format: a table reads best with one joint a line
  return [
    fixed('root_joint', 'base_link', `${side}_hand_base_link`, [0, 0, 0], [0, 0, -1.57079]),
    fixed(`${side}_hand_f4`, `${side}_hand_base_link`, `${side}_hand_e1`, [0, -0.01313, 0], [0, 0, 0]),
    turn(`${side}_hand_j5`, `${side}_hand_e1`, `${side}_hand_e2`, [m * -0.0184, 0.006, 0.0375], [0, 0, 0], 'z', ...range(-0.98786, 0), 1, [`${side}_hand_Thumb_Opposition`, -m]),
    turn(`${side}_hand_index_spread`, `${side}_hand_e1`, `${side}_hand_virtual_l`, [m * 0.025, 0, 0.11], [0, -1.5707, 1.5707], 'z', ...range(-0.28833, 0), 1, [`${side}_hand_Finger_Spread`, 0.5]),
    fixed(`${side}_hand_middle_spread_dummy`, `${side}_hand_e1`, `${side}_hand_virtual_k`, [0, 0, 0.11], [0, -1.5707, 1.5707]),
    turn(`${side}_hand_ring_spread`, `${side}_hand_e2`, `${side}_hand_virtual_j`, [m * -0.003855, -0.006, 0.0655], [-1.5707, -1.5707, 0], 'z', ...range(-0.28833, 0), 1, [`${side}_hand_Finger_Spread`, 0.5]),
    turn(`${side}_hand_Finger_Spread`, `${side}_hand_e2`, `${side}_hand_virtual_i`, [m * -0.025355, -0.006, 0.056], [-1.5707, -1.5707, 0], 'z', ...range(-0.5829, 0), 1),
    turn(`${side}_hand_Thumb_Opposition`, `${side}_hand_e1`, `${side}_hand_z`, [m * 0.0169, 0.02626, 0], [0, 0.2618, 1.571], pick('z', '-z'), 0, 0.9879, 1),
    turn(`${side}_hand_Index_Finger_Proximal`, `${side}_hand_virtual_l`, `${side}_hand_l`, [0, 0, 0], [-1.5707, 0, 0], 'z', 0, 0.79849, 1),
    turn(`${side}_hand_Middle_Finger_Proximal`, `${side}_hand_virtual_k`, `${side}_hand_k`, [0, 0, 0], [-1.5707, 0, 0], 'z', 0, 0.79849, 1),
    turn(`${side}_hand_Middle_Finger_Distal`, `${side}_hand_k`, `${side}_hand_o`, [0.05004, 0, 0], [0, 0, 0], 'z', 0, 1.334, 1),
    turn(`${side}_hand_j15`, `${side}_hand_o`, `${side}_hand_s`, [0.032, 0, 0], [0, 0, 0], 'z', 0, 1.334, 1, [`${side}_hand_Middle_Finger_Distal`, 1.0454]),
    turn(`${side}_hand_Ring_Finger`, `${side}_hand_virtual_j`, `${side}_hand_j`, [0, 0, 0], [1.5707, 0, 0], 'z', 0, 0.98175, 1),
    turn(`${side}_hand_j12`, `${side}_hand_j`, `${side}_hand_n`, [0.05004, 0, 0], [0, 0, 0], 'z', 0, 1.334, 1, [`${side}_hand_Ring_Finger`, 1.3588]),
    turn(`${side}_hand_j16`, `${side}_hand_n`, `${side}_hand_r`, [0.032, 0, 0], [0, 0, 0], 'z', 0, 1.395, 1, [`${side}_hand_Ring_Finger`, 1.42093]),
    turn(`${side}_hand_Pinky`, `${side}_hand_virtual_i`, `${side}_hand_i`, [0, 0, 0], [1.5707, 0, 0], 'z', 0, 0.98175, 1),
    turn(`${side}_hand_j13`, `${side}_hand_i`, `${side}_hand_m`, [0.04454, 0, 0], [0, 0, 0], 'z', 0, 1.334, 1, [`${side}_hand_Pinky`, 1.3588]),
    turn(`${side}_hand_j17`, `${side}_hand_m`, `${side}_hand_q`, [0.022, 0, 0], [0, 0, 0], 'z', 0, 1.3971, 1, [`${side}_hand_Pinky`, 1.42307]),
    fixed('mftip_joint', `${side}_hand_s`, 'mftip', [0.014, 0, 0], [0, 0, 0]),
    fixed('rftip_joint', `${side}_hand_r`, 'rftip', [0.014, 0, 0], [0, 0, 0]),
    fixed('lftip_joint', `${side}_hand_q`, 'lftip', [0.014, 0, 0], [0, 0, 0]),
    turn(`${side}_hand_Thumb_Flexion`, `${side}_hand_z`, `${side}_hand_a`, [0, 0, 0.04596], [m * -1.57079, -0.6004, m * -1.57079], 'z', ...range(-0.9704, 0), 1),
    turn(`${side}_hand_j3`, `${side}_hand_a`, `${side}_hand_b`, [0.0485, 0, 0], [0, 0, 0], 'z', ...range(-0.98506, 0), 1, [`${side}_hand_Thumb_Flexion`, 1.01511]),
    turn(`${side}_hand_j4`, `${side}_hand_b`, `${side}_hand_c`, [0.03, 0, 0], [0, 0, 0], 'z', ...range(-1.406, 0), 1, [`${side}_hand_Thumb_Flexion`, 1.44889]),
    turn(`${side}_hand_Index_Finger_Distal`, `${side}_hand_l`, `${side}_hand_p`, [0.04804, 0, 0], [0, 0, 0], 'z', 0, 1.334, 1),
    turn(`${side}_hand_j14`, `${side}_hand_p`, `${side}_hand_t`, [0.026, 0, 0], [0, 0, 0], 'z', 0, 1.394, 1, [`${side}_hand_Index_Finger_Distal`, 1.045]),
    fixed('thtip_joint', `${side}_hand_c`, 'thtip', [0.0275, 0, 0], [0, 0, 0]),
    fixed('fftip_joint', `${side}_hand_t`, 'fftip', [0.014, 0, 0], [0, 0, 0]),
  ];
}
// biome-ignore-end lint/suspicious/noApproximativeNumericConstant: end of the table

function svh(side: Side) {
  const { m } = sided(side);
  const link = (letter: string) => at(`${side}_hand_${letter}`);
  return handAlone(side, {
    name: 'svh-hand',
    label: 'Schunk SVH hand',
    license: 'GPL-3.0 (Schunk SVH driver, whose figures these are)',
    file: 'schunk_hand/schunk_svh_hand',
    root: 'base_link',
    joints: joints(side),
    hand: {
      palm: `${side}_hand_base_link`,
      // The middle finger's knuckle is 0.11 m ahead.
      wrist: [0, -0.01313, 0],
      palmFromHand: palmFromHand('z', '-y'),
      tips: {
        thumb: at('thtip'),
        index: at('fftip'),
        middle: at('mftip'),
        ring: at('rftip'),
        pinky: at('lftip'),
      },
      middles: { thumb: link('c'), index: link('p'), middle: link('o'), ring: link('n'), pinky: link('m') },
    },
    rest: {
      [`${side}_hand_Thumb_Opposition`]: 0.3,
      [`${side}_hand_Thumb_Flexion`]: -m * 0.2,
      [`${side}_hand_Index_Finger_Proximal`]: 0.1,
      [`${side}_hand_Middle_Finger_Proximal`]: 0.1,
      [`${side}_hand_Ring_Finger`]: 0.1,
      [`${side}_hand_Pinky`]: 0.1,
    },
  });
}

export const svhLeft = svh('left');
export const svhRight = svh('right');
