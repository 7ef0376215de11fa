/**
 * A hand through a clip in the camera frame. What one camera sees well (where in the picture, how turned, how
 * open) and what it sees badly (how far away) are smoothed apart, each at its own speed, and put together
 * again.
 */

import { add, quatRotate } from '../core/se3.ts';
import { HAND_LANDMARKS, PALM_LANDMARKS, type Side } from '../core/skeletons.ts';
import { median } from '../core/statistics.ts';
import { ABSENT, type Camera, type LandmarkTrack, SEEN } from '../core/types.ts';
import type { PlacedArm } from './arms.ts';
import { ADULT_PALM_LENGTH_M, palmShape } from './bones.ts';
import { type HandTrust, handTrust } from './confidence.ts';
import { moveFingers } from './finger-motion.ts';
import { fingersOnPalm } from './fingers.ts';
import { believableStates, presentStretches } from './gaps.ts';
import { handAt } from './hand-frame.ts';
import { handRays, placePalms, placeWithFingers, turnedLocal } from './palm.ts';
import { logDepthOf } from './placement.ts';
import { smoothQuaternions, smoothSeries } from './smoothing.ts';
import { unflippedThumbs } from './thumb-flips.ts';

/**
 * Cut-offs, Hz; depth is seen so badly that more of it must be averaged. Tuned on six rendered clips with exact
 * truth (wrist path, its acceleration, hand shape): within a factor of two of these the results hardly change,
 * but for depth, where less smoothing helps hands near the camera and more helps distant ones.
 */
const LATERAL_HZ = 5;
const ORIENTATION_HZ = 2.5;
const DEPTH_HZ = 1.8;
/**
 * Standard deviations of log depth (rendered clips): from the size of a hand that is read well, and from the arm.
 * Hands that grip or hurry are read too small, so too far, by up to a third: their confidence says so.
 */
const HAND_LOG_DEPTH_SIGMA = 0.04;
const ARM_LOG_DEPTH_SIGMA = 0.05;
/** A hand's word in its depth falls with this power of the trust in its place (rendered clips: 2.5 and 6 are as good). */
const DOUBT = 4;
/** Depths that disagree by more than this many standard deviations are the hand's fault. */
const DISAGREEMENT = 1.5;
/** Hands that are surer than this tell how large they are. */
const SURE = 0.8;

/** A hand before smoothing. Values of frames that are not SEEN carry no weight. */
export interface HandSight {
  side: Side;
  /** (T,) after gap handling. */
  state: Uint8Array;
  trust: HandTrust;
  /** (T, 2): the wrist on the plane z = 1. */
  rays: Float64Array;
  /** (T,) natural logarithm of the wrist's depth in m. */
  logDepth: Float64Array;
  /** (T, 4) w x y z, cameraFromHand. */
  orientation: Float64Array;
  /** (T, 21, 3) m in the hand frame. */
  landmarks: Float64Array;
  /** Standard deviations of the fit, (T,): the wrist across the line of sight, m, … */
  acrossSigma: Float64Array;
  /** … its log depth, … */
  depthSigma: Float64Array;
  /** … and the fingertips in the hand frame, m. */
  tipsSigma: Float64Array;
}

/** A hand after smoothing; zero (orientation: identity) where absent. */
export interface CameraHand {
  state: Uint8Array;
  confidence: Float32Array;
  /** (T, 3) m. */
  wrist: Float64Array;
  /** (T, 4) w x y z, cameraFromHand. */
  orientation: Float64Array;
  /** (T, 21, 3) m in the hand frame. */
  landmarks: Float64Array;
}

/** Places a hand in every frame and decides which frames to believe. */
export function sightHand(
  track: LandmarkTrack,
  side: Side,
  camera: Camera,
  palmLengthM: number,
  fps: number,
): HandSight {
  const frames = track.state.length;
  const state = believableStates(wristsAtOneDepth(track, camera), track.state, fps);
  const believed = { ...track, state };
  const palms = placePalms(believed, side, camera, palmLengthM, fps);
  const stretches = presentStretches(state);
  const trust = handTrust(believed, stretches, fps);
  const sight: Omit<HandSight, 'landmarks'> = {
    side,
    state,
    trust,
    rays: new Float64Array(2 * frames),
    logDepth: new Float64Array(frames),
    orientation: new Float64Array(4 * frames),
    acrossSigma: new Float64Array(frames),
    depthSigma: new Float64Array(frames),
    tipsSigma: new Float64Array(frames),
  };
  const shape = palmShape(palmLengthM, side);
  const fits = new Float64Array(3 * HAND_LANDMARKS * frames);
  const rays = palms.map((palm, t) => (palm ? handRays(track, camera, t) : null));
  palms.forEach((palm, t) => {
    const seen = rays[t];
    if (!palm || !seen) return;
    const fitted = fingersOnPalm(turnedLocal(track, seen, t), seen, palm, shape, palmLengthM, side);
    fits.set(fitted.points.flat(), 3 * HAND_LANDMARKS * t);
    sight.tipsSigma[t] = fitted.tipsSigma;
  });
  const fitted = unflippedThumbs(fits, palms, rays, trust.pose, fps);
  const hand = { side, palmLengthM, landmarks: fitted, palms, rays, confidence: trust.pose };
  const landmarks = moveFingers(hand, stretches, fps);
  palms.forEach((palm, t) => {
    const seen = rays[t];
    if (!palm || !seen) return;
    const { rotation, translation, sigma } = placeWithFingers(palm, handAt(landmarks, t), seen);
    const [x, y, z] = translation;
    sight.rays.set([x / z, y / z], 2 * t);
    sight.logDepth[t] = Math.log(z);
    sight.orientation.set(rotation, 4 * t);
    sight.acrossSigma[t] = Math.hypot(sigma[0], sigma[1]);
    sight.depthSigma[t] = sigma[2] / z;
  });
  return { ...sight, landmarks };
}

