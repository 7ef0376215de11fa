import { expect, test } from 'vitest';
import type { FrameReading } from '../../src/core/readings.ts';
import { BODY, SIDES } from '../../src/core/skeletons.ts';
import { facingOf } from '../../src/motion/facing.ts';
import { jointPixels } from '../../src/motion/joints.ts';
import { judgeBody, judgeClip } from '../../src/motion/view.ts';
import { body, frames, hand, handOf, SIZE } from './readings.ts';

const T = 60;
const person = () => body({ x: 640, y: 200, shoulderWidthPx: 220 });
const facing = () => [hand({ x: 400, y: 400, right: 0.9 }), hand({ x: 900, y: 400, right: 0.1 })];
/** Hands that hang down in the picture. */
const hanging = () =>
  facing().map(reading => ({
    ...reading,
    pixels: reading.pixels.map((value, i) => (i % 2 ? 800 - value : value)),
  }));
const worn = () => [hand({ x: 400, y: 400, right: 0.1 }), hand({ x: 900, y: 400, right: 0.9 })];

test('a body whose hands are at its wrists makes the clip third-person', () => {
  const clip = frames(T, () => ({ hands: SIDES.map(side => handOf(person(), side)), body: person() }));
  const { view, credible, reason } = judgeBody(clip, SIZE, 'auto');
  expect(view).toBe('third-person');
  expect(credible.every(one => one === 1)).toBe(true);
  expect(reason).toContain('100 %');
});

test('a body that stands in the picture while the hands are elsewhere is not believed', () => {
  const clip = frames(T, () => ({ hands: worn(), body: body({ x: 300, y: 60, shoulderWidthPx: 90 }) }));
  const { view, credible } = judgeBody(clip, SIZE, 'auto');
  expect(view).toBe('egocentric');
  expect(credible.some(one => one === 1)).toBe(false);
});

test('a body on a hand much larger than it is not believed', () => {
  const small = body({ x: 640, y: 200, shoulderWidthPx: 60 });
  const clip = frames(T, () => ({
    hands: [handOf(small, 'right', { scale: 2500, presence: 1 })],
    body: small,
  }));
  expect(judgeBody(clip, SIZE, 'auto').person).toBeNull();
});

test('frames in which the body shrinks to a sleeve, or is read from behind, are not believed', () => {
  const clip = frames(T, t => ({
    hands: [],
    body:
      t % 10 === 3
        ? body({ x: 640, y: 200, shoulderWidthPx: 110 })
        : t % 10 === 7
          ? body({ x: 640, y: 200, shoulderWidthPx: 220, fromBehind: true })
          : person(),
  }));
  const { credible } = judgeBody(clip, SIZE, 'auto');
  credible.forEach((one, t) => {
    expect(one, `frame ${t}`).toBe(t % 10 === 3 || t % 10 === 7 ? 0 : 1);
  });
});

test('a person who is seen from behind all the time is believed', () => {
  const clip = frames(T, () => ({
    hands: [],
    body: body({ x: 640, y: 200, shoulderWidthPx: 220, fromBehind: true }),
  }));
  expect(judgeBody(clip, SIZE, 'auto').credible.every(one => one === 1)).toBe(true);
});

test('without a body, hands tell the camera’s side: the other way round is a person in front of it', () => {
  const seen = (hands: typeof facing) =>
    judgeBody(
      frames(T, () => ({ hands: hands(), body: null })),
      SIZE,
      'auto',
    );
  expect(seen(hanging).view).toBe('third-person');
  expect(seen(hanging).reason).toContain('hands face the camera');
  expect(seen(hanging).person).toBeNull();
  expect(seen(worn).view).toBe('egocentric');
});

test('a body that faces the camera is none where the hands are a wearer’s', () => {
  const body = person();
  const hands = () => [handOf(body, 'left', { right: 0.95 }), handOf(body, 'right', { right: 0.05 })];
  const {
    view,
    person: found,
    reason,
  } = judgeBody(
    frames(T, () => ({ hands: hands(), body })),
    SIZE,
    'auto',
  );
  expect(view).toBe('egocentric');
  expect(found).toBeNull();
  expect(reason).toContain('which the hands do not');
});

