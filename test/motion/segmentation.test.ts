/** Where a clip is cut, and why: scenes, rest, actions, length. */
import { describe, expect, test } from 'vitest';
import { type HumanMotion, SEEN } from '../../src/core/types.ts';
import { segment } from '../../src/motion/segment.ts';
import { graspEvents } from '../../src/motion/segmentation/grasps.ts';
import { SEGMENT_DEFAULTS } from '../../src/motion/segmentation/settings.ts';
import { joinMotions } from '../../src/motion/shots.ts';
import { sliceMotion } from '../../src/motion/slice.ts';
import { stillMotion } from './still.ts';

const FPS = 30;
const spans = (parts: readonly { start: number; end: number }[]) =>
  parts.map(({ start, end }) => [start, end]);

/** A right hand that is seen throughout; `stir` says how fast it reads in the picture, palm lengths per second. */
function handMotion(frames: number, stir: (t: number) => number): HumanMotion {
  const motion = stillMotion(frames, FPS);
  motion.hands.right.state.fill(SEEN);
  motion.hands.right.stir = Float32Array.from({ length: frames }, (_, t) => stir(t));
  return motion;
}

test('no demonstration crosses a scene cut, and each says that it starts or ends there', () => {
  const motion = joinMotions([handMotion(60, () => 2), handMotion(90, () => 2)]);
  const parts = segment(motion, 'x');
  expect(spans(parts)).toEqual([
    [0, 60],
    [60, 150],
  ]);
  expect(parts.map(({ reason }) => reason)).toEqual([
    'starts with the clip; ends at 2.0 s, at a scene cut',
    'starts at 2.0 s, at a scene cut; ends with the clip',
  ]);
});

test('a part of several shots has the bones of its own shot', () => {
  const [first, second] = [handMotion(60, () => 2), handMotion(60, () => 2)];
  second.bones = { shoulderWidthM: 0.4, upperArmM: 0.3, forearmM: 0.2 };
  second.hands.right.palmLengthM = 0.08;
  const joined = joinMotions([first, second]);
  expect(sliceMotion(joined, 70, 90)).toMatchObject({ bones: second.bones, frames: 20 });
  expect(sliceMotion(joined, 70, 90).hands.right.palmLengthM).toBe(0.08);
  expect(sliceMotion(joined, 10, 50).bones).toEqual(first.bones);
  expect(sliceMotion(joined, 10, 50).shots).toBeUndefined();
  expect(sliceMotion(joined, 50, 90).shots?.map(({ start }) => start)).toEqual([0, 10]);
});

describe('rest', () => {
  const between = (from: number, to: number) => (t: number) => (t >= from && t < to ? 0.1 : 2);

  test('of three seconds is cut out, of less it belongs to the action', () => {
    expect(spans(segment(handMotion(300, between(100, 190)), 'x'))).toEqual([
      [0, 100],
      [190, 300],
    ]);
    expect(spans(segment(handMotion(300, between(100, 189)), 'x'))).toEqual([[0, 300]]);
  });

  test('is told as what ends one demonstration and starts the next', () => {
    const [before, after] = segment(handMotion(300, between(100, 200)), 'x');
    expect(before.reason).toBe('starts with the clip; ends at 3.3 s, before 3.3 s of rest');
    expect(after.reason).toBe('starts at 6.7 s, after 3.3 s of rest; ends with the clip');
  });

  test('is told by the time of the video, of which the clip is a part', () => {
    const motion = handMotion(300, between(100, 200));
    const goesOn = { before: true, after: false };
    const [before, after] = segment(motion, 'x', SEGMENT_DEFAULTS, goesOn, 3600);
    expect(before.reason).toMatch(/^starts at 120\.0 s, where the long video is divided; ends at 123\.\d s,/);
    expect(after.reason).toMatch(/; ends with the clip$/);
  });

  test('may be shorter where the clip ends and the video goes on, since nobody knows how long it lasts', () => {
    const motion = handMotion(300, t => (t < 30 || t >= 260 ? 0.1 : 2));
    const seen = (before: boolean, after: boolean) =>
      spans(segment(motion, 'x', SEGMENT_DEFAULTS, { before, after }));
    expect(seen(false, false)).toEqual([[0, 300]]);
    expect(seen(true, false)).toEqual([[30, 300]]);
    expect(seen(false, true)).toEqual([[0, 260]]);
  });

  test('goes on through a quarter of a second that reads as motion, and not through more', () => {
    const restless = (length: number) => (t: number) =>
      t >= 140 && t < 140 + length ? 2 : between(60, 240)(t);
    expect(spans(segment(handMotion(300, restless(7)), 'x'))).toEqual([
      [0, 60],
      [240, 300],
    ]);
    expect(spans(segment(handMotion(300, restless(20)), 'x'))).toEqual([[0, 300]]);
  });

  test('shows in a picture that stands still, however a network wavers over it, or loses a hand that took part', () => {
    const motion = handMotion(300, () => 2);
    motion.hands.left.state.fill(SEEN, 0, 100);
    motion.hands.left.stir = new Float32Array(300).fill(Number.NaN).fill(2, 0, 100);
    expect(spans(segment(motion, 'x'))).toEqual([[0, 300]]);
    motion.pictureStill = new Uint8Array(300).fill(1, 100, 200);
    expect(spans(segment(motion, 'x'))).toEqual([
      [0, 100],
      [200, 300],
    ]);
    expect(sliceMotion(motion, 90, 110).pictureStill?.indexOf(1)).toBe(10);
  });

  test('goes on while a hand wavers', () => {
    const motion = handMotion(300, () => 2);
    motion.hands.right.wavering = new Uint8Array(300).fill(1, 100, 200);
    expect(spans(segment(motion, 'x'))).toEqual([
      [0, 100],
      [200, 300],
    ]);
  });

  test('is none while a hand that takes part is out of sight', () => {
    const motion = handMotion(300, between(100, 200));
    motion.hands.left.state.fill(SEEN, 0, 60);
    motion.hands.left.stir = new Float32Array(300).fill(Number.NaN).fill(2, 0, 60);
    expect(spans(segment(motion, 'x'))).toEqual([[0, 300]]);
  });

  test('that fills a clip leaves it whole: the gates say that nothing moves', () => {
    expect(
      spans(
        segment(
          handMotion(300, () => 0),
          'x',
        ),
      ),
    ).toEqual([[0, 300]]);
  });
});

