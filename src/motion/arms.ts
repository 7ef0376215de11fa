/**
 * Elbows and wrists. The pose network sees their pixels well and guesses their depth badly; the bones are known
 * to keep their length. So elbow and wrist are solved per frame from four kinds of evidence, each weighed by
 * its error: the pixels (the wrist's from the hand itself when it was seen), the two bone lengths from a steady
 * shoulder, and the network's own 3D guess, as it is or mirrored in depth (depth-flips.ts). On rendered people this
 * takes a third off the error of the forearm's direction.
 *
 * An arm whose elbow is out of sight but whose hand is seen is still solved, the elbow resting on the bones and
 * the guess; its confidence falls with the elbow's visibility. An arm with neither elbow nor hand is absent, and so is
 * one of a body that is misread (posture.ts): unseen-arms.ts has better to say of it.
 */

import { add, distance, type Quaternion, quatRotate, subtract, type Vector3, vectorAt } from '../core/se3.ts';
import { BODY, BODY_LANDMARKS, type Side } from '../core/skeletons.ts';
import { ABSENT, type Camera, type LandmarkTrack, SEEN } from '../core/types.ts';
import { type ArmBones, bentElbow, foldedM, insideChest, unfolded } from './arm-limits.ts';
import { bodyPoint, type PlacedBody } from './body.ts';
import { type ArmReadings, chooseDepths } from './depth-flips.ts';
import { believableStates, presentStretches } from './gaps.ts';
import type { HandSight } from './hands.ts';
import { LinearSystem } from './least-squares.ts';
import { rayOf } from './placement.ts';
import { smoothSeries } from './smoothing.ts';

/** Standard deviations, m, measured on rendered people: across the line of sight … */
const BODY_POINT_SIGMA = 0.017;
const HAND_WRIST_SIGMA = 0.009;
/** … of a bone's length … */
const LENGTH_SIGMA = 0.01;
/** … and of the network's guess of elbow and wrist. */
const ELBOW_GUESS_SIGMA = 0.1;
const WRIST_GUESS_SIGMA = 0.12;
/** Gauss–Newton steps; lengths and pixels are nearly linear around the guess. */
const STEPS = 8;
/** An elbow or wrist below this visibility, and no hand either: the arm is not seen. */
const VISIBLE = 0.5;
/**
 * Elbows and wrists move slower than this across the line of sight, Hz; and what the network says of them along it is
 * wrong for seconds on end, so quick changes of it are believed of the hand's size only. On 34 rendered hands 0.15 to
 * 0.25 Hz give the same paths, with the lens known and with one assumed.
 */
const LATERAL_HZ = 3;
const DEPTH_HZ = 0.2;

/** Of a seen frame that a network has no confidence in: a stretch of none would be drawn to the camera. */
const LEAST_WEIGHT = 1e-3;

/** Where a hand's wrist was seen, if it was. */
export type WristSight = Pick<HandSight, 'rays' | 'state' | 'logDepth' | 'trust'>;

/** An arm in the camera frame. */
export interface PlacedArm {
  /** (T, 3) m, smoothed; zero where absent. */
  elbow: Float64Array;
  wrist: Float64Array;
  state: Uint8Array;
  confidence: Float32Array;
}

