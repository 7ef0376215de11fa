/**
 * Least-squares fits between two sets of points.
 * Source: B. K. P. Horn, "Closed-form solution of absolute orientation using unit quaternions", 1987.
 */
import { type Quaternion, quatNormalize, quatRotate, type Vector3 } from './se3.ts';

type Numbers = ArrayLike<number>;

/**
 * The rotation R that minimises Σ w ‖to − R from‖², points taken as they are (not centred).
 * `from` and `to` are (N, 3); weights (N,) ≥ 0, 1 where not given. Returns w x y z with w ≥ 0.
 */
export function fitRotation(from: Numbers, to: Numbers, weights?: Numbers): Quaternion {
  const s = new Float64Array(9);
  for (let i = 0; i < from.length / 3; i++) {
    const w = weights ? weights[i] : 1;
    for (let a = 0; a < 3; a++) {
      for (let b = 0; b < 3; b++) s[3 * a + b] += w * from[3 * i + a] * to[3 * i + b];
    }
  }
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = s;
  const q = dominantEigenvector([
    [xx + yy + zz, yz - zy, zx - xz, xy - yx],
    [yz - zy, xx - yy - zz, xy + yx, zx + xz],
    [zx - xz, xy + yx, yy - xx - zz, yz + zy],
    [xy - yx, zx + xz, yz + zy, zz - xx - yy],
  ]);
  return q[0] < 0 ? [-q[0], -q[1], -q[2], -q[3]] : q;
}

/** p ↦ scale · rotation · p + translation. */
export interface Similarity {
  scale: number;
  rotation: Quaternion;
  translation: Vector3;
}

/** The rotation and translation, and with `withScale` the scale, that bring `from` nearest to `to`. */
export function fitSimilarity(from: Numbers, to: Numbers, weights?: Numbers, withScale = true): Similarity {
  const n = from.length / 3;
  const [fromMean, toMean] = [weightedMean(from, weights), weightedMean(to, weights)];
  const a = Float64Array.from({ length: 3 * n }, (_, i) => from[i] - fromMean[i % 3]);
  const b = Float64Array.from({ length: 3 * n }, (_, i) => to[i] - toMean[i % 3]);
  const rotation = fitRotation(a, b, weights);
  let [along, size] = [0, 0];
  for (let i = 0; i < n; i++) {
    const w = weights ? weights[i] : 1;
    const p = a.subarray(3 * i, 3 * i + 3);
    const turned = quatRotate(rotation, p);
    for (let k = 0; k < 3; k++) {
      along += w * turned[k] * b[3 * i + k];
      size += w * p[k] * p[k];
    }
  }
  const scale = withScale && size > 0 ? along / size : 1;
  const moved = quatRotate(rotation, fromMean);
  const translation: Vector3 = [
    toMean[0] - scale * moved[0],
    toMean[1] - scale * moved[1],
    toMean[2] - scale * moved[2],
  ];
  return { scale, rotation, translation };
}

function weightedMean(points: Numbers, weights?: Numbers): Vector3 {
  const mean: Vector3 = [0, 0, 0];
  let total = 0;
  for (let i = 0; i < points.length / 3; i++) {
    const w = weights ? weights[i] : 1;
    total += w;
    for (let k = 0; k < 3; k++) mean[k] += w * points[3 * i + k];
  }
  return total > 0 ? [mean[0] / total, mean[1] / total, mean[2] / total] : [0, 0, 0];
}

/** Eigenvector of the largest eigenvalue of a symmetric 4 × 4 matrix, by cyclic Jacobi rotations. */
function dominantEigenvector(m: number[][]): Quaternion {
  const v: number[][] = [0, 1, 2, 3].map(i => [0, 1, 2, 3].map(j => (i === j ? 1 : 0)));
  // Jacobi converges quadratically; a symmetric 4 × 4 is diagonal to the last bit within ten sweeps.
  for (let sweep = 0; sweep < 12; sweep++) {
    for (let p = 0; p < 3; p++) {
      for (let q = p + 1; q < 4; q++) {
        if (m[p][q] === 0) continue;
        const theta = (m[q][q] - m[p][p]) / (2 * m[p][q]);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        const s = t * c;
        for (let k = 0; k < 4; k++) {
          [m[k][p], m[k][q]] = [c * m[k][p] - s * m[k][q], s * m[k][p] + c * m[k][q]];
        }
        for (let k = 0; k < 4; k++) {
          [m[p][k], m[q][k]] = [c * m[p][k] - s * m[q][k], s * m[p][k] + c * m[q][k]];
          [v[k][p], v[k][q]] = [c * v[k][p] - s * v[k][q], s * v[k][p] + c * v[k][q]];
        }
      }
    }
  }
  let best = 0;
  for (let i = 1; i < 4; i++) if (m[i][i] > m[best][best]) best = i;
  return quatNormalize([v[0][best], v[1][best], v[2][best], v[3][best]]);
}
