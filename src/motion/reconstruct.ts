/**
 * From landmark tracks to the motion of a person: hands in front of the camera, arms where a body is seen, and
 * both in the torso's frame. Pure and offline: the whole clip is looked at before any frame is decided.
 */

import { normalize, quatConjugate, quatMultiply, quatRotate, subtract } from '../core/se3.ts';
import { HAND_LANDMARKS, otherSide, SIDES, type Side } from '../core/skeletons.ts';
import {
  ABSENT,
  type ArmMotion,
  type Camera,
  type Clip,
  type HandMotion,
  type HumanMotion,
  type LandmarkTrack,
  type Perception,
} from '../core/types.ts';
import { type PlacedArm, placeArm } from './arms.ts';
import { type PlacedBody, placeBody } from './body.ts';
import { shownBody } from './body-track.ts';
import { ADULT_PALM_LENGTH_M, crediblePalm } from './bones.ts';
import { bothSides } from './both-sides.ts';
import { carriedHand, carriedSigmas } from './carried.ts';
import { inFingerOrder } from './finger-order.ts';
import { ROW } from './hand-in-picture.ts';
import {
  type CameraHand,
  cameraPoints,
  handScaleFromArms,
  rescaleSight,
  sightHand,
  smoothHand,
} from './hands.ts';
import { stillFrames } from './picture.ts';
import { project } from './placement.ts';
import { joinMotions, joinRows, shotStretches, sliceClip, slicePerception } from './shots.ts';
import { sightOf } from './sight.ts';
import { handsOfOwnSize } from './strange-size.ts';
import { assumedTorso, type TorsoFrame, WORKING_PLACE } from './torso.ts';
import { type HandSigmas, handSigmas } from './uncertainty.ts';
import { inferArm } from './unseen-arms.ts';

/** The person of one clip in the camera frame. */
interface PlacedPerson {
  hands: Record<Side, CameraHand>;
  sigmas: Record<Side, HandSigmas>;
  arms: Record<Side, PlacedArm | null>;
  body: PlacedBody | null;
  /** The body's own, or an assumed one; null in egocentric views. */
  torso: TorsoFrame | null;
  palmLengthM: number;
  scale: string;
}

/** What one clip says of a person. */
export interface Reconstruction {
  /** Third-person views are told in the torso's frame, others in the camera's. */
  motion: HumanMotion;
  /**
   * The hands as 'camera' tracks: smoothed, metric, gaps bridged and marked. Pixels are those that were seen; in
   * bridged frames they are the projection of the bridged points.
   */
  hands: Record<Side, LandmarkTrack>;
  /** The body as it was seen, with the pixels of its arms' joints as the motion tells them; see body-track.ts. */
  body: LandmarkTrack;
}

/** A person through a clip. Every shot is alone: nothing is bridged, smoothed or measured across a scene cut. */
export function reconstructPerson(perception: Perception, clip: Clip): Reconstruction {
  const shots = shotStretches(clip.frames, perception.cuts).map(shot =>
    reconstructShot(slicePerception(perception, shot), sliceClip(clip, shot)),
  );
  const motion = joinMotions(shots.map(({ motion }) => motion));
  const { pictureChange } = perception;
  return {
    motion: pictureChange ? { ...motion, pictureStill: stillFrames(pictureChange, clip.fps) } : motion,
    hands: bothSides(side => joinRows(shots.map(({ hands }) => hands[side]))),
    body: joinRows(shots.map(shot => shot.body)),
  };
}

/** The motion alone. */
export const reconstruct = (perception: Perception, clip: Clip): HumanMotion =>
  reconstructPerson(perception, clip).motion;

function reconstructShot(read: Perception, clip: Clip): Reconstruction {
  const perception = { ...read, ...bothSides(side => inFingerOrder(read[side], clip.fps)) };
  const person = placePerson(perception, clip.fps);
  const { hands, sigmas, arms, body, torso, palmLengthM, scale } = person;
  const tracks = bothSides(side => cameraTrack(perception[side], hands[side], perception.camera, side));
  const motion: HumanMotion = {
    view: perception.view,
    fps: clip.fps,
    frames: clip.frames,
    reference: torso ? 'torso' : 'camera',
    arms: bothSides(side => armMotion(arms[side], body, side, clip.frames)),
    hands: bothSides(side => ({
      ...handMotion(hands[side], sigmas[side], torso, palmLengthM),
      ...sightOf(
        perception[side],
        perception[otherSide(side)],
        tracks[side].positions,
        hands[side].state,
        perception.camera,
        clip.fps,
      ),
    })),
    bones: body?.bones ?? { shoulderWidthM: 0, upperArmM: 0, forearmM: 0 },
    scale,
  };
  return { motion, hands: tracks, body: shownBody(perception.body, arms, perception.camera, clip.fps) };
}

