import { describe, expect, test } from 'vitest';
import { BODY, BODY_LANDMARKS, SIDES } from '../../src/core/skeletons.ts';
import { type LandmarkTrack, SEEN } from '../../src/core/types.ts';
import { believableTrunk } from '../../src/motion/posture.ts';

const FRAMES = 40;
const seen = Array.from({ length: FRAMES }, (_, t) => t);

/** A body of which only the heights of shoulders and hips matter, px. */
function standing(shouldersY: (t: number) => number, hipsY: (t: number) => number): LandmarkTrack {
  const pixels = new Float32Array(2 * BODY_LANDMARKS * FRAMES);
  for (const t of seen)
    for (const side of SIDES) {
      const x = side === 'left' ? 350 : 250;
      pixels.set([x, shouldersY(t)], 2 * (BODY_LANDMARKS * t + BODY.shoulder[side]));
      pixels.set([x, hipsY(t)], 2 * (BODY_LANDMARKS * t + BODY.hip[side]));
    }
  return {
    skeleton: 'body',
    side: null,
    frame: 'local',
    pixels,
    positions: new Float32Array(3 * BODY_LANDMARKS * FRAMES),
    confidence: new Float32Array(FRAMES).fill(1),
    visibility: null,
    state: new Uint8Array(FRAMES).fill(SEEN),
  };
}
const inTheMiddle = (t: number) => t >= 15 && t < 30;

describe('the trunk', () => {
  test('is believed of a person who stands', () => {
    const track = standing(
      () => 200,
      t => 320 + 3 * Math.sin(t),
    );
    expect([...believableTrunk(track, seen)]).toEqual(seen.map(() => 1));
  });

  test('is not believed where the hips rise and the shoulders stay', () => {
    const track = standing(
      () => 200,
      t => (inTheMiddle(t) ? 260 : 320),
    );
    expect([...believableTrunk(track, seen)]).toEqual(seen.map(t => (inTheMiddle(t) ? 0 : 1)));
  });

  test('is believed of a person who bends: the shoulders come down', () => {
    const track = standing(
      t => (inTheMiddle(t) ? 260 : 200),
      () => 320,
    );
    expect([...believableTrunk(track, seen)]).toEqual(seen.map(() => 1));
  });
});
