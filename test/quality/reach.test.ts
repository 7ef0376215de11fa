import { expect, test } from 'vitest';
import { type RobotTrajectory, STATUS_HELD, STATUS_OK, STATUS_UNREACHABLE } from '../../src/core/types.ts';
import { judgeReach } from '../../src/quality/reach.ts';

/** Ten frames; each arm's status is `first` for n frames, then ok. */
const trajectory = (left: [number, number], right: [number, number]) =>
  ({
    robot: 'robot',
    status: Uint8Array.from({ length: 40 }, (_, i) => {
      const [status, n] = i % 4 === 0 ? left : right;
      return i % 4 < 2 && i >> 2 < n ? status : STATUS_OK;
    }),
  }) as RobotTrajectory;

test('one arm in reach is enough, whatever the other does', () => {
  expect(judgeReach(trajectory([STATUS_UNREACHABLE, 10], [STATUS_OK, 10]))).toEqual({ keep: true });
  expect(judgeReach(trajectory([STATUS_HELD, 10], [STATUS_UNREACHABLE, 5]))).toEqual({ keep: true });
});

test('hands out of reach most of the time are rejected, with the share', () => {
  expect(judgeReach(trajectory([STATUS_HELD, 10], [STATUS_UNREACHABLE, 6]))).toEqual({
    keep: false,
    reason: expect.stringMatching(/40 % of the frames at best; at least 50 %/),
  });
});

test('a robot without arms that move is not judged by reach', () => {
  expect(judgeReach(trajectory([STATUS_HELD, 10], [STATUS_HELD, 10]))).toEqual({ keep: true });
});
