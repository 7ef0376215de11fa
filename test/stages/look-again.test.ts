import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Estimator } from '../../models/estimators/types.ts';
import type { FrameReading, HandReading, Roi } from '../../src/core/readings.ts';
import { judgeBody } from '../../src/motion/view.ts';
import { followHand, handWays, lookAgain } from '../../src/stages/look-again.ts';
import { followBody, lookAgainForBodies } from '../../src/stages/look-again-bodies.ts';
import { walk, waysInto } from '../../src/stages/walk.ts';
import { openEncoder } from '../../src/video/encode.ts';
import { body, frames, hand, handOf, SIZE } from '../motion/readings.ts';

const FPS = 30;
const T = 60;
const WIDTH = 64;
const HEIGHT = 36;
const GRID = { fps: FPS, firstFrame: 0, width: WIDTH };

let folder: string;
let video: string;

/** A video whose frame t has the brightness 4·t. */
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-look-'));
  video = path.join(folder, 'ramp.mp4');
  const encoder = await openEncoder(video, { width: WIDTH, height: HEIGHT, fps: FPS, codec: 'h264', crf: 1 });
  for (let t = 0; t < T; t++) await encoder.write(new Uint8Array(WIDTH * HEIGHT * 3).fill(4 * t));
  await encoder.finish();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const timeOf = ({ data }: { data: Uint8Array }) => Math.round(data[0] / 4);

describe('ways into gaps', () => {
  test('cover each end of each gap up to the reach, and nothing that is sound', () => {
    const sound = (t: number) => t < 5 || (t >= 20 && t < 30) || t >= 32;
    expect(waysInto(40, sound, 6)).toEqual([
      { start: 5, end: 11, forwards: true },
      { start: 14, end: 20, forwards: false },
      { start: 30, end: 32, forwards: true },
      { start: 30, end: 32, forwards: false },
    ]);
    for (const { start, end } of waysInto(40, sound, 100))
      for (let t = start; t < end; t++) expect(sound(t)).toBe(false);
  });

  test('there is none into a clip without a sound frame, and none out of the clip', () => {
    expect(waysInto(10, () => false, 5)).toEqual([]);
    expect(waysInto(10, t => t < 4, 5)).toEqual([{ start: 4, end: 9, forwards: true }]);
    expect(waysInto(10, t => t > 4, 3)).toEqual([{ start: 2, end: 5, forwards: false }]);
  });

  test('a hand whose word disagrees with its side is a gap: its palm was mistaken', () => {
    const right = frames(9, () => ({ hands: [], body: null })).map((_, t) =>
      hand({ x: 800, y: 400, right: t === 4 ? 0.1 : 0.9 }),
    );
    const ways = handWays(
      { left: right.map(() => null), right },
      right.map(() => null),
      30,
    );
    expect(ways.map(({ side, start, end }) => [side, start, end])).toEqual([
      ['right', 4, 5],
      ['right', 4, 5],
    ]);
  });
  test('a hand that is bent back over its forearm is a gap: its wrist was put on what it holds', () => {
    const person = body({ x: 640, y: 200, shoulderWidthPx: 220 });
    const right = Array.from({ length: 9 }, (_, t) => {
      const one = handOf(person, 'right');
      const wristY = one.pixels[1];
      if (t === 4) for (let k = 1; k < 42; k += 2) one.pixels[k] = 2 * wristY - one.pixels[k];
      return one;
    });
    const without = right.map(() => null);
    const ways = (bodies: (typeof person | null)[]) => handWays({ left: without, right }, bodies, 30);
    expect(ways(right.map(() => person)).map(({ start, end }) => [start, end])).toEqual([
      [4, 5],
      [4, 5],
    ]);
    expect(ways(without)).toEqual([]);
  });
  test('a hand that is read for a moment where it could not have got to is a gap there', () => {
    const right = Array.from({ length: 40 }, (_, t) =>
      hand({ x: t >= 20 && t < 23 ? 1100 : 800, y: 400, right: 0.9 }),
    );
    const ways = handWays(
      { left: right.map(() => null), right },
      right.map(() => null),
      30,
    );
    expect(ways.map(({ start, end, forwards }) => [start, end, forwards])).toEqual([
      [20, 23, true],
      [20, 23, false],
    ]);
  });
});

