/** LEAP Hand, 16 joints: thumb and three fingers. Its joints are numbered as on the hand. */
import type { JointSpec } from '../../../src/core/robot.ts';
import type { Side } from '../../../src/core/skeletons.ts';
import { at, fixed, palmFromHand, sided, turn } from '../rows.ts';
import { handAlone } from './hand-alone.ts';

// biome-ignore-start lint/suspicious/noApproximativeNumericConstant: the figures are the published ones, digits and all
function joints(side: Side): JointSpec[] {
  const { m, pick, range } = sided(side);
  const palm = pick('palm_lower_left', 'palm_lower');
  const thumb = pick('thumb_left_temp_base', 'thumb_temp_base');
  // biome-ignore format: a table reads best with one joint a line
  return [
    fixed('base_joint', 'base', palm, [pick(0.015, 0), pick(0.055, 0.038), pick(0.17, 0.098)], [0, -1.57079, 0]),
    turn('1', palm, 'mcp_joint', [pick(-0.0825, -0.007), pick(-0.0857, 0.023), pick(0.0078, -0.0187)], [1.57079, 1.57079, 0], '-z', -0.314, 2.23, 8.48),
    turn('5', palm, 'mcp_joint_2', [pick(-0.0825, -0.0071), pick(-0.0403, -0.0224), pick(0.0078, -0.0187)], [1.57079, 1.57079, 0], '-z', -0.314, 2.23, 8.48),
    turn('9', palm, 'mcp_joint_3', [pick(-0.0825, -0.00709), pick(0.0051, -0.0678), pick(0.0078, -0.0187)], [1.57079, 1.57079, 0], '-z', -0.314, 2.23, 8.48),
    turn('12', palm, thumb, [pick(-0.1448, -0.0693), pick(-0.09, -0.0012), pick(0.0049, -0.0216)], [0, 1.57079, 0], '-z', ...range(-2.094, 0.349), 8.48),
    turn('13', thumb, 'thumb_pip', [0, m * -0.0143, -0.013], [m * -1.57079, -1.57079, 0], '-z', ...range(-2.443, 0.47), 8.48),
    turn('14', 'thumb_pip', 'thumb_dip', [0, 0.0145, -0.017], [-1.57079, 0, 0], '-z', -1.2, 1.9, 8.48),
    turn('15', 'thumb_dip', 'thumb_fingertip', [0, 0.0466, 0.0002], [0, 0, 3.14159], '-z', -1.34, 1.88, 8.48),
    fixed('thumb_tip', 'thumb_fingertip', 'thumb_tip_head', [0, -0.06, -0.015], [0, 0, 0]),
    turn('0', 'mcp_joint', 'pip', [-0.0122, 0.0381, 0.0145], [-1.57079, 0, 1.57079], '-z', -1.047, 1.047, 8.48),
    turn('2', 'pip', 'dip', [0.015, 0.0143, -0.013], [1.57079, -1.57079, 0], '-z', -0.506, 1.885, 8.48),
    turn('3', 'dip', 'fingertip', [0, -0.0361, 0.0002], [0, 0, 0], '-z', -0.366, 2.042, 8.48),
    turn('4', 'mcp_joint_2', 'pip_2', [-0.0122, 0.0381, 0.0145], [-1.57079, 0, 1.57079], '-z', -1.047, 1.047, 8.48),
    turn('6', 'pip_2', 'dip_2', [0.015, 0.0143, -0.013], [1.57079, -1.57079, 0], '-z', -0.506, 1.885, 8.48),
    turn('7', 'dip_2', 'fingertip_2', [0, -0.0361, 0.0002], [0, 0, 0], '-z', -0.366, 2.042, 8.48),
    turn('8', 'mcp_joint_3', 'pip_3', [-0.0122, 0.0381, 0.0145], [-1.57079, 0, 1.57079], '-z', -1.047, 1.047, 8.48),
    turn('10', 'pip_3', 'dip_3', [0.015, 0.0143, -0.013], [1.57079, -1.57079, 0], '-z', -0.506, 1.885, 8.48),
    turn('11', 'dip_3', 'fingertip_3', [0, -0.03609, 0.0002], [0, 0, 0], '-z', -0.366, 2.042, 8.48),
    fixed('index_tip', 'fingertip', 'index_tip_head', [0, -0.048, 0.015], [0, 0, 0]),
    fixed('middle_tip', 'fingertip_2', 'middle_tip_head', [0, -0.048, 0.015], [0, 0, 0]),
    fixed('ring_tip', 'fingertip_3', 'ring_tip_head', [0, -0.048, 0.015], [0, 0, 0]),
  ];
}
// biome-ignore-end lint/suspicious/noApproximativeNumericConstant: end of the table

const leap = (side: Side) =>
  handAlone(side, {
    name: 'leap-hand',
    label: 'LEAP Hand',
    license: 'MIT (LEAP Hand)',
    file: 'leap_hand/leap_hand',
    root: 'base',
    joints: joints(side),
    hand: {
      palm: 'base',
      // dex-urdf's base, which stands where a wrist would be.
      wrist: [0, 0, 0],
      palmFromHand: palmFromHand('z', '-x'),
      tips: {
        thumb: at('thumb_tip_head'),
        index: at('index_tip_head'),
        middle: at('middle_tip_head'),
        ring: at('ring_tip_head'),
      },
      middles: {
        thumb: at('thumb_fingertip'),
        index: at('dip'),
        middle: at('dip_2'),
        ring: at('dip_3'),
      },
    },
    rest: Object.fromEntries(['1', '2', '5', '6', '9', '10'].map(name => [name, 0.2])),
  });

export const leapLeft = leap('left');
export const leapRight = leap('right');
