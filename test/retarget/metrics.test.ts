import { describe, expect, test } from 'vitest';
import { g1Inspire as robot } from '../../models/robots/g1-inspire.ts';
import { createTree } from '../../retarget/kinematics.ts';
import { collisionDepth } from '../../retarget/metrics/collision-depth.ts';
import { lagFrames } from '../../retarget/metrics/lag.ts';
import { limitUse } from '../../retarget/metrics/limits.ts';
import { pinchAgreement } from '../../retarget/metrics/pinch.ts';
import { rmsJerk, spectralArcLength, speedOf } from '../../retarget/metrics/smoothness.ts';
import { longestRun, spread, trajectoryMetrics } from '../../retarget/metrics.ts';
import { retarget } from '../../retarget/retarget.ts';
import { SIDES } from '../../src/core/skeletons.ts';
import type { RobotTrajectory } from '../../src/core/types.ts';
import { random } from '../random.ts';
import { armsFree, shadow, smoothTrajectory } from './motions.ts';

const FRAMES = 90;
const whole = createTree(robot);
const body = createTree(robot, { base: robot.torso });
const J = whole.dofNames.length;

/** The rest pose in every frame, but for some joints. */
function posed(pose: Record<string, number>, frames = 1): RobotTrajectory {
  const q = Float32Array.from(
    { length: frames * J },
    (_, i) => pose[whole.dofNames[i % J]] ?? robot.rest[whole.dofNames[i % J]] ?? 0,
  );
  const { jointNames, ...rest } = retarget(
    shadow(robot, body, new Float64Array(body.dofNames.length)),
    robot,
  );
  return { ...rest, jointNames, q };
}

describe('smoothness', () => {
  test("spectral arc length of a Gaussian speed profile is the paper's implementation's", () => {
    const gaussian = Float64Array.from({ length: 200 }, (_, i) => Math.exp(-5 * (i / 100 - 1) ** 2));
    expect(spectralArcLength(gaussian, 100)).toBeCloseTo(-1.41403, 5);
  });

  test('spectral arc length does not depend on size, and gets worse with tremor', () => {
    const speed = Float64Array.from({ length: 90 }, (_, i) => Math.sin((Math.PI * i) / 90) ** 2);
    const plain = spectralArcLength(speed, 30);
    expect(
      spectralArcLength(
        speed.map(v => 3 * v),
        30,
      ),
    ).toBeCloseTo(plain, 9);
    expect(
      spectralArcLength(
        speed.map((v, i) => v + 0.3 * Math.abs(Math.sin(i))),
        30,
      ),
    ).toBeLessThan(plain - 0.2);
    expect(spectralArcLength(new Float64Array(90), 30)).toBeNaN();
  });

  test('jerk of c t³ is 6 c, speed of v t is v', () => {
    const cubic = Float64Array.from({ length: 60 }, (_, i) =>
      i % 3 === 0 ? 0.5 * (Math.floor(i / 3) / 30) ** 3 : 1,
    );
    expect(rmsJerk(cubic, 30)).toBeCloseTo(3, 6);
    const line = Float64Array.from({ length: 30 }, (_, i) => [0.3, 0.4, 0][i % 3] * (Math.floor(i / 3) / 30));
    for (const v of speedOf(line, 30)) expect(v).toBeCloseTo(0.5, 9);
  });
});

describe('lag', () => {
  const wave = (delay: number) =>
    Float64Array.from({ length: 200 }, (_, t) => Math.sin((t - delay) / 7) + Math.sin((t - delay) / 19));

  test.each([-6, 0, 1, 9])('%i frames are found', delay => {
    expect(Math.abs(lagFrames(wave(0), wave(delay), 15) - delay)).toBeLessThan(0.1);
  });

  test('of a clip shorter than the longest lag it is found too', () => {
    const moment = (at: number) =>
      Float64Array.from({ length: 14 }, (_, t) => Math.exp(-((t - at) ** 2) / 4));
    expect(lagFrames(moment(5), moment(7), 14)).toBeCloseTo(2, 1);
    expect(lagFrames([1], [2], 14)).toBeNaN();
  });

  test('half a frame is found, and of what stands still there is none', () => {
    expect(lagFrames(wave(0), wave(2.5), 15)).toBeCloseTo(2.5, 1);
    expect(lagFrames(wave(0), new Float64Array(200), 15)).toBeNaN();
  });
});

test('collision depth is 0 at home, and that of a forearm driven into the chest', () => {
  expect(collisionDepth(robot, posed({}))[0]).toBe(0);
  const [inside] = collisionDepth(
    robot,
    posed({ left_shoulder_pitch_joint: -0.3, left_shoulder_yaw_joint: -1.5, left_elbow_joint: -0.9 }),
  );
  expect(inside).toBeGreaterThan(0.01);
});

test('limit use counts the frames at a limit', () => {
  const trajectory = posed({}, 4);
  const j = whole.dofNames.indexOf('left_elbow_joint');
  trajectory.q[j] = whole.upper[j];
  trajectory.q[J + j] = whole.lower[j] + 0.001;
  expect(limitUse(robot, trajectory)[j]).toBeCloseTo(0.5, 9);
  expect(limitUse(robot, trajectory)[whole.dofNames.indexOf('right_elbow_joint')]).toBe(0);
});

test('a pinch is counted as kept when the robot touches too, as invented when only the robot does', () => {
  const person = shadow(robot, body, new Float64Array(2 * body.dofNames.length));
  const { landmarks } = person.hands.left;
  for (const [t, apart] of [0.02, 0.1].entries()) {
    landmarks.set([0.1, 0, 0], 63 * t + 12);
    for (const tip of [8, 12, 16, 20]) landmarks.set([0.1, tip === 8 ? apart : 0.2, 0], 63 * t + 3 * tip);
  }
  const open = pinchAgreement(person, robot, posed({}, 2), 'left');
  expect(open).toEqual({ pinched: 1, kept: 0, apart: 7, invented: 0 });
});

test('the longest run of trust, and the spread of what has a value', () => {
  expect(longestRun([1, 1, 0, 0.5, 1, 1, 0, 1])).toEqual([3, 6]);
  expect(longestRun([0, 0])).toEqual([0, 0]);
  expect(spread([3, Number.NaN, 1, 2])).toEqual({ median: 2, p95: 3, max: 3 });
  expect(spread([Number.NaN]).median).toBeNaN();
});

test('a person who moves as the robot can is followed within a frame, as smoothly, touching nothing', () => {
  const motion = shadow(robot, body, smoothTrajectory(body, FRAMES, random(4), armsFree(robot), 0.4));
  const metrics = trajectoryMetrics(motion, robot, retarget(motion, robot));
  expect(metrics.collisionDepthM).toBe(0);
  expect(metrics.speedUse).toBeLessThanOrEqual(1);
  for (const side of SIDES) {
    const arm = metrics.arms[side]!;
    expect(arm.wristM.max).toBeLessThan(0.015);
    expect(arm.elbowM.max).toBeLessThan(0.03);
    expect(Math.abs(arm.lagFrames)).toBeLessThan(1);
    expect(arm.arcLength.robot).toBeGreaterThan(arm.arcLength.person - 0.3);
    expect(metrics.hands[side]!.fingertipM.max).toBeLessThan(0.001);
  }
});
