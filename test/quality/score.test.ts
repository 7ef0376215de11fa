/** The score falls for what is wrong, and only for that. */
import { describe, expect, test } from 'vitest';
import { ROBOT_FAULTS } from '../../bench/quality/robot-faults.ts';
import { loadRobot } from '../../models/robots/registry.ts';
import { retarget } from '../../retarget/index.ts';
import { QUALITY_NAMES } from '../../src/core/episode.ts';
import { type HumanMotion, SEEN } from '../../src/core/types.ts';
import { onScale, SCALES } from '../../src/quality/scales.ts';
import { measuresOf, qualityOf, qualityOfJoints, rate, scoreOf } from '../../src/quality/score.ts';
import { stillMotion } from '../motion/still.ts';
import { randomFrom } from '../random.ts';

const FPS = 30;

/** Five joints that move on arcs of their own for six seconds, (T, 5) rad. */
function wave(change: (t: number, j: number, value: number) => number = (_t, _j, v) => v): Float64Array {
  const q = new Float64Array(6 * FPS * 5);
  for (let i = 0; i < q.length; i++) {
    const [t, j] = [Math.floor(i / 5), i % 5];
    q[i] = change(t, j, 0.6 * Math.sin((2 * Math.PI * t * (0.35 + 0.05 * j)) / FPS + j));
  }
  return q;
}
const joints = (q: Float64Array) => qualityOfJoints({ q, joints: 5, fps: FPS });

describe('joints alone', () => {
  const sound = joints(wave());

  test('a smooth motion scores near 1, and what needs a person or limits is null', () => {
    expect(sound.score).toBeGreaterThan(0.95);
    expect(sound.vector).toMatchObject({ coverage: null, tracking: null, speed: null });
  });

  test.each([
    [
      'noise',
      'steadiness',
      (
        random => (_t: number, _j: number, v: number) =>
          v + 0.02 * random.normal()
      )(randomFrom(1)),
    ],
  ])('%s lowers %s', (_name, component, change) => {
    const spoilt = joints(wave(change));
    expect(spoilt.vector[component]).toBeLessThan(0.3);
    expect(spoilt.score).toBeLessThan(0.6);
  });

  test('lost frames lower the pace', () => {
    const q = wave();
    const random = randomFrom(2);
    for (let t = 1; t < 6 * FPS; t++) if (random.uniform() < 0.12) q.copyWithin(5 * t, 5 * (t - 1), 5 * t);
    expect(joints(q).vector['pace']).toBeLessThan(0.3);
  });

  test('a joint that freezes with a jerk lowers the liveness, one that comes to rest does not', () => {
    const frozen = joints(
      wave((t, j, v) =>
        j < 2 && t >= 60 && t < 150 ? 0.6 * Math.sin((2 * Math.PI * 60 * (0.35 + 0.05 * j)) / FPS + j) : v,
      ),
    );
    expect(frozen.vector['liveness']).toBeLessThan(0.3);
    const resting = joints(wave((t, j, v) => (j < 2 ? 0.6 * Math.sin(Math.min(t / 60, Math.PI / 2)) : v)));
    expect(resting.vector['liveness']).toBe(1);
  });

  test('nothing that moves is no activity', () => {
    expect(joints(wave(() => 0.3)).score).toBe(0);
  });

  test('units do not matter', () => {
    const degrees = joints(wave((_t, _j, v) => (v * 180) / Math.PI));
    for (const name of QUALITY_NAMES)
      expect(degrees.vector[name] ?? -1).toBeCloseTo(sound.vector[name] ?? -1, 6);
  });
});