/** (T, 2) m: the wrist's pixels at the depth where a palm of the adult length has the track's typical size. */
function wristsAtOneDepth(track: LandmarkTrack, camera: Camera): Float64Array {
  const frames = track.state.length;
  const extents: number[] = [];
  const points = new Float64Array(2 * frames);
  for (let t = 0; t < frames; t++) {
    if (track.state[t] === ABSENT) continue;
    const rays = handRays(track, camera, t);
    points.set(rays[0], 2 * t);
    extents.push(
      Math.max(...PALM_LANDMARKS.map(k => Math.hypot(rays[k][0] - rays[0][0], rays[k][1] - rays[0][1]))),
    );
  }
  const depth = ADULT_PALM_LENGTH_M / (median(extents) || 1);
  return points.map(x => x * depth);
}

/**
 * How much farther away the arms say the hands are than the hands' assumed size does (1 when no frame has both):
 * the factor that brings hands and body to one scale.
 */
export function handScaleFromArms(pairs: readonly { sight: HandSight; arm: PlacedArm }[]): number {
  const ratios = pairs.flatMap(({ sight, arm }) =>
    [...sight.state.keys()]
      .filter(t => sight.state[t] === SEEN && arm.state[t] === SEEN)
      .map(t => ({
        ratio: logDepthOf(arm.wrist[3 * t + 2]) - sight.logDepth[t],
        sure: sight.trust.confidence[t] > SURE,
      })),
  );
  const sure = ratios.filter(({ sure }) => sure);
  const told = sure.length > 0 ? sure : ratios;
  return told.length > 0 ? Math.exp(median(told.map(({ ratio }) => ratio))) : 1;
}

/** The same sight of a hand that is `factor` times as large and as far away. */
export const rescaleSight = (sight: HandSight, factor: number): HandSight => ({
  ...sight,
  logDepth: sight.logDepth.map(z => z + Math.log(factor)),
  landmarks: sight.landmarks.map(x => x * factor),
  acrossSigma: sight.acrossSigma.map(x => x * factor),
  tipsSigma: sight.tipsSigma.map(x => x * factor),
});

/** Smooths a hand; where its arm is known, the arm's depth has its say in the hand's. */
export function smoothHand(sight: HandSight, arm: PlacedArm | null, fps: number): CameraHand {
  const { state, trust } = sight;
  const frames = state.length;
  const stretches = presentStretches(state);
  const weights = trust.place;
  const mixed = arm ? mixDepths(sight, arm) : sight.logDepth;
  const rays = smoothSeries(sight.rays, 2, weights, stretches, { fps, cutoffHz: LATERAL_HZ });
  const logDepth = smoothSeries(mixed, 1, weights, stretches, { fps, cutoffHz: DEPTH_HZ });
  const orientation = smoothQuaternions(sight.orientation, trust.pose, stretches, {
    fps,
    cutoffHz: ORIENTATION_HZ,
  });
  const wrist = new Float64Array(3 * frames);
  for (let t = 0; t < frames; t++) {
    if (state[t] === ABSENT) {
      orientation.set([1, 0, 0, 0], 4 * t);
      continue;
    }
    const z = Math.exp(logDepth[t]);
    wrist.set([rays[2 * t] * z, rays[2 * t + 1] * z, z], 3 * t);
  }
  return { state, confidence: trust.confidence, wrist, orientation, landmarks: sight.landmarks };
}

/**
 * (T,) log depth from the hand's size and from the arm, each weighed by its error. A hand that is doubtful, or far
 * off the arm, loses weight, the latter as a redescending estimator takes it away.
 */
function mixDepths({ state, trust, logDepth }: HandSight, arm: PlacedArm): Float64Array {
  const limit = DISAGREEMENT * Math.hypot(HAND_LOG_DEPTH_SIGMA, ARM_LOG_DEPTH_SIGMA);
  const trustArm = ARM_LOG_DEPTH_SIGMA ** -2;
  return logDepth.map((z, t) => {
    if (state[t] !== SEEN || arm.state[t] === ABSENT) return z;
    const apart = z - logDepthOf(arm.wrist[3 * t + 2]);
    const believed = trust.place[t] ** DOUBT * Math.min(1, (limit / Math.abs(apart)) ** 2);
    const trustHand = believed * HAND_LOG_DEPTH_SIGMA ** -2;
    return z - (trustArm / (trustArm + trustHand)) * apart;
  });
}

/** (T, 21, 3) m in the camera frame. */
export function cameraPoints(hand: CameraHand): Float32Array {
  const out = new Float32Array(hand.landmarks.length);
  for (let t = 0; t < hand.state.length; t++) {
    if (hand.state[t] === ABSENT) continue;
    const orientation = hand.orientation.subarray(4 * t, 4 * t + 4);
    const wrist = hand.wrist.subarray(3 * t, 3 * t + 3);
    handAt(hand.landmarks, t).forEach((p, k) => {
      out.set(add(quatRotate(orientation, p), wrist), 3 * (t * HAND_LANDMARKS + k));
    });
  }
  return out;
}
