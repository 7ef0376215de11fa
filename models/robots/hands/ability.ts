/** Psyonic Ability Hand, 6 independent joints. Speeds are the published ones, also the thumb's 40 rad/s. */
import type { JointSpec } from '../../../src/core/robot.ts';
import type { Side } from '../../../src/core/skeletons.ts';
import { at, fixed, palmFromHand, sided, turn } from '../rows.ts';
import { handAlone } from './hand-alone.ts';

// biome-ignore-start lint/suspicious/noApproximativeNumericConstant: the figures are the published ones, digits and all
function joints(side: Side): JointSpec[] {
  const { m, pick } = sided(side);
  // biome-ignore format: a table reads best with one joint a line
  return [
    fixed('base_joint', 'base_link', 'base', [0, 0, 0], [0, 0, -1.57079]),
    fixed('wrist2thumb', 'base', 'thumb_base', [m * 0.0240476665, 0.00378124745, 0.03232964923], [3.14148426, m * 0.08848813, m * 3.14036612]),
    turn('thumb_q1', 'thumb_base', 'thumb_L1', [0, 0, 0], [pick(0, Math.PI), 0, pick(3.330437, -0.18884434641020664)], 'z', -2.0943951, 0, 40.338888721),
    turn('thumb_q2', 'thumb_L1', 'thumb_L2', [0.0278283501, 0, m * -0.0147507], [pick(4.450589592585541, 1.832595714594045), 0, 0], 'z', 0, 2.0943951, 8.0677777442),
    fixed('thumb_tip_joint', 'thumb_L2', 'thumb_tip', [0.065, 0.016, 0], [0, 0, 0]),
    turn('index_q1', 'thumb_base', 'index_L1', [m * -0.00949, -0.01304, -0.06295], [pick(-1.98205, -1.1595426535897932), 1.284473, pick(-2.090591, -1.0510016535897932)], 'z', 0, 2.0943951, 8.0677777442),
    turn('index_q2', 'index_L1', 'index_L2', [0.038472723, 0.003257695, 0], [0, 0, 0.084474], 'z', 0, 2.6586, 8.0677777442, ['index_q1', 1.05851325, 0.72349796]),
    fixed('index_tip_joint', 'index_L2', 'index_tip', [0.035, -0.018, 0], [0, 0, 0]),
    turn('middle_q1', 'thumb_base', 'middle_L1', [m * 0.009653191, -0.015310271, -0.067853949], [pick(-1.860531, -1.2810616535897934), 1.308458, pick(-1.896217, -1.2453756535897933)], 'z', 0, 2.0943951, 8.0677777442),
    turn('middle_q2', 'middle_L1', 'middle_L2', [0.038472723, 0.003257695, 0], [0, 0, 0.084474], 'z', 0, 2.6586, 8.0677777442, ['middle_q1', 1.05851325, 0.72349796]),
    fixed('middle_tip_joint', 'middle_L2', 'middle_tip', [0.035, -0.018, 0], [0, 0, 0]),
    turn('ring_q1', 'thumb_base', 'ring_L1', [m * 0.02995426, -0.014212492, -0.067286105], [pick(-1.716598, -1.424994653589793), 1.321452, pick(-1.675862, -1.4657306535897934)], 'z', 0, 2.0943951, 8.0677777442),
    turn('ring_q2', 'ring_L1', 'ring_L2', [0.038472723, 0.003257695, 0], [0, 0, 0.084474], 'z', 0, 2.6586, 8.0677777442, ['ring_q1', 1.05851325, 0.72349796]),
    fixed('ring_tip_joint', 'ring_L2', 'ring_tip', [0.035, -0.018, 0], [0, 0, 0]),
    turn('pinky_q1', 'thumb_base', 'pinky_L1', [m * 0.049521293, -0.011004583, -0.063029065], [pick(-1.76511, -1.3764826535897934), 1.32222, pick(-1.658383, -1.4832096535897932)], 'z', 0, 2.0943951, 8.0677777442),
    turn('pinky_q2', 'pinky_L1', 'pinky_L2', [0.038472723, 0.003257695, 0], [0, 0, 0.084474], 'z', 0, 2.6586, 8.0677777442, ['pinky_q1', 1.05851325, 0.72349796]),
    fixed('pinky_tip_joint', 'pinky_L2', 'pinky_tip', [0.035, -0.018, 0], [0, 0, 0]),
  ];
}
// biome-ignore-end lint/suspicious/noApproximativeNumericConstant: end of the table

const ability = (side: Side) =>
  handAlone(side, {
    name: 'ability-hand',
    label: 'Psyonic Ability Hand',
    license: 'MIT (Psyonic ability-hand-api, dex-urdf)',
    file: 'ability_hand/ability_hand',
    root: 'base_link',
    joints: joints(side),
    hand: {
      palm: 'base_link',
      wrist: [0, 0, 0],
      palmFromHand: palmFromHand('z', '-x'),
      tips: {
        thumb: at('thumb_tip'),
        index: at('index_tip'),
        middle: at('middle_tip'),
        ring: at('ring_tip'),
        pinky: at('pinky_tip'),
      },
      middles: {
        // The thumb has one joint beyond its base: half-way to the tip stands for a person's IP.
        thumb: at('thumb_L2', [0.0325, 0.008, 0]),
        index: at('index_L2'),
        middle: at('middle_L2'),
        ring: at('ring_L2'),
        pinky: at('pinky_L2'),
      },
    },
    rest: { thumb_q1: -0.3, thumb_q2: 0.2, index_q1: 0.1, middle_q1: 0.1, ring_q1: 0.1, pinky_q1: 0.1 },
  });

export const abilityLeft = ability('left');
export const abilityRight = ability('right');