/** A right arm and hand that reach forward and back in front of the chest. */
function reaching(): HumanMotion {
  const motion = stillMotion(4 * FPS, FPS);
  const { hands, arms, bones } = motion;
  hands.right.state.fill(SEEN);
  hands.right.confidence.fill(0.95);
  hands.right.wristSigma.fill(0.05);
  arms.right.state.fill(SEEN);
  arms.right.confidence.fill(0.95);
  for (let t = 0; t < motion.frames; t++) {
    const bend = 0.9 + 0.4 * Math.sin((2 * Math.PI * t) / (2 * FPS));
    const upper = [Math.sin(bend * 0.6), 0, -Math.cos(bend * 0.6)];
    const fore = [Math.cos(0.3 * bend), 0.1, Math.sin(0.3 * bend) - 0.2];
    const length = Math.hypot(...fore);
    arms.right.upperArm.set(upper, 3 * t);
    arms.right.forearm.set(
      fore.map(v => v / length),
      3 * t,
    );
    hands.right.wrist.set(
      upper.map(
        (v, a) =>
          v * bones.upperArmM +
          (fore[a] / length) * bones.forearmM -
          (a === 1 ? bones.shoulderWidthM / 2 : 0),
      ),
      3 * t,
    );
    for (let k = 0; k < 21; k++)
      hands.right.landmarks.set([0.095 * (0.2 + 0.08 * k), 0.01 * (k % 4), 0], 63 * t + 3 * k);
    hands.right.landmarks.set([0.095, 0, 0], 63 * t + 27);
  }
  return motion;
}

describe('person and robot', async () => {
  const robot = await loadRobot('g1-inspire');
  const motion = reaching();
  const demonstration = { start: 0, end: motion.frames };
  const trajectory = retarget(motion, robot);
  const sound = qualityOf({ motion, demonstration, trajectory, robot });

  test('a sound episode scores near 1', () => {
    expect(sound.score).toBeGreaterThan(0.85);
  });

  test('the robot’s own record of its residual is what forward kinematics gives', () => {
    expect(measuresOf({ motion, demonstration, trajectory, robot }).agreement).toBeLessThan(1e-6);
  });

  test.each(Object.keys(ROBOT_FAULTS))('recordings with %s score less than half of a sound one', fault => {
    const scores = [1, 2, 3, 4, 5].map(seed => {
      const spoilt = ROBOT_FAULTS[fault].apply(trajectory, robot, randomFrom(seed));
      return qualityOf({ motion, demonstration, trajectory: spoilt, robot }).score;
    });
    expect(scores.filter(score => score < 0.5 * sound.score).length).toBeGreaterThanOrEqual(4);
  });

  test('a hand of another size than its arm lowers the proportion', () => {
    const large = reaching();
    for (let i = 0; i < large.hands.right.wrist.length; i++) large.hands.right.wrist[i] *= 1.5;
    expect(qualityOf({ motion: large, demonstration, trajectory, robot }).vector['proportion']).toBeLessThan(
      0.3,
    );
  });

  test('hands that trade names lower the handedness, a picture that stands still the freshness', () => {
    const swapped = reaching();
    const zeros = () => new Uint8Array(swapped.frames);
    Object.assign(swapped.hands.right, {
      exchanged: zeros().fill(1, 60, 63),
      stale: zeros().fill(1, 20, 50),
    });
    Object.assign(swapped.hands.left, { exchanged: zeros(), stale: zeros() });
    const { vector } = qualityOf({ motion: swapped, demonstration, trajectory, robot });
    expect(vector['handedness']).toBeLessThan(0.2);
    expect(vector['freshness']).toBe(0);
    swapped.hands.left.state.fill(SEEN);
    expect(qualityOf({ motion: swapped, demonstration, trajectory, robot }).vector['freshness']).toBe(1);
  });
});

test('the score is the geometric mean of what applies, 0 when anything is worthless or nothing applies', () => {
  expect(scoreOf({ a: 0.25, b: 1, c: null })).toBeCloseTo(0.5);
  expect(scoreOf({ a: 0, b: 1 })).toBe(0);
  expect(scoreOf({ a: null })).toBe(0);
});

test('a component is 1 at its best, 0 at its worst, linear between, null of nothing', () => {
  for (const name of QUALITY_NAMES) {
    const { best, worst } = SCALES[name];
    expect([best, worst, (best + worst) / 2].map(v => onScale(name, v))).toEqual([1, 0, expect.closeTo(0.5)]);
    expect([null, Number.NaN].map(v => onScale(name, v))).toEqual([null, null]);
  }
  const nothing = Object.fromEntries(QUALITY_NAMES.map(name => [name, null])) as Parameters<typeof rate>[0];
  expect(rate(nothing).score).toBe(0);
});
