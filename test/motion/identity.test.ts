import { describe, expect, test } from 'vitest';
import { isPartOf, isSameHand, wholeHands } from '../../src/core/anatomy.ts';
import type { FrameReading, HandReading } from '../../src/core/readings.ts';
import { HAND_LANDMARKS, SIDES, type Side } from '../../src/core/skeletons.ts';
import { identifyHands } from '../../src/motion/identity.ts';
import { normals } from '../random.ts';
import { body, frames, hand, handOf, SIZE } from './readings.ts';

const T = 60;
const nobody = new Uint8Array(T);
const everywhere = new Uint8Array(T).fill(1);

/** The picture in a mirror: x and the word for the side change. */
function mirrored({ hands }: FrameReading): FrameReading {
  return {
    body: null,
    hands: hands.map((reading): HandReading => {
      const pixels = Float32Array.from(reading.pixels);
      for (let k = 0; k < HAND_LANDMARKS; k++) pixels[2 * k] = SIZE.width - pixels[2 * k];
      return { ...reading, pixels, right: 1 - reading.right };
    }),
  };
}

/** Two hands of a head camera that wander, with words that are wrong in a third of the frames. */
function unsureClip(seed: number): FrameReading[] {
  const random = normals(seed);
  const at: Record<Side, [number, number]> = { left: [400, 450], right: [880, 450] };
  return frames(T, () => {
    const hands = SIDES.map(side => {
      at[side][0] += 5 * random();
      at[side][1] += 5 * random();
      const truly = side === 'right' ? 0.9 : 0.1;
      const right = random() > 0.43 ? 1 - truly : truly;
      return hand({ x: at[side][0], y: at[side][1], right });
    });
    return { hands: random() > 0 ? hands : hands.reverse(), body: null };
  });
}

