/**
 * The upper body in front of the camera: the network's hip-centred points placed as hands are, then two slow
 * signals out of them: the shoulders and the torso's orientation. Torso frame: x forward, y left, z up, origin
 * midway between the shoulders.
 */

import {
  add,
  cross,
  distance,
  matrixFromColumns,
  normalize,
  quatFromMatrix,
  quatRotate,
  scale,
  subtract,
  type Vector3,
  vectorAt,
} from '../core/se3.ts';
import { BODY, BODY_LANDMARKS, SIDES, type Side } from '../core/skeletons.ts';
import { median, quantile } from '../core/statistics.ts';
import { ABSENT, type Camera, type LandmarkTrack, SEEN } from '../core/types.ts';
import { meanRay, placeRigid, rayOf, turnToRay } from './placement.ts';
import { believableTrunk } from './posture.ts';
import { smoothQuaternions, smoothSeries } from './smoothing.ts';
import type { TorsoFrame } from './torso.ts';

/**
 * Points that place the body: the trunk, which is nearly flat. The network lays out a body as if seen from far
 * away, so a hand that is held out, and therefore looks larger, would push the whole body back by 5–10 %
 * (rendered people).
 */
const TRUNK_POINTS: readonly number[] = SIDES.flatMap(side => [BODY.shoulder[side], BODY.hip[side]]);
/** Points that are carried along; the face and the legs move on their own. */
const ARM_POINTS: readonly number[] = SIDES.flatMap(side => [BODY.elbow[side], BODY.wrist[side]]);
/** A person at a table turns and leans slower than this, Hz; the network's depth wavers faster. */
const TORSO_HZ = 0.2;
/** How far the network's body may be turned to agree with the pixels, rad, one standard deviation. */
const TURN_SIGMA = 0.15;
/** An arm's bone has the length that this share of its readings falls short of: bones that point at the camera are read short. */
const BONE_SHARE = 0.75;
/** Hips less visible than this (median over the clip) do not say where up is. */
const HIP_VISIBILITY = 0.5;
/** The camera's upward direction: the stand-in for the spine where hips are out of sight. */
const CAMERA_UP: Vector3 = [0, -1, 0];

/** A body through a clip, in the camera frame. */
export interface PlacedBody extends TorsoFrame {
  /** (T, 33, 3) m, unsmoothed; only shoulders, elbows, wrists and hips are placed. Zero where absent. */
  points: Float64Array;
  /** (T, 3) m per side, smoothed and held through absences, as orientation and origin are. */
  shoulders: Record<Side, Float64Array>;
  /** One set for the person, m: medians over the seen frames, left and right together. */
  bones: { shoulderWidthM: number; upperArmM: number; forearmM: number };
  /** (T,) 1 where the network has seen how the person stands; see posture.ts. */
  believed: Uint8Array;
  /** What told up from down, in words. */
  vertical: string;
}

export const bodyPoint = (points: ArrayLike<number>, t: number, landmark: number): Vector3 =>
  vectorAt(points, t * BODY_LANDMARKS + landmark);

