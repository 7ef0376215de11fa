/**
 * What a person's arms do, said in the robot's proportions: where its elbows and wrists should be, in its
 * torso link. Pure geometry, no solving.
 */
import { RobotError } from '../src/core/errors.ts';
import type { LinkPoint, RobotArm, RobotHand, RobotModel, Vec3 } from '../src/core/robot.ts';
import {
  add,
  composePoses,
  distance,
  type Pose,
  quatConjugate,
  quatFromMatrix,
  quatFromRpy,
  quatMultiply,
  quatNormalize,
  quatRotate,
  scale,
  subtract,
  transformPoint,
} from '../src/core/se3.ts';
import { SIDES, type Side } from '../src/core/skeletons.ts';
import { ABSENT, FILLED, type HandMotion, type HumanMotion } from '../src/core/types.ts';
import { createState, createTree, forward, pointPosition, treePoint } from './kinematics.ts';
import { FILLED_TRUST, SEEN_TRUST } from './weights.ts';

/** Targets of one arm; trust is 0 where the person does not say. */
export interface ArmTargets {
  /** The robot's point that follows the person's wrist. */
  wristPoint: LinkPoint;
  /** (T, 3) m in the torso link: where the wrist should be. */
  wrist: Float64Array;
  /** (T, 3) m: the same, drawn in to the reach of the arm, so that the solver meets no hopeless pull. */
  wristInReach: Float64Array;
  elbow: Float64Array;
  /** (T, 4) w x y z, torsoFromPalm. */
  orientation: Float64Array;
  /** (T,) 0…1. */
  wristTrust: Float64Array;
  elbowTrust: Float64Array;
  orientationTrust: Float64Array;
}

export interface ArmsTargets {
  left: ArmTargets;
  right: ArmTargets;
  /** (T, 3) m: left wrist → right wrist, and its (T,) trust. */
  handToHand: Float64Array;
  handToHandTrust: Float64Array;
}

/** Throws RobotError when the robot has no arms, or no head camera for an egocentric motion. */
export function armsTargets(motion: HumanMotion, robot: RobotModel): ArmsTargets {
  if (!robot.arms) throw new RobotError(`robot '${robot.name}' has no arms`);
  const body = measureBody(robot);
  const [left, right] = SIDES.map(side =>
    motion.reference === 'torso'
      ? thirdPersonArm(motion, robot, side, body)
      : egocentricArm(motion, robot, side, body),
  );
  const handToHand = new Float64Array(3 * motion.frames);
  const handToHandTrust = new Float64Array(motion.frames);
  const { left: l, right: r } = motion.hands;
  // Both in the torso link's axes: equal to the reference's axes for 'torso', turned for 'camera'.
  const turn = motion.reference === 'torso' ? null : torsoFromCamera(robot).rotation;
  const k = motion.reference === 'torso' ? spanRatio(motion, body) : 1;
  for (let t = 0; t < motion.frames; t++) {
    handToHandTrust[t] = Math.min(trust(l, t), trust(r, t), left.wristTrust[t], right.wristTrust[t]);
    if (handToHandTrust[t] === 0) continue;
    const v = scale(subtract(r.wrist.subarray(3 * t, 3 * t + 3), l.wrist.subarray(3 * t, 3 * t + 3)), k);
    handToHand.set(turn ? quatRotate(turn, v) : v, 3 * t);
  }
  return { left, right, handToHand, handToHandTrust };
}

function thirdPersonArm(motion: HumanMotion, robot: RobotModel, side: Side, body: Body): ArmTargets {
  const targets = emptyArm(motion.frames, robot.arms![side].wrist);
  const [arm, hand] = [motion.arms[side], motion.hands[side]];
  const { shoulder, upperArmM, forearmM } = body[side];
  for (let t = 0; t < motion.frames; t++) {
    const armTrust = trust(arm, t);
    if (armTrust === 0) continue;
    const elbow = add(shoulder, scale(arm.upperArm.subarray(3 * t, 3 * t + 3), upperArmM));
    const wrist = add(elbow, scale(arm.forearm.subarray(3 * t, 3 * t + 3), forearmM));
    targets.elbow.set(elbow, 3 * t);
    targets.wrist.set(wrist, 3 * t);
    targets.wristInReach.set(wrist, 3 * t);
    targets.elbowTrust[t] = targets.wristTrust[t] = armTrust;
    setOrientation(targets, t, hand, robot.hands[side], null);
  }
  return targets;
}

