import { describe, expect, test } from 'vitest';
import { bentBack } from '../../src/core/anatomy.ts';
import type { HandReading } from '../../src/core/readings.ts';
import { BODY, HAND_LANDMARKS, WRIST } from '../../src/core/skeletons.ts';
import { body, handOf } from '../motion/readings.ts';

const person = body({ x: 640, y: 300, shoulderWidthPx: 220 });

/** The left hand turned about its wrist in the picture. */
function turned(degrees: number): HandReading {
  const hand = handOf(person, 'left');
  const [x, y] = hand.pixels.slice(2 * WRIST, 2 * WRIST + 2);
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  for (let k = 0; k < HAND_LANDMARKS; k++) {
    const [u, v] = [hand.pixels[2 * k] - x, hand.pixels[2 * k + 1] - y];
    hand.pixels.set([x + cos * u - sin * v, y + sin * u + cos * v], 2 * k);
  }
  return hand;
}

describe('a hand that is bent back', () => {
  // The forearm points up by 45° to the right, the fingers up.
  test('is none as long as a wrist can do it', () => {
    for (const degrees of [-30, 0, 42, 90, 110]) expect(bentBack(turned(degrees), person, 'left')).toBe(0);
  });
  test('is the more so the further it goes', () => {
    const [some, more, most] = [140, 170, 222].map(degrees => bentBack(turned(degrees), person, 'left'));
    expect(some).toBeGreaterThan(0);
    expect(more).toBeGreaterThan(some);
    expect(most).toBeGreaterThan(more);
    expect(most).toBeCloseTo(1 + Math.cos((80 * Math.PI) / 180), 2);
  });
  test('is nothing that a forearm along the line of sight could tell', () => {
    const towards = structuredClone(person);
    towards.world[3 * BODY.wrist.left + 2] = -0.6;
    expect(bentBack(turned(222), towards, 'left')).toBe(0);
  });
});