describe('identity over the clip', () => {
  test.each([1, 2, 3])('wrong words in a third of the frames swap no hand (%i)', seed => {
    const chosen = identifyHands(unsureClip(seed), nobody, SIZE.width);
    for (let t = 0; t < T; t++) {
      expect(chosen.left[t]!.pixels[0]).toBeLessThan(SIZE.width / 2);
      expect(chosen.right[t]!.pixels[0]).toBeGreaterThan(SIZE.width / 2);
    }
  });

  test('of a network that has no word for sides the place decides, in whatever order hands come', () => {
    const clip = frames(T, t => {
      const hands = [400, 880].map(x => hand({ x, y: 450, right: 0.5 }));
      return { hands: t % 2 === 0 ? hands : hands.reverse(), body: null };
    });
    const chosen = identifyHands(clip, nobody, SIZE.width);
    for (let t = 0; t < T; t++) {
      expect(chosen.left[t]!.pixels[0]).toBeLessThan(SIZE.width / 2);
      expect(chosen.right[t]!.pixels[0]).toBeGreaterThan(SIZE.width / 2);
    }
  });

  test('the mirrored clip gives the mirrored answer', () => {
    const clip = unsureClip(4);
    const straight = identifyHands(clip, nobody, SIZE.width);
    const mirror = identifyHands(clip.map(mirrored), nobody, SIZE.width);
    for (let t = 0; t < T; t++)
      expect(mirror.left[t]?.presence === undefined).toBe(straight.right[t]?.presence === undefined);
    expect(mirror.left.map(h => h && Math.round(SIZE.width - h.pixels[0]))).toEqual(
      straight.right.map(h => h && Math.round(h.pixels[0])),
    );
  });

  test('the order of the readings in a frame does not matter', () => {
    const clip = unsureClip(5);
    const reversed = clip.map(({ hands }) => ({ hands: [...hands].reverse(), body: null }));
    expect(identifyHands(reversed, nobody, SIZE.width)).toEqual(identifyHands(clip, nobody, SIZE.width));
  });

  test('one hand that is read twice, as left and as right, is one hand', () => {
    const clip = frames(T, t => ({
      hands: [
        hand({ x: 800 + t, y: 400, right: 0.95 }),
        hand({ x: 803 + t, y: 402, right: 0.1, presence: 0.9 }),
      ],
      body: null,
    }));
    const { left, right } = identifyHands(clip, nobody, SIZE.width);
    expect(right.every(Boolean)).toBe(true);
    expect(left.some(Boolean)).toBe(false);
  });

  test('fingers that are read as a small hand are not the other hand', () => {
    const whole = hand({ x: 700, y: 400, right: 0.95, presence: 1, scale: 1500 });
    const part = hand({ x: 690, y: 330, right: 0.1, presence: 0.9, scale: 600 });
    expect(isPartOf(part, whole)).toBe(true);
    expect(isPartOf(whole, part)).toBe(false);
    expect(wholeHands([part, whole])).toEqual([whole]);
    const { left } = identifyHands(
      frames(T, () => ({ hands: [whole, part], body: null })),
      nobody,
      SIZE.width,
    );
    expect(left.some(Boolean)).toBe(false);
  });

  test('a hand that is read upside down too, with less certainty, is one hand', () => {
    const upright = hand({ x: 700, y: 400, right: 0.1, presence: 0.99 });
    const upsideDown = hand({ x: 700, y: 400, right: 0.9, presence: 0.7, scale: 400 });
    for (let k = 0; k < HAND_LANDMARKS; k++)
      upsideDown.pixels[2 * k + 1] = 800 - upsideDown.pixels[2 * k + 1];
    const { left, right } = identifyHands(
      frames(T, () => ({ hands: [upright, upsideDown], body: null })),
      nobody,
      SIZE.width,
    );
    expect(left.every(Boolean)).toBe(true);
    expect(right.some(Boolean)).toBe(false);
    expect(isSameHand(upright, { ...upsideDown, presence: 0.97 })).toBe(false);
  });

  test('a fist beside an open hand is no part of it: both have one scale', () => {
    const open = hand({ x: 700, y: 400, right: 0.95, presence: 1 });
    const fist = hand({ x: 640, y: 400, right: 0.05, presence: 0.9 });
    for (let k = 0; k < HAND_LANDMARKS; k++) {
      for (const axis of [0, 1]) {
        const middle = axis === 0 ? 640 : 400;
        fist.pixels[2 * k + axis] = middle + 0.5 * (fist.pixels[2 * k + axis] - middle);
        fist.world[3 * k + axis] *= 0.5;
      }
    }
    expect(isPartOf(fist, open)).toBe(false);
  });

  test('a body overrules words that are wrong all the time', () => {
    const person = body({ x: 640, y: 200, shoulderWidthPx: 220 });
    const clip = frames(T, () => ({
      hands: [handOf(person, 'left', { right: 0.9 }), handOf(person, 'right', { right: 0.1 })],
      body: person,
    }));
    const { left, right } = identifyHands(clip, everywhere, SIZE.width);
    expect(left.every(h => h !== null && h.pixels[0] > 640)).toBe(true);
    expect(right.every(h => h !== null && h.pixels[0] < 640)).toBe(true);
  });

  test('a certain hand is kept where only the body has its wrist wrong', () => {
    const person = body({ x: 640, y: 200, shoulderWidthPx: 220 });
    const clip = frames(T, () => {
      const left = handOf(person, 'left');
      for (let k = 0; k < HAND_LANDMARKS; k++) left.pixels[2 * k] += 180;
      return { hands: [left, handOf(person, 'right')], body: person };
    });
    const { left } = identifyHands(clip, everywhere, SIZE.width);
    expect(left.every(Boolean)).toBe(true);
  });

  test('of two readings of one hand the one that its forearm can carry is taken, be it less certain', () => {
    const person = body({ x: 640, y: 200, shoulderWidthPx: 220 });
    const upright = handOf(person, 'left', { presence: 0.9 });
    const bent = handOf(person, 'left', { presence: 0.99 });
    // About its wrist: it points back along the forearm.
    for (let k = 0; k < HAND_LANDMARKS; k++)
      for (const axis of [0, 1])
        bent.pixels[2 * k + axis] = 2 * upright.pixels[axis] - upright.pixels[2 * k + axis];
    const clip = frames(T, () => ({ hands: [bent, upright, handOf(person, 'right')], body: person }));
    const { left } = identifyHands(clip, everywhere, SIZE.width);
    expect(left.every(hand => hand?.presence === upright.presence)).toBe(true);
    const alone = frames(T, () => ({ hands: [bent, handOf(person, 'right')], body: person }));
    expect(identifyHands(alone, everywhere, SIZE.width).left.every(Boolean)).toBe(true);
  });

  test('a bystander’s hand is not taken for a hand of the person that is out of sight', () => {
    const person = body({ x: 400, y: 200, shoulderWidthPx: 150 });
    const clip = frames(T, () => ({
      hands: [handOf(person, 'right'), hand({ x: 1150, y: 300, right: 0.05, presence: 1 })],
      body: person,
    }));
    const { left, right } = identifyHands(clip, everywhere, SIZE.width);
    expect(left.some(Boolean)).toBe(false);
    expect(right.every(Boolean)).toBe(true);
  });

  test('two palms that overlap by most of their size are one hand, two that touch are two', () => {
    const apart = (px: number) =>
      identifyHands(
        frames(T, () => ({
          hands: [
            hand({ x: 600, y: 400, right: 0.1 }),
            hand({ x: 600 + px, y: 400, right: 0.9, presence: 0.9 }),
          ],
          body: null,
        })),
        nobody,
        SIZE.width,
      );
    expect(apart(20).right.some(Boolean) && apart(20).left.some(Boolean)).toBe(false);
    expect(apart(60).right.every(Boolean) && apart(60).left.every(Boolean)).toBe(true);
  });

  test('an empty clip has no hands', () => {
    const { left, right } = identifyHands(
      frames(3, () => ({ hands: [], body: null })),
      new Uint8Array(3),
      SIZE.width,
    );
    expect([...left, ...right].every(h => h === null)).toBe(true);
  });
});
