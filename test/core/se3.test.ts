import { describe, expect, test } from 'vitest';
import { fitRotation, fitSimilarity } from '../../src/core/procrustes.ts';
import {
  composePoses,
  matrixFromQuat,
  matrixRotate,
  matrixTranspose,
  quatAngle,
  quatConjugate,
  quatExp,
  quatFromAxisAngle,
  quatFromMatrix,
  quatFromRpy,
  quatLog,
  quatMultiply,
  quatNormalize,
  quatRotate,
  slerp,
  transformPoint,
} from '../../src/core/se3.ts';
import { random } from '../random.ts';

const next = random(1);
const number = () => 2 * next() - 1;
const vector = () => [number(), number(), number()];
const rotation = () => quatNormalize([number(), number(), number(), number()]);
const rounds = Array.from({ length: 50 }, () => ({ a: rotation(), b: rotation(), v: vector() }));
const close = (x: ArrayLike<number>, y: ArrayLike<number>, digits = 10) =>
  Array.from(x).forEach((value, i) => {
    expect(value).toBeCloseTo(y[i], digits);
  });

describe('rotations', () => {
  test('form a group that acts on vectors', () => {
    for (const { a, b, v } of rounds) {
      close(quatRotate(quatMultiply(a, b), v), quatRotate(a, quatRotate(b, v)));
      close(quatRotate(quatConjugate(a), quatRotate(a, v)), v);
    }
  });
  test('are the same as matrices', () => {
    for (const { a, v } of rounds) {
      close(matrixRotate(matrixFromQuat(a), v), quatRotate(a, v));
      close(matrixFromQuat(quatFromMatrix(matrixFromQuat(a))), matrixFromQuat(a));
      close(matrixRotate(matrixTranspose(matrixFromQuat(a)), quatRotate(a, v)), v);
    }
  });
  test('of half a turn survive the way through a matrix', () => {
    for (const axis of [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [0.6, 0, 0.8],
    ]) {
      const half = quatFromAxisAngle(axis, Math.PI);
      expect(quatAngle(quatFromMatrix(matrixFromQuat(half)), half)).toBeLessThan(1e-7);
    }
  });
  test('logarithm and exponential are inverse, down to tiny angles', () => {
    for (const { v } of rounds) {
      for (const k of [1, 1e-3, 1e-8, 1e-12])
        close(
          quatLog(quatExp(v.map(x => x * k))),
          v.map(x => x * k),
          14,
        );
    }
  });
  test('slerp starts, ends and halves', () => {
    for (const { a, b } of rounds) {
      expect(quatAngle(slerp(a, b, 0), a)).toBeLessThan(1e-7);
      expect(quatAngle(slerp(a, b, 1), b)).toBeLessThan(1e-7);
      expect(quatAngle(a, slerp(a, b, 0.5))).toBeCloseTo(quatAngle(a, b) / 2, 9);
    }
  });
  test('roll, pitch, yaw turn about fixed axes in that order', () => {
    close(quatRotate(quatFromRpy([Math.PI / 2, 0, Math.PI / 2]), [0, 1, 0]), [0, 0, 1]);
    close(quatRotate(quatFromRpy([0, Math.PI / 2, Math.PI / 2]), [1, 0, 0]), [0, 0, -1]);
  });
  test('poses compose', () => {
    for (const { a, b, v } of rounds) {
      const p = { rotation: a, translation: [1, 2, 3] as [number, number, number] };
      const q = { rotation: b, translation: [-1, 0.5, 2] as [number, number, number] };
      close(transformPoint(composePoses(p, q), v), transformPoint(p, transformPoint(q, v)));
    }
  });
});

describe('fits', () => {
  const cloud = Array.from({ length: 18 }, number);
  const each = (f: (p: number[]) => ArrayLike<number>) =>
    [0, 3, 6, 9, 12, 15].flatMap(i => Array.from(f(cloud.slice(i, i + 3))));

  test('recover a rotation', () => {
    for (const { a } of rounds)
      expect(
        quatAngle(
          fitRotation(
            cloud,
            each(p => quatRotate(a, p)),
          ),
          a,
        ),
      ).toBeLessThan(1e-6);
  });
  test('recover scale, rotation and translation', () => {
    for (const { a, v } of rounds) {
      const fit = fitSimilarity(
        cloud,
        each(p => quatRotate(a, p).map((x, k) => 1.7 * x + v[k])),
      );
      expect(fit.scale).toBeCloseTo(1.7, 10);
      close(fit.translation, v);
      expect(quatAngle(fit.rotation, a)).toBeLessThan(1e-6);
    }
  });
  test('give no mirror image: the best rotation of mirrored points is still a rotation', () => {
    const q = fitRotation(
      cloud,
      each(([x, y, z]) => [x, -y, z]),
    );
    expect(Math.hypot(...q)).toBeCloseTo(1, 12);
  });
  test('a point with weight zero is ignored', () => {
    const { a } = rounds[0];
    const moved = each(p => quatRotate(a, p));
    moved[0] += 5;
    expect(quatAngle(fitRotation(cloud, moved, [0, 1, 1, 1, 1, 1]), a)).toBeLessThan(1e-6);
  });
});
