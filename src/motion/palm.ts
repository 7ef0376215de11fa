/**
 * The palm as one rigid body in front of the camera. A palm that holds something is often seen from its edge,
 * and there one picture allows several poses: mirrored in depth, or turned about its long axis. The network
 * picks one of them anew in every frame and is sure of it each time. So every frame keeps its candidates, and
 * the clip decides (cheapest-way.ts): the way through them that explains the pixels, trusts the network a little and moves
 * like a hand.
 */
import { fitRotation } from '../core/procrustes.ts';
import {
  cross,
  type Quaternion,
  quatAngle,
  quatFromMatrix,
  quatMultiply,
  quatNormalize,
  quatRotate,
  scale,
  type Vector3,
} from '../core/se3.ts';
import { HAND_LANDMARKS, PALM_LANDMARKS, type Side, WRIST } from '../core/skeletons.ts';
import { type Camera, type LandmarkTrack, SEEN } from '../core/types.ts';
import { LONG_FINGERS, palmShape } from './bones.ts';
import { cheapestWay } from './cheapest-way.ts';
import { meanRay, type Placement, placeRigid, type Ray, rayOf, turnToRay } from './placement.ts';

/** How far a candidate may turn from its start to agree with the pixels, rad. */
const TURN_SIGMA = 0.4;
/** Trust in the network's orientation, rad; beyond NETWORK_LIMIT it is simply wrong and costs no more. */
const NETWORK_SIGMA = 0.8;
const NETWORK_LIMIT = 1.6;
/** Typical turning speed of a working hand, rad/s. A flip of half a turn between two frames is twenty times as fast. */
const TURNING_SPEED = 4;
/** Candidates nearer than this are one, rad. */
const SAME_POSE = 0.15;
/** What places a hand whose fingers are known: all but the thumb, which is read worst, and the other tips. */
const WITH_FINGERS = [WRIST, ...LONG_FINGERS.flatMap(marks => marks.slice(0, 3))];
/** Half a turn about the hand's x axis: the palm seen from the other side. */
const HALF_TURN: Quaternion = [0, 1, 0, 0];

/** Rays of one frame's landmarks, (21, 2) on the plane z = 1. */
export const handRays = (track: LandmarkTrack, camera: Camera, t: number): Ray[] =>
  Array.from({ length: HAND_LANDMARKS }, (_, k) => rayOf(track.pixels, t * HAND_LANDMARKS + k, camera));

/** The network's 21 points of one frame, turned from its crop's axis to the viewing ray: camera axes, m. */
export function turnedLocal(track: LandmarkTrack, rays: readonly Ray[], t: number): Vector3[] {
  const turn = turnToRay(meanRay(rays));
  return Array.from({ length: HAND_LANDMARKS }, (_, k) => {
    const i = 3 * (t * HAND_LANDMARKS + k);
    return quatRotate(turn, track.positions.subarray(i, i + 3));
  });
}

/** Poses cameraFromHand of the palm, one per frame; null where the track is not SEEN. */
export function placePalms(
  track: LandmarkTrack,
  side: Side,
  camera: Camera,
  palmLengthM: number,
  fps: number,
): (Placement | null)[] {
  const shape = palmShape(palmLengthM, side);
  const frames = [...track.state.keys()].filter(t => track.state[t] === SEEN);
  const candidates = frames.map(t => candidatesOf(track, camera, shape, t));
  const chosen = cheapestWay(
    candidates.map(found => found.map(({ cost }) => cost)),
    (n, i, j) => {
      const turn = quatAngle(candidates[n - 1][i].placement.rotation, candidates[n][j].placement.rotation);
      const seconds = (frames[n] - frames[n - 1]) / fps;
      return (turn / seconds / TURNING_SPEED) ** 2;
    },
  );
  const placed = new Array<Placement | null>(track.state.length).fill(null);
  frames.forEach((t, n) => {
    placed[t] = candidates[n][chosen[n]].placement;
  });
  return placed;
}

/**
 * The palm placed again, together with the fingers that it carries. Six points that are nearly flat say badly how they are turned
 * and how far away they are, and worse where the wrist is hidden or read too near the fingers, as from above; bent fingers
 * stand out of the plane. Its depth is the geometric mean of both: the palm's is wrong where its wrist is, the whole
 * hand's where its fingers are. On 46 rendered hands the palm is turned wrong by 12.1° instead of 13.0°, fingertips around the wrist
 * by 29.8 instead of 32.7 mm, and paths before a camera by 18.1 instead of 18.9 mm.
 *
 * @param hand (21, 3) m in the hand frame @param rays (21, 2) of the same frame
 */
export function placeWithFingers(palm: Placement, hand: readonly Vector3[], rays: readonly Ray[]): Placement {
  const [shape, seen] = [WITH_FINGERS.map(k => hand[k]), WITH_FINGERS.map(k => rays[k])];
  const { rotation, translation } = placeRigid(shape, seen, palm.rotation, TURN_SIGMA);
  const share = Math.sqrt(palm.translation[2] / translation[2]);
  return { ...palm, rotation, translation: scale(translation, share) };
}

