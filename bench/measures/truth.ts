/**
 * A reconstructed person against a rendered one, whose joints are known exactly. A frame counts where the hand is
 * visible (15 of its 21 joints seen) and was found there (on average within 60 px of a picture 1280 wide).
 */
import { fitSimilarity } from '../../src/core/procrustes.ts';
import {
  cross,
  distance,
  dot,
  matrixFromColumns,
  normalize,
  type Pose,
  quatAngle,
  quatConjugate,
  quatFromMatrix,
  quatRotate,
  scale,
  subtract,
  type Vector3,
} from '../../src/core/se3.ts';
import { FINGERTIPS, SIDES, type Side, WRIST } from '../../src/core/skeletons.ts';
import { ABSENT, type HumanMotion, type LandmarkTrack } from '../../src/core/types.ts';
import { handAt, orientationOfKnuckles } from '../../src/motion/hand-frame.ts';
import { AT_HAND_PX, VISIBLE_JOINTS } from './rendered.ts';

interface Joints {
  /** m in the camera frame. */
  xyz: Vector3[];
  px: [number, number][];
  /** 1 where the joint is seen. */
  vis: number[];
}
export interface PersonTruth {
  width: number;
  fps: number;
  intrinsics: { fx: number; fy: number; cx: number; cy: number };
  /** Body joints: shoulders, elbows, wrists, hips, left before right. */
  data: ({ t: number; body: Joints } & Record<Side, Joints>)[];
}

/** What is measured of one hand; null where fewer than MEASURABLE frames count. */
export interface HandError {
  visible: number;
  found: number;
  /** Mean distance of the landmarks in the picture, px of the truth's width. */
  px: number | null;
  /** Mean joint error of the hand's shape after a similarity alignment per frame, mm. */
  shapeMm: number | null;
  /** Mean angle between the hands' frames, degrees, camera axes. */
  palmDeg: number | null;
  /** Mean of estimated over true depth of the wrist. */
  depthRatio: number | null;
  /** Mean error of the wrist's path after ONE similarity alignment over the clip, mm. */
  wristPathMm: number | null;
  /** Root mean square error of its acceleration after the same alignment, m/s². */
  jitter: number | null;
  /** Mean error of the wrist in the motion's own frame (torso or camera), nothing aligned, mm. */
  wristMm: number | null;
  /** Mean angle of upper arm and forearm, degrees; null where the clip has no torso or arm. */
  upperArmDeg: number | null;
  forearmDeg: number | null;
  /** Mean stated confidence, and the share of frames that it speaks of: landmarks within RIGHT of the hand's extent. */
  sure: [number, number] | null;
  /** Shares of the frames whose error is below one and two of its stated standard deviations. */
  wristWithin: [number, number] | null;
  tipsWithin: [number, number] | null;
}

const MEASURABLE = 9;
/** The event of src/motion/confidence.ts: a mean error below this share of the hand's extent in the picture. */
const RIGHT = 0.1;
const DEGREES = 180 / Math.PI;

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const meanOrNull = (values: readonly number[]) => (values.length > 0 ? mean(values) : null);
const angleBetween = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  DEGREES * Math.acos(Math.max(-1, Math.min(1, dot(a, b))));

/** @param hands 'camera' tracks @param widthPx of the picture that they were seen in */
export function measurePerson(
  hands: Record<Side, LandmarkTrack>,
  motion: HumanMotion,
  widthPx: number,
  truth: PersonTruth,
): Record<Side, HandError> {
  const [left, right] = SIDES.map(side => measureHand(hands[side], motion, side, widthPx, truth));
  return { left, right };
}

function measureHand(
  track: LandmarkTrack,
  motion: HumanMotion,
  side: Side,
  widthPx: number,
  truth: PersonTruth,
): HandError {
  const toTruthPx = truth.width / widthPx;
  const visible = truth.data.filter(frame => frame[side].vis.filter(Boolean).length >= VISIBLE_JOINTS);
  const offsetPx = (t: number, { px }: Joints): number =>
    mean(
      px.map(([x, y], k) => {
        const i = 2 * (t * px.length + k);
        return Math.hypot(toTruthPx * track.pixels[i] - x, toTruthPx * track.pixels[i + 1] - y);
      }),
    );
  const found = visible
    .map(frame => ({ frame, t: Math.round(frame.t * motion.fps) }))
    .filter(({ t }) => t < motion.frames && track.state[t] !== ABSENT)
    .map(entry => ({ ...entry, px: offsetPx(entry.t, entry.frame[side]) }))
    .filter(({ px }) => px <= AT_HAND_PX)
    .map(({ frame, t, px }) => ({ t, px, frame, hand: handAt(track.positions, t), real: frame[side].xyz }));
  const counts = { visible: visible.length, found: found.length };
  if (found.length < MEASURABLE) return { ...counts, ...UNMEASURED };

  const path = found.flatMap(({ hand }) => hand[WRIST]);
  const realPath = found.flatMap(({ real }) => real[WRIST]);
  const aligned = alignTo(path, realPath);
  const inMotion = found.map(({ t, frame }) => errorsInMotion(motion, side, t, frame));
  const arms = inMotion.flatMap(({ arm }) => (arm ? [arm] : []));
  const within = (ratios: number[]): [number, number] => [
    mean(ratios.map(r => (r <= 1 ? 1 : 0))),
    mean(ratios.map(r => (r <= 2 ? 1 : 0))),
  ];
  return {
    ...counts,
    px: mean(found.map(({ px }) => px)),
    shapeMm: 1000 * mean(found.map(({ hand, real }) => pointError(alignTo(hand.flat(), real.flat()), real))),
    palmDeg: mean(
      found.map(
        ({ hand, real }) =>
          DEGREES * quatAngle(orientationOfKnuckles(hand, side), orientationOfKnuckles(real, side)),
      ),
    ),
    depthRatio: mean(found.map(({ hand, real }) => hand[WRIST][2] / real[WRIST][2])),
    wristPathMm:
      1000 *
      pointError(
        aligned,
        found.map(({ real }) => real[WRIST]),
      ),
    jitter: accelerationError(
      aligned,
      realPath,
      found.map(({ t }) => t),
      motion.fps,
    ),
    wristMm: 1000 * mean(inMotion.map(({ wristM }) => wristM)),
    upperArmDeg: meanOrNull(arms.map(({ upperArm }) => upperArm)),
    forearmDeg: meanOrNull(arms.map(({ forearm }) => forearm)),
    sure: [
      mean(found.map(({ t }) => track.confidence[t])),
      mean(found.map(({ px, frame }) => (px < RIGHT * extentPx(frame[side]) ? 1 : 0))),
    ],
    wristWithin: within(inMotion.map(({ wristM }, i) => wristM / motion.hands[side].wristSigma[found[i].t])),
    tipsWithin: within(inMotion.map(({ tipsM }, i) => tipsM / motion.hands[side].tipsSigma[found[i].t])),
  };
}

