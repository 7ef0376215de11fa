/** Proportions: the robot's, and those of the person who is imitated. */
import { RobotError } from '../src/core/errors.ts';
import type { LinkPoint, RobotArm, RobotHand, RobotModel, Vec3 } from '../src/core/robot.ts';
import { composePoses, distance, type Pose, quatFromMatrix, quatFromRpy } from '../src/core/se3.ts';
import type { HumanMotion } from '../src/core/types.ts';
import { createState, createTree, forward, linkOf, placeOf } from './kinematics.ts';

/** The robot's upper body in its torso link, to which a person's is compared. */
export interface Body {
  left: ArmLengths;
  right: ArmLengths;
}

/** The robot's shoulder in its torso link and its segment lengths, m. */
export interface ArmLengths {
  shoulder: Vec3;
  upperArmM: number;
  forearmM: number;
  /** From the arm's wrist to the wrist landmark of the hand. */
  handM: number;
}

/** Lengths between the points of the arms at joint zero; the shoulder is taken to be fixed to the torso. */
export function measureBody(robot: RobotModel): Body {
  const tree = createTree(robot, { base: robot.torso });
  const state = createState(tree);
  forward(tree, new Float64Array(tree.dofNames.length), 0, state);
  const place = (point: LinkPoint): Vec3 => {
    const [x, y, z] = placeOf(tree, state, point);
    return [x, y, z];
  };
  const lengths = (arm: RobotArm, hand: RobotHand | undefined): ArmLengths => {
    const [shoulder, elbow, wrist] = [place(arm.shoulder), place(arm.elbow), place(arm.wrist)];
    const handM = hand ? distance(wrist, place({ link: hand.palm, xyz: hand.wrist })) : 0;
    return { shoulder, upperArmM: distance(shoulder, elbow), forearmM: distance(elbow, wrist), handM };
  };
  const { arms, hands } = robot;
  return { left: lengths(arms!.left, hands.left), right: lengths(arms!.right, hands.right) };
}

/**
 * A grown person, m, where no body was seen: shoulders and upper arm from the middle of NASA-STD-3000's range
 * of adults (biacromial width 0.32–0.45 m, upper arm 0.26–0.37 m), the forearm 0.146 of a stature of 1.70 m
 * (R. Drillis and R. Contini, 1966).
 */
const ADULT = { shoulderWidthM: 0.38, upperArmM: 0.3, forearmM: 0.25 };

/** Bone lengths of the person, m. */
export const personOf = ({ bones }: HumanMotion): HumanMotion['bones'] =>
  bones.shoulderWidthM > 0 && bones.upperArmM + bones.forearmM > 0 ? bones : ADULT;

/** Robot metres per human metre, of the span from wrist to wrist with stretched arms. */
export function spanRatio(person: HumanMotion['bones'], { left, right }: Body): number {
  const arms = left.upperArmM + left.forearmM + right.upperArmM + right.forearmM;
  const span = person.shoulderWidthM + 2 * (person.upperArmM + person.forearmM);
  return (distance(left.shoulder, right.shoulder) + arms) / span;
}

/** torsoFromCamera at joint zero. */
export function torsoFromCamera(robot: RobotModel): Pose {
  const { camera } = robot;
  if (!camera)
    throw new RobotError(`robot '${robot.name}' has no head camera, which an egocentric motion needs`);
  const tree = createTree(robot, { base: robot.torso });
  const state = createState(tree);
  forward(tree, new Float64Array(tree.dofNames.length), 0, state);
  const link = linkOf(tree, camera.link);
  const torsoFromLink: Pose = {
    rotation: quatFromMatrix(state.rotation.subarray(9 * link, 9 * link + 9)),
    translation: [state.position[3 * link], state.position[3 * link + 1], state.position[3 * link + 2]],
  };
  return composePoses(torsoFromLink, { rotation: quatFromRpy(camera.rpy), translation: [...camera.xyz] });
}
