/**
 * Where a known rigid shape is in front of the camera: perspective-n-point. The shape's points and their pixels
 * are given; the place and the turn that make the one project onto the other are found by linear least squares
 * for the place and a few robust Gauss–Newton steps for both.
 */
import { type Quaternion, quatExp, quatMultiply, quatRotate, type Vector3 } from '../core/se3.ts';
import type { Camera } from '../core/types.ts';
import { LinearSystem } from './least-squares.ts';

/** Typical error of a landmark as a share of the shape's extent in the picture (measured on rendered hands). */
const PIXEL_ERROR_SHARE = 0.04;
/** Pixel residuals beyond this many typical errors lose weight (Huber). */
const HUBER = 2;
/** Gauss–Newton converges in about four steps from the linear solution. */
const STEPS = 8;
/** Nearest credible hand, m. */
const NEAREST_M = 0.05;

/** Natural logarithm of a depth in m; what a fit has put behind the camera, or into it, is as near as can be believed. */
export const logDepthOf = (z: number): number => Math.log(Math.max(z, NEAREST_M));

/** A pixel on the plane z = 1. */
export type Ray = readonly [number, number];

/** The ray of pixel k of (K, 2). */
export const rayOf = (pixels: ArrayLike<number>, k: number, { fx, fy, cx, cy }: Camera): Ray => [
  (pixels[2 * k] - cx) / fx,
  (pixels[2 * k + 1] - cy) / fy,
];

/** cameraFromShape, and how badly it explains the pixels. */
export interface Placement {
  rotation: Quaternion;
  /** m. */
  translation: Vector3;
  /** Sum over the points of the robust squared residual, in typical errors. */
  cost: number;
  /** Standard deviations of the translation, m, x y z: how well the pixels hold it, worse where they disagree. */
  sigma: Vector3;
}

/**
 * Places `shape` (K, 3) m, whose origin is the centre of its turning. `start` is the rotation to begin with and
 * to stay near: `turnSigma` rad is one standard deviation of the turn away from it.
 */
export function placeRigid(
  shape: readonly Vector3[],
  rays: readonly Ray[],
  start: Quaternion,
  turnSigma: number,
): Placement {
  const centre = meanRay(rays);
  let rotation = start;
  let points = shape.map(p => quatRotate(start, p));
  let translation = linearTranslation(points, rays);
  if (!(translation[2] > NEAREST_M)) translation = [centre[0] * NEAREST_M, centre[1] * NEAREST_M, NEAREST_M];
  const spread = Math.sqrt(
    rays.reduce((sum, r) => sum + (r[0] - centre[0]) ** 2 + (r[1] - centre[1]) ** 2, 0) / rays.length,
  );
  const sigma = Math.max(PIXEL_ERROR_SHARE * 2 * spread, 1e-6);
  const turned: Vector3 = [0, 0, 0];
  for (let step = 0; step < STEPS; step++) {
    const delta = normalEquations(points, translation, rays, sigma, turned, turnSigma).solve();
    rotation = quatMultiply(quatExp(delta.slice(0, 3)), rotation);
    points = shape.map(p => quatRotate(rotation, p));
    for (let a = 0; a < 3; a++) {
      turned[a] += delta[a];
      translation[a] += delta[3 + a];
    }
    if (!(translation[2] > NEAREST_M)) translation[2] = NEAREST_M;
  }
  const cost = pixelCost(points, translation, rays, sigma);
  const variances = normalEquations(points, translation, rays, sigma, turned, turnSigma).variances();
  // Pixels that disagree by more than they should are worse than they were taken to be (Birge 1932).
  const disagreement = Math.max(1, cost / (2 * rays.length));
  const [x, y, z] = [3, 4, 5].map(i => Math.sqrt(variances[i] * disagreement));
  return { rotation, translation, cost, sigma: [x, y, z] };
}

function pixelCost(
  points: readonly Vector3[],
  translation: Vector3,
  rays: readonly Ray[],
  sigma: number,
): number {
  let cost = 0;
  points.forEach((p, k) => {
    const z = Math.max(p[2] + translation[2], NEAREST_M / 2);
    const size =
      Math.hypot((p[0] + translation[0]) / z - rays[k][0], (p[1] + translation[1]) / z - rays[k][1]) / sigma;
    cost += size > HUBER ? HUBER * (2 * size - HUBER) : size * size;
  });
  return cost;
}

