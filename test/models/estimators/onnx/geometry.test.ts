import { describe, expect, test } from 'vitest';
import { anchorCentres } from '../../../../models/estimators/onnx/anchors.ts';
import { refine } from '../../../../models/estimators/onnx/heatmap.ts';
import { placePixels, placeWorld } from '../../../../models/estimators/onnx/placement.ts';
import {
  roiFromHand,
  roiFromPalm,
  roiFromPose,
  uprightAngle,
} from '../../../../models/estimators/onnx/roi.ts';
import { intersectionOverUnion, suppress } from '../../../../models/estimators/onnx/suppression.ts';
import type { Detection } from '../../../../models/estimators/types.ts';
import type { Roi } from '../../../../src/core/readings.ts';

type Point = [number, number];

/** Turn about the origin, scale and shift of the picture. */
interface Motion {
  angle: number;
  scale: number;
  shift: Point;
}
const MOTION: Motion = { angle: 0.7, scale: 1.6, shift: [31, -12] };
const moved = ([x, y]: readonly [number, number], { angle, scale, shift }: Motion): Point => [
  scale * (x * Math.cos(angle) - y * Math.sin(angle)) + shift[0],
  scale * (x * Math.sin(angle) + y * Math.cos(angle)) + shift[1],
];

/** A right hand held up, fingers spread a little; (21, 2) px. */
const HAND = Float32Array.from([
  100, 200, 125, 190, 145, 170, 155, 150, 165, 135, 120, 130, 124, 100, 126, 82, 127, 65, 102, 125, 102, 92,
  102, 72, 102, 52, 86, 130, 82, 98, 80, 80, 78, 62, 70, 138, 62, 115, 58, 100, 54, 88,
]);

const detection = (x: number, y: number, side: number, score: number): Detection => ({
  score,
  x1: x,
  y1: y,
  x2: x + side,
  y2: y + side,
  keypoints: [
    [x + side / 2, y + side],
    [x, y],
    [x + side / 2, y],
  ],
});

describe('anchors', () => {
  test('the palm detector has 2016 places, the pose detector 2254, the face detector 2304', () => {
    expect(anchorCentres(192, [8, 16, 16, 16], 2).length / 2).toBe(2016);
    expect(anchorCentres(224, [8, 16, 32, 32, 32], 2).length / 2).toBe(2254);
    expect(anchorCentres(192, [4], 1).length / 2).toBe(2304);
  });

  test('they lie at the middle of cells: every place mirrored in the picture is a place', () => {
    const centres = anchorCentres(192, [8, 16, 16, 16], 2);
    const places = new Map<string, number>();
    const key = (x: number, y: number): string => `${x.toFixed(5)} ${y.toFixed(5)}`;
    const count = (x: number, y: number): number => places.get(key(x, y)) ?? 0;
    for (let i = 0; i < centres.length; i += 2) {
      places.set(key(centres[i], centres[i + 1]), count(centres[i], centres[i + 1]) + 1);
    }
    for (let i = 0; i < centres.length; i += 2) {
      const [x, y] = [centres[i], centres[i + 1]];
      expect(count(1 - x, y)).toBe(count(x, y));
      expect(count(y, x)).toBe(count(x, y));
    }
  });
});

describe('suppression', () => {
  const candidates = [detection(0, 0, 10, 0.6), detection(1, 0, 10, 0.9), detection(50, 50, 10, 0.7)];

  test('what is left is ordered by score and does not overlap', () => {
    const kept = suppress(candidates);
    expect(kept.map(({ score }) => score)).toEqual([0.9, 0.7]);
    expect(intersectionOverUnion(kept[0], kept[1])).toBe(0);
  });

  test('overlapping boxes are averaged by score, keypoints too', () => {
    const [best] = suppress(candidates);
    const x = (0.9 * 1 + 0.6 * 0) / 1.5;
    expect(best.x1).toBeCloseTo(x, 9);
    expect(best.keypoints[0][0]).toBeCloseTo(x + 5, 9);
  });

  test('it does not depend on the order of the candidates, and doing it twice changes nothing', () => {
    const kept = suppress(candidates);
    expect(suppress([...candidates].reverse())).toEqual(kept);
    expect(suppress(kept)).toEqual(kept);
  });

  test('nothing in, nothing out', () => {
    expect(suppress([])).toEqual([]);
  });
});

