import { describe, expect, test } from 'vitest';
import { createBodyNetworks } from '../../../models/estimators/onnx/body.ts';
import { createHandNetworks } from '../../../models/estimators/onnx/hands.ts';
import { roiFromHand, roiFromPalm, roiFromPose } from '../../../models/estimators/onnx/roi.ts';
import {
  ESTIMATOR_NAMES,
  type EstimatorOptions,
  loadEstimator,
} from '../../../models/estimators/registry.ts';
import { UnknownNameError } from '../../../src/core/errors.ts';
import { hasClips, readFrames, temporaryCache } from './clips.ts';

const cache = temporaryCache();
const options = (): EstimatorOptions => ({ cacheDir: cache.path, hand: 'full', body: 'full' });
const rows = (pixels: Float32Array) =>
  Array.from({ length: pixels.length / 2 }, (_, k) => pixels.subarray(2 * k));
const meanDifference = (a: Float32Array, b: Float32Array) =>
  rows(a).reduce((sum, [x, y], k) => sum + Math.hypot(x - b[2 * k], y - b[2 * k + 1]), 0) / (a.length / 2);

test('an unknown estimator is refused with the known names', () => {
  expect(() => loadEstimator('openpose', options())).toThrow(UnknownNameError);
  expect(() => loadEstimator('openpose', options())).toThrow(/onnx, tasks-vision/);
});

describe.skipIf(!hasClips).each(ESTIMATOR_NAMES)('estimator %s', name => {
  test('reads the one right hand of a clip, in pixels of the frame', { timeout: 60_000 }, async () => {
    const estimator = await loadEstimator(name, options());
    const frames = await readFrames('single_hand.mp4', 3, { fps: 10, width: 640 });
    for (const [i, frame] of frames.entries()) {
      const { hands } = await estimator.estimate(frame, i / 10);
      const [hand] = [...hands].sort((a, b) => b.presence - a.presence);
      expect(hand.right).toBeGreaterThan(0.5);
      expect(hand.presence).toBeGreaterThan(0.5);
      for (const [x, y] of rows(hand.pixels)) {
        expect(x > 0 && x < frame.width && y > 0 && y < frame.height).toBe(true);
      }
    }
    await estimator.close();
  });

  test('after a reset the first frame reads as it did at first', { timeout: 60_000 }, async () => {
    const estimator = await loadEstimator(name, options());
    const [first] = await readFrames('single_hand.mp4', 1, { fps: 10, width: 640 });
    const [other] = await readFrames('okami_salt.mp4', 1, { fps: 10, width: 640 });
    const before = await estimator.estimate(first, 0);
    await estimator.estimate(other, 0.1);
    estimator.reset();
    const after = await estimator.estimate(first, 0);
    expect(after.hands.length).toBe(before.hands.length);
    for (const [i, hand] of after.hands.entries()) {
      expect(meanDifference(hand.pixels, before.hands[i].pixels)).toBeLessThan(0.01);
    }
    await estimator.close();
  });

  test('after a reset the same seconds read as they did at first, bodies too', {
    timeout: 60_000,
  }, async () => {
    const estimator = await loadEstimator(name, options());
    const frames = await readFrames('okami_salt.mp4', 8, { fps: 10, width: 640 });
    const read = async () => {
      const bodies = [];
      for (const [i, frame] of frames.entries()) bodies.push((await estimator.estimate(frame, i / 10)).body);
      return bodies;
    };
    const before = await read();
    estimator.reset();
    const after = await read();
    expect(before.filter(Boolean).length).toBeGreaterThan(0);
    expect(after.map(Boolean)).toEqual(before.map(Boolean));
    for (const [i, body] of after.entries())
      if (body) expect(meanDifference(body.pixels, before[i]!.pixels)).toBeLessThan(0.01);
    await estimator.close();
  });

  test('names every network that it runs, with digest and licence', { timeout: 60_000 }, async () => {
    const estimator = await loadEstimator(name, options());
    expect(estimator.name).toBe(name);
    expect(estimator.models).toHaveLength(name === 'onnx' ? 5 : 4);
    for (const model of estimator.models) {
      expect(model.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(model.license).toBe('Apache-2.0');
    }
    const before = [...estimator.models];
    const grey = { width: 64, height: 64, data: new Uint8Array(3 * 64 * 64).fill(128) };
    await estimator.revisitBody?.(grey, [{ cx: 32, cy: 32, size: 64, angle: 0 }]);
    expect(estimator.models, 'what is loaded for a second look is named apart').toEqual(before);
    if (estimator.revisitBody) expect(estimator.carefulModels).toHaveLength(1);
    await estimator.close();
  });
});

describe.skipIf(!hasClips)('our networks against MediaPipe Tasks', () => {
  test('a hand in a still picture settles within 1 px of the same place', { timeout: 60_000 }, async () => {
    const reference = await loadEstimator('tasks-vision', options());
    const networks = await createHandNetworks({ cacheDir: cache.path, variant: 'full' });
    const [frame] = await readFrames('single_hand.mp4', 1, { fps: 10, width: 640 });
    const [palm] = await networks.detect(frame);
    let roi = roiFromPalm(palm);
    for (let i = 0; i < 5; i++) {
      const { hands } = await reference.estimate(frame, i / 30);
      const reading = await networks.read(frame, roi);
      roi = roiFromHand(reading.pixels);
      if (i === 4) {
        expect(meanDifference(reading.pixels, hands[0].pixels)).toBeLessThan(1);
        expect(reading.right).toBeCloseTo(hands[0].right, 2);
        for (let k = 0; k < 63; k++)
          expect(Math.abs(reading.world[k] - hands[0].world[k])).toBeLessThan(0.001);
      }
    }
    await networks.close();
    await reference.close();
  });

  test('a body in its first picture lies within 2 px of the same place', { timeout: 60_000 }, async () => {
    const reference = await loadEstimator('tasks-vision', options());
    const networks = await createBodyNetworks({ cacheDir: cache.path, variant: 'full' });
    const [frame] = await readFrames('pose_squats.mp4', 1, { fps: 5 });
    const { body } = await reference.estimate(frame, 0);
    const [person] = await networks.detect(frame);
    const reading = await networks.read(frame, roiFromPose(person));
    expect(meanDifference(reading.pixels, body!.pixels)).toBeLessThan(2);
    for (let k = 0; k < 33; k++)
      expect(Math.abs(reading.visibility[k] - body!.visibility[k])).toBeLessThan(0.05);
    await networks.close();
    await reference.close();
  });
});
