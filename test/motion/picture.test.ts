/** Does a picture stand still? Told apart from noise, compression and a network's opinion. */
import { describe, expect, test } from 'vitest';
import type { RgbFrame } from '../../src/core/types.ts';
import { type Cells, cellsOf, momentOf, pictureChange, stillFrames } from '../../src/motion/picture.ts';
import { normals } from '../random.ts';

const [WIDTH, HEIGHT, FPS] = [256, 144, 30];
const FRAMES = 46;
/** Frames in which the hand rests. */
const [FROM, TO] = [14, 32];

interface Scene {
  /** Of every pixel in every frame, of 255 levels. */
  noise?: number;
  /** px. */
  handPx?: number;
  /** px per frame: the hand, while it does not rest. */
  speed?: number;
  /** px per frame: the camera, throughout. */
  pan?: number;
  /** Pictures that are new, of those on the grid: 1 all, 2 every other one. */
  repeated?: number;
}

/** A checked wall, and before it a bright hand that stops for a while. */
function pictures({ noise = 0, handPx = 20, speed = 1, pan = 0, repeated = 1 }: Scene): RgbFrame[] {
  const random = normals(7);
  const frames: RgbFrame[] = [];
  for (let t = 0; t < FRAMES; t++) {
    if (t % repeated > 0) {
      frames.push(frames[t - 1]);
      continue;
    }
    const hand = 100 + speed * (Math.min(t, FROM) + Math.max(0, t - TO));
    const data = new Uint8Array(3 * WIDTH * HEIGHT);
    for (let y = 0; y < HEIGHT; y++)
      for (let x = 0; x < WIDTH; x++) {
        const inHand = Math.abs(x - hand) < handPx / 2 && Math.abs(y - HEIGHT / 2) < handPx / 2;
        const wall = 90 + 30 * Math.sin((x + pan * t) / 9) * Math.sin(y / 7);
        const level = (inHand ? 170 : wall) + (noise > 0 ? noise * random() : 0);
        data.fill(Math.min(255, Math.max(0, level)), 3 * (y * WIDTH + x), 3 * (y * WIDTH + x + 1));
      }
    frames.push({ width: WIDTH, height: HEIGHT, data });
  }
  return frames;
}

function stillIn(scene: Scene, fps = FPS): number[] {
  const cells = pictures(scene).map(cellsOf);
  const length = momentOf(fps) + 1;
  const change = Float32Array.from(cells, (_: Cells, t) =>
    t + 1 < length ? Number.NaN : pictureChange(cells.slice(t + 1 - length, t + 1), fps),
  );
  const still = stillFrames(change, fps);
  return [...still.keys()].filter(t => still[t] === 1);
}

describe('a picture in which a hand rests stands still from a moment after the hand stops until it goes on', () => {
  test.each([
    ['without noise', {}],
    ['with the noise of a camera', { noise: 4 }],
    ['with the noise of a bad one', { noise: 10, speed: 2 }],
    ['with every picture repeated', { repeated: 2, noise: 4, speed: 2 }],
  ])('%s', (_, scene) => {
    const still = stillIn(scene);
    expect(still).toEqual(Array.from({ length: still.length }, (_, i) => still[0] + i));
    expect(Math.abs(still[0] - FROM)).toBeLessThanOrEqual(4);
    expect(Math.abs(still[still.length - 1] - TO)).toBeLessThanOrEqual(4);
  });
});

test('a picture that a camera moves over never stands still', () => {
  expect(stillIn({ pan: 1 })).toEqual([]);
  expect(stillIn({ pan: 1, noise: 4 })).toEqual([]);
});

test('where noise cannot be told from motion, nothing is taken for noise', () => {
  expect(stillIn({ noise: 10 }, 15)).toEqual([]);
  expect(stillIn({}, 15).length).toBeGreaterThan(0);
});

test('cells are means: they do not change with the size of the picture', () => {
  const wall = (scale: number): RgbFrame => {
    const [width, height] = [WIDTH * scale, HEIGHT * scale];
    const data = new Uint8Array(3 * width * height);
    for (let i = 0; i < width * height; i++)
      data.fill((Math.floor((i % width) / scale) * 255) / WIDTH, 3 * i, 3 * i + 3);
    return { width, height, data };
  };
  const [small, large] = [1, 3].map(scale => cellsOf(wall(scale)));
  small.forEach((value, i) => {
    expect(Math.abs(value - large[i])).toBeLessThan(2);
  });
});