const UNMEASURED = {
  px: null,
  shapeMm: null,
  palmDeg: null,
  depthRatio: null,
  wristPathMm: null,
  jitter: null,
  wristMm: null,
  upperArmDeg: null,
  forearmDeg: null,
  sure: null,
  wristWithin: null,
  tipsWithin: null,
};

/** The longer side of the box around the joints, px. */
const extentPx = ({ px }: Joints): number =>
  Math.max(...[0, 1].map(a => Math.max(...px.map(p => p[a])) - Math.min(...px.map(p => p[a]))));

/** `from` (N, 3) moved, turned and scaled as near to `to` as it goes. */
function alignTo(from: readonly number[], to: readonly number[]): number[] {
  const { scale: size, rotation, translation } = fitSimilarity(from, to);
  return Array.from({ length: from.length / 3 }, (_, i) =>
    scale(quatRotate(rotation, from.slice(3 * i, 3 * i + 3)), size).map((x, a) => x + translation[a]),
  ).flat();
}

const pointError = (points: readonly number[], real: readonly Vector3[]): number =>
  mean(real.map((p, i) => distance(points.slice(3 * i, 3 * i + 3), p)));

/** Over frames whose neighbours on the grid count too. */
function accelerationError(
  path: readonly number[],
  real: readonly number[],
  frames: readonly number[],
  fps: number,
): number | null {
  const squares: number[] = [];
  for (let i = 1; i + 1 < frames.length; i++) {
    if (frames[i + 1] - frames[i - 1] !== 2) continue;
    const acceleration = (of: readonly number[]) =>
      [0, 1, 2].map(a => (of[3 * i + 3 + a] - 2 * of[3 * i + a] + of[3 * i - 3 + a]) * fps ** 2);
    squares.push(distance(acceleration(path), acceleration(real)) ** 2);
  }
  return squares.length > 0 ? Math.sqrt(mean(squares)) : null;
}

/** Errors of one frame in the motion's own frame: m, and degrees for an arm that is there. */
function errorsInMotion(
  motion: HumanMotion,
  side: Side,
  t: number,
  frame: PersonTruth['data'][number],
): { wristM: number; tipsM: number; arm: { upperArm: number; forearm: number } | null } {
  const { wrist, landmarks } = motion.hands[side];
  const real = frame[side].xyz;
  const cameraFromReference: Pose =
    motion.reference === 'torso'
      ? torsoOf(frame.body.xyz)
      : { rotation: [1, 0, 0, 0], translation: [0, 0, 0] };
  const referenceFromCamera = quatConjugate(cameraFromReference.rotation);
  const realWrist = quatRotate(referenceFromCamera, subtract(real[WRIST], cameraFromReference.translation));
  const handFromCamera = quatConjugate(orientationOfKnuckles(real, side));
  const tipSquares = FINGERTIPS.map(k => {
    const i = 3 * (t * real.length + k);
    return (
      distance(quatRotate(handFromCamera, subtract(real[k], real[WRIST])), landmarks.subarray(i, i + 3)) ** 2
    );
  });
  const errors = {
    wristM: distance(realWrist, wrist.subarray(3 * t, 3 * t + 3)),
    tipsM: Math.sqrt(mean(tipSquares)),
  };
  const { state, upperArm, forearm } = motion.arms[side];
  if (state[t] === ABSENT) return { ...errors, arm: null };
  const s = SIDES.indexOf(side);
  const [shoulder, elbow, bodyWrist] = [0, 2, 4].map(first => frame.body.xyz[first + s]);
  const along = (a: Vector3, b: Vector3) => quatRotate(referenceFromCamera, normalize(subtract(b, a)));
  return {
    ...errors,
    arm: {
      upperArm: angleBetween(along(shoulder, elbow), upperArm.subarray(3 * t, 3 * t + 3)),
      forearm: angleBetween(along(elbow, bodyWrist), forearm.subarray(3 * t, 3 * t + 3)),
    },
  };
}

/** cameraFromTorso of the true body: x forward, y left, z up, origin midway between the shoulders. */
function torsoOf(body: readonly Vector3[]): Pose {
  const middle = (i: number): Vector3 =>
    scale(
      [0, 1, 2].map(a => body[i][a] + body[i + 1][a]),
      0.5,
    );
  const [shoulders, hips] = [middle(0), middle(6)];
  const y = normalize(subtract(body[0], body[1]));
  const x = normalize(cross(y, subtract(shoulders, hips)));
  return { rotation: quatFromMatrix(matrixFromColumns(x, y, cross(x, y))), translation: shoulders };
}
