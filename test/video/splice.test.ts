import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { MediaError } from '../../src/core/errors.ts';
import type { VideoCodec } from '../../src/video/encode.ts';
import { openSplice } from '../../src/video/splice.ts';
import { temporary } from '../temporary.ts';
import { counterVideo, readAll, readCounter } from './material.ts';

const folder = temporary();
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);

describe.each<VideoCodec>(['av1', 'h264'])('%s', codec => {
  const [twenty, fifteen] = [20, 15].map(n => join(folder, `${codec}-${n}.mp4`));
  const joined = join(folder, `${codec}-joined.mp4`);
  beforeAll(async () => {
    await counterVideo(twenty, 20, { codec });
    await counterVideo(fifteen, 15, { codec });
    const splice = openSplice(joined, 30);
    for (const [path, frames] of [
      [twenty, 20],
      [fifteen, 15],
      [twenty, 20],
    ] as const)
      expect(await splice.append({ path, startS: 0, frames })).toBe(true);
    expect(splice.frames).toBe(55);
    await splice.finish();
  });

  test('videos behind each other show every picture once, each at its place on the grid', async () => {
    const frames = await readAll(joined, { fps: 30 });
    expect(frames.map(readCounter)).toEqual([...upTo(20), ...upTo(15), ...upTo(20)]);
    const second = await readAll(joined, { fps: 30, startS: 20 / 30, endS: 35 / 30 });
    expect(second.map(readCounter)).toEqual(upTo(15));
  });

  test('a span is cut out again as it was put in', async () => {
    const path = join(folder, `${codec}-cut.mp4`);
    const splice = openSplice(path, 30);
    await splice.append({ path: joined, startS: 20 / 30, frames: 15 });
    await splice.finish();
    const [cut, whole] = [await readAll(path, { fps: 30 }), await readAll(fifteen, { fps: 30 })];
    expect(cut.map(({ frame }) => frame.data)).toEqual(whole.map(({ frame }) => frame.data));
  });

  test('a span that is not there is refused, and nothing of it is left behind', async () => {
    const path = join(folder, `${codec}-refused.mp4`);
    const splice = openSplice(path, 30);
    await splice.append({ path: fifteen, startS: 0, frames: 15 });
    const refused = async (span: { path: string; startS: number; frames: number }, message: RegExp) => {
      await expect(splice.append(span)).rejects.toThrow(MediaError);
      await expect(splice.append(span)).rejects.toThrow(message);
    };
    await refused({ path: joined, startS: 5 / 30, frames: 5 }, /no keyframe lies there/);
    await refused({ path: joined, startS: 35 / 30, frames: 21 }, /ends after 20/);
    await refused({ path: fifteen, startS: 0, frames: 16 }, /ends after 15/);
    await splice.append({ path: fifteen, startS: 0, frames: 15 });
    await splice.finish();
    expect((await readAll(path, { fps: 30 })).map(readCounter)).toEqual([...upTo(15), ...upTo(15)]);
  });
});

test('another rate is refused', async () => {
  const path = join(folder, '25.mp4');
  await counterVideo(path, 10, { fps: 25 });
  const splice = openSplice(join(folder, 'x.mp4'), 30);
  await expect(splice.append({ path, startS: 0, frames: 10 })).rejects.toThrow(/at 30 fps from 0.0000 s/);
  await splice.abort();
});

test('what was encoded otherwise, or would outgrow the limit, is left to the next file', async () => {
  const [small, large] = ['small', 'large'].map(name => join(folder, `${name}.mp4`));
  await counterVideo(small, 10, { width: 64, height: 64 });
  await counterVideo(large, 10);
  const splice = openSplice(join(folder, 'y.mp4'), 30);
  expect(await splice.append({ path: small, startS: 0, frames: 10 })).toBe(true);
  expect(await splice.append({ path: large, startS: 0, frames: 10 })).toBe(false);
  const full = openSplice(join(folder, 'z.mp4'), 30, 1);
  expect(await full.append({ path: small, startS: 0, frames: 10 })).toBe(true);
  expect(await full.append({ path: small, startS: 0, frames: 10 })).toBe(false);
  await splice.abort();
  await full.abort();
  expect(existsSync(join(folder, 'z.mp4'))).toBe(false);
});

test('a span that begins between two pictures is refused', async () => {
  const path = join(folder, 'off-grid.mp4');
  await counterVideo(path, 10);
  const splice = openSplice(join(folder, 'off.mp4'), 30);
  await expect(splice.append({ path, startS: 0.3 / 30, frames: 10 })).rejects.toThrow(MediaError);
  await splice.abort();
});

test('a span that would only just outgrow the limit is left to the next file', async () => {
  const path = join(folder, 'limit.mp4');
  await counterVideo(path, 10);
  const [one, full] = ['one', 'full'].map(name => join(folder, `limit-${name}.mp4`));
  const measuring = openSplice(one, 30);
  await measuring.append({ path, startS: 0, frames: 10 });
  const { bytes } = measuring;
  await measuring.abort();
  for (const [limit, fits] of [
    [2 * bytes, true],
    [2 * bytes - 1, false],
  ] as const) {
    const splice = openSplice(full, 30, limit);
    await splice.append({ path, startS: 0, frames: 10 });
    expect(await splice.append({ path, startS: 0, frames: 10 })).toBe(fits);
    await splice.abort();
  }
});