test('a walk shows the frames of the way, forwards or backwards, with their numbers in the clip', async () => {
  for (const forwards of [true, false]) {
    const numbers: number[] = [];
    for await (const [t, frame] of walk(video, { ...GRID, firstFrame: 3 }, { start: 2, end: 40, forwards })) {
      expect(timeOf(frame)).toBe(t + 3);
      numbers.push(t);
    }
    const expected = Array.from({ length: 38 }, (_, i) => i + 2);
    expect(numbers).toEqual(forwards ? expected : expected.reverse());
  }
});

test('walks at once and in any order show the frames that each asked for', async () => {
  const ways = [
    { start: 40, end: 50, forwards: false },
    { start: 3, end: 33, forwards: true },
    { start: 30, end: 60, forwards: false },
    { start: 31, end: 33, forwards: true },
    { start: 55, end: 70, forwards: true },
  ];
  const walks = ways.map(async way => {
    const numbers: number[] = [];
    for await (const [t, frame] of walk(video, GRID, way)) {
      expect(timeOf(frame)).toBe(t);
      numbers.push(t);
    }
    return numbers;
  });
  for (const [i, numbers] of (await Promise.all(walks)).entries()) {
    const { start, end, forwards } = ways[i];
    const expected = Array.from({ length: Math.min(end, T) - start }, (_, k) => start + k);
    expect(numbers).toEqual(forwards ? expected : expected.reverse());
  }
});

/** Reads a right hand in every region, except in the given frames. */
function handsEverywhere(blind: (t: number) => boolean): Estimator & { regions: Roi[] } {
  const regions: Roi[] = [];
  return {
    name: 'drawn',
    models: [],
    regions,
    estimate: async () => ({ hands: [], body: null }),
    revisit: async (frame, asked) => {
      regions.push(...asked);
      return blind(timeOf(frame)) ? [] : asked.map(({ cx, cy }) => hand({ x: cx, y: cy, right: 0.9 }));
    },
    reset: () => {},
    close: async () => {},
  };
}

