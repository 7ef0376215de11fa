/**
 * Rotations and rigid transforms on plain numbers. Quaternions are w x y z; matrices are row-major,
 * nine numbers. `aFromB` maps b-coordinates to a. Every function accepts any array of numbers, typed
 * arrays included, and returns a new one.
 */
export type Quaternion = [w: number, x: number, y: number, z: number];
export type Vector3 = [x: number, y: number, z: number];
/** Row-major 3 × 3. */
export type Matrix3 = [number, number, number, number, number, number, number, number, number];
type Numbers = ArrayLike<number>;

/** Vector t of a series (T, 3). */
export const vectorAt = (series: Numbers, t: number): Vector3 => [
  series[3 * t],
  series[3 * t + 1],
  series[3 * t + 2],
];

export const add = (a: Numbers, b: Numbers): Vector3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
export const subtract = (a: Numbers, b: Numbers): Vector3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
export const scale = (a: Numbers, k: number): Vector3 => [a[0] * k, a[1] * k, a[2] * k];
export const dot = (a: Numbers, b: Numbers): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const norm = (a: Numbers): number => Math.hypot(a[0], a[1], a[2]);
export const distance = (a: Numbers, b: Numbers): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

export const cross = (a: Numbers, b: Numbers): Vector3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

/** The unit vector along `a`; zero when `a` is zero. */
export function normalize(a: Numbers): Vector3 {
  const n = norm(a);
  return n > 0 ? [a[0] / n, a[1] / n, a[2] / n] : [0, 0, 0];
}

/** Hamilton product: the rotation b, then the rotation a. */
export const quatMultiply = (a: Numbers, b: Numbers): Quaternion => [
  a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3],
  a[0] * b[1] + a[1] * b[0] + a[2] * b[3] - a[3] * b[2],
  a[0] * b[2] - a[1] * b[3] + a[2] * b[0] + a[3] * b[1],
  a[0] * b[3] + a[1] * b[2] - a[2] * b[1] + a[3] * b[0],
];

/** The inverse of a unit quaternion. */
export const quatConjugate = (q: Numbers): Quaternion => [q[0], -q[1], -q[2], -q[3]];

/** The unit quaternion along q; the identity when q is zero. */
export function quatNormalize(q: Numbers): Quaternion {
  const n = Math.hypot(q[0], q[1], q[2], q[3]);
  return n > 0 ? [q[0] / n, q[1] / n, q[2] / n, q[3] / n] : [1, 0, 0, 0];
}

/** v rotated by the unit quaternion q. */
export function quatRotate(q: Numbers, v: Numbers): Vector3 {
  const tx = 2 * (q[2] * v[2] - q[3] * v[1]);
  const ty = 2 * (q[3] * v[0] - q[1] * v[2]);
  const tz = 2 * (q[1] * v[1] - q[2] * v[0]);
  return [
    v[0] + q[0] * tx + q[2] * tz - q[3] * ty,
    v[1] + q[0] * ty + q[3] * tx - q[1] * tz,
    v[2] + q[0] * tz + q[1] * ty - q[2] * tx,
  ];
}

/** The matrix of a unit quaternion. */
export function matrixFromQuat(q: Numbers): Matrix3 {
  const [w, x, y, z] = [q[0], q[1], q[2], q[3]];
  return [
    1 - 2 * (y * y + z * z),
    2 * (x * y - w * z),
    2 * (x * z + w * y),
    2 * (x * y + w * z),
    1 - 2 * (x * x + z * z),
    2 * (y * z - w * x),
    2 * (x * z - w * y),
    2 * (y * z + w * x),
    1 - 2 * (x * x + y * y),
  ];
}

/** The unit quaternion (w ≥ 0) of a rotation matrix, by the largest of its four components (Shepperd 1978). */
export function quatFromMatrix(m: Numbers): Quaternion {
  const trace = m[0] + m[4] + m[8];
  let q: Quaternion;
  if (trace > Math.max(m[0], m[4], m[8])) {
    q = [1 + trace, m[7] - m[5], m[2] - m[6], m[3] - m[1]];
  } else if (m[0] >= m[4] && m[0] >= m[8]) {
    q = [m[7] - m[5], 1 + m[0] - m[4] - m[8], m[1] + m[3], m[2] + m[6]];
  } else if (m[4] >= m[8]) {
    q = [m[2] - m[6], m[1] + m[3], 1 - m[0] + m[4] - m[8], m[5] + m[7]];
  } else {
    q = [m[3] - m[1], m[2] + m[6], m[5] + m[7], 1 - m[0] - m[4] + m[8]];
  }
  q = quatNormalize(q);
  return q[0] < 0 ? [-q[0], -q[1], -q[2], -q[3]] : q;
}

