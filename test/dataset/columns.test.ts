import { expect, test } from 'vitest';
import { DatasetError } from '../../src/core/errors.ts';
import { PARTS } from '../../src/core/types.ts';
import { columnFeatures, episodeColumns } from '../../src/dataset/columns.ts';
import { JOINTS, motionOf, trajectoryOf } from './fixtures.ts';

const T = 12;
const demonstration = { start: 5, end: 5 + T, task: 'x', reason: 'whole' };
const columns = episodeColumns(trajectoryOf(T, 8), motionOf(30, 13), demonstration);
const features = columnFeatures(JOINTS);

test('every documented column is there, with one row per frame and nothing that is not finite', () => {
  expect(Object.keys(columns).sort()).toEqual(features.map(({ name }) => name).sort());
  for (const { name, width, names } of features) {
    expect(columns[name].length, name).toBe(T * width);
    expect(new Set(names).size, name).toBe(width);
    expect(
      [...columns[name]].every(value => Number.isFinite(Number(value))),
      name,
    ).toBe(true);
  }
});

test('only state, action and pictures carry the prefixes that LeRobot feeds to policies', () => {
  const fed = features.filter(({ name }) => name.startsWith('observation') || name.startsWith('action'));
  expect(fed.map(({ name }) => name)).toEqual(['observation.state', 'action']);
});

test('the action of a frame is the state of the next one, and the last state is repeated', () => {
  const [state, action] = [columns['observation.state'], columns['action']];
  const width = JOINTS.length;
  for (let t = 0; t < T; t++)
    for (let j = 0; j < width; j++)
      expect(action[t * width + j]).toBe(state[Math.min(t + 1, T - 1) * width + j]);
});

test('human columns are the clip’s rows from the demonstration’s start, left before right', () => {
  const motion = motionOf(30, 13);
  const pose = columns['human.wrist_pose'];
  for (const t of [0, 7]) {
    const clip = demonstration.start + t;
    expect([...pose.slice(t * 14, t * 14 + 3)]).toEqual([
      ...motion.hands.left.wrist.slice(clip * 3, clip * 3 + 3),
    ]);
    expect([...pose.slice(t * 14 + 10, t * 14 + 14)]).toEqual([
      ...motion.hands.right.orientation.slice(clip * 4, clip * 4 + 4),
    ]);
    const hands = columns['human.hand_landmarks'].slice(t * 126, (t + 1) * 126);
    expect(hands[63]).toBe(motion.hands.right.landmarks[clip * 63]);
    const { left, right } = motion.hands;
    expect([...columns['human.uncertainty'].slice(t * 4, (t + 1) * 4)]).toEqual([
      left.wristSigma[clip],
      left.tipsSigma[clip],
      right.wristSigma[clip],
      right.tipsSigma[clip],
    ]);
  }
});

test('an absent part has zeros, an absent state and no confidence; a held one no residual', () => {
  const last = T - 1;
  expect([...columns['human.wrist_pose'].slice(last * 14, last * 14 + 7)]).toEqual([0, 0, 0, 0, 0, 0, 0]);
  expect([...columns['human.state'].slice(last * 4)]).toEqual([0, 1, 0, 1]);
  expect([...columns['validity'].slice(last * 4)]).toEqual([0, 1, 0, 1]);
  const row = (name: string) =>
    Array.from(columns[name].slice(last * 4) as ArrayLike<number>, value => value > 0);
  expect(row('tracking_residual')).toEqual([false, true, false, true]);
  expect(row('confidence')).toEqual([false, true, false, true]);
  expect([...columns['orientation_residual'].slice(last * 2)].map(Number)).toEqual([0, expect.closeTo(0.1)]);
});

test('an arm that is never seen has the confidence of the hand that moves it', () => {
  const motion = motionOf(T);
  motion.arms.right.state.fill(0);
  const { confidence } = episodeColumns(trajectoryOf(T), motion, { ...demonstration, start: 0, end: T });
  for (let t = 0; t < T; t++) {
    expect(confidence[t * 4 + PARTS.indexOf('right_arm')]).toBe(motion.hands.right.confidence[t]);
    expect(confidence[t * 4 + PARTS.indexOf('left_arm')]).toBe(motion.arms.left.confidence[t]);
  }
});

test('a trajectory of another length, or a span outside of the clip, is refused', () => {
  expect(() => episodeColumns(trajectoryOf(T + 1), motionOf(30), demonstration)).toThrow(DatasetError);
  expect(() => episodeColumns(trajectoryOf(T), motionOf(16), demonstration)).toThrow(
    /not a part of the clip's 16 frames/,
  );
});
