/** A pinhole camera that looks at the robot. Robot frame: x forward, y left, z up, m. */
import type { Vec3 } from '../core/robot.ts';
import { cross, dot, norm, normalize, subtract } from '../core/se3.ts';

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
  const forward = normalize(subtract(camera.to, camera.from));
  const right = normalize(cross(forward, [0, 0, 1]));
  const up = cross(right, forward);
  const focal = (height / camera.heightM) * norm(subtract(camera.to, camera.from));
  return point => {
    const ray = subtract(point, camera.from);
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
