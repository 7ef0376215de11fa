/** Allegro Hand, 16 joints: thumb and three fingers. The left is the right with another thumb. */
import type { JointSpec, LinkPoint } from '../../../src/core/robot.ts';
import type { Finger, Side } from '../../../src/core/skeletons.ts';
import { at, fixed, palmFromHand, sided, turn } from '../rows.ts';
import { handAlone } from './hand-alone.ts';

function joints(side: Side): JointSpec[] {
  const { m, pick } = sided(side);
  // biome-ignore format: a table reads best with one joint a line
  return [
    fixed('palm_joint', 'base_link', 'palm', [0, 0, -0.065], [0, 0, 0]),
    fixed('wrist_joint', 'palm', 'wrist', [0, 0, -0.03], [0, 0, 0]),
    turn('joint_0.0', 'base_link', 'link_0.0', [0, 0.0435, -0.001542], [-0.08726646255, 0, 0], 'z', -0.47, 0.47, 3.14),
    turn('joint_1.0', 'link_0.0', 'link_1.0', [0, 0, 0.0164], [0, 0, 0], 'y', -0.196, 1.61, 3.14),
    turn('joint_2.0', 'link_1.0', 'link_2.0', [0, 0, 0.054], [0, 0, 0], 'y', -0.174, 1.709, 3.14),
    turn('joint_3.0', 'link_2.0', 'link_3.0', [0, 0, 0.0384], [0, 0, 0], 'y', -0.227, 1.618, 3.14),
    fixed('joint_3.0_tip', 'link_3.0', 'link_3.0_tip', [0, 0, 0.0387], [0, 0, 0]),
    turn('joint_4.0', 'base_link', 'link_4.0', [0, 0, 0.0007], [0, 0, 0], 'z', -0.47, 0.47, 3.14),
    turn('joint_5.0', 'link_4.0', 'link_5.0', [0, 0, 0.0164], [0, 0, 0], 'y', -0.196, 1.61, 3.14),
    turn('joint_6.0', 'link_5.0', 'link_6.0', [0, 0, 0.054], [0, 0, 0], 'y', -0.174, 1.709, 3.14),
    turn('joint_7.0', 'link_6.0', 'link_7.0', [0, 0, 0.0384], [0, 0, 0], 'y', -0.227, 1.618, 3.14),
    fixed('joint_7.0_tip', 'link_7.0', 'link_7.0_tip', [0, 0, 0.0387], [0, 0, 0]),
    turn('joint_8.0', 'base_link', 'link_8.0', [0, -0.0435, -0.001542], [0.08726646255, 0, 0], 'z', -0.47, 0.47, 3.14),
    turn('joint_9.0', 'link_8.0', 'link_9.0', [0, 0, 0.0164], [0, 0, 0], 'y', -0.196, 1.61, 3.14),
    turn('joint_10.0', 'link_9.0', 'link_10.0', [0, 0, 0.054], [0, 0, 0], 'y', -0.174, 1.709, 3.14),
    turn('joint_11.0', 'link_10.0', 'link_11.0', [0, 0, 0.0384], [0, 0, 0], 'y', -0.227, 1.618, 3.14),
    fixed('joint_11.0_tip', 'link_11.0', 'link_11.0_tip', [0, 0, 0.0387], [0, 0, 0]),
    turn('joint_12.0', 'base_link', 'link_12.0', [-0.0182, m * -0.019333, -0.045987], [0, -1.65806278845, m * 1.5707963259], pick('x', '-x'), 0.263, 1.396, 3.14),
    turn('joint_13.0', 'link_12.0', 'link_13.0', [-0.027, 0.005, 0.0399], [0, 0, 0], pick('-z', 'z'), -0.105, 1.163, 3.14),
    turn('joint_14.0', 'link_13.0', 'link_14.0', [0, 0, 0.0177], [0, 0, 0], 'y', -0.189, 1.644, 3.14),
    turn('joint_15.0', 'link_14.0', 'link_15.0', [0, 0, 0.0514], [0, 0, 0], 'y', -0.162, 1.719, 3.14),
    fixed('joint_15.0_tip', 'link_15.0', 'link_15.0_tip', [0, 0, 0.0543], [0, 0, 0]),
  ];
}

function allegro(side: Side) {
  // The finger beside the thumb is the index finger: links 0–3 on a right hand, 8–11 on a left one.
  const first: Partial<Record<Finger, number>> = {
    thumb: 12,
    index: side === 'right' ? 0 : 8,
    middle: 4,
    ring: side === 'right' ? 8 : 0,
  };
  const points = (link: (first: number) => string) =>
    Object.fromEntries(Object.entries(first).map(([finger, n]) => [finger, at(link(n))])) as Partial<
      Record<Finger, LinkPoint>
    >;
  return handAlone(side, {
    name: 'allegro-hand',
    label: 'Wonik Allegro Hand',
    license: 'BSD-2-Clause (SimLab)',
    file: 'allegro_hand/allegro_hand',
    root: 'base_link',
    joints: joints(side),
    hand: {
      palm: 'base_link',
      // The link that dex-urdf calls 'wrist'.
      wrist: [0, 0, -0.095],
      palmFromHand: palmFromHand('z', '-x'),
      tips: points(n => `link_${n + 3}.0_tip`),
      middles: { ...points(n => `link_${n + 2}.0`), thumb: at('link_15.0') },
    },
    // The thumb's lowest opposition is 0.263; the fingers are slightly curled.
    rest: {
      'joint_12.0': 0.6,
      'joint_13.0': 0.2,
      'joint_14.0': 0.2,
      'joint_15.0': 0.2,
      ...Object.fromEntries([1, 2, 5, 6, 9, 10].map(n => [`joint_${n}.0`, 0.2])),
    },
  });
}

export const allegroLeft = allegro('left');
export const allegroRight = allegro('right');
