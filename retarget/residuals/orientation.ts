import { dofsMoving, type KinematicTree, linkOf } from '../kinematics.ts';
import type { Residual, ResidualOptions } from './residual.ts';

/**
 * r = log(Rᵀ_target R_link), rad: the rotation vector from the wanted to the actual orientation, in the
 * link's frame. `targets` (T, 4) w x y z, baseFromLink. The Jacobian uses the inverse right Jacobian of
 * SO(3) (J. Solà et al., "A micro Lie theory", 2018, eq. 144), so it is exact at any error below π.
 */
export function orientationResidual(
  tree: KinematicTree,
  link: string,
  targets: Float64Array,
  { name, weights, huber = Infinity }: ResidualOptions,
): Residual {
  const index = linkOf(tree, link);
  const { dofs, column } = dofsMoving(tree, [index]);
  const movers = tree.movers[index];
  const error = new Float64Array(9);
  return {
    name,
    size: 3,
    dofs,
    weights,
    huber,
    evaluate(frame, state, out, jacobian) {
      const R = state.rotation;
      const o = 9 * index;
      relativeRotation(targets, 4 * frame, R, o, error);
      logRotation(error, out);
      if (!jacobian) return true;
      const n = dofs.length;
      jacobian.fill(0, 0, 3 * n);
      const [x, y, z] = [out[0], out[1], out[2]];
      const angle2 = x * x + y * y + z * z;
      const k = inverseRightFactor(angle2);
      for (let m = 0; m < movers.length; m++) {
        const i = movers[m];
        if (tree.kind[i] !== 1) continue;
        const g = tree.gain[i];
        const [ax, ay, az] = [state.axis[3 * i], state.axis[3 * i + 1], state.axis[3 * i + 2]];
        // The joint's axis in the link's frame, w; then Jr⁻¹ w = w + ½ r × w + k r × (r × w).
        const wx = g * (R[o] * ax + R[o + 3] * ay + R[o + 6] * az);
        const wy = g * (R[o + 1] * ax + R[o + 4] * ay + R[o + 7] * az);
        const wz = g * (R[o + 2] * ax + R[o + 5] * ay + R[o + 8] * az);
        const cx = y * wz - z * wy;
        const cy = z * wx - x * wz;
        const cz = x * wy - y * wx;
        const col = column[tree.dof[i]];
        jacobian[col] += wx + 0.5 * cx + k * (y * cz - z * cy);
        jacobian[n + col] += wy + 0.5 * cy + k * (z * cx - x * cz);
        jacobian[2 * n + col] += wz + 0.5 * cz + k * (x * cy - y * cx);
      }
      return true;
    },
  };
}

/** 1/θ² − (1 + cos θ) / (2 θ sin θ), by its series 1/12 + θ²/720 where the difference would cancel. */
function inverseRightFactor(angle2: number): number {
  if (angle2 < 1e-4) return 1 / 12 + angle2 / 720;
  const angle = Math.sqrt(angle2);
  // (1 + cos θ) / sin θ = cot(θ/2), which stays finite at π.
  return 1 / angle2 - 1 / (2 * angle * Math.tan(angle / 2));
}

/** Rᵀ(quaternion) · R as a row-major matrix. */
function relativeRotation(
  quats: Float64Array,
  q: number,
  R: Float64Array,
  o: number,
  out: Float64Array,
): void {
  const [w, x, y, z] = [quats[q], quats[q + 1], quats[q + 2], quats[q + 3]];
  const [m00, m01, m02] = [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)];
  const [m10, m11, m12] = [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)];
  const [m20, m21, m22] = [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)];
  for (let c = 0; c < 3; c++) {
    const [a, b, d] = [R[o + c], R[o + 3 + c], R[o + 6 + c]];
    out[c] = m00 * a + m10 * b + m20 * d;
    out[3 + c] = m01 * a + m11 * b + m21 * d;
    out[6 + c] = m02 * a + m12 * b + m22 * d;
  }
}

/** Rotation vector of a row-major rotation matrix, rad. */
function logRotation(m: Float64Array, out: Float64Array): void {
  const sx = m[7] - m[5];
  const sy = m[2] - m[6];
  const sz = m[3] - m[1];
  const sin2 = Math.sqrt(sx * sx + sy * sy + sz * sz);
  const cos = (m[0] + m[4] + m[8] - 1) / 2;
  const angle = Math.atan2(sin2 / 2, cos);
  if (cos < -0.999) {
    // Near a half turn the antisymmetric part vanishes: R + Rᵀ − 2 cos θ I = 2 (1 − cos θ) u uᵀ holds the axis u.
    const c = m[0] >= m[4] && m[0] >= m[8] ? 0 : m[4] >= m[8] ? 1 : 2;
    const x = m[c] + m[3 * c] - (c === 0 ? 2 * cos : 0);
    const y = m[3 + c] + m[3 * c + 1] - (c === 1 ? 2 * cos : 0);
    const z = m[6 + c] + m[3 * c + 2] - (c === 2 ? 2 * cos : 0);
    const length = Math.sqrt(x * x + y * y + z * z);
    const sign = x * sx + y * sy + z * sz < 0 ? -1 : 1;
    const k = (sign * angle) / length;
    out[0] = x * k;
    out[1] = y * k;
    out[2] = z * k;
    return;
  }
  const k = sin2 < 1e-7 ? 0.5 : angle / sin2;
  out[0] = sx * k;
  out[1] = sy * k;
  out[2] = sz * k;
}
