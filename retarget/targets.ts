/**
 * What a person's arms do, said in the robot's proportions: where its elbows and wrists should be, in its
 * torso link. Pure geometry, no solving.
 */
import { RobotError } from '../src/core/errors.ts';
import type { LinkPoint, RobotHand, RobotModel, Vec3 } from '../src/core/robot.ts';
import {
  add,
  distance,
  type Pose,
  quatConjugate,
  quatMultiply,
  quatNormalize,
  quatRotate,
  scale,
  subtract,
  transformPoint,
} from '../src/core/se3.ts';
import { SIDES, type Side } from '../src/core/skeletons.ts';
import { ABSENT, FILLED, type HandMotion, type HumanMotion } from '../src/core/types.ts';
import { type ArmLengths, type Body, measureBody, personOf, spanRatio, torsoFromCamera } from './body.ts';
import { egocentricScale } from './egocentric-scale.ts';
import { holdThroughGaps } from './hold.ts';
import { FILLED_TRUST, SEEN_TRUST } from './weights.ts';

/** Targets of one arm; trust is 0 where the person does not say and nothing is held. */
export interface ArmTargets {
  /** (T,) ABSENT | SEEN | FILLED: of the part of the person that the arm follows, its own arm or only its hand. */
  state: Uint8Array;
  /** The robot's point that follows the person's wrist. */
  wristPoint: LinkPoint;
  /** (T, 3) m in the torso link: where the wrist should be. */
  wrist: Float64Array;
  /** (T, 3) m: the same, drawn in to the reach of the arm, so that the solver meets no hopeless pull. */
  wristInReach: Float64Array;
  /** (T,) how far `wrist` is from the shoulder, in lengths of the straight arm: above 1 it is out of reach. */
  stretch: Float64Array;
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
  const camera = motion.reference === 'camera' ? torsoFromCamera(robot) : null;
  const ratio = camera ? egocentricScale(motion, body, camera) : spanRatio(personOf(motion), body);
  const [left, right] = SIDES.map(side =>
    holdThroughGaps(
      camera
        ? egocentricArm(motion, robot, side, body, camera, ratio)
        : thirdPersonArm(motion, robot, side, body),
      motion.fps,
    ),
  );
  const handToHand = new Float64Array(3 * motion.frames);
  const handToHandTrust = new Float64Array(motion.frames);
  const { left: l, right: r } = motion.hands;
  // Both in the torso link's axes: equal to the reference's axes for 'torso', turned for 'camera'.
  for (let t = 0; t < motion.frames; t++) {
    if (SIDES.some(side => isBeyondArm(motion, side, t))) continue;
    handToHandTrust[t] = Math.min(trust(l, t), trust(r, t), left.wristTrust[t], right.wristTrust[t]);
    if (handToHandTrust[t] === 0) continue;
    const v = scale(subtract(r.wrist.subarray(3 * t, 3 * t + 3), l.wrist.subarray(3 * t, 3 * t + 3)), ratio);
    handToHand.set(camera ? quatRotate(camera.rotation, v) : v, 3 * t);
  }
  return { left, right, handToHand, handToHandTrust };
}

/** An arm follows the person's arm; where that was not seen but the hand was, it reaches to where the hand is. */
function thirdPersonArm(motion: HumanMotion, robot: RobotModel, side: Side, body: Body): ArmTargets {
  const targets = emptyArm(motion.frames, robot.arms![side].wrist);
  const [arm, hand] = [motion.arms[side], motion.hands[side]];
  const { shoulder, upperArmM, forearmM } = body[side];
  const person = personOf(motion);
  const personShoulder = shoulderOf(person, side);
  const ratio = (upperArmM + forearmM) / (person.upperArmM + person.forearmM);
  for (let t = 0; t < motion.frames; t++) {
    const armSeen = arm.state[t] !== ABSENT;
    const guide = armSeen ? arm : hand;
    targets.state[t] = guide.state[t];
    targets.wristTrust[t] = trust(guide, t);
    if (targets.wristTrust[t] === 0) continue;
    if (armSeen) {
      const elbow = add(shoulder, scale(arm.upperArm.subarray(3 * t, 3 * t + 3), upperArmM));
      targets.elbow.set(elbow, 3 * t);
      targets.elbowTrust[t] = targets.wristTrust[t];
      setWrist(
        targets,
        t,
        add(elbow, scale(arm.forearm.subarray(3 * t, 3 * t + 3), forearmM)),
        body[side],
        0,
      );
    } else {
      const reach = subtract(hand.wrist.subarray(3 * t, 3 * t + 3), personShoulder);
      setWrist(targets, t, add(shoulder, scale(reach, ratio)), body[side], 0);
    }
    setOrientation(targets, t, hand, robot.hands[side], null);
  }
  return targets;
}

