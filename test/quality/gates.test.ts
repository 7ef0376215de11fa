import { describe, expect, test } from 'vitest';
import { FILLED, type HumanMotion, SEEN } from '../../src/core/types.ts';
import { judge, THRESHOLDS } from '../../src/quality/gates.ts';
import { stillMotion } from '../motion/still.ts';

/** Three seconds of a right hand that moves 30 cm, with its arm. */
function reaching(): HumanMotion {
  const motion = stillMotion(90, 30);
  const { hands, arms } = motion;
  hands.right.state.fill(SEEN);
  hands.right.confidence.fill(0.9);
  arms.right.state.fill(SEEN);
  for (let t = 0; t < 90; t++) hands.right.wrist[3 * t] = (0.3 * t) / 90;
  return motion;
}
const whole = { start: 0, end: 90, task: 'reach', reason: '' };
const refusal = (motion: HumanMotion, part = whole): string => {
  const verdict = judge(motion, part);
  return verdict.keep ? 'kept' : verdict.reason;
};

test('a seen, moving hand with its arm is kept', () => {
  expect(judge(reaching(), whole)).toEqual({ keep: true });
});

describe('a demonstration is refused, with the number and the limit, when', () => {
  test('it is too short', () => {
    expect(refusal(reaching(), { ...whole, end: 29 })).toBe(
      'hands are in view for 1.0 s only; at least 1 s are needed',
    );
    expect(refusal(reaching(), { ...whole, end: 30 })).toBe('kept');
  });

  test('hands are missing too often', () => {
    const motion = reaching();
    motion.hands.right.state.fill(0, 20, 60);
    expect(refusal(motion)).toBe('a hand is found in 56 % of the frames; at least 70 % are needed');
  });

  test('most of it is bridged', () => {
    const motion = reaching();
    motion.hands.right.state.fill(FILLED, 0, 60);
    expect(refusal(motion)).toContain('only 33 % of the hand frames were seen');
  });

  test('the estimator was not sure', () => {
    const motion = reaching();
    motion.hands.right.confidence.fill(0.3);
    expect(refusal(motion)).toBe(
      'the hands are seen with a mean confidence of 0.30; at least 0.35 is needed',
    );
  });

  test('a torso is the reference and no arm was found', () => {
    const motion = reaching();
    motion.arms.right.state.fill(0);
    expect(refusal(motion)).toContain('the arm behind a hand is found in 0 %');
    expect(refusal({ ...motion, reference: 'camera' })).toBe('kept');
  });

  test('nothing moves', () => {
    const motion = reaching();
    motion.hands.right.wrist.fill(0.2);
    expect(refusal(motion)).toBe(
      'nothing moves: hands and fingers stay within 0.0 cm; at least 3 cm are needed',
    );
  });
});

test('a still wrist with moving fingers is a motion', () => {
  const motion = reaching();
  motion.hands.right.wrist.fill(0.2);
  for (let t = 45; t < 90; t++)
    motion.hands.right.landmarks[3 * (21 * t + 8) + 2] = -THRESHOLDS.motionM - 0.001;
  expect(refusal(motion)).toBe('kept');
});

test('no arm is asked for where the torso is only assumed', () => {
  const motion = reaching();
  motion.arms.right.state.fill(0);
  const bones = { shoulderWidthM: 0, upperArmM: 0, forearmM: 0 };
  expect(refusal({ ...motion, bones })).toBe('kept');
});

test('an empty part is refused, not divided by', () => {
  expect(refusal(reaching(), { ...whole, end: 0 })).toContain('0.0 s only');
});

test('an arm is asked for in the shots in which the body was seen, and in no other', () => {
  const motion = reaching();
  motion.arms.right.state.fill(0, 45);
  const shot = { scale: '', palmLengthM: { left: 0.095, right: 0.095 } };
  const body = { ...shot, bones: motion.bones };
  const closeUp = { ...shot, bones: { shoulderWidthM: 0, upperArmM: 0, forearmM: 0 } };
  const parts = [
    { ...whole, end: 45 },
    { ...whole, start: 45 },
  ];
  const verdicts = (shots: [typeof body, typeof body]) => {
    const both = { ...motion, bones: shots[0].bones, shots: shots.map((s, i) => ({ ...s, start: 45 * i })) };
    return parts.map(part => refusal(both, part));
  };
  expect(verdicts([body, closeUp])).toEqual(['kept', 'kept']);
  expect(verdicts([closeUp, body])[1]).toContain('the arm behind a hand is found in 0 %');
});