function egocentricArm(motion: HumanMotion, robot: RobotModel, side: Side, body: Body): ArmTargets {
  const hand = motion.hands[side];
  const palm = robot.hands[side];
  // The hand itself is in the picture, so its own wrist landmark is what is placed.
  const targets = emptyArm(
    motion.frames,
    palm ? { link: palm.palm, xyz: palm.wrist } : robot.arms![side].wrist,
  );
  const camera = torsoFromCamera(robot);
  const { shoulder, upperArmM, forearmM, handM } = body[side];
  const reach = upperArmM + forearmM + handM;
  for (let t = 0; t < motion.frames; t++) {
    targets.wristTrust[t] = trust(hand, t);
    if (targets.wristTrust[t] === 0) continue;
    const wrist = transformPoint(camera, hand.wrist.subarray(3 * t, 3 * t + 3));
    targets.wrist.set(wrist, 3 * t);
    const far = distance(wrist, shoulder);
    const inReach = far > reach ? add(shoulder, scale(subtract(wrist, shoulder), reach / far)) : wrist;
    targets.wristInReach.set(inReach, 3 * t);
    setOrientation(targets, t, hand, palm, camera);
  }
  return targets;
}

/** torsoFromPalm = torsoFromReference · referenceFromHand · handFromPalm. */
function setOrientation(
  targets: ArmTargets,
  t: number,
  hand: HandMotion,
  palm?: RobotHand,
  reference?: Pose | null,
) {
  targets.orientationTrust[t] = palm ? trust(hand, t) : 0;
  if (targets.orientationTrust[t] === 0) return;
  const fromHand = quatNormalize(hand.orientation.subarray(4 * t, 4 * t + 4));
  const fromPalm = quatMultiply(fromHand, quatConjugate(palm!.palmFromHand));
  targets.orientation.set(reference ? quatMultiply(reference.rotation, fromPalm) : fromPalm, 4 * t);
}

function emptyArm(frames: number, wristPoint: LinkPoint): ArmTargets {
  const zeros = (width: number) => new Float64Array(width * frames);
  return {
    wristPoint,
    wrist: zeros(3),
    wristInReach: zeros(3),
    elbow: zeros(3),
    orientation: zeros(4),
    wristTrust: zeros(1),
    elbowTrust: zeros(1),
    orientationTrust: zeros(1),
  };
}

interface Body {
  left: ArmLengths;
  right: ArmLengths;
}

/** The robot's shoulder in its torso link and its segment lengths, m. */
interface ArmLengths {
  shoulder: Vec3;
  upperArmM: number;
  forearmM: number;
  /** From the arm's wrist to the wrist landmark of the hand. */
  handM: number;
}

/** Lengths between the points of the arms at joint zero; the shoulder is taken to be fixed to the torso. */
function measureBody(robot: RobotModel): Body {
  const tree = createTree(robot, { base: robot.torso });
  const state = createState(tree);
  forward(tree, new Float64Array(tree.dofNames.length), 0, state);
  const place = (point: LinkPoint): Vec3 => {
    const out = new Float64Array(3);
    pointPosition(state, treePoint(tree, point), out, 0);
    return [out[0], out[1], out[2]];
  };
  const lengths = (arm: RobotArm, hand: RobotHand | undefined): ArmLengths => {
    const [shoulder, elbow, wrist] = [place(arm.shoulder), place(arm.elbow), place(arm.wrist)];
    const handM = hand ? distance(wrist, place({ link: hand.palm, xyz: hand.wrist })) : 0;
    return { shoulder, upperArmM: distance(shoulder, elbow), forearmM: distance(elbow, wrist), handM };
  };
  const { arms, hands } = robot;
  return { left: lengths(arms!.left, hands.left), right: lengths(arms!.right, hands.right) };
}

/** Robot metres per human metre, of the span from wrist to wrist with stretched arms. */
function spanRatio(motion: HumanMotion, { left, right }: Body): number {
  const { shoulderWidthM, upperArmM, forearmM } = motion.bones;
  const human = shoulderWidthM + 2 * (upperArmM + forearmM);
  const arms = left.upperArmM + left.forearmM + right.upperArmM + right.forearmM;
  return human > 0 ? (distance(left.shoulder, right.shoulder) + arms) / human : 1;
}

/** torsoFromCamera at joint zero. */
function torsoFromCamera(robot: RobotModel): Pose {
  const { camera } = robot;
  if (!camera)
    throw new RobotError(`robot '${robot.name}' has no head camera, which an egocentric motion needs`);
  const tree = createTree(robot, { base: robot.torso });
  const state = createState(tree);
  forward(tree, new Float64Array(tree.dofNames.length), 0, state);
  const { link } = treePoint(tree, { link: camera.link, xyz: [0, 0, 0] });
  const torsoFromLink: Pose = {
    rotation: quatFromMatrix(state.rotation.subarray(9 * link, 9 * link + 9)),
    translation: [state.position[3 * link], state.position[3 * link + 1], state.position[3 * link + 2]],
  };
  return composePoses(torsoFromLink, { rotation: quatFromRpy(camera.rpy), translation: [...camera.xyz] });
}

/** 0 where absent, little where bridged, the confidence where seen. */
export function trust(part: { state: Uint8Array; confidence: Float32Array }, t: number): number {
  if (part.state[t] === ABSENT) return 0;
  return part.state[t] === FILLED ? FILLED_TRUST : Math.max(SEEN_TRUST, Math.min(1, part.confidence[t]));
}
