import { type Approach, approach, axisDistance, type CapsulePair, createApproach } from '../capsules.ts';
import {
  addPointJacobian,
  dofsMoving,
  type KinematicTree,
  pointPosition,
  type TreePoint,
} from '../kinematics.ts';
import type { Residual, ResidualOptions } from './residual.ts';

/** Surfaces nearer than this push each other away, m (pyroki's and mink's collision margins are alike). */
const COLLISION_MARGIN_M = 0.02;

/**
 * r = max(0, margin − distance)² / margin, m, between the surfaces of two capsules: a smooth hinge, gentle where
 * the margin begins and as wide as the margin on contact. The margin is never wider than the distance in the home pose, so that pose pushes nothing. The derivative of
 * the distance is that of the nearest points, held fixed on their links (the envelope theorem).
 */
export function collisionResidual(
  tree: KinematicTree,
  { a, b, homeM }: CapsulePair,
  { name, weights, huber = Infinity }: ResidualOptions,
): Residual {
  const { dofs, column } = dofsMoving(tree, [a.from.link, b.from.link]);
  const margin = Math.min(COLLISION_MARGIN_M, homeM);
  const near = createApproach();
  const [middleA, middleB] = [middle(a.from, a.to), middle(b.from, b.to)];
  const centres = new Float64Array(6);
  // Balls around the capsules: further apart than this, the capsules cannot be within the margin.
  const apart = margin + a.radius + b.radius + halfLength(a.from, a.to) + halfLength(b.from, b.to);
  const points = new Float64Array(3 * dofs.length);
  return {
    name,
    size: 1,
    dofs,
    weights,
    huber,
    obstacle: true,
    evaluate(_frame, state, out, jacobian) {
      out[0] = 0;
      pointPosition(state, middleA, centres, 0);
      pointPosition(state, middleB, centres, 3);
      if (axisDistance(centres) > apart) return false;
      approach(state, a, b, near);
      if (near.distance >= margin) return false;
      const inside = margin - near.distance;
      out[0] = (inside * inside) / margin;
      if (!jacobian) return true;
      points.fill(0);
      // addPointJacobian needs the link and the place of a point only.
      addPointJacobian(tree, state, a.from, near.points, 0, 1, column, dofs.length, points);
      addPointJacobian(tree, state, b.from, near.points, 3, -1, column, dofs.length, points);
      alongApproach(near, points, dofs.length, (-2 * inside) / margin, jacobian);
      return true;
    },
  };
}

/** slope · n · ∂(a − b)/∂q with n the unit vector from b's nearest point to a's; zero where the axes cross. */
function alongApproach(
  { points: p }: Approach,
  of: Float64Array,
  columns: number,
  slope: number,
  out: Float64Array,
): void {
  const length = axisDistance(p);
  const k = length > 1e-9 ? slope / length : 0;
  for (let c = 0; c < columns; c++) {
    out[c] = 0;
    for (let row = 0; row < 3; row++) out[c] += k * (p[row] - p[3 + row]) * of[row * columns + c];
  }
}

const middle = (p: TreePoint, q: TreePoint): TreePoint => ({
  link: p.link,
  x: (p.x + q.x) / 2,
  y: (p.y + q.y) / 2,
  z: (p.z + q.z) / 2,
});

const halfLength = (p: TreePoint, q: TreePoint): number => Math.hypot(p.x - q.x, p.y - q.y, p.z - q.z) / 2;
