import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { markCuts } from '../../src/stages/shots.ts';
import { openEncoder } from '../../src/video/encode.ts';
import { type GridFrame, openFrames } from '../../src/video/frames.ts';
import { clips } from '../clips.ts';

const FPS = 30;

/** Parts of clips, one after the other, at the size of the first. */
const CUT_VIDEO = [
  { clip: 'ph2d_pouring_ego', startS: 2, frames: 14 },
  { clip: 'sam2_coffee', startS: 1, frames: 11 },
  { clip: 'okami_salt', startS: 1, frames: 12 },
  { clip: 'okami_bagging', startS: 5, frames: 9 },
];

const cutsIn = async (file: string, endS: number) => {
  const cuts: number[] = [];
  const seen: number[] = [];
  for await (const { index, cut } of markCuts(openFrames(file, { fps: FPS, endS, width: 640 }))) {
    seen.push(index);
    if (cut) cuts.push(index);
  }
  expect(seen).toEqual(Array.from({ length: seen.length }, (_, i) => i));
  return cuts;
};

test.skipIf(!existsSync(clips))('clips cut together are told apart, at the frame of each cut', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'understudy-cuts-'));
  try {
    const file = path.join(folder, 'cut.mp4');
    const encoder = await openEncoder(file, { width: 640, height: 360, fps: FPS, codec: 'h264' });
    for (const { clip, startS, frames } of CUT_VIDEO) {
      const request = { fps: FPS, startS, endS: startS + frames / FPS, width: 640 };
      for await (const { frame } of openFrames(path.join(clips, `${clip}.mp4`), request)) {
        // Clips of another shape are cut off or padded below.
        const rgb = new Uint8Array(640 * 360 * 3);
        rgb.set(frame.data.subarray(0, rgb.length));
        await encoder.write(rgb);
      }
    }
    await encoder.finish();
    expect(await cutsIn(file, 60)).toEqual([14, 25, 37]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** Frames of two patterns, and of none ('-'), as a video is read. */
async function* drawn(letters: string): AsyncGenerator<GridFrame> {
  for (const [index, letter] of [...letters].entries()) {
    const [width, height] = [64, 36];
    const data = new Uint8Array(3 * width * height).map((_, i) => {
      const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
      if (letter === '-') return 16;
      return letter === 'a' ? 40 + 3 * x : 40 + 5 * ((x * 7 + y * y) % 40);
    });
    yield { index, frame: { width, height, data } } as GridFrame;
  }
}

test.each([
  ['aaaaaabbbbbb', [6]],
  ['aaaaaa----bbbbbb', [10]],
  ['aaaaaa----aaaaaa', []],
  ['aaaaaa----', []],
])('%s has its cuts at %j: black between tells no scenes apart', async (letters, cuts) => {
  const found: number[] = [];
  for await (const { index, cut } of markCuts(drawn(letters))) if (cut) found.push(index);
  expect(found).toEqual(cuts);
});

test.skipIf(!existsSync(clips)).each(['okami_bagging', 'ph2d_pouring_ego', 'pose_squats', 'rsrd_scissors'])(
  '%s is one shot',
  async clip => {
    expect(await cutsIn(path.join(clips, `${clip}.mp4`), 3)).toEqual([]);
  },
);