test('fingers that point up speak for a head camera, whatever the words say', () => {
  const raised = frames(T, () => ({ hands: facing(), body: null }));
  expect(judgeBody(raised, SIZE, 'auto').view).toBe('egocentric');
});

test('one hand alone, or two for a moment, say nothing: egocentric', () => {
  const alone = frames(T, () => ({ hands: [hand({ x: 400, y: 400, right: 0.95 })], body: null }));
  expect(judgeBody(alone, SIZE, 'auto').view).toBe('egocentric');
  const moment = frames(T, t => ({ hands: t < 6 ? facing() : [], body: null }));
  expect(judgeBody(moment, SIZE, 'auto').view).toBe('egocentric');
});

test('facing is 1 in a head camera, −1 from the front, and 0 where nobody is', () => {
  const of = (hands: typeof facing) =>
    facingOf(
      frames(T, () => ({ hands: hands(), body: null })),
      SIZE.width,
    );
  expect(of(worn).rightIsRight).toBeCloseTo(1);
  expect(of(facing).rightIsRight).toBeCloseTo(-1);
  expect(of(() => [])).toEqual({ rightIsRight: 0, pairs: 0, decisive: false, fingersUp: 0 });
});

test('what the user says of the view is not questioned', () => {
  const clip = frames(T, () => ({ hands: worn(), body: null }));
  expect(judgeBody(clip, SIZE, 'third-person').view).toBe('third-person');
  const seen = frames(T, () => ({ hands: [], body: person() }));
  expect(judgeBody(seen, SIZE, 'egocentric')).toMatchObject({ view: 'egocentric', reason: 'as asked' });
});

test('a clip of several shots has the view of most frames; the others lose their body', () => {
  const shotOf = (frameCount: number, reading: () => FrameReading) =>
    judgeBody(frames(frameCount, reading), SIZE, 'auto');
  const shot = (frameCount: number, withBody: boolean) =>
    shotOf(frameCount, () => (withBody ? { hands: [], body: person() } : { hands: worn(), body: null }));
  const mostly = judgeClip([shot(40, true), shot(20, false)]);
  expect(mostly.view).toBe('third-person');
  expect(mostly.credible).toEqual(Uint8Array.from({ length: 60 }, (_, t) => (t < 40 ? 1 : 0)));
  expect(mostly.reason).toContain('2 shots');
  const rarely = judgeClip([shot(20, true), shot(40, false)]);
  expect(rarely.view).toBe('egocentric');
  expect(rarely.credible.some(one => one === 1)).toBe(false);
  // A title, or black: it tells nothing of the view.
  const empty = shotOf(90, () => ({ hands: [], body: null }));
  expect(judgeClip([empty, shot(40, true), empty]).view).toBe('third-person');
});

test('shoulder joints lie below the shoulders’ points, and a seen hand’s wrist is the body’s', () => {
  const seen = person();
  const left = handOf(seen, 'left');
  for (let k = 0; k < left.pixels.length; k++) left.pixels[k] += 12;
  const pixels = jointPixels(seen, { left, right: null });
  const [shoulder, wrist] = [BODY.shoulder.left, BODY.wrist.left];
  expect(pixels[2 * shoulder]).toBeCloseTo(seen.pixels[2 * shoulder]);
  expect(pixels[2 * shoulder + 1] - seen.pixels[2 * shoulder + 1]).toBeCloseTo(0.083 * 220);
  expect([...pixels.subarray(2 * wrist, 2 * wrist + 2)]).toEqual([...left.pixels.subarray(0, 2)]);
  expect(pixels[2 * BODY.wrist.right]).toBe(seen.pixels[2 * BODY.wrist.right]);
  expect(seen.pixels).toEqual(person().pixels);
});
