import { describe, expect, test } from 'vitest';
import { HAND_LANDMARKS } from '../../src/core/skeletons.ts';
import { ABSENT, type LandmarkTrack, SEEN } from '../../src/core/types.ts';
import { handTrust } from '../../src/motion/confidence.ts';

const FRAMES = 60;

/** Numbers in −1…1 that look random and are the same in every run. */
const noise = (i: number): number => 2 * ((Math.sin(i * 12.9898) * 43758.5453) % 1);

/** A hand 100 px wide that crosses the picture at 90 px/s and whose landmarks tremble by up to `tremblingPx`. */
function movingHand(tremblingPx: number, fps = 30, presence = 0.97): LandmarkTrack {
  const frames = (FRAMES * fps) / 30;
  const pixels = new Float32Array(2 * HAND_LANDMARKS * frames);
  for (let t = 0; t < frames; t++)
    for (let k = 0; k < HAND_LANDMARKS; k++) {
      const i = 2 * (t * HAND_LANDMARKS + k);
      pixels[i] = 200 + 5 * k + (90 * t) / fps + tremblingPx * noise(i);
      pixels[i + 1] = 200 + 20 * Math.sin(k) + tremblingPx * noise(i + 1);
    }
  return {
    skeleton: 'hand',
    side: 'left',
    frame: 'local',
    pixels,
    positions: new Float32Array(3 * HAND_LANDMARKS * frames),
    confidence: new Float32Array(frames).fill(presence),
    visibility: null,
    state: new Uint8Array(frames).fill(SEEN),
  };
}
const trusted = (track: LandmarkTrack, fps = 30) =>
  handTrust(track, [{ start: 0, end: track.state.length }], fps);
const middle = (track: LandmarkTrack, fps = 30) => trusted(track, fps).confidence[track.state.length / 2];

describe('confidence of a hand', () => {
  test('falls as its landmarks tremble', () => {
    const sure = [0, 1, 3, 6, 12].map(px => middle(movingHand(px)));
    expect(sure).toEqual([...sure].sort((a, b) => b - a));
    expect(sure[0]).toBeGreaterThan(0.95);
    expect(sure[4]).toBeLessThan(0.4);
  });

  test('rises with the network’s presence', () => {
    expect(middle(movingHand(3, 30, 0.99))).toBeGreaterThan(middle(movingHand(3, 30, 0.6)));
  });

  test('falls where the network’s word is for the other side, however still the hand', () => {
    const said = (word: number) =>
      middle({ ...movingHand(0), handedness: new Float32Array(FRAMES).fill(word) });
    expect(said(0.99)).toBe(middle(movingHand(0)));
    expect(said(0.4)).toBeLessThan(said(0.99));
    expect(said(0.01)).toBeLessThan(0.1);
  });

  test('is not lowered by steady motion', () => {
    const still = movingHand(1);
    const moving = movingHand(1);
    moving.pixels.forEach((x, i) => {
      moving.pixels[i] = x + 4 * Math.floor(i / (2 * HAND_LANDMARKS));
    });
    expect(middle(moving)).toBeCloseTo(middle(still), 3);
  });

  test('of a steady hand is the same at twice the frame rate', () => {
    expect(middle(movingHand(0, 60), 60)).toBeCloseTo(middle(movingHand(0)), 3);
  });

  test('of a hand that moves is not lowered by a slow camera', () => {
    expect(middle(movingHand(3, 10), 10)).toBeGreaterThan(0.6);
  });

  test('is zero exactly where the hand is not seen', () => {
    const track = movingHand(2);
    track.state.fill(ABSENT, 20, 30);
    const sure = trusted(track).confidence;
    expect([...sure.keys()].filter(t => sure[t] === 0)).toEqual([20, 21, 22, 23, 24, 25, 26, 27, 28, 29]);
  });
});

describe('what a frame tells of how a hand is turned', () => {
  const mirrored = () => new Float32Array(FRAMES).fill(0.97).fill(0.01, 20, 40);

  test('is next to nothing where the hand is read as its mirror image', () => {
    const trust = trusted({ ...movingHand(0), handedness: mirrored() });
    expect(trust.pose[10]).toBe(trust.confidence[10]);
    expect(trust.pose[30]).toBeLessThan(0.001);
    expect(trust.place[30]).toBeCloseTo(trust.place[10], 6);
  });

  test('is as much as ever where its fingers have been put into their own order, though its thumb is not right', () => {
    const reordered = new Uint8Array(FRAMES).fill(1, 20, 40);
    const trust = trusted({ ...movingHand(0), handedness: mirrored(), reordered });
    expect(trust.pose[30]).toBeGreaterThan(0.9);
    expect(trust.confidence[30]).toBeLessThan(0.1);
  });

  test('is what it is in a stretch that has nothing better', () => {
    const trust = trusted({ ...movingHand(0), handedness: new Float32Array(FRAMES).fill(0.01) });
    expect(trust.pose).toEqual(trust.confidence);
    expect(trust.pose[30]).toBeGreaterThan(0);
  });
});
