/** Where points of a robot are, for named joint values (0 where not named). */
import { createState, createTree, forward, pointPosition, treePoint } from '../../../retarget/kinematics.ts';
import type { LinkPoint, RobotModel } from '../../../src/core/robot.ts';
import { quatConjugate, quatRotate, subtract, type Vector3 } from '../../../src/core/se3.ts';
import type { Side } from '../../../src/core/skeletons.ts';

type Pose = Readonly<Record<string, number>>;

/** In a base link, m. */
export function places(robot: RobotModel, base: string): (point: LinkPoint, pose: Pose) => Vector3 {
  const tree = createTree(robot, { base });
  const state = createState(tree);
  return (point, pose) => {
    forward(
      tree,
      tree.dofNames.map(name => pose[name] ?? 0),
      0,
      state,
    );
    const out = new Float64Array(3);
    pointPosition(state, treePoint(tree, point), out, 0);
    return [out[0], out[1], out[2]];
  };
}

/** In the hand frame of HandMotion, m. */
export function inHand(robot: RobotModel, side: Side): (point: LinkPoint, pose: Pose) => Vector3 {
  const hand = robot.hands[side]!;
  const inPalm = places(robot, hand.palm);
  return (point, pose) =>
    quatRotate(quatConjugate(hand.palmFromHand), subtract(inPalm(point, pose), hand.wrist));
}