/** The wrist keeps its direction from the camera; its distance is scaled to the robot. */
function egocentricArm(
  motion: HumanMotion,
  robot: RobotModel,
  side: Side,
  body: Body,
  camera: Pose,
  ratio: number,
): ArmTargets {
  const hand = motion.hands[side];
  const palm = robot.hands[side];
  // The hand itself is in the picture, so its own wrist landmark is what is placed.
  const targets = emptyArm(
    motion.frames,
    palm ? { link: palm.palm, xyz: palm.wrist } : robot.arms![side].wrist,
  );
  for (let t = 0; t < motion.frames; t++) {
    targets.state[t] = hand.state[t];
    targets.wristTrust[t] = trust(hand, t);
    if (targets.wristTrust[t] === 0) continue;
    const wrist = transformPoint(camera, scale(hand.wrist.subarray(3 * t, 3 * t + 3), ratio));
    setWrist(targets, t, wrist, body[side], body[side].handM);
    setOrientation(targets, t, hand, palm, camera);
  }
  return targets;
}

/** The wrist as asked for, and drawn in to the reach of the arm, which ends `beyondM` behind the robot's wrist. */
function setWrist(targets: ArmTargets, t: number, wrist: Vec3, arm: ArmLengths, beyondM: number) {
  const { shoulder, upperArmM, forearmM } = arm;
  const [far, reach] = [distance(wrist, shoulder), upperArmM + forearmM + beyondM];
  targets.wrist.set(wrist, 3 * t);
  targets.stretch[t] = far / reach;
  targets.wristInReach.set(
    far > reach ? add(shoulder, scale(subtract(wrist, shoulder), reach / far)) : wrist,
    3 * t,
  );
}

/** A hand further from its shoulder than this, in lengths of the person's arm, was not placed right. */
const FARTHEST_HAND = 1.2;

const isBeyondArm = (motion: HumanMotion, side: Side, t: number): boolean => {
  if (motion.reference !== 'torso') return false;
  const person = personOf(motion);
  const wrist = motion.hands[side].wrist.subarray(3 * t, 3 * t + 3);
  return distance(wrist, shoulderOf(person, side)) > FARTHEST_HAND * (person.upperArmM + person.forearmM);
};

/** A person's shoulder in the torso frame, m. */
const shoulderOf = ({ shoulderWidthM }: HumanMotion['bones'], side: Side): Vec3 => [
  0,
  ((side === 'left' ? 1 : -1) * shoulderWidthM) / 2,
  0,
];

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
    state: new Uint8Array(frames),
    wristPoint,
    wrist: zeros(3),
    wristInReach: zeros(3),
    stretch: zeros(1),
    elbow: zeros(3),
    orientation: zeros(4),
    wristTrust: zeros(1),
    elbowTrust: zeros(1),
    orientationTrust: zeros(1),
  };
}

/** 0 where absent, little where bridged, the confidence where seen. */
export function trust(part: { state: Uint8Array; confidence: Float32Array }, t: number): number {
  if (part.state[t] === ABSENT) return 0;
  return part.state[t] === FILLED ? FILLED_TRUST : Math.max(SEEN_TRUST, Math.min(1, part.confidence[t]));
}
