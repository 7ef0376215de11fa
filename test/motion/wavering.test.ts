/** A network's changes of mind over a hand at rest, told from what a hand does. */
import { describe, expect, test } from 'vitest';
import { HAND_LANDMARKS } from '../../src/core/skeletons.ts';
import { ABSENT, type LandmarkTrack, SEEN } from '../../src/core/types.ts';
import { waveringOf } from '../../src/motion/wavering.ts';
import { hand } from './readings.ts';

const FPS = 30;
const FRAMES = 180;
const PALM_PX = 54;

/** A hand whose middle is at `at`, in palm lengths; its fingertips' joints are `fingers` palm lengths further. */
function trackOf(at: (t: number) => number, fingers: (t: number) => number = () => 0): LandmarkTrack {
  const pixels = new Float32Array(2 * HAND_LANDMARKS * FRAMES);
  for (let t = 0; t < FRAMES; t++) {
    const drawn = hand({ x: 300 + PALM_PX * at(t), y: 200, right: 1 }).pixels;
    for (let k = 0; k < HAND_LANDMARKS; k++) if (k > 0 && k % 4 !== 1) drawn[2 * k] += PALM_PX * fingers(t);
    pixels.set(drawn, 2 * HAND_LANDMARKS * t);
  }
  return {
    skeleton: 'hand',
    side: 'right',
    frame: 'local',
    pixels,
    positions: new Float32Array(3 * HAND_LANDMARKS * FRAMES),
    confidence: new Float32Array(FRAMES).fill(1),
    visibility: null,
    state: new Uint8Array(FRAMES).fill(SEEN),
  };
}

/** First and last frame that waver; `moving` are those that read as motion. */
function waveringFrames(track: LandmarkTrack, moving: (t: number) => boolean, tremor = 0.01) {
  const stir = Float32Array.from({ length: FRAMES }, (_, t) =>
    track.state[t] === ABSENT ? Number.NaN : moving(t) ? 2 : 0.1,
  );
  const wavering = waveringOf(track, { stir, tremor: new Float32Array(FRAMES).fill(tremor) }, FPS);
  return wavering.includes(1) ? [wavering.indexOf(1), wavering.lastIndexOf(1)] : [];
}
const within = (start: number, end: number) => (t: number) => t >= start && t < end;

describe('a hand at rest', () => {
  test('wavers while its reading jumps elsewhere, and glides back', () => {
    const away = within(60, 75);
    const track = trackOf(t => (away(t) ? 0.6 * (1 - (t - 60) / 15) : 0));
    expect(waveringFrames(track, away)).toEqual([60, 74]);
  });

  test('wavers for a second and a half at most', () => {
    for (const [length, frames] of [
      [45, [60, 104]],
      [46, []],
    ] as const) {
      const away = within(60, 60 + length);
      expect(
        waveringFrames(
          trackOf(t => (away(t) ? 1.4 : 0)),
          away,
        ),
      ).toEqual(frames);
    }
  });

  test('is there while it is not seen, when it is in the same place before and after', () => {
    const track = trackOf(() => 0);
    track.state.fill(ABSENT, 60, 90);
    expect(waveringFrames(track, () => false)).toEqual([60, 89]);
    const carried = trackOf(t => (t < 90 ? 0 : 1));
    carried.state.fill(ABSENT, 60, 90);
    expect(waveringFrames(carried, () => false)).toEqual([]);
  });

  test('stays where the median of noisy readings stays', () => {
    const noisy = trackOf(t => [0, 0.4, 0, -0.4, 0][t % 5]);
    const [first, last] = waveringFrames(noisy, () => true, 0.2);
    expect(first).toBeLessThanOrEqual(15);
    expect(last).toBeGreaterThanOrEqual(FRAMES - 16);
  });
});

describe('is no wavering:', () => {
  test('a hand that goes away and comes back', () => {
    const away = within(60, 75);
    const track = trackOf(t => (away(t) ? 0.6 * Math.sin((Math.PI * (t - 59)) / 16) : 0));
    expect(waveringFrames(track, away)).toEqual([]);
  });

  test('a hand that arrives elsewhere', () => {
    const away = within(60, 75);
    expect(
      waveringFrames(
        trackOf(t => (t < 60 ? 0 : 1)),
        away,
      ),
    ).toEqual([]);
  });

  test('fingers that flick, while the palm stays', () => {
    const away = within(60, 68);
    const track = trackOf(
      () => 0,
      t => (away(t) ? 0.6 : 0),
    );
    expect(waveringFrames(track, away)).toEqual([]);
  });

  test('a hand that shakes, though the median of where it is stays', () => {
    const track = trackOf(t => 0.5 * Math.sin((2 * Math.PI * 3 * t) / FPS));
    expect(waveringFrames(track, () => true, 0.01)).toEqual([]);
  });

  test('a noisy reading of a hand that moves', () => {
    const track = trackOf(t => 0.03 * t + [0, 0.4, 0, -0.4, 0][t % 5]);
    expect(waveringFrames(track, () => true, 0.2)).toEqual([]);
  });
});