/** The matrix whose columns are the unit vectors x, y, z: it maps coordinates along them to the outside. */
export const matrixFromColumns = (x: Numbers, y: Numbers, z: Numbers): Matrix3 => [
  x[0],
  y[0],
  z[0],
  x[1],
  y[1],
  z[1],
  x[2],
  y[2],
  z[2],
];

/** The matrix times a vector. */
export const matrixRotate = (m: Numbers, v: Numbers): Vector3 => [
  m[0] * v[0] + m[1] * v[1] + m[2] * v[2],
  m[3] * v[0] + m[4] * v[1] + m[5] * v[2],
  m[6] * v[0] + m[7] * v[1] + m[8] * v[2],
];

export const matrixTranspose = (m: Numbers): Matrix3 => [
  m[0],
  m[3],
  m[6],
  m[1],
  m[4],
  m[7],
  m[2],
  m[5],
  m[8],
];

/** Rotation by `angle` rad about the unit vector `axis`. */
export function quatFromAxisAngle(axis: Numbers, angle: number): Quaternion {
  const s = Math.sin(angle / 2);
  return [Math.cos(angle / 2), axis[0] * s, axis[1] * s, axis[2] * s];
}

/** Fixed-axis roll, pitch, yaw in rad, as URDF writes it: R = Rz(yaw) Ry(pitch) Rx(roll). */
export const quatFromRpy = (rpy: Numbers): Quaternion =>
  quatMultiply(
    quatFromAxisAngle([0, 0, 1], rpy[2]),
    quatMultiply(quatFromAxisAngle([0, 1, 0], rpy[1]), quatFromAxisAngle([1, 0, 0], rpy[0])),
  );

/** Rotation vector (axis · angle, rad, angle in 0…π) of a unit quaternion. */
export function quatLog(q: Numbers): Vector3 {
  const sign = q[0] < 0 ? -1 : 1;
  const s = Math.hypot(q[1], q[2], q[3]);
  const angle = 2 * Math.atan2(s, sign * q[0]);
  // Below this sine the ratio angle / s is 2 to the last bit: its next term is s² / 3.
  const k = s < 1e-9 ? 2 * sign : (sign * angle) / s;
  return [q[1] * k, q[2] * k, q[3] * k];
}

/** The unit quaternion of a rotation vector, rad. */
export function quatExp(v: Numbers): Quaternion {
  const angle = norm(v);
  const k = angle < 1e-9 ? 0.5 : Math.sin(angle / 2) / angle;
  return [Math.cos(angle / 2), v[0] * k, v[1] * k, v[2] * k];
}

/** Angle between two orientations, rad, 0…π. */
export const quatAngle = (a: Numbers, b: Numbers): number => norm(quatLog(quatMultiply(quatConjugate(a), b)));

/** From a (t = 0) to b (t = 1) at constant angular speed, the short way round. */
export function slerp(a: Numbers, b: Numbers, t: number): Quaternion {
  return quatNormalize(quatMultiply(a, quatExp(scale(quatLog(quatMultiply(quatConjugate(a), b)), t))));
}

/** A rigid transform: p ↦ rotation · p + translation. */
export interface Pose {
  rotation: Quaternion;
  /** m. */
  translation: Vector3;
}

export const transformPoint = (pose: Pose, p: Numbers): Vector3 =>
  add(quatRotate(pose.rotation, p), pose.translation);

/** aFromB, bFromC ↦ aFromC. */
export const composePoses = (aFromB: Pose, bFromC: Pose): Pose => ({
  rotation: quatMultiply(aFromB.rotation, bFromC.rotation),
  translation: transformPoint(aFromB, bFromC.translation),
});