export const meanRay = (rays: readonly Ray[]): [number, number] => {
  let [x, y] = [0, 0];
  for (const ray of rays) {
    x += ray[0] / rays.length;
    y += ray[1] / rays.length;
  }
  return [x, y];
};

/**
 * The smallest rotation that takes the optical axis to the viewing ray (x, y, 1). The networks see a crop as if
 * the camera looked straight at it: their 3D must be turned by this first, or an off-centre hand of a wide
 * picture is turned wrong by as much as its angle from the axis.
 */
export function turnToRay(ray: Ray): Quaternion {
  const sine = Math.hypot(ray[0], ray[1]);
  if (sine === 0) return [1, 0, 0, 0];
  const angle = Math.atan2(sine, 1);
  // axis = z × ray
  return quatExp([(-ray[1] / sine) * angle, (ray[0] / sine) * angle, 0]);
}

/** Translation that minimises the algebraic projection error: (X + t)_xy − ray · (X + t)_z, linear in t. */
function linearTranslation(points: readonly Vector3[], rays: readonly Ray[]): Vector3 {
  let [u, v, uu, bx, by, bz] = [0, 0, 0, 0, 0, 0];
  for (let k = 0; k < points.length; k++) {
    const [x, y, z] = points[k];
    const ex = rays[k][0] * z - x;
    const ey = rays[k][1] * z - y;
    u += rays[k][0];
    v += rays[k][1];
    uu += rays[k][0] ** 2 + rays[k][1] ** 2;
    bx += ex;
    by += ey;
    bz -= rays[k][0] * ex + rays[k][1] * ey;
  }
  const n = points.length;
  // Normal equations [[n,0,-u],[0,n,-v],[-u,-v,uu]] t = [bx,by,bz], x and y eliminated.
  const tz = (bz + (u * bx + v * by) / n) / (uu - (u * u + v * v) / n);
  return [(bx + u * tz) / n, (by + v * tz) / n, tz];
}

/** Of one robust step (turn about the local origin, shift) on the pixel residuals and the prior against turning. */
function normalEquations(
  points: readonly Vector3[],
  translation: Vector3,
  rays: readonly Ray[],
  sigma: number,
  turned: Vector3,
  turnSigma: number,
): LinearSystem {
  const system = new LinearSystem(6);
  for (let k = 0; k < points.length; k++) {
    const [px, py, pz] = points[k];
    const z = Math.max(pz + translation[2], NEAREST_M / 2);
    const u = (px + translation[0]) / z;
    const v = (py + translation[1]) / z;
    const [eu, ev] = [(u - rays[k][0]) / sigma, (v - rays[k][1]) / sigma];
    const size = Math.hypot(eu, ev);
    const weight = size > HUBER ? HUBER / size : 1;
    // d(X) = w × p + dt; d(u) = (dX − u dZ) / z.
    const g = 1 / (z * sigma);
    system.add([-u * py * g, (pz + u * px) * g, -py * g, g, 0, -u * g], eu, weight);
    system.add([(-pz - v * py) * g, v * px * g, px * g, 0, g, -v * g], ev, weight);
  }
  for (let a = 0; a < 3; a++) {
    const row = [0, 0, 0, 0, 0, 0];
    row[a] = 1 / turnSigma;
    system.add(row, turned[a] / turnSigma);
  }
  return system;
}

/** Pixels (K, 2) of camera-frame points (K, 3). */
export function project(points: ArrayLike<number>, camera: Camera): Float32Array {
  const pixels = new Float32Array((points.length / 3) * 2);
  for (let k = 0; k < points.length / 3; k++) {
    pixels[2 * k] = camera.cx + (camera.fx * points[3 * k]) / points[3 * k + 2];
    pixels[2 * k + 1] = camera.cy + (camera.fy * points[3 * k + 1]) / points[3 * k + 2];
  }
  return pixels;
}
