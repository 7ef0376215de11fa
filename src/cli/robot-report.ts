/** What a robot's table says once its joints move: lengths, and whether its hands point the way they should. */
import { createState, createTree, forward, pointPosition, treePoint } from '../../retarget/index.ts';
import { independentJoints, type LinkPoint, type RobotHand, type RobotModel } from '../core/robot.ts';
import { distance, quatConjugate, quatRotate, subtract, type Vector3 } from '../core/se3.ts';
import { FINGERS, SIDES, type Side } from '../core/skeletons.ts';

const mm = (metres: number) => `${Math.round(metres * 1000)} mm`;

/** Facts are fine; doubts can be meant, but are mostly a wrong axis. The robot has to be consistent. */
export function describeRobot(robot: RobotModel): { facts: string[]; doubts: string[] } {
  const facts: string[] = [];
  const doubts: string[] = [];
  const parts = [
    ...SIDES.flatMap(side => (robot.arms ? [`${robot.arms[side].joints.length} ${side} arm`] : [])),
    ...SIDES.flatMap(side => {
      const hand = robot.hands[side];
      return hand ? [`${hand.joints.length} ${side} hand`] : [];
    }),
    `${robot.waist.length} waist`,
    `${robot.held.length} held`,
  ];
  const free = independentJoints(robot.joints).length;
  facts.push(`${free} independent joints: ${parts.join(', ')}`);
  for (const side of SIDES) {
    if (robot.arms) facts.push(describeArm(robot, side));
    const hand = robot.hands[side];
    if (hand) describeHand(robot, side, hand, facts, doubts);
  }
  if (robot.arms && robot.camera) facts.push(`head camera on '${robot.camera.link}'`);
  else if (robot.arms) doubts.push('no camera: egocentric videos cannot be retargeted to it');
  if (robot.capsules.length === 0)
    doubts.push('no capsules: nothing keeps its parts from touching each other');
  return { facts, doubts };
}

function describeArm(robot: RobotModel, side: Side): string {
  const { shoulder, elbow, wrist } = robot.arms![side];
  const at = places(robot, robot.torso);
  const [s, e, w] = [shoulder, elbow, wrist].map(point => at(point, robot.rest));
  return `${side} arm: upper arm ${mm(distance(s, e))}, forearm ${mm(distance(e, w))}`;
}

function describeHand(
  robot: RobotModel,
  side: Side,
  hand: RobotHand,
  facts: string[],
  doubts: string[],
): void {
  const inPalm = places(robot, hand.palm);
  const at = (point: LinkPoint, pose: Readonly<Record<string, number>>) =>
    quatRotate(quatConjugate(hand.palmFromHand), subtract(inPalm(point, pose), hand.wrist));
  const fingers = FINGERS.filter(finger => hand.tips[finger]);
  const lengths = fingers.map(finger => `${finger} ${mm(at(hand.tips[finger]!, robot.rest)[0])}`);
  facts.push(`${side} hand: fingertips ahead of the wrist by ${lengths.join(', ')}`);
  const closed = closing(robot, hand.joints);
  for (const finger of fingers.filter(name => name !== 'thumb')) {
    const [open, shut] = [at(hand.tips[finger]!, robot.rest), at(hand.tips[finger]!, closed)];
    if (open[0] < 0.03)
      doubts.push(
        `${side} ${finger}: its tip is not ahead of the wrist; is "fingers" the right axis of '${hand.palm}'?`,
      );
    if (shut[2] > open[2])
      doubts.push(
        `${side} ${finger}: it closes towards the back of the hand; is "back" the right axis of '${hand.palm}'?`,
      );
  }
  if (hand.tips.index && (hand.tips.pinky ?? hand.tips.middle)) {
    const last = hand.tips.pinky ?? hand.tips.middle!;
    const outward =
      (at(last, robot.rest)[1] - at(hand.tips.index, robot.rest)[1]) * (side === 'left' ? 1 : -1);
    if (outward < 0)
      doubts.push(`${side} hand: its index finger is on the little finger's side; is it the other hand?`);
  }
  if (!hand.tips.thumb) doubts.push(`${side} hand: no thumb, so it cannot pinch`);
}

/** Every joint at half of its further limit. */
function closing(robot: RobotModel, joints: readonly string[]): Record<string, number> {
  const tree = createTree(robot);
  return Object.fromEntries(
    joints.map(name => {
      const [low, high] = [tree.lower, tree.upper].map(limits => limits[tree.dofNames.indexOf(name)]);
      return [name, (Math.abs(low) > Math.abs(high) ? low : high) / 2];
    }),
  );
}

/** Places of points in a base link, m, for named joint values (0 where not named). */
function places(robot: RobotModel, base: string) {
  const tree = createTree(robot, { base });
  const state = createState(tree);
  const out = new Float64Array(3);
  return (point: LinkPoint, pose: Readonly<Record<string, number>>): Vector3 => {
    const q = tree.dofNames.map(name => pose[name] ?? 0);
    forward(tree, q, 0, state);
    pointPosition(state, treePoint(tree, point), out, 0);
    return [out[0], out[1], out[2]];
  };
}
