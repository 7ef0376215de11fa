/** What single measures are made of, and of what not. */
import { expect, test } from 'vitest';
import { loadRobot } from '../../models/robots/registry.ts';
import { following, retarget } from '../../retarget/index.ts';
import { quantile } from '../../src/core/statistics.ts';
import { PARTS, SEEN, STATUS_HELD } from '../../src/core/types.ts';
import { nearDuplicates, signatureOf } from '../../src/quality/duplicates.ts';
import { judge } from '../../src/quality/gates.ts';
import { measurePerson } from '../../src/quality/person.ts';
import { measureRobot, restingJoints } from '../../src/quality/robot.ts';
import { stillMotion } from '../motion/still.ts';

test('frames without a hand move nothing: a hand that rests is refused, however often it is lost', () => {
  const motion = stillMotion(90, 30);
  const { wrist, state, confidence } = motion.hands.right;
  for (let t = 0; t < 90; t++) {
    if (t % 10 === 5) continue;
    state[t] = motion.arms.right.state[t] = SEEN;
    confidence[t] = 0.9;
    wrist.fill(0.2, 3 * t, 3 * t + 3);
  }
  const verdict = judge(motion, { start: 0, end: 90, task: '', reason: '' });
  expect(verdict).toMatchObject({ keep: false, reason: expect.stringMatching(/^nothing moves/) });
});

test('a picture that comes twice is a slower camera, one that comes three times stands still', () => {
  const freshness = (isStale: (t: number) => boolean) => {
    const motion = stillMotion(90, 30);
    for (const side of ['left', 'right'] as const)
      motion.hands[side].stale = Uint8Array.from({ length: 90 }, (_, t) => (isStale(t) ? 1 : 0));
    motion.hands.right.state.fill(SEEN);
    return measurePerson(motion).freshness;
  };
  expect(freshness(t => t % 2 === 1)).toBe(0);
  expect(freshness(t => t % 3 !== 0)).toBeCloseTo(2 / 3);
});

test('a hand that is beside its arm in every third frame is in proportion, in most frames it is not', () => {
  const proportion = (share: number) => {
    const motion = stillMotion(90, 30);
    const { hands, arms } = motion;
    for (let t = 0; t < 90; t++) {
      hands.right.state[t] = arms.right.state[t] = SEEN;
      arms.right.upperArm[3 * t] = arms.right.forearm[3 * t] = 1;
      const off = t % 10 < 10 * share ? 0.4 : 0;
      hands.right.wrist.set([0.5 + off, -0.175, 0], 3 * t);
    }
    return measurePerson(motion).proportion!;
  };
  expect(proportion(0.4)).toBeLessThan(0.01);
  expect(proportion(0.9)).toBeGreaterThan(0.5);
});

test('tracking is of the arms alone', async () => {
  const robot = await loadRobot('g1-inspire');
  const motion = stillMotion(30, 30);
  for (const side of ['left', 'right'] as const) {
    motion.hands[side].state.fill(SEEN);
    motion.hands[side].confidence.fill(1);
    motion.arms[side].state.fill(SEEN);
    motion.arms[side].confidence.fill(1);
    for (let t = 0; t < 30; t++) {
      motion.arms[side].upperArm.set([0, 0, -1], 3 * t);
      motion.arms[side].forearm.set([1, 0, 0], 3 * t);
      // Fingers no robot has.
      for (let k = 1; k < 21; k++) motion.hands[side].landmarks.set([0.5, 0.02 * k, 0], 3 * (21 * t + k));
    }
  }
  const trajectory = retarget(motion, robot);
  const { position } = following(motion, robot, trajectory);
  const told = (which: (part: number) => boolean) =>
    quantile(
      [...position].filter((_, i) => which(i % PARTS.length) && trajectory.status[i] !== STATUS_HELD),
      0.5,
    );
  const arms = told(part => PARTS[part].endsWith('arm'));
  expect(Math.abs(told(() => true) - arms)).toBeGreaterThan(1e-3);
  expect(measureRobot(motion, robot, trajectory).tracking).toBe(arms);
});

test('a waist that nobody moves rests in no part, so it counts; legs rest', async () => {
  const robot = await loadRobot('g1-inspire');
  const trajectory = retarget(stillMotion(2, 30), robot);
  const rests = restingJoints(robot, trajectory);
  const of = (name: string) => rests[trajectory.jointNames.indexOf(name)];
  expect(robot.waist.length).toBeGreaterThan(0);
  expect(robot.waist.map(of)).toEqual(robot.waist.map(() => 0));
  expect(of(robot.arms!.left.joints[0])).toBe(1);
});

test('motions that differ by more than a twentieth of their range are two', () => {
  const bent = (by: number) =>
    signatureOf(
      Float64Array.from({ length: 240 }, (_, i) => {
        const s = Math.floor(i / 2) / 119;
        return i % 2 === 0 ? s : by * Math.sin(Math.PI * s);
      }),
      2,
    );
  expect(nearDuplicates([bent(0), bent(0.06)])).toEqual([null, 0]);
  expect(nearDuplicates([bent(0), bent(0.11)])).toEqual([null, null]);
});