/** Solves one arm through a clip. */
export function placeArm(
  side: Side,
  track: LandmarkTrack,
  body: PlacedBody,
  hand: WristSight,
  camera: Camera,
  fps: number,
): PlacedArm {
  const frames = track.state.length;
  const joints = new Float64Array(6 * frames);
  const readings: ArmReadings[] = [];
  const state = new Uint8Array(frames);
  const confidence = new Float32Array(frames);
  for (let t = 0; t < frames; t++) {
    if (track.state[t] === ABSENT) continue;
    const handSeen = hand.state[t] === SEEN;
    const visibleAt = (k: number) => track.visibility?.[t * BODY_LANDMARKS + k] ?? 1;
    const elbowSeen = visibleAt(BODY.elbow[side]);
    const wristSeen = handSeen ? 1 : visibleAt(BODY.wrist[side]);
    if (!body.believed[t] || (Math.min(elbowSeen, wristSeen) < VISIBLE && !handSeen)) continue;
    const ray = (k: number) => rayOf(track.pixels, t * BODY_LANDMARKS + k, camera);
    const shoulder = vectorAt(body.shoulders[side], t);
    // The network's body wavers in depth as a whole: what it says of an arm is said from its shoulder.
    const fromShoulder = (k: number) =>
      add(shoulder, subtract(bodyPoint(body.points, t, k), bodyPoint(body.points, t, BODY.shoulder[side])));
    const evidence: ArmEvidence = {
      shoulder,
      elbow: fromShoulder(BODY.elbow[side]),
      wrist: fromShoulder(BODY.wrist[side]),
      elbowRay: ray(BODY.elbow[side]),
      wristRay: handSeen ? [hand.rays[2 * t], hand.rays[2 * t + 1]] : ray(BODY.wrist[side]),
      // An unseen elbow's pixel is a guess like its depth: its error grows as its visibility falls.
      elbowSigma: BODY_POINT_SIGMA / Math.max(elbowSeen, 0.1),
      wristSigma: handSeen ? HAND_WRIST_SIGMA : BODY_POINT_SIGMA / Math.max(wristSeen, 0.1),
      bones: body.bones,
      origin: vectorAt(body.origin, t),
      orientation: [...body.orientation.subarray(4 * t, 4 * t + 4)] as Quaternion,
    };
    readings.push({
      frame: t,
      options: [solveArm(evidence), solveArm(mirrored(evidence))],
      logDepth: hand.logDepth[t],
      trust: handSeen ? hand.trust.place[t] : 0,
    });
    state[t] = track.state[t];
    confidence[t] = track.confidence[t] * Math.min(elbowSeen, wristSeen);
  }
  const chosen = chooseDepths(readings, fps);
  readings.forEach(({ frame, options }, n) => {
    joints.set(options[chosen[n]], 6 * frame);
  });
  return unfoldArm(smoothArm(joints, state, confidence, fps), body, side);
}

interface ArmEvidence {
  shoulder: Vector3;
  elbow: Vector3;
  wrist: Vector3;
  elbowRay: readonly [number, number];
  wristRay: readonly [number, number];
  elbowSigma: number;
  wristSigma: number;
  bones: ArmBones;
  /** Of the torso's frame in the camera's. */
  origin: Vector3;
  orientation: Quaternion;
}

/** The same with the network's upper arm mirrored in depth at the shoulder; forearm and hand go with it. */
function mirrored(evidence: ArmEvidence): ArmEvidence {
  const shift = 2 * (evidence.shoulder[2] - evidence.elbow[2]);
  const moved = ([x, y, z]: Vector3): Vector3 => [x, y, z + shift];
  return { ...evidence, elbow: moved(evidence.elbow), wrist: moved(evidence.wrist) };
}

/** Elbow and wrist (6,) m of one frame by Gauss–Newton from the network's guess. */
function solveArm(evidence: ArmEvidence): number[] {
  const guess = [...evidence.elbow, ...evidence.wrist];
  const x = [...guess];
  for (let step = 0; step < STEPS; step++) {
    const system = new LinearSystem(6);
    for (const [offset, ray, sigma] of [
      [0, evidence.elbowRay, evidence.elbowSigma],
      [3, evidence.wristRay, evidence.wristSigma],
    ] as const) {
      const z = x[offset + 2];
      for (let a = 0; a < 2; a++) {
        const row = new Array<number>(6).fill(0);
        row[offset + a] = 1 / sigma;
        row[offset + 2] = -ray[a] / sigma;
        system.add(row, (x[offset + a] - ray[a] * z) / sigma);
      }
    }
    addLength(system, [...evidence.shoulder], -1, x.slice(0, 3), 0, evidence.bones.upperArmM);
    addLength(system, x.slice(0, 3), 0, x.slice(3), 3, evidence.bones.forearmM);
    addLimits(system, x.slice(3) as Vector3, evidence);
    for (let i = 0; i < 6; i++) {
      const sigma = i < 3 ? ELBOW_GUESS_SIGMA : WRIST_GUESS_SIGMA;
      const row = new Array<number>(6).fill(0);
      row[i] = 1 / sigma;
      system.add(row, (x[i] - guess[i]) / sigma);
    }
    system.solve().forEach((value, i) => {
      x[i] += value;
    });
  }
  return x;
}