interface Candidate {
  placement: Placement;
  /** Misfit to the pixels and to the network. */
  cost: number;
}

function candidatesOf(
  track: LandmarkTrack,
  camera: Camera,
  shape: readonly Vector3[],
  t: number,
): Candidate[] {
  const rays = handRays(track, camera, t);
  const palmRays = PALM_LANDMARKS.map(k => rays[k]);
  const local = turnedLocal(track, rays, t);
  const network = fitRotation(centred(shape), centred(PALM_LANDMARKS.map(k => local[k])));
  const mirrored = mirrorInDepth(network, meanRay(palmRays));
  const starts = [
    network,
    quatMultiply(network, HALF_TURN),
    mirrored,
    quatMultiply(mirrored, HALF_TURN),
    ...turnsInPicture(shape, palmRays),
  ];
  const found: Candidate[] = [];
  for (const start of starts) {
    const placement = placeRigid(shape, palmRays, start, TURN_SIGMA);
    if (found.some(other => quatAngle(other.placement.rotation, placement.rotation) < SAME_POSE)) continue;
    const away = Math.min(quatAngle(network, placement.rotation), NETWORK_LIMIT) / NETWORK_SIGMA;
    found.push({ placement, cost: placement.cost + away * away });
  }
  return found;
}

/**
 * The two rotations that a flat shape has in a picture taken from far away (weak perspective), whatever the network says of
 * depth: its plane goes into the picture by a 2 × 2 matrix, whose larger singular value is the scale and whose ratio is the
 * tilt (cf. D. Oberkampf, D. DeMenthon and L. Davis, "Iterative pose estimation using coplanar feature points", 1996).
 */
function turnsInPicture(shape: readonly Vector3[], rays: readonly Ray[]): Quaternion[] {
  const [sx, sy] = [0, 1].map(k => shape.reduce((sum, p) => sum + p[k], 0) / shape.length);
  const [u0, v0] = meanRay(rays);
  let [xx, xy, yy, xu, yu, xv, yv] = [0, 0, 0, 0, 0, 0, 0];
  shape.forEach((p, k) => {
    const [x, y, u, v] = [p[0] - sx, p[1] - sy, rays[k][0] - u0, rays[k][1] - v0];
    xx += x * x;
    xy += x * y;
    yy += y * y;
    xu += x * u;
    yu += y * u;
    xv += x * v;
    yv += y * v;
  });
  const det = xx * yy - xy * xy;
  const [a, b] = [(yy * xu - xy * yu) / det, (xx * yu - xy * xu) / det];
  const [c, d] = [(yy * xv - xy * yv) / det, (xx * yv - xy * xv) / det];
  const squares = a * a + b * b + c * c + d * d;
  const area = a * d - b * c;
  const size = Math.sqrt((squares + Math.sqrt(Math.max(0, squares ** 2 - 4 * area ** 2))) / 2);
  if (!(size > 0)) return [];
  const [p, q, r, s] = [a, b, c, d].map(value => value / size);
  const across = Math.sqrt(Math.max(0, 1 - p * p - q * q));
  const down = Math.sqrt(Math.max(0, 1 - r * r - s * s)) * (p * r + q * s > 0 ? -1 : 1);
  const toRay = turnToRay([u0, v0]);
  return [1, -1].map(sign => {
    const first: Vector3 = [p, q, sign * across];
    const second: Vector3 = [r, s, sign * down];
    const third = cross(first, second);
    return quatMultiply(toRay, quatFromMatrix([...first, ...second, ...third]));
  });
}

/**
 * The rotation that looks the same from far away with near and far exchanged (the Necker reversal): the shape
 * mirrored in the plane across the viewing ray and in its own plane z = 0, which together are a rotation.
 */
function mirrorInDepth(rotation: Quaternion, ray: Ray): Quaternion {
  const length = Math.hypot(ray[0], ray[1], 1);
  const view = [ray[0] / length, ray[1] / length, 1 / length];
  // A reflection in the plane across a unit vector is the half turn about it, and a point inversion.
  const halfTurnAboutView: Quaternion = [0, view[0], view[1], view[2]];
  const halfTurnAboutZ: Quaternion = [0, 0, 0, 1];
  return quatNormalize(quatMultiply(halfTurnAboutView, quatMultiply(rotation, halfTurnAboutZ)));
}

function centred(points: readonly Vector3[]): Float64Array {
  const out = new Float64Array(3 * points.length);
  for (let a = 0; a < 3; a++) {
    const mean = points.reduce((sum, p) => sum + p[a], 0) / points.length;
    points.forEach((p, i) => {
      out[3 * i + a] = p[a] - mean;
    });
  }
  return out;
}
