import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openContainer } from '../../src/video/container.ts';
import { Decoder } from '../../src/video/decoder.ts';
import { exactRate, openEncoder, type VideoCodec } from '../../src/video/encode.ts';
import { probe } from '../../src/video/probe.ts';
import { counterFrame, counterVideo, readAll, readCounter, temporary } from './material.ts';

const folder = temporary();

/** Presentation times as they lie in the file, s. */
async function storedTimes(path: string): Promise<number[]> {
  const container = await openContainer(path);
  const decoder = await Decoder.open(container, path);
  const times: number[] = [];
  for (let picture = decoder.next(); picture; picture = decoder.next()) {
    times.push((picture.pts * container.stream.timeBase.num) / container.stream.timeBase.den);
    picture.frame.free();
  }
  decoder.close();
  container.close();
  return times;
}

describe.each<VideoCodec>(['av1', 'h264'])('%s', codec => {
  for (const fps of [30, 25, 30000 / 1001, 5]) {
    test(`20 frames at ${fps.toFixed(2)} fps come back in order, frame i at exactly i / fps`, async () => {
      const path = join(folder, `${codec}-${fps}.mp4`);
      await counterVideo(path, 20, { codec, fps });
      const decoded = await readAll(path, { fps });
      expect(decoded.map(readCounter)).toEqual(Array.from({ length: 20 }, (_, i) => i));
      for (const [i, time] of (await storedTimes(path)).entries()) expect(time).toBeCloseTo(i / fps, 9);
      const info = await probe(path);
      expect(info).toMatchObject({ codec, frames: 20, pixelFormat: 'yuv420p' });
      expect(info.averageFps).toBeCloseTo(fps, 9);
      expect(info.durationS).toBeCloseTo(20 / fps, 4);
    });
  }

  test('colours survive: BT.709 out and in', async () => {
    const path = join(folder, `${codec}-colour.mp4`);
    const colours = [
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
      [255, 255, 255],
      [0, 0, 0],
      [200, 120, 40],
    ];
    const encoder = await openEncoder(path, { width: 64, height: 64, fps: 30, codec, crf: 12 });
    for (const colour of colours) {
      await encoder.write(Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => colour[i % 3]));
    }
    await encoder.finish();
    const frames = await readAll(path, { fps: 30 });
    for (const [i, colour] of colours.entries()) {
      const middle = (32 * 64 + 32) * 3;
      for (let c = 0; c < 3; c++) {
        expect(Math.abs(frames[i].frame.data[middle + c] - colour[c])).toBeLessThanOrEqual(8);
      }
    }
  });

  test('an odd size loses its last column and row', async () => {
    const path = join(folder, `${codec}-odd.mp4`);
    await counterVideo(path, 3, { codec, width: 129, height: 67 });
    expect(await probe(path)).toMatchObject({ width: 128, height: 66 });
    expect((await readAll(path, { fps: 30 })).map(readCounter)).toEqual([0, 1, 2]);
  });
});

test('a frame of the wrong size is refused, and giving up leaves no file', async () => {
  const path = join(folder, 'wrong.mp4');
  const encoder = await openEncoder(path, { width: 64, height: 64, fps: 30, codec: 'h264' });
  await expect(encoder.write(counterFrame(0, 64, 62))).rejects.toMatchObject({ tag: 'MediaError' });
  await encoder.abort();
  expect(existsSync(path)).toBe(false);
});

test('a video without frames is an error, and so is a folder that is not there', async () => {
  const encoder = await openEncoder(join(folder, 'none.mp4'), {
    width: 64,
    height: 64,
    fps: 30,
    codec: 'h264',
  });
  await expect(encoder.finish()).rejects.toMatchObject({ tag: 'MediaError' });
  const nowhere = join(folder, 'nowhere', 'x.mp4');
  await expect(openEncoder(nowhere, { width: 64, height: 64, fps: 30, codec: 'h264' })).rejects.toMatchObject(
    {
      tag: 'StoreError',
    },
  );
});

test('usual rates are exact fractions', () => {
  expect(exactRate(30)).toEqual({ num: 30, den: 1 });
  expect(exactRate(29.97)).toEqual({ num: 30000, den: 1001 });
  expect(exactRate(23.976)).toEqual({ num: 24000, den: 1001 });
  expect(exactRate(12.5)).toEqual({ num: 12500, den: 1000 });
  expect(() => exactRate(0)).toThrow(/rate/);
});