/** Residuals of a wrist that is nearer to the shoulder than an elbow bends, or in the chest. */
function addLimits(
  system: LinearSystem,
  wrist: Vector3,
  { shoulder, origin, orientation, bones }: ArmEvidence,
): void {
  const closest = foldedM(bones);
  if (distance(wrist, shoulder) < closest) addLength(system, [...shoulder], -1, wrist, 3, closest);
  const inside = insideChest(wrist, origin, orientation, bones);
  const forwards = [0, 0, 0, ...quatRotate(orientation, [1, 0, 0])].map(x => x / LENGTH_SIGMA);
  if (inside > 0) system.add(forwards, -inside / LENGTH_SIGMA);
}

/** Residual |b − a| − length; `from` and `to` are the unknowns' offsets, −1 for a fixed point. */
function addLength(
  system: LinearSystem,
  a: number[],
  from: number,
  b: number[],
  to: number,
  lengthM: number,
): void {
  const bone = subtract(b, a);
  const norm = Math.hypot(...bone);
  if (norm === 0) return;
  const row = new Array<number>(6).fill(0);
  for (let k = 0; k < 3; k++) {
    row[to + k] = bone[k] / norm / LENGTH_SIGMA;
    if (from >= 0) row[from + k] = -bone[k] / norm / LENGTH_SIGMA;
  }
  system.add(row, (norm - lengthM) / LENGTH_SIGMA);
}

function smoothArm(
  joints: Float64Array,
  sighted: Uint8Array,
  confidence: Float32Array,
  fps: number,
): PlacedArm {
  const frames = sighted.length;
  const across = new Float64Array(4 * frames);
  const along = new Float64Array(2 * frames);
  for (let t = 0; t < frames; t++) {
    for (let joint = 0; joint < 2; joint++) {
      const [x, y, z] = joints.subarray(6 * t + 3 * joint, 6 * t + 3 * joint + 3);
      across[4 * t + 2 * joint] = x;
      across[4 * t + 2 * joint + 1] = y;
      along[2 * t + joint] = z;
    }
  }
  const state = believableStates(across, sighted, fps);
  const stretches = presentStretches(state);
  const weights = confidence.map((c, t) => (state[t] === SEEN ? Math.max(c, LEAST_WEIGHT) : 0));
  const lateral = smoothSeries(across, 4, weights, stretches, { fps, cutoffHz: LATERAL_HZ });
  const depth = smoothSeries(along, 2, weights, stretches, { fps, cutoffHz: DEPTH_HZ });
  const pick = (joint: number) =>
    Float64Array.from({ length: 3 * frames }, (_, i) => {
      const t = Math.floor(i / 3);
      return i % 3 === 2 ? depth[2 * t + joint] : lateral[4 * t + 2 * joint + (i % 3)];
    });
  return {
    elbow: pick(0),
    wrist: pick(1),
    state,
    confidence: confidence.map((c, t) => (state[t] === ABSENT ? 0 : c)),
  };
}

/** Smoothing in depth flattens an arm that is folded for a moment: it gets back the room that it needs. */
function unfoldArm(arm: PlacedArm, { shoulders, orientation, bones }: PlacedBody, side: Side): PlacedArm {
  const elbow = arm.elbow.slice();
  const wrist = arm.wrist.slice();
  arm.state.forEach((state, t) => {
    if (state === ABSENT) return;
    const [from, bend, to] = [shoulders[side], elbow, wrist].map(series => vectorAt(series, t));
    const forward = quatRotate(orientation.subarray(4 * t, 4 * t + 4), [1, 0, 0]);
    const there = unfolded(to, from, forward, bones);
    if (there === to) return;
    wrist.set(there, 3 * t);
    elbow.set(bentElbow(from, there, subtract(bend, from), bones.upperArmM, bones.forearmM), 3 * t);
  });
  return { ...arm, elbow, wrist };
}