describe('regions', () => {
  const expectMoved = (before: Roi, after: Roi): void => {
    const [cx, cy] = moved([before.cx, before.cy], MOTION);
    expect(after.cx).toBeCloseTo(cx, 3);
    expect(after.cy).toBeCloseTo(cy, 3);
    expect(after.size).toBeCloseTo(before.size * MOTION.scale, 3);
    expect(Math.cos(after.angle - before.angle - MOTION.angle)).toBeCloseTo(1, 6);
  };

  test('an angle of zero is upwards, a right angle points to the right', () => {
    expect(uprightAngle([0, 0], [0, -1])).toBeCloseTo(0, 12);
    expect(uprightAngle([0, 0], [1, 0])).toBeCloseTo(Math.PI / 2, 12);
    expect(Math.abs(uprightAngle([0, 0], [0, 1]))).toBeCloseTo(Math.PI, 12);
  });

  test('the region of a hand moves, turns and grows with the hand', () => {
    const turned = new Float32Array(42);
    for (let k = 0; k < 42; k += 2) turned.set(moved([HAND[k], HAND[k + 1]], MOTION), k);
    expectMoved(roiFromHand(HAND), roiFromHand(turned));
  });

  test('the region of a hand holds all of its landmarks', () => {
    const { cx, cy, size, angle } = roiFromHand(HAND);
    for (let k = 0; k < 42; k += 2) {
      const [dx, dy] = [HAND[k] - cx, HAND[k + 1] - cy];
      expect(Math.abs(dx * Math.cos(angle) + dy * Math.sin(angle))).toBeLessThan(size / 2);
      expect(Math.abs(dy * Math.cos(angle) - dx * Math.sin(angle))).toBeLessThan(size / 2);
    }
  });

  test('the region of a palm is 2.6 boxes wide, moved half a box from the wrist to the knuckles', () => {
    const up = roiFromPalm(detection(100, 100, 40, 1));
    expect(up).toEqual({ cx: 120, cy: 100, size: 104, angle: 0 });
    const right = roiFromPalm({
      ...detection(100, 100, 40, 1),
      keypoints: [
        [100, 120],
        [0, 0],
        [140, 120],
      ],
    });
    expect(right.cx).toBeCloseTo(140, 9);
    expect(right.cy).toBeCloseTo(120, 9);
  });

  test('the region of a body moves, turns and grows with its two alignment points', () => {
    const pose = (centre: Point, rim: Point): Detection => ({
      ...detection(0, 0, 1, 1),
      keypoints: [centre, rim],
    });
    const [centre, rim]: Point[] = [
      [50, 60],
      [55, 10],
    ];
    expectMoved(roiFromPose(pose(centre, rim)), roiFromPose(pose(moved(centre, MOTION), moved(rim, MOTION))));
  });
});

describe('placement', () => {
  const roi: Roi = { cx: 300, cy: 200, size: 112, angle: 0.4 };

  test('the middle of the picture is the middle of the region, and lengths scale with it', () => {
    const placed = placePixels(Float32Array.of(112, 112, 9, 224, 112, 9), 3, 2, 224, roi);
    expect([placed[0], placed[1]]).toEqual([300, 200]);
    expect(Math.hypot(placed[2] - 300, placed[3] - 200)).toBeCloseTo(56, 4);
    expect(Math.atan2(placed[3] - 200, placed[2] - 300)).toBeCloseTo(0.4, 5);
  });

  test('world landmarks keep their lengths and their depth', () => {
    const placed = placeWorld(Float32Array.of(0.03, 0.04, -0.02), 1, roi);
    expect(Math.hypot(placed[0], placed[1])).toBeCloseTo(0.05, 6);
    expect(placed[2]).toBeCloseTo(-0.02, 6);
  });
});

describe('heat maps', () => {
  const CELLS = 16;
  const SIDE = 64;
  const map = (peak: Point, logit: number): Float32Array => {
    const logits = new Float32Array(CELLS * CELLS).fill(-30);
    logits[peak[1] * CELLS + peak[0]] = logit;
    return logits;
  };

  test('a point moves onto a sure peak within reach', () => {
    const points = Float32Array.of(30, 30, 5);
    refine(points, 3, 1, SIDE, map([9, 6], 5), CELLS);
    expect(points[0]).toBeCloseTo((9 / CELLS) * SIDE, 3);
    expect(points[1]).toBeCloseTo((6 / CELLS) * SIDE, 3);
    expect(points[2]).toBe(5);
  });

  test.each([
    ['an unsure peak', [9, 6], -1],
    ['a peak out of reach', [15, 15], 5],
  ] as [string, Point, number][])('%s leaves the point where it is', (_, peak, logit) => {
    const points = Float32Array.of(30, 30);
    refine(points, 2, 1, SIDE, map(peak, logit), CELLS);
    expect([...points]).toEqual([30, 30]);
  });

  test('a point outside of the picture stays', () => {
    const points = Float32Array.of(-3, 70);
    refine(points, 2, 1, SIDE, map([0, 15], 5), CELLS);
    expect([...points]).toEqual([-3, 70]);
  });
});
