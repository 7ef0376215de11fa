/** A pinhole camera that looks at the robot. Robot frame: x forward, y left, z up, m. */
import type { Vec3 } from '../core/robot.ts';

export interface PreviewCamera {
  /** Place and the point looked at, m, robot frame. */
  from: Vec3;
  to: Vec3;
  /** Height of the picture at the distance of `to`, m. */
  heightM: number;
}

/** A point in the picture, px, its distance along the line of sight, m, and the scale there, px per m. */
export interface Projected {
  x: number;
  y: number;
  depth: number;
  scale: number;
}

/** Points nearer than this are moved there, m: they would be behind the lens. */
const NEAR = 0.05;

/** The camera as a function of points, for a picture of that size, px. z is up in the picture. */
export function projector(camera: PreviewCamera, width: number, height: number): (point: Vec3) => Projected {
  const forward = unit(minus(camera.to, camera.from));
  const right = unit(cross(forward, [0, 0, 1]));
  const up = cross(right, forward);
  const focal = (height / camera.heightM) * length(minus(camera.to, camera.from));
  return point => {
    const ray = minus(point, camera.from);
    const depth = Math.max(NEAR, dot(ray, forward));
    const scale = focal / depth;
    return { x: width / 2 + dot(ray, right) * scale, y: height / 2 - dot(ray, up) * scale, depth, scale };
  };
}

/** A point at that distance (m), turn to the robot's left and height above the horizon (degrees) from `to`. */
export function orbit(to: Vec3, distance: number, azimuthDeg: number, elevationDeg: number): Vec3 {
  const [a, e] = [(azimuthDeg * Math.PI) / 180, (elevationDeg * Math.PI) / 180];
  return [
    to[0] + distance * Math.cos(e) * Math.cos(a),
    to[1] + distance * Math.cos(e) * Math.sin(a),
    to[2] + distance * Math.sin(e),
  ];
}

const minus = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const dot = (a: Vec3, b: Vec3) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const length = (a: Vec3) => Math.hypot(...a);
const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const unit = (a: Vec3): Vec3 => {
  const l = length(a) || 1;
  return [a[0] / l, a[1] / l, a[2] / l];
};