function placePerson(perception: Perception, fps: number): PlacedPerson {
  const { camera } = perception;
  const sights = bothSides(side => sightHand(perception[side], side, camera, ADULT_PALM_LENGTH_M, fps));
  const body = perception.view === 'third-person' ? placeBody(perception.body, camera, fps) : null;
  const placed = bothSides(side => body && placeArm(side, perception.body, body, sights[side], camera, fps));
  const factor = handScaleFromArms(
    SIDES.flatMap(side => (placed[side] ? [{ sight: sights[side], arm: placed[side] }] : [])),
  );
  const palmLengthM = crediblePalm(ADULT_PALM_LENGTH_M * factor);
  const sized = bothSides(side => rescaleSight(sights[side], palmLengthM / ADULT_PALM_LENGTH_M));
  const resized = body ? handsOfOwnSize(sized, body) : sized;
  // An arm that was led to a hand that is not its own is placed again without it.
  const seen = bothSides(side =>
    body && resized[side] !== sized[side]
      ? placeArm(side, perception.body, body, resized[side], camera, fps)
      : placed[side],
  );
  const smoothed = bothSides(side => smoothHand(resized[side], seen[side], fps));
  const hands = bothSides(side => carriedHand(smoothed[side], smoothed[otherSide(side)], camera, fps));
  const arms = bothSides(
    side => body && seen[side] && inferArm(seen[side], hands[side], body, perception.body, side, fps),
  );
  const torso =
    body ?? (perception.view === 'third-person' ? assumedTorso(hands, perception.body.state.length) : null);
  const anchor = body ? 'body' : torso ? 'assumed torso' : 'hand alone';
  const sigmas = bothSides(side => {
    const depths = hands[side].wrist.filter((_, i) => i % 3 === 2);
    const fitted = handSigmas(resized[side], depths, palmLengthM, anchor, camera.source, fps);
    return carriedSigmas(fitted, smoothed[side].state, hands[side].state);
  });
  const scale = scaleInWords(camera, body, torso, palmLengthM);
  return { hands, sigmas, arms, body, torso, palmLengthM, scale };
}

function armMotion(arm: PlacedArm | null, body: PlacedBody | null, side: Side, frames: number): ArmMotion {
  const motion: ArmMotion = {
    upperArm: new Float32Array(3 * frames),
    forearm: new Float32Array(3 * frames),
    state: new Uint8Array(frames),
    confidence: new Float32Array(frames),
  };
  if (!arm || !body) return motion;
  motion.state.set(arm.state);
  motion.confidence.set(arm.confidence);
  for (let t = 0; t < frames; t++) {
    if (arm.state[t] === ABSENT) continue;
    const torsoFromCamera = quatConjugate(body.orientation.subarray(4 * t, 4 * t + 4));
    const [shoulder, elbow, wrist] = [body.shoulders[side], arm.elbow, arm.wrist].map(s =>
      s.subarray(3 * t, 3 * t + 3),
    );
    motion.upperArm.set(quatRotate(torsoFromCamera, normalize(subtract(elbow, shoulder))), 3 * t);
    motion.forearm.set(quatRotate(torsoFromCamera, normalize(subtract(wrist, elbow))), 3 * t);
  }
  return motion;
}

function handMotion(
  hand: CameraHand,
  sigmas: HandSigmas,
  torso: TorsoFrame | null,
  palmLengthM: number,
): HandMotion {
  const frames = hand.state.length;
  const wrist = Float32Array.from(hand.wrist);
  const orientation = Float32Array.from(hand.orientation);
  for (let t = 0; torso && t < frames; t++) {
    if (hand.state[t] === ABSENT) continue;
    const torsoFromCamera = quatConjugate(torso.orientation.subarray(4 * t, 4 * t + 4));
    const fromOrigin = subtract(
      hand.wrist.subarray(3 * t, 3 * t + 3),
      torso.origin.subarray(3 * t, 3 * t + 3),
    );
    wrist.set(quatRotate(torsoFromCamera, fromOrigin), 3 * t);
    orientation.set(quatMultiply(torsoFromCamera, hand.orientation.subarray(4 * t, 4 * t + 4)), 4 * t);
  }
  return {
    wrist,
    orientation,
    landmarks: Float32Array.from(hand.landmarks),
    state: Uint8Array.from(hand.state),
    confidence: Float32Array.from(hand.confidence),
    wristSigma: sigmas.wrist,
    tipsSigma: sigmas.tips,
    palmLengthM,
  };
}

function cameraTrack(seen: LandmarkTrack, hand: CameraHand, camera: Camera, side: Side): LandmarkTrack {
  const positions = cameraPoints(hand);
  const pixels = Float32Array.from(seen.pixels);
  for (let t = 0; t < hand.state.length; t++) {
    if (hand.state[t] === ABSENT) pixels.fill(0, ROW * t, ROW * (t + 1));
    else if (hand.state[t] !== seen.state[t])
      pixels.set(
        project(positions.subarray(3 * HAND_LANDMARKS * t, 3 * HAND_LANDMARKS * (t + 1)), camera),
        ROW * t,
      );
  }
  return {
    skeleton: 'hand',
    side,
    frame: 'camera',
    pixels,
    positions,
    confidence: Float32Array.from(hand.confidence),
    visibility: null,
    state: Uint8Array.from(hand.state),
  };
}

const FOCAL_SOURCE = {
  flag: 'the focal length given by the user',
  metadata: 'the focal length of the video’s metadata',
  assumed: 'an assumed focal length',
} as const;

const centimetres = (lengthM: number): string => `${(100 * lengthM).toFixed(0)} cm`;
const ASSUMED_TORSO = `no body was seen, so the torso is assumed: upright, still, facing the camera, its shoulders where the hands’ median place is ${centimetres(WORKING_PLACE.forwardM)} in front of and ${centimetres(WORKING_PLACE.belowM)} below their middle`;

function scaleInWords(
  camera: Camera,
  body: PlacedBody | null,
  torso: TorsoFrame | null,
  palmLengthM: number,
): string {
  const palm = `${(1000 * palmLengthM).toFixed(0)} mm from wrist to middle knuckle`;
  const size = body
    ? `body size from the pose network (shoulders ${(1000 * body.bones.shoulderWidthM).toFixed(0)} mm apart), hands brought to it: ${palm}; up from ${body.vertical}`
    : `hand size of an average adult, ${palm}${torso ? `; ${ASSUMED_TORSO}` : ''}`;
  return `${size}; ${FOCAL_SOURCE[camera.source]} (${Math.round(camera.fx)} px). Absolute distances are good to centimetres.`;
}
