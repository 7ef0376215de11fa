/** Shadow Dexterous Hand, 24 joints, two of them a wrist, which is held. */
import type { JointSpec } from '../../../src/core/robot.ts';
import type { Side } from '../../../src/core/skeletons.ts';
import { at, fixed, palmFromHand, sided, turn } from '../rows.ts';
import { handAlone } from './hand-alone.ts';

// biome-ignore-start lint/suspicious/noApproximativeNumericConstant: the figures are the published ones, digits and all
function joints(side: Side): JointSpec[] {
  const { m, pick } = sided(side);
  // biome-ignore format: a table reads best with one joint a line
  return [
    fixed('world_joint', 'world', 'forearm', [0, 0, 0], [0, 0, 1.57079]),
    turn('WRJ2', 'forearm', 'wrist', [0, -0.01, 0.21301], [0, 0, 0], pick('-y', 'y'), -0.523598775598, 0.174532925199, 2),
    turn('WRJ1', 'wrist', 'palm', [0, 0, 0.034], [0, 0, 0], 'x', -0.698131700798, 0.488692190558, 2),
    turn('FFJ4', 'palm', 'ffknuckle', [m * -0.033, 0, 0.095], [0, 0, 0], pick('y', '-y'), -0.349065850399, 0.349065850399, 2),
    turn('FFJ3', 'ffknuckle', 'ffproximal', [0, 0, 0], [0, 0, 0], 'x', -0.261799387799, 1.57079632679, 2),
    turn('FFJ2', 'ffproximal', 'ffmiddle', [0, 0, 0.045], [0, 0, 0], 'x', 0, 1.57079632679, 2),
    turn('FFJ1', 'ffmiddle', 'ffdistal', [0, 0, 0.025], [0, 0, 0], 'x', 0, 1.57079632679, 2),
    fixed('FFtip', 'ffdistal', 'fftip', [0, 0, 0.026], [0, 0, 0]),
    turn('MFJ4', 'palm', 'mfknuckle', [m * -0.011, 0, 0.099], [0, 0, 0], pick('y', '-y'), -0.349065850399, 0.349065850399, 2),
    turn('MFJ3', 'mfknuckle', 'mfproximal', [0, 0, 0], [0, 0, 0], 'x', -0.261799387799, 1.57079632679, 2),
    turn('MFJ2', 'mfproximal', 'mfmiddle', [0, 0, 0.045], [0, 0, 0], 'x', 0, 1.57079632679, 2),
    turn('MFJ1', 'mfmiddle', 'mfdistal', [0, 0, 0.025], [0, 0, 0], 'x', 0, 1.57079632679, 2),
    fixed('MFtip', 'mfdistal', 'mftip', [0, 0, 0.026], [0, 0, 0]),
    turn('RFJ4', 'palm', 'rfknuckle', [m * 0.011, 0, 0.095], [0, 0, 0], pick('-y', 'y'), -0.349065850399, 0.349065850399, 2),
    turn('RFJ3', 'rfknuckle', 'rfproximal', [0, 0, 0], [0, 0, 0], 'x', -0.261799387799, 1.57079632679, 2),
    turn('RFJ2', 'rfproximal', 'rfmiddle', [0, 0, 0.045], [0, 0, 0], 'x', 0, 1.57079632679, 2),
    turn('RFJ1', 'rfmiddle', 'rfdistal', [0, 0, 0.025], [0, 0, 0], 'x', 0, 1.57079632679, 2),
    fixed('RFtip', 'rfdistal', 'rftip', [0, 0, 0.026], [0, 0, 0]),
    turn('LFJ5', 'palm', 'lfmetacarpal', [m * 0.033, 0, 0.02071], [0, m * 0.9599, 0], 'x', 0, 0.785398163397, 2),
    turn('LFJ4', 'lfmetacarpal', 'lfknuckle', [m * -0.05397275, 0, 0.03779463], [0, m * -0.9599, 0], pick('-y', 'y'), -0.349065850399, 0.349065850399, 2),
    turn('LFJ3', 'lfknuckle', 'lfproximal', [0, 0, 0], [0, 0, 0], 'x', -0.261799387799, 1.57079632679, 2),
    turn('LFJ2', 'lfproximal', 'lfmiddle', [0, 0, 0.045], [0, 0, 0], 'x', 0, 1.57079632679, 2),
    turn('LFJ1', 'lfmiddle', 'lfdistal', [0, 0, 0.025], [0, 0, 0], 'x', 0, 1.57079632679, 2),
    fixed('LFtip', 'lfdistal', 'lftip', [0, 0, 0.026], [0, 0, 0]),
    turn('THJ5', 'palm', 'thbase', [m * -0.034, -0.00858, 0.029], [-0.785398163397, 0, m * 1.57079632679], pick('z', '-z'), -1.0471975512, 1.0471975512, 4),
    turn('THJ4', 'thbase', 'thproximal', [0, 0, 0], [0, 0, 0], pick('-y', 'y'), 0, 1.2217304764, 4),
    turn('THJ3', 'thproximal', 'thhub', [0, 0, 0.038], [0, 0, 0], pick('-y', 'y'), -0.209439510239, 0.209439510239, 4),
    turn('THJ2', 'thhub', 'thmiddle', [0, 0, 0], [0, 0, 0], 'x', -0.698131700798, 0.698131700798, 2),
    turn('THJ1', 'thmiddle', 'thdistal', [0, 0, 0.032], [0, 0, 0], 'x', -0.261799387799, 1.57079632679, 4),
    fixed('THtip', 'thdistal', 'thtip', [0, 0, 0.0275], [0, 0, 0]),
    fixed('ee_fixed_joint', 'palm', 'ee_link', [0, 0, 0], [0, 0, pick(0, -1.57079)]),
  ];
}
// biome-ignore-end lint/suspicious/noApproximativeNumericConstant: end of the table

const shadow = (side: Side) =>
  handAlone(side, {
    name: 'shadow-hand',
    label: 'Shadow Dexterous Hand',
    license: 'BSD-3-Clause (Shadow Robot Company)',
    file: 'shadow_hand/shadow_hand',
    root: 'world',
    joints: joints(side),
    held: ['WRJ2', 'WRJ1'],
    hand: {
      palm: 'palm',
      // In line with the middle finger, whose knuckle is at x = ±0.011, z = 0.099.
      wrist: [sided(side).m * -0.011, 0, 0],
      palmFromHand: palmFromHand('z', 'y'),
      tips: {
        thumb: at('thtip'),
        index: at('fftip'),
        middle: at('mftip'),
        ring: at('rftip'),
        pinky: at('lftip'),
      },
      middles: {
        thumb: at('thdistal'),
        index: at('ffmiddle'),
        middle: at('mfmiddle'),
        ring: at('rfmiddle'),
        pinky: at('lfmiddle'),
      },
    },
    rest: {
      ...Object.fromEntries(['FF', 'MF', 'RF', 'LF'].flatMap(f => [`${f}J3`, `${f}J2`]).map(j => [j, 0.2])),
      THJ4: 0.4,
      THJ1: 0.2,
    },
  });

export const shadowLeft = shadow('left');
export const shadowRight = shadow('right');
