import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openFrames } from '../../src/video/frames.ts';
import { gridSlot } from '../../src/video/grid.ts';
import { orientationOfMatrix } from '../../src/video/orientation.ts';
import { probe } from '../../src/video/probe.ts';
import { temporary } from '../temporary.ts';
import { clip, clipsMissing, counterVideo, readAll, readCounter, remuxed, withMatrix } from './material.ts';

const ONE = 65536;

/** Grid frames at 30 fps, as `ffmpeg -vf fps=30` counts them: stored frames, rates and edit lists differ. */
const COUNTS = {
  'okami_salt.mp4': 84,
  'okami_close_laptop.mp4': 71,
  'asl_hand.mp4': 390, // 325 pictures at 25 fps, yuv444p
  'pose_squats.mp4': 390, // 65 pictures at 5 fps
  'rsrd_scissors.mp4': 111, // 150 stored, the first 39 before time zero
  'ph2d_pouring_ego.mp4': 243, // 245 pictures at 30.3 fps
  'sam2_coffee.mp4': 287,
  'corrupt_tail.mp4': 300, // 280 pictures at 28 fps
  'stream_shorter_than_container.mp4': 95,
};

describe.skipIf(clipsMissing)('real clips on a 30 fps grid', () => {
  for (const [name, count] of Object.entries(COUNTS)) {
    test(`${name} has ${count} frames, evenly timed, each of the probed size`, async () => {
      const info = await probe(clip(name));
      let index = 0;
      for await (const { timeS, frame, ...grid } of openFrames(clip(name), { fps: 30, width: 160 })) {
        expect(grid.index).toBe(index);
        expect(timeS).toBe(index / 30);
        expect(frame.data.length).toBe(160 * Math.round((info.height * 160) / info.width) * 3);
        index++;
      }
      expect(index).toBe(count);
    });
  }

  test('seeking gives the very frames that decoding from the start gives', async () => {
    for (const name of ['rsrd_scissors.mp4', 'ph2d_pouring_ego.mp4', 'pose_squats.mp4']) {
      const all = await readAll(clip(name), { fps: 30, width: 64 });
      const part = await readAll(clip(name), { fps: 30, width: 64, startS: 2.5, endS: 2.7 });
      expect(part.map(f => f.index)).toEqual([75, 76, 77, 78, 79, 80]);
      for (const { index, frame } of part) expect(frame.data).toEqual(all[index].frame.data);
    }
  });

  test('a picture held for several grid frames is one object; neighbours of another picture differ', async () => {
    const frames = await readAll(clip('pose_squats.mp4'), { fps: 30, width: 64, endS: 1 });
    // 5 fps on a 30 fps grid: pictures take effect at 0, 6, 12, …
    for (const { index, frame } of frames.slice(1)) {
      expect(frame === frames[index - 1].frame).toBe(index % 6 !== 0);
    }
  });
});

describe('videos made here', () => {
  const folder = temporary();

  test('leaving the loop early, or asking beyond the end, is no error', async () => {
    const path = join(folder, 'short.mp4');
    await counterVideo(path, 10);
    for await (const { index } of openFrames(path, { fps: 30 })) if (index === 3) break;
    expect(await readAll(path, { fps: 30, startS: 5 })).toEqual([]);
    expect((await readAll(path, { fps: 30, endS: 99 })).length).toBe(10);
  });

  test('every frame of every container is found by seeking, also before the second keyframe', async () => {
    const path = join(folder, 'seek.mp4');
    await counterVideo(path, 40, { gop: 15 });
    for (const ending of ['mp4', 'mkv', 'ts', 'flv']) {
      const other = join(folder, `seek-in.${ending}`);
      await remuxed(path, other);
      for (const i of [1, 7, 14, 15, 16, 30, 38]) {
        const [sought] = await readAll(other, { fps: 30, startS: i / 30, endS: (i + 1) / 30 });
        expect([ending, readCounter(sought)]).toEqual([ending, i]);
      }
    }
  });

  test('half the rate keeps every second picture, double the rate shows each twice', async () => {
    const path = join(folder, 'rates.mp4');
    await counterVideo(path, 12);
    // Ties round up: picture 1 (slot ½) takes effect at grid frame 1, where picture 2 replaces it.
    expect((await readAll(path, { fps: 15 })).map(readCounter)).toEqual([0, 2, 4, 6, 8, 10]);
    const doubled = (await readAll(path, { fps: 60 })).map(readCounter);
    expect(doubled).toEqual(Array.from({ length: 24 }, (_, i) => i >> 1));
  });

  test('rotation metadata is applied: 90° clockwise turns columns into rows', async () => {
    const [plain, turned] = [join(folder, 'plain.mp4'), join(folder, 'turned.mp4')];
    await counterVideo(plain, 3);
    withMatrix(plain, turned, [0, ONE, 0, -ONE, 0, 0, 64 * ONE, 0, 2 ** 30]);
    expect(await probe(turned)).toMatchObject({ width: 64, height: 128, rotation: 90 });
    const [upright] = await readAll(plain, { fps: 30 });
    const [rotated] = await readAll(turned, { fps: 30 });
    expect([rotated.frame.width, rotated.frame.height]).toEqual([64, 128]);
    let worst = 0;
    for (let y = 0; y < 64; y++) {
      for (let x = 0; x < 128; x++) {
        const before = upright.frame.data[(y * 128 + x) * 3];
        const after = rotated.frame.data[(x * 64 + (63 - y)) * 3];
        worst = Math.max(worst, Math.abs(before - after));
      }
    }
    expect(worst).toBeLessThanOrEqual(2);
  });

  test('a file whose tail is missing gives the frames that are there', async () => {
    const [whole, cut] = [join(folder, 'whole.mp4'), join(folder, 'cut.mp4')];
    await counterVideo(whole, 60, { gop: 5 });
    const bytes = readFileSync(whole);
    writeFileSync(cut, bytes.subarray(0, Math.floor(bytes.length * 0.7)));
    const seen = (await readAll(cut, { fps: 30 })).map(readCounter);
    expect(seen.length).toBeGreaterThan(5);
    expect(seen.length).toBeLessThan(60);
    expect(seen.slice(0, -1)).toEqual(seen.slice(0, -1).map((_, i) => i));
  });
});

test('a display matrix turns by its angle, and mirrors where it mirrors', () => {
  const turn = (a: number, b: number, c: number, d: number) =>
    orientationOfMatrix([a, b, 0, c, d, 0, 0, 0, 2 ** 30]);
  expect(turn(ONE, 0, 0, ONE)).toEqual({ rotation: 0, filters: [] });
  expect(turn(0, ONE, -ONE, 0)).toEqual({ rotation: 90, filters: ['transpose=clock'] });
  expect(turn(-ONE, 0, 0, -ONE)).toEqual({ rotation: 180, filters: ['hflip', 'vflip'] });
  expect(turn(0, -ONE, ONE, 0)).toEqual({ rotation: 270, filters: ['transpose=cclock'] });
  expect(turn(ONE, 0, 0, -ONE)).toEqual({ rotation: 0, filters: ['vflip'] });
});

test('at or above the grid rate no frame is more than half a step from its picture', () => {
  for (const [num, den] of [
    [1, 30],
    [1001, 30000],
    [33, 1000],
    [1, 60],
  ]) {
    for (let k = 0; k < 500; k++) {
      const slot = gridSlot(k, { num, den }, 30);
      expect(Math.abs(slot / 30 - (k * num) / den)).toBeLessThanOrEqual(0.5 / 30 + 1e-12);
    }
  }
});
