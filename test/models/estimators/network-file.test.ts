import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { ensureModel } from '../../../models/estimators/files.ts';
import { type NetworkDescription, readNetworkFile } from '../../../models/estimators/network-file.ts';
import { createBodyNetworks } from '../../../models/estimators/onnx/body.ts';
import { createHandNetworks } from '../../../models/estimators/onnx/hands.ts';
import { roiFromPalm, roiFromPose } from '../../../models/estimators/onnx/roi.ts';
import { loadEstimator } from '../../../models/estimators/registry.ts';
import { ConfigError, ModelError } from '../../../src/core/errors.ts';
import { hasClips, readFrames, temporaryCache } from './clips.ts';

const cache = temporaryCache();
const HAND: NetworkDescription = {
  onnx: 'hand.onnx',
  input: { name: 'input_1', size: 224, layout: 'NCHW', scale: 1 / 255, offset: 0 },
  output: {
    points: { name: 'Identity', stride: 3, count: 21, space: 'input-px' },
    presence: { name: 'Identity_1', activation: 'none' },
    right: { name: 'Identity_2', activation: 'none' },
    world: { name: 'Identity_3' },
  },
  roi: { scale: 1, shift: 0 },
  license: 'Apache-2.0',
};

async function write(name: string, description: object): Promise<string> {
  const file = join(cache.path, name);
  await writeFile(file, JSON.stringify(description));
  return file;
}

beforeAll(async () => {
  await copyFile(await ensureModel('hand-landmark-full', cache.path), join(cache.path, 'hand.onnx'));
  await copyFile(await ensureModel('pose-landmark-full', cache.path), join(cache.path, 'body.onnx'));
});

describe.skipIf(!hasClips)('a described network', () => {
  test('that is the built-in hand network reads the same', async () => {
    const networkFile = await write('hand.json', HAND);
    const builtIn = await createHandNetworks({ cacheDir: cache.path, variant: 'full' });
    const described = await createHandNetworks({ cacheDir: cache.path, variant: 'full', networkFile });
    const [frame] = await readFrames('single_hand.mp4', 1, { fps: 10, width: 640 });
    const roi = roiFromPalm((await builtIn.detect(frame))[0]);
    expect(await described.read(frame, roi)).toEqual(await builtIn.read(frame, roi));
    expect(described.models[1].sha256).toMatch(/^[0-9a-f]{64}$/);
    await builtIn.close();
    await described.close();
  });

  test('gets the region that it asks for', async () => {
    const builtIn = await createHandNetworks({ cacheDir: cache.path, variant: 'full' });
    const networkFile = await write('region.json', { ...HAND, roi: { scale: 1.25, shift: 0.1 } });
    const described = await createHandNetworks({ cacheDir: cache.path, variant: 'full', networkFile });
    const [frame] = await readFrames('single_hand.mp4', 1, { fps: 10, width: 640 });
    const angle = Math.PI / 2;
    const asked = { cx: 320, cy: 180, size: 200, angle };
    // Turned by a right angle, down in the region is left in the frame.
    const { roi, pixels } = await described.read(frame, asked);
    const expected = { cx: 300, cy: 180, size: 250, angle };
    for (const key of ['cx', 'cy', 'size', 'angle'] as const) expect(roi[key]).toBeCloseTo(expected[key], 9);
    expect(pixels).toEqual((await builtIn.read(frame, roi)).pixels);
    await builtIn.close();
    await described.close();
  });

  test('that answers with no number is a tagged error', async () => {
    const networkFile = await write('loud.json', { ...HAND, input: { ...HAND.input, scale: 1e38 } });
    const described = await createHandNetworks({ cacheDir: cache.path, variant: 'full', networkFile });
    const [frame] = await readFrames('single_hand.mp4', 1, { fps: 10, width: 640 });
    await expect(described.read(frame, { cx: 320, cy: 180, size: 200, angle: 0 })).rejects.toMatchObject({
      tag: 'ModelError',
      message: expect.stringContaining('is not all finite numbers'),
    });
    await described.close();
  });

  test('of a body gives its landmarks and what is seen of them', async () => {
    const networkFile = await write('body.json', {
      ...HAND,
      onnx: 'body.onnx',
      input: { ...HAND.input, size: 256 },
      output: {
        points: {
          name: 'Identity',
          stride: 5,
          count: 39,
          space: 'input-px',
          visibility: { column: 3, activation: 'sigmoid' },
        },
        presence: { name: 'Identity_1', activation: 'none' },
        right: null,
        world: { name: 'Identity_4' },
      },
    });
    const builtIn = await createBodyNetworks({ cacheDir: cache.path, variant: 'full' });
    const described = await createBodyNetworks({ cacheDir: cache.path, variant: 'full', networkFile });
    const [frame] = await readFrames('pose_squats.mp4', 1, { fps: 5 });
    const roi = roiFromPose((await builtIn.detect(frame))[0]);
    const [a, b] = [await builtIn.read(frame, roi), await described.read(frame, roi)];
    expect(b.presence).toBe(a.presence);
    expect(b.world).toEqual(a.world);
    for (let k = 0; k < 33; k++) {
      expect(b.visibility[k]).toBeCloseTo(a.visibility[k], 6);
      // Ours are moved onto the peaks of heat maps, which a description does not know of.
      if (a.visibility[k] > 0.9)
        expect(
          Math.hypot(a.pixels[2 * k] - b.pixels[2 * k], a.pixels[2 * k + 1] - b.pixels[2 * k + 1]),
        ).toBeLessThan(0.03 * roi.size);
    }
    await builtIn.close();
    await described.close();
  });
});

describe('a description is refused', () => {
  test('with the entry that is wrong', async () => {
    const { presence: _, ...output } = HAND.output;
    for (const [wrong, message] of [
      [{ ...HAND, output }, /output.*presence/],
      [{ ...HAND, input: { ...HAND.input, layout: 'HWC' } }, /input\.layout has to be NCHW or NHWC/],
      [
        { ...HAND, output: { ...HAND.output, points: { ...HAND.output.points, count: 20 } } },
        /20; a hand has 21/,
      ],
      [{ ...HAND, licence: 'MIT' }, /licence is not an entry/],
    ] as const) {
      const file = await write('wrong.json', wrong);
      await expect(readNetworkFile(file, 'hand')).rejects.toThrow(ConfigError);
      await expect(readNetworkFile(file, 'hand')).rejects.toThrow(message);
    }
  });

  test('when its network is not there, or has no tensor of that name', async () => {
    const missing = await write('missing.json', { ...HAND, onnx: 'nowhere.onnx' });
    await expect(readNetworkFile(missing, 'hand')).rejects.toThrow(ModelError);
    const networkFile = await write('named.json', { ...HAND, input: { ...HAND.input, name: 'image' } });
    await expect(createHandNetworks({ cacheDir: cache.path, variant: 'full', networkFile })).rejects.toThrow(
      /no input 'image'; it has input_1/,
    );
  });

  test('by an engine that runs its own networks', async () => {
    const handNetwork = await write('hand.json', HAND);
    await expect(
      loadEstimator('tasks-vision', { cacheDir: cache.path, hand: 'full', body: 'full', handNetwork }),
    ).rejects.toThrow(ConfigError);
  });
});