/** Places a 'local' body track. Null when no body was seen. */
export function placeBody(track: LandmarkTrack, camera: Camera, fps: number): PlacedBody | null {
  const frames = track.state.length;
  const seen = Array.from({ length: frames }, (_, t) => t).filter(t => track.state[t] !== ABSENT);
  if (seen.length === 0) return null;
  const points = placeFrames(track, camera, seen);
  const believed = believableTrunk(track, seen);
  const sure = seen.filter(t => believed[t] === 1);

  const length = (a: (side: Side) => number, b: (side: Side) => number, share: number): number =>
    quantile(
      sure.flatMap(t => SIDES.map(s => distance(bodyPoint(points, t, a(s)), bodyPoint(points, t, b(s))))),
      share,
    );
  const bones = {
    shoulderWidthM: length(
      () => BODY.shoulder.left,
      () => BODY.shoulder.right,
      0.5,
    ),
    upperArmM: length(
      s => BODY.shoulder[s],
      s => BODY.elbow[s],
      BONE_SHARE,
    ),
    forearmM: length(
      s => BODY.elbow[s],
      s => BODY.wrist[s],
      BONE_SHARE,
    ),
  };

  const hips = hipsAreVisible(track, seen);
  const raw = { left: new Float64Array(3 * frames), right: new Float64Array(3 * frames) };
  const turned = new Float64Array(4 * frames);
  for (const t of seen) {
    const at = (landmark: number) => bodyPoint(points, t, landmark);
    for (const side of SIDES) raw[side].set(at(BODY.shoulder[side]), 3 * t);
    const spine = subtract(
      middle(at(BODY.shoulder.left), at(BODY.shoulder.right)),
      middle(at(BODY.hip.left), at(BODY.hip.right)),
    );
    turned.set(
      torsoOrientation(at(BODY.shoulder.left), at(BODY.shoulder.right), hips ? spine : CAMERA_UP),
      4 * t,
    );
  }
  const weights = Float64Array.from({ length: frames }, (_, t) =>
    track.state[t] === SEEN && believed[t] === 1 ? track.confidence[t] : 0,
  );
  const whole = [{ start: 0, end: frames }];
  const slow = { fps, cutoffHz: TORSO_HZ };
  const slowly = (series: Float64Array, dimension: number) => holdThrough(series, dimension, sure);
  const shoulders = {
    left: smoothSeries(slowly(raw.left, 3), 3, floored(weights), whole, slow),
    right: smoothSeries(slowly(raw.right, 3), 3, floored(weights), whole, slow),
  };
  const orientation = smoothQuaternions(slowly(turned, 4), floored(weights), whole, slow);
  const origin = shoulders.left.map((value, i) => (value + shoulders.right[i]) / 2);
  const vertical = hips
    ? 'the line from hips to shoulders'
    : 'the camera, taken as level, since the hips are out of sight';
  return { points, shoulders, orientation, origin, bones, believed, vertical };
}

/** Camera-frame orientation of the torso whose shoulders are given and whose z lies nearest to `up`. */
function torsoOrientation(left: Vector3, right: Vector3, up: Vector3) {
  const y = normalize(subtract(left, right));
  const x = normalize(cross(y, up));
  return quatFromMatrix(matrixFromColumns(x, y, cross(x, y)));
}

function placeFrames(track: LandmarkTrack, camera: Camera, seen: readonly number[]): Float64Array {
  const points = new Float64Array(track.positions.length);
  for (const t of seen) {
    const rays = TRUNK_POINTS.map(k => rayOf(track.pixels, t * BODY_LANDMARKS + k, camera));
    const trunk = TRUNK_POINTS.map(k => bodyPoint(track.positions, t, k));
    const { rotation, translation } = placeRigid(trunk, rays, turnToRay(meanRay(rays)), TURN_SIGMA);
    for (const k of [...TRUNK_POINTS, ...ARM_POINTS]) {
      const placed = add(quatRotate(rotation, bodyPoint(track.positions, t, k)), translation);
      points.set(placed, 3 * (t * BODY_LANDMARKS + k));
    }
  }
  return points;
}

function hipsAreVisible(track: LandmarkTrack, seen: readonly number[]): boolean {
  const { visibility } = track;
  if (!visibility) return true;
  const lesser = seen.map(t =>
    Math.min(...SIDES.map(side => visibility[t * BODY_LANDMARKS + BODY.hip[side]])),
  );
  return median(lesser) >= HIP_VISIBILITY;
}

const middle = (a: Vector3, b: Vector3): Vector3 => scale(add(a, b), 0.5);

/** A little trust for every frame, so that absent stretches keep the held value. */
const floored = (weights: Float64Array): Float64Array => weights.map(w => Math.max(w, 0.01));

/** Frames that are not believed get the value of the nearest one that is: a torso stays where it was. */
function holdThrough(series: Float64Array, dimension: number, sure: readonly number[]): Float64Array {
  const out = Float64Array.from(series);
  const frames = series.length / dimension;
  let next = 0;
  for (let t = 0; t < frames; t++) {
    while (next + 1 < sure.length && Math.abs(sure[next + 1] - t) <= Math.abs(sure[next] - t)) next++;
    for (let d = 0; d < dimension; d++) out[t * dimension + d] = series[sure[next] * dimension + d];
  }
  return out;
}
