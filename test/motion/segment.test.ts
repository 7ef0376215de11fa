import { expect, test } from 'vitest';
import { SEEN } from '../../src/core/types.ts';
import { segment } from '../../src/motion/segment.ts';
import { stillMotion } from './still.ts';

test('a clip with a hand in every frame is one demonstration', () => {
  const motion = stillMotion(90, 30);
  motion.hands.left.state.fill(SEEN);
  expect(segment(motion, 'wave')).toEqual([
    { start: 0, end: 90, task: 'wave', reason: 'starts with the clip; ends with the clip' },
  ]);
});

test('a clip is trimmed to the first and last sight of either hand', () => {
  const motion = stillMotion(300, 30);
  motion.hands.left.state.fill(SEEN, 60, 100);
  motion.hands.right.state.fill(SEEN, 90, 150);
  const [part, ...rest] = segment(motion, 'wave');
  expect(rest).toEqual([]);
  expect([part.start, part.end]).toEqual([60, 150]);
  expect(part.reason).toBe(
    'starts at 2.0 s, where a hand is first seen; ends at 5.0 s, where a hand is last seen',
  );
});

test.each([30, 60])('at %i fps, more than a second without hands is a cut, a second is not', fps => {
  for (const [pause, parts] of [
    [fps, 1],
    [fps + 1, 2],
  ]) {
    const motion = stillMotion(6 * fps, fps);
    motion.hands.right.state.fill(SEEN, 0, 2 * fps);
    motion.hands.right.state.fill(SEEN, 2 * fps + pause, 6 * fps);
    expect(segment(motion, 'wave')).toHaveLength(parts);
  }
});

test('a clip without hands holds no demonstration', () => {
  expect(segment(stillMotion(90, 30), 'wave')).toEqual([]);
});
