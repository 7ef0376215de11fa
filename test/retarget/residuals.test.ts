import { describe, expect, test } from 'vitest';
import { g1Inspire as robot } from '../../models/robots/g1-inspire.ts';
import { armsTree } from '../../retarget/arms.ts';
import { capsulePairs } from '../../retarget/capsules.ts';
import { handTree } from '../../retarget/hands.ts';
import { createState, forward, type KinematicTree } from '../../retarget/kinematics.ts';
import { collisionResidual } from '../../retarget/residuals/collision.ts';
import { orientationResidual } from '../../retarget/residuals/orientation.ts';
import { positionResidual } from '../../retarget/residuals/position.ts';
import {
  acceleration,
  excessSpeed,
  posture,
  smoothnessCurvature,
  velocity,
} from '../../retarget/residuals/priors.ts';
import type { Residual } from '../../retarget/residuals/residual.ts';
import { vectorResidual } from '../../retarget/residuals/vector.ts';
import { quatNormalize } from '../../src/core/se3.ts';
import { random } from '../random.ts';

const next = random(2);
const arms = armsTree(robot);
const hand = robot.hands.right!;
const fingers = handTree(robot, hand);
const weights = new Float64Array(1).fill(1);
const target = Float64Array.from([0.2, -0.1, 0.15]);
const turned = Float64Array.from(quatNormalize([0.3, -0.5, 0.7, 0.2]));
const [left, right] = [robot.arms!.left, robot.arms!.right];

const cases: [KinematicTree, Residual][] = [
  [arms, positionResidual(arms, left.wrist, target, { name: 'wrist position', weights })],
  [arms, positionResidual(arms, right.elbow, target, { name: 'elbow position', weights })],
  [arms, orientationResidual(arms, hand.palm, turned, { name: 'wrist orientation', weights })],
  [arms, vectorResidual(arms, left.wrist, right.wrist, target, { name: 'hand to hand', weights })],
  [
    fingers,
    positionResidual(fingers, hand.tips.thumb!, target, { name: 'thumb tip with mimic joints', weights }),
  ],
  [fingers, vectorResidual(fingers, hand.tips.thumb!, hand.tips.index!, null, { name: 'pinch', weights })],
];

const collisions = ['torso_link', 'right_elbow_link'].flatMap(link =>
  capsulePairs(arms, robot)
    .filter(({ a, b }) => arms.links[a.from.link] === link || arms.links[b.from.link] === link)
    .map((pair, k): [KinematicTree, Residual] => [
      arms,
      collisionResidual(arms, pair, { name: `collision ${link} ${k}`, weights }),
    ]),
);

const pose = (tree: KinematicTree) =>
  Float64Array.from(tree.lower, (l, j) => l + (tree.upper[j] - l) * next());

describe('the Jacobian agrees with central differences', () => {
  test.each([...cases, ...collisions].map(([tree, residual]) => [residual.name, tree, residual] as const))(
    '%s',
    (_, tree, residual) => {
      const state = createState(tree);
      const at = (q: Float64Array) => {
        const out = new Float64Array(residual.size);
        forward(tree, q, 0, state);
        residual.evaluate(0, state, out, null);
        return out;
      };
      const columns = residual.dofs.length;
      for (let round = 0; round < 20; round++) {
        const q = pose(tree);
        const jacobian = new Float64Array(residual.size * columns);
        forward(tree, q, 0, state);
        const value = new Float64Array(residual.size);
        residual.evaluate(0, state, value, jacobian);
        // The logarithm jumps at half a turn: a difference across it means nothing.
        if (residual.name.includes('orientation') && Math.hypot(...value) > 3.1) continue;
        const moving = new Set(residual.dofs);
        for (let j = 0; j < q.length; j++) {
          const h = 1e-6;
          const [plus, minus] = [q.slice(), q.slice()];
          plus[j] += h;
          minus[j] -= h;
          const [a, b] = [at(plus), at(minus)];
          for (let k = 0; k < residual.size; k++) {
            const numeric = (a[k] - b[k]) / (2 * h);
            const c = residual.dofs.indexOf(j);
            expect(moving.has(j) ? jacobian[k * columns + c] : 0).toBeCloseTo(numeric, 6);
          }
        }
      }
    },
  );
});

describe('priors', () => {
  const [frames, n] = [6, 2];
  const q = Float64Array.from({ length: frames * n }, () => 2 * next() - 1);
  const rest = Float64Array.from([0.1, -0.2]);
  const limit = Float64Array.from([0.3, 0.4]);
  const zeros = () => new Float64Array(frames * n);
  const terms: [string, (q: Float64Array, g: Float64Array) => number][] = [
    [
      'rest posture',
      (x, g) =>
        posture(
          x,
          n,
          rest,
          x.map((_, i) => 0.7 + (i % 3)),
          g,
        ),
    ],
    ['velocity', (x, g) => velocity(x, n, 0.7, g)],
    ['acceleration', (x, g) => acceleration(x, n, 0.7, g)],
    ['excess speed', (x, g) => excessSpeed(x, n, limit, 0.7, g, null)],
  ];

  test.each(terms)('the gradient of %s agrees with central differences', (_, term) => {
    const gradient = zeros();
    term(q, gradient);
    for (let i = 0; i < q.length; i++) {
      const [plus, minus] = [q.slice(), q.slice()];
      plus[i] += 1e-6;
      minus[i] -= 1e-6;
      // The priors add half gradients.
      expect(gradient[i]).toBeCloseTo((term(plus, zeros()) - term(minus, zeros())) / 4e-6, 6);
    }
  });

  test('the curvature of smoothness is the second derivative', () => {
    const term = (x: Float64Array, g: Float64Array) => velocity(x, n, 0.7, g) + acceleration(x, n, 0.4, g);
    const gradientAt = (x: Float64Array) => {
      const g = zeros();
      term(x, g);
      return g;
    };
    for (let t = 0; t < frames; t++) {
      const moved = q.slice();
      moved[t * n] += 1;
      const change = gradientAt(moved).map((g, i) => g - gradientAt(q)[i]);
      const { own, next: after, afterNext } = smoothnessCurvature(t, frames, 0.7, 0.4);
      expect(change[t * n]).toBeCloseTo(own, 9);
      if (t + 1 < frames) expect(change[(t + 1) * n]).toBeCloseTo(after, 9);
      if (t + 2 < frames) expect(change[(t + 2) * n]).toBeCloseTo(afterNext, 9);
    }
  });
});
