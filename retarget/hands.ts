import type { RobotHand, RobotModel } from '../src/core/robot.ts';
import { FINGERS } from '../src/core/skeletons.ts';
import type { HandTargets } from './finger-targets.ts';
import { createTree, holdJoints, type KinematicTree } from './kinematics.ts';
import { positionResidual } from './residuals/position.ts';
import type { Residual } from './residuals/residual.ts';
import { vectorResidual } from './residuals/vector.ts';
import { FINGER_HUBER_M, HAND_WEIGHTS, times } from './weights.ts';

/** One hand as a tree below its palm link, down to tips and middles. */
export function handTree(robot: RobotModel, hand: RobotHand): KinematicTree {
  const points = FINGERS.flatMap(f => [hand.tips[f], hand.middles[f]]).filter(p => p !== undefined);
  const tree = createTree(robot, { base: hand.palm, keep: points.map(p => p.link) });
  holdJoints(tree, robot);
  return tree;
}

/** The tips' residuals, which are reported, and everything the solver minimises. */
export interface HandResiduals {
  tips: Residual[];
  minimised: Residual[];
}

/** The wrist does not move in the palm link, so the vector wrist → point is the point's place there. */
export function handResiduals(hand: RobotHand, tree: KinematicTree, targets: HandTargets): HandResiduals {
  const weights = {
    tip: times(targets.trust, HAND_WEIGHTS.tip),
    middle: times(targets.trust, HAND_WEIGHTS.middle),
  };
  const huber = FINGER_HUBER_M;
  const tips = [...targets.tips].map(([finger, places]) =>
    positionResidual(tree, hand.tips[finger]!, places, {
      name: `${finger} tip`,
      weights: weights.tip,
      huber,
    }),
  );
  const middles = [...targets.middles].map(([finger, places]) =>
    positionResidual(tree, hand.middles[finger]!, places, {
      name: `${finger} middle`,
      weights: weights.middle,
      huber,
    }),
  );
  const pinches = [...targets.pinch].map(([finger, strength]) =>
    vectorResidual(tree, hand.tips.thumb!, hand.tips[finger]!, null, {
      name: `thumb–${finger} pinch`,
      weights: strength.map((share, t) => pinchWeight(share) * targets.trust[t]),
      huber,
    }),
  );
  return { tips, minimised: [...tips, ...middles, ...pinches] };
}

/**
 * The weight that closes `share` of the gap between two tips. Each is drawn to its own place with the weight of a tip; the
 * pull w leaves (tip / 2) / (tip / 2 + w) of the gap between these places. In proportion to the share a pull so much
 * stronger would close the whole gap from its first twentieth on: fingers would snap together and apart.
 */
const pinchWeight = (share: number): number =>
  Math.min(HAND_WEIGHTS.pinch, ((HAND_WEIGHTS.tip / 2) * share) / Math.max(1e-9, 1 - share));
