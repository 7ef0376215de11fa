import { expect, test } from 'vitest';
import { shapesOf } from '../../src/dataset/lerobot/shape.ts';
import type { Dataset } from '../../src/dataset/reader/dataset.ts';

test('a video is as wide and high as it is, whether its shape names the channels first or last', () => {
  const video = (shape: number[]) => ({
    dtype: 'video',
    shape,
    names: null,
    codec: 'av1',
    pixelFormat: 'yuv420p',
  });
  const features = { first: video([3, 48, 64]), last: video([48, 64, 3]) };
  const { videos } = shapesOf({ info: { features }, files: { address: 'x' } } as unknown as Dataset);
  expect(videos.map(({ key, width, height }) => [key, width, height])).toEqual([
    ['first', 64, 48],
    ['last', 64, 48],
  ]);
});