describe('the second look', () => {
  const clip = (seen: (t: number) => boolean) => {
    const readings: FrameReading[] = frames(T, t => ({
      hands: seen(t) ? [hand({ x: 30, y: 20, right: 0.9 })] : [],
      body: null,
    }));
    const right: (HandReading | null)[] = readings.map(({ hands }) => hands[0] ?? null);
    return { readings, chosen: { left: right.map(() => null), right } };
  };

  test('follows a hand into a gap from both ends and steps over single blind frames', async () => {
    const { readings, chosen } = clip(t => t < 10 || t >= 40);
    const blind = (t: number) => t === 20 || t === 21;
    const engine = handsEverywhere(blind);
    await lookAgain(video, GRID, readings, new Uint8Array(T), chosen, args =>
      followHand(engine, args, () => {}),
    );
    readings.forEach(({ hands }, t) => {
      expect(hands.length > 0, `frame ${t}`).toBe(!blind(t));
    });
  });

  test('does not take what the hand could not have got to, and looks on', async () => {
    const { readings, chosen } = clip(t => t < 10 || t >= 16);
    let asked = 0;
    const engine: Estimator = {
      ...handsEverywhere(() => false),
      revisit: async (_, [{ cx, cy }]) => [hand({ x: asked++ % 2 === 0 ? cx + 500 : cx, y: cy, right: 0.9 })],
    };
    await lookAgain(video, GRID, readings, new Uint8Array(T), chosen, args =>
      followHand(engine, args, () => {}),
    );
    for (const { hands } of readings.slice(10, 16)) {
      expect(hands).toHaveLength(1);
      expect(hands[0].pixels[0]).toBeLessThan(200);
    }
  });

  test('takes a hand that is bent back over its forearm only into a longer gap, where no other is found', async () => {
    const person = body({ x: 640, y: 200, shoulderWidthPx: 220 });
    const upright = handOf(person, 'right');
    const bent = handOf(person, 'right');
    for (let k = 1; k < 42; k += 2) bent.pixels[k] = 2 * upright.pixels[1] - upright.pixels[k];
    const found = async (length: number, offered: readonly HandReading[]) => {
      const gone = (t: number) => t >= 10 && t < 10 + length;
      const readings = frames(T, t => ({ hands: gone(t) ? [] : [upright], body: person }));
      const right = readings.map(({ hands }) => hands[0] ?? null);
      const chosen = { left: right.map(() => null), right };
      const engine: Estimator = { ...handsEverywhere(() => false), revisit: async () => [...offered] };
      await lookAgain(video, GRID, readings, new Uint8Array(T).fill(1), chosen, args =>
        followHand(engine, args, () => {}),
      );
      return readings.slice(10, 10 + length).flatMap(({ hands }) => hands);
    };
    expect(await found(12, [bent])).toEqual(Array(12).fill(bent));
    expect(await found(12, [bent, upright])).toEqual(Array(12).fill(upright));
    expect(await found(6, [bent])).toEqual([]);
  });

  test('gives up where the hand stays away, and adds nothing', async () => {
    const { readings, chosen } = clip(t => t < 10);
    const looked = new Set<number>();
    const engine = handsEverywhere(t => looked.add(t) !== null);
    await lookAgain(video, GRID, readings, new Uint8Array(T), chosen, args =>
      followHand(engine, args, () => {}),
    );
    expect([...looked]).toEqual([10, 11, 12, 13]);
    expect(readings.slice(10).every(({ hands }) => hands.length === 0)).toBe(true);
  });

  test('looks briefly into a gap that is bridged anyway, and at every turn into a longer one', async () => {
    const regionsFor = async (length: number) => {
      const { readings, chosen } = clip(t => t < 10 || t >= 10 + length);
      const engine = handsEverywhere(() => true);
      await lookAgain(video, GRID, readings, new Uint8Array(T), chosen, args =>
        followHand(engine, args, () => {}),
      );
      return engine.regions.length / length;
    };
    const brief = await regionsFor(6);
    expect(brief).toBeLessThanOrEqual(6);
    expect(await regionsFor(9)).toBeGreaterThan(2 * brief);
  });

  test('finds the person again at its usual size, and does not take a smaller one for it', async () => {
    const person = () => body({ x: 640, y: 200, shoulderWidthPx: 220 });
    const readings = frames(T, t => ({
      hands: [],
      body: t < 20 || t >= 50 ? person() : t < 30 ? body({ x: 640, y: 200, shoulderWidthPx: 100 }) : null,
    }));
    const before = judgeBody(readings, SIZE, 'auto');
    expect(before.credible.reduce((sum, one) => sum + one, 0)).toBe(30);
    const estimator: Estimator = {
      ...handsEverywhere(() => true),
      revisitBody: async frame => [
        timeOf(frame) === 35 ? body({ x: 640, y: 200, shoulderWidthPx: 100 }) : person(),
      ],
    };
    await lookAgainForBodies(video, GRID, readings, before, SIZE, args =>
      followBody(estimator, args, () => {}),
    );
    const after = judgeBody(readings, SIZE, 'auto').credible;
    after.forEach((one, t) => {
      expect(one, `frame ${t}`).toBe(t === 35 ? 0 : 1);
    });
  });

  test('an engine that only tracks by itself is left alone', async () => {
    const { readings, chosen } = clip(t => t < 10);
    const { revisit: _, ...engine } = handsEverywhere(() => false);
    await lookAgain('nowhere.mp4', GRID, readings, new Uint8Array(T), chosen, args =>
      followHand(engine, args, () => {}),
    );
    expect(readings.slice(10).every(({ hands }) => hands.length === 0)).toBe(true);
  });
});