/** A wrist that reaches `count` times, once a second, and stands for a moment between. */
function reaches(count: number): HumanMotion {
  const motion = handMotion(FPS * count, () => 2);
  for (let t = 0; t < motion.frames; t++)
    motion.hands.right.wrist[3 * t] = 0.3 * Math.cos((Math.PI * t) / FPS) + 0.0001 * t;
  return motion;
}

describe('actions', () => {
  const settings = { ...SEGMENT_DEFAULTS, by: 'actions' as const };

  test('are cut where the wrists are slowest', () => {
    const parts = segment(reaches(4), 'x', settings);
    expect(parts).toHaveLength(4);
    for (const [i, { start }] of parts.entries()) expect(Math.abs(start - i * FPS)).toBeLessThanOrEqual(1);
    expect(parts[1].reason).toMatch(/^starts at 1\.0 s, where the wrists are slowest; ends at 2\.0 s/);
  });

  test('have a frame at least, also where frames are seconds apart', () => {
    const motion = { ...handMotion(60, t => (t * 7) % 5), fps: 1 };
    for (const { start, end } of segment(motion, 'x', settings)) expect(end).toBeGreaterThan(start);
  });

  test('cover the part without gap or overlap', () => {
    const parts = segment(reaches(7), 'x', settings);
    expect(parts[0].start).toBe(0);
    expect(parts.at(-1)?.end).toBe(7 * FPS);
    for (let i = 1; i < parts.length; i++) expect(parts[i].start).toBe(parts[i - 1].end);
  });

  test('name the hand that closes or opens there', () => {
    const motion = reaches(3);
    const { landmarks, palmLengthM } = motion.hands.right;
    for (let t = 0; t < motion.frames; t++)
      for (const tip of [8, 12]) landmarks[63 * t + 3 * tip] = (t < FPS ? 1.2 : 0.2) * palmLengthM;
    expect(graspEvents(motion, { start: 0, end: motion.frames })).toEqual([
      { frame: FPS, side: 'right', kind: 'grasp' },
    ]);
    expect(segment(motion, 'x', settings)[0].reason).toContain('slowest, as the right hand closes');
  });
});

describe('what is too long', () => {
  test('is divided where the wrists are slow, into pieces no longer than allowed', () => {
    const parts = segment(reaches(20), 'x', { ...SEGMENT_DEFAULTS, longestS: 6 });
    expect(parts.length).toBeGreaterThan(3);
    for (const { start, end } of parts) expect(end - start).toBeLessThanOrEqual(6 * FPS);
    for (const { start } of parts.slice(1))
      expect(Math.abs(start / FPS - Math.round(start / FPS))).toBeLessThan(0.05);
    expect(parts[1].reason).toContain('since more than 6 s were too long');
  });

  test('overlaps by half of a part at most, whatever is asked for', () => {
    const parts = segment(reaches(20), 'x', { ...SEGMENT_DEFAULTS, longestS: 6, overlapS: 60 });
    expect(parts.length).toBeGreaterThan(2);
    for (const [i, { start, end }] of parts.entries()) {
      expect(end - start).toBeLessThanOrEqual(6 * 30);
      if (i > 0) expect(parts[i - 1].end - start).toBe(3 * 30);
    }
  });

  test('overlaps by as much as is asked for, and stays no longer than allowed', () => {
    const parts = segment(reaches(20), 'x', { ...SEGMENT_DEFAULTS, longestS: 6, overlapS: 1 });
    for (let i = 1; i < parts.length; i++) expect(parts[i - 1].end - parts[i].start).toBe(FPS);
    for (const { start, end } of parts) expect(end - start).toBeLessThanOrEqual(6 * FPS);
    expect(parts[1].reason).toMatch(
      new RegExp(
        `^starts at ${(parts[1].start / FPS).toFixed(1)} s, 1.0 s before the end of the one before; `,
      ),
    );
  });

  test('leaves only the liveliest when only so many are wanted', () => {
    const motion = joinMotions([reaches(1), reaches(3), reaches(2)]);
    expect(spans(segment(motion, 'x', { ...SEGMENT_DEFAULTS, most: 2 }))).toEqual([
      [30, 120],
      [120, 180],
    ]);
  });
});
