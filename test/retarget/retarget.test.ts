import { describe, expect, test } from 'vitest';
import { g1Inspire as robot } from '../../models/robots/g1-inspire.ts';
import { measureBody, torsoFromCamera } from '../../retarget/body.ts';
import { createState, createTree, forward, pointPosition, treePoint } from '../../retarget/kinematics.ts';
import { retarget } from '../../retarget/retarget.ts';
import { armsTargets } from '../../retarget/targets.ts';
import type { LinkPoint, RobotModel, Vec3 } from '../../src/core/robot.ts';
import {
  composePoses,
  distance,
  type Pose,
  quatConjugate,
  quatFromMatrix,
  quatFromRpy,
  quatMultiply,
  quatRotate,
  scale,
  subtract,
  transformPoint,
} from '../../src/core/se3.ts';
import { type Finger, otherSide, SIDES } from '../../src/core/skeletons.ts';
import {
  ABSENT,
  FILLED,
  type HumanMotion,
  type RobotTrajectory,
  STATUS_FILLED,
  STATUS_HELD,
  STATUS_OK,
  STATUS_UNREACHABLE,
} from '../../src/core/types.ts';
import { random } from '../random.ts';
import { armsFree, places, shadow, smoothTrajectory } from './motions.ts';

const invertPose = (pose: Pose): Pose => {
  const rotation = quatConjugate(pose.rotation);
  return { rotation, translation: scale(quatRotate(rotation, pose.translation), -1) };
};
const FRAMES = 90;
const body = createTree(robot, { base: robot.torso });
const whole = createTree(robot);
const motionOf = (seed: number, reach = 0.4) =>
  shadow(robot, body, smoothTrajectory(body, FRAMES, random(seed), armsFree(robot), reach));
const motion = motionOf(1);
const trajectory = retarget(motion, robot);

const column = (t: RobotTrajectory, name: string) => {
  const [j, J] = [t.jointNames.indexOf(name), t.jointNames.length];
  return Array.from({ length: FRAMES }, (_, f) => t.q[f * J + j]);
};
const rest = () =>
  Float64Array.from(
    { length: FRAMES * body.dofNames.length },
    (_, i) => robot.rest[body.dofNames[i % body.dofNames.length]] ?? 0,
  );

/** Arms that wave far beyond the reach and the speed of the robot. */
function wild(): HumanMotion {
  const wave = motionOf(2);
  const next = random(3);
  for (const side of SIDES) {
    for (let t = 0; t < FRAMES; t++) {
      const a = 2 * Math.PI * next();
      wave.arms[side].upperArm.set([Math.cos(a), Math.sin(a), 0], 3 * t);
      wave.arms[side].forearm.set([0, Math.cos(a), Math.sin(a)], 3 * t);
      for (let i = 0; i < 63; i++) wave.hands[side].landmarks[63 * t + i] *= next();
    }
  }
  return wave;
}

describe('a person who moves as the robot can', () => {
  test('is followed: wrists within 15 mm, fingertips within 1 mm, every frame ok', () => {
    expect(new Set(trajectory.status)).toEqual(new Set([STATUS_OK]));
    for (let i = 0; i < trajectory.positionResidual.length; i++) {
      expect(trajectory.positionResidual[i]).toBeLessThan(i % 4 < 2 ? 0.015 : 0.001);
    }
    for (const angle of trajectory.orientationResidual) expect(angle).toBeLessThan(0.1);
  });

  test('gives the same bytes twice', () => {
    const again = retarget(motion, robot);
    expect(Buffer.from(again.q.buffer).equals(Buffer.from(trajectory.q.buffer))).toBe(true);
  });

  test('gives the mirrored trajectory when mirrored, on a robot whose halves mirror exactly', () => {
    const robot = symmetric();
    const halves = createTree(robot, { base: robot.torso });
    const original = shadow(robot, halves, smoothTrajectory(halves, FRAMES, random(1), armsFree(robot), 0.4));
    const [a, b] = [retarget(original, robot), retarget(mirror(original), robot)];
    for (const { name, twin } of twins(robot)) {
      const there = column(b, twin);
      column(a, name).forEach((value, t) => {
        expect(Math.abs(value - there[t])).toBeLessThan(2e-3);
      });
    }
  });

  test('gives the mirrored arms when mirrored, with the signs of the published axes', () => {
    const mirrored = retarget(mirror(motion), robot);
    for (const { name, twin, sign } of twins(robot)) {
      const [a, b] = [column(mirrored, name), column(trajectory, twin)];
      // The published figures of the thumbs differ by up to 1.2 mm between the sides, those of the arms by 10 µm.
      a.forEach((value, t) => {
        expect(Math.abs(value - sign * b[t])).toBeLessThan(name.includes('thumb') ? 0.2 : 0.02);
      });
    }
  });
});

test('a person at the rest pose leaves the robot at rest', () => {
  const still = retarget(shadow(robot, body, rest()), robot);
  for (const name of still.jointNames) {
    for (const value of column(still, name))
      expect(Math.abs(value - (robot.rest[name] ?? 0))).toBeLessThan(0.05);
  }
});

describe('limits are hard', () => {
  const extreme = retarget(wild(), robot);

  test('no joint leaves its range', () => {
    extreme.q.forEach((value, i) => {
      const j = i % whole.dofNames.length;
      expect(value).toBeGreaterThanOrEqual(whole.lower[j]);
      expect(value).toBeLessThanOrEqual(whole.upper[j]);
    });
  });

  test('no joint is faster than it may be', () => {
    for (const use of extreme.speedUse) expect(use).toBeLessThanOrEqual(1);
    expect(Math.max(...extreme.speedUse)).toBeGreaterThan(0.9);
  });

  test('what cannot be reached is said, not hidden', () => {
    expect([...extreme.status]).toContain(STATUS_UNREACHABLE);
  });
});

describe('a target beyond the reach', () => {
  const beyond = (noise: number) => {
    const far = shadow(robot, body, rest());
    const next = random(8);
    for (const side of SIDES) {
      far.arms[side].state.fill(ABSENT);
      const out = side === 'left' ? 1 : -1;
      for (let t = 0; t < FRAMES; t++) {
        far.hands[side].wrist.set(
          [0.6, 0.2 * out, 0.1].map(v => v + noise * (next() - 0.5)),
          3 * t,
        );
      }
    }
    return retarget(far, robot);
  };
  /** Largest difference of joint values between frames, of the given order, rad. */
  const shaking = ({ q, jointNames: { length: J } }: RobotTrajectory, order: 1 | 2) => {
    let most = 0;
    for (let i = order * J; i < q.length; i++) {
      most = Math.max(most, Math.abs(order === 1 ? q[i] - q[i - J] : q[i] - 2 * q[i - J] + q[i - 2 * J]));
    }
    return most;
  };

  test('is approached and reported; a still target leaves the robot still', () => {
    const still = beyond(0);
    expect(still.status[0]).toBe(STATUS_UNREACHABLE);
    expect(shaking(still, 1)).toBeLessThan(0.002);
  });

  test('that trembles by a centimetre shakes no joint', () => {
    expect(shaking(beyond(0.01), 2)).toBeLessThan(0.02);
  });
});

describe('an absent hand', () => {
  const gone = motionOf(1);
  gone.hands.left.state.fill(ABSENT);
  gone.arms.left.state.fill(ABSENT);
  gone.arms.right.state.fill(ABSENT, 40);
  gone.hands.right.state.fill(ABSENT, 40);
  const held = retarget(gone, robot);

  test('is held at rest and says so', () => {
    for (const name of [...robot.arms!.left.joints, ...robot.hands.left!.joints]) {
      for (const value of column(held, name)) expect(value).toBeCloseTo(robot.rest[name] ?? 0, 4);
    }
    for (let t = 0; t < FRAMES; t++) {
      expect(held.status[4 * t]).toBe(STATUS_HELD);
      expect(held.positionResidual[4 * t]).toBeNaN();
      expect(held.orientationResidual[2 * t]).toBeNaN();
      if (t >= 40) expect(held.orientationResidual[2 * t + 1]).toBeNaN();
    }
  });

  test('does not disturb the other', () => {
    // Until shortly before the right side leaves, too.
    for (const name of robot.hands.right!.joints) {
      const [alone, both] = [column(held, name), column(trajectory, name)];
      for (let t = 0; t < 20; t++) expect(Math.abs(alone[t] - both[t])).toBeLessThan(1e-3);
    }
  });

  test('that leaves during the clip goes to rest smoothly', () => {
    for (const name of robot.arms!.right.joints) {
      const q = column(held, name);
      expect(Math.abs(q[FRAMES - 1] - (robot.rest[name] ?? 0))).toBeLessThan(0.1);
      for (let t = 41; t < FRAMES; t++) expect(Math.abs(q[t] - q[t - 1])).toBeLessThan(0.1);
    }
  });
});

test('an egocentric motion puts the wrists where the head camera sees them', () => {
  const camera = robot.camera!;
  const base = createTree(robot, { base: robot.torso });
  const state = createState(base);
  forward(base, new Float64Array(base.dofNames.length), 0, state);
  const link = base.linkIndex.get(camera.link)!;
  const cameraFromTorso = invertPose(
    composePoses(
      {
        rotation: quatFromMatrix(state.rotation.subarray(9 * link, 9 * link + 9)),
        translation: [state.position[3 * link], state.position[3 * link + 1], state.position[3 * link + 2]],
      },
      { rotation: quatFromRpy(camera.rpy), translation: [...camera.xyz] },
    ),
  );
  const seen: HumanMotion = { ...motionOf(1), view: 'egocentric', reference: 'camera' };
  for (const side of SIDES) {
    const { wrist, orientation } = seen.hands[side];
    for (let t = 0; t < FRAMES; t++) {
      wrist.set(transformPoint(cameraFromTorso, wrist.slice(3 * t, 3 * t + 3)), 3 * t);
      orientation.set(quatMultiply(cameraFromTorso.rotation, orientation.slice(4 * t, 4 * t + 4)), 4 * t);
    }
    seen.arms[side].state.fill(ABSENT);
  }
  const q = retarget(seen, robot);
  expect(new Set(q.status)).toEqual(new Set([STATUS_OK]));
  q.positionResidual.forEach(error => {
    expect(error).toBeLessThan(0.005);
  });
  for (const angle of q.orientationResidual) expect(angle).toBeLessThan(0.05);
});

describe('a hand that is seen without its arm', () => {
  const alone = motionOf(1);
  const { shoulderWidthM, upperArmM, forearmM } = alone.bones;
  for (const side of SIDES) {
    const { upperArm, forearm, state } = alone.arms[side];
    const shoulder = [0, (side === 'left' ? 0.5 : -0.5) * shoulderWidthM, 0];
    alone.hands[side].wrist = upperArm.map((x, i) => shoulder[i % 3] + x * upperArmM + forearm[i] * forearmM);
    state.fill(ABSENT);
  }

  test('takes the arm where it goes, and its state is the status', () => {
    alone.hands.left.state.fill(FILLED, 0, 10);
    const q = retarget(alone, robot);
    for (let t = 0; t < FRAMES; t++) {
      expect(q.status[4 * t]).toBe(t < 10 ? STATUS_FILLED : STATUS_OK);
      for (const part of [0, 1]) expect(q.positionResidual[4 * t + part]).toBeLessThan(0.02);
    }
    for (const angle of q.orientationResidual) expect(angle).toBeLessThan(0.1);
  });

  test('of a person never seen is that of an average adult', () => {
    const reach = 0.5 * (0.3 + 0.25);
    for (const side of SIDES) {
      const out = side === 'left' ? 1 : -1;
      for (let t = 0; t < FRAMES; t++) alone.hands[side].wrist.set([reach, 0.19 * out, -0.1], 3 * t);
    }
    const targets = armsTargets({ ...alone, bones: { shoulderWidthM: 0, upperArmM: 0, forearmM: 0 } }, robot);
    const { shoulder, upperArmM, forearmM } = measureBody(robot).left;
    const [x, y, z] = subtract(targets.left.wrist.subarray(0, 3), shoulder);
    expect(x).toBeCloseTo(0.5 * (upperArmM + forearmM), 6);
    expect(y).toBeCloseTo(0, 6);
    expect(z).toBeCloseTo((-0.1 / 0.55) * (upperArmM + forearmM), 6);
  });
});

test('hands that a wrong focal length puts out of reach are brought back along their rays', () => {
  const seen: HumanMotion = { ...motionOf(1), view: 'egocentric', reference: 'camera' };
  for (const side of SIDES) {
    const x = side === 'left' ? -0.15 : 0.15;
    for (let t = 0; t < FRAMES; t++)
      seen.hands[side].wrist.set([x, 0.1, 0.9 + 0.2 * Math.sin(t / 10)], 3 * t);
  }
  const camera = torsoFromCamera(robot);
  const { left } = armsTargets(seen, robot);
  const ratios = Array.from({ length: FRAMES }, (_, t) => {
    const there = transformPoint(invertPose(camera), left.wrist.subarray(3 * t, 3 * t + 3));
    const ratio = there[2] / seen.hands.left.wrist[3 * t + 2];
    expect(there[0] / there[2]).toBeCloseTo(-0.15 / seen.hands.left.wrist[3 * t + 2], 5);
    return ratio;
  });
  expect(Math.max(...ratios) - Math.min(...ratios)).toBeLessThan(1e-6);
  expect(ratios[0]).toBeLessThan(0.7);
  const { status } = retarget(seen, robot);
  expect(status.filter(s => s === STATUS_UNREACHABLE).length).toBeLessThan(0.15 * status.length);
});

test('wrists that were put twice as far away as the others, and more, do not draw all of an egocentric clip in', () => {
  const seen: HumanMotion = { ...motionOf(1), view: 'egocentric', reference: 'camera' };
  for (const side of SIDES) {
    const x = side === 'left' ? -0.15 : 0.15;
    for (let t = 0; t < FRAMES; t++) seen.hands[side].wrist.set([x, 0.25, 0.45], 3 * t);
  }
  const { left: expected } = armsTargets(seen, robot);
  for (let t = 60; t < FRAMES; t++) seen.hands.right.wrist.set([0.4, 0.6, 1.4], 3 * t);
  expect(armsTargets(seen, robot).left.wrist).toEqual(expected.wrist);
});

test('thumb and index that touch on the person touch on the robot', () => {
  const pinching = motionOf(1);
  for (const side of SIDES) {
    const { landmarks } = pinching.hands[side];
    for (let t = 0; t < FRAMES; t++) {
      // Both tips in front of the palm, 2 cm apart.
      landmarks.set([0.13, side === 'left' ? -0.02 : 0.02, -0.07], 63 * t + 12);
      landmarks.set([0.15, side === 'left' ? -0.02 : 0.02, -0.07], 63 * t + 24);
    }
  }
  const q = retarget(pinching, robot);
  const state = createState(whole);
  const tips = new Float64Array(6);
  forward(whole, q.q, 0, state);
  for (const side of SIDES) {
    const { thumb, index } = robot.hands[side]!.tips;
    pointPosition(state, treePoint(whole, thumb!), tips, 0);
    pointPosition(state, treePoint(whole, index!), tips, 3);
    expect(Math.hypot(tips[0] - tips[3], tips[1] - tips[4], tips[2] - tips[5])).toBeLessThan(0.012);
  }
});

test('as the gap between thumb and index closes on the person it closes on the robot, without a snap', () => {
  const closing = motionOf(1);
  // From 70 mm to 25 mm, half a millimetre a frame.
  const gap = (t: number) => 0.07 - (0.045 * t) / (FRAMES - 1);
  for (const side of SIDES) {
    const y = side === 'left' ? -0.02 : 0.02;
    for (let t = 0; t < FRAMES; t++) {
      closing.hands[side].landmarks.set([0.14 - gap(t) / 2, y, -0.06], 63 * t + 12);
      closing.hands[side].landmarks.set([0.14 + gap(t) / 2, y, -0.06], 63 * t + 24);
    }
  }
  const solved = retarget(closing, robot);
  for (const side of SIDES) {
    const [thumb, index] = [robot.hands[side]!.tips.thumb!, robot.hands[side]!.tips.index!].map(tip =>
      places(whole, Float64Array.from(solved.q), tip),
    );
    const apart = Array.from({ length: FRAMES }, (_, t) =>
      distance(thumb.subarray(3 * t, 3 * t + 3), index.subarray(3 * t, 3 * t + 3)),
    );
    expect(apart[0]).toBeGreaterThan(0.04);
    expect(apart[FRAMES - 1]).toBeLessThan(0.012);
    const steps = apart.slice(1).map((d, t) => Math.abs(d - apart[t]));
    expect(Math.max(...steps)).toBeLessThan(0.008);
  }
});

test('legs and waist never move', () => {
  for (const name of [...robot.held, ...robot.waist])
    expect(new Set(column(trajectory, name))).toEqual(new Set([0]));
});

/** The same motion seen in a mirror: left and right exchanged, y reversed. */
function mirror(original: HumanMotion): HumanMotion {
  const flip = (values: Float32Array) => values.map((v, i) => (i % 3 === 1 ? -v : v));
  // A mirror image of the rotation w x y z in the plane y = 0.
  const turn = (values: Float32Array) => values.map((v, i) => (i % 4 === 1 || i % 4 === 3 ? -v : v));
  const side = (name: 'left' | 'right') => {
    const [arm, hand] = [original.arms[otherSide(name)], original.hands[otherSide(name)]];
    return {
      arm: { ...arm, upperArm: flip(arm.upperArm), forearm: flip(arm.forearm) },
      hand: {
        ...hand,
        wrist: flip(hand.wrist),
        orientation: turn(hand.orientation),
        landmarks: flip(hand.landmarks),
      },
    };
  };
  const [left, right] = [side('left'), side('right')];
  return {
    ...original,
    arms: { left: left.arm, right: right.arm },
    hands: { left: left.hand, right: right.hand },
  };
}

/**
 * The robot with its right half replaced by the mirror image of its left, joint axes included, so that twin
 * joints share sign and limits.
 */
function symmetric(): RobotModel {
  const rename = (name: string) => name.replace(/^left_/, 'right_').replace(/^L_/, 'R_');
  const isRight = (name: string) => /^(right|R)_/.test(name);
  const flip = ([x, y, z]: Vec3): Vec3 => [x, -y, z];
  const turn = ([x, y, z]: Vec3): Vec3 => [-x, y, -z];
  const point = ({ link, xyz }: LinkPoint): LinkPoint => ({ link: rename(link), xyz: flip(xyz) });
  const points = (all: Partial<Record<Finger, LinkPoint>>) =>
    Object.fromEntries(Object.entries(all).map(([finger, p]) => [finger, point(p)]));
  const left = robot.joints.filter(j => !isRight(j.name));
  const right = left
    .filter(j => rename(j.name) !== j.name)
    .map(j => ({
      ...j,
      name: rename(j.name),
      parent: rename(j.parent),
      child: rename(j.child),
      xyz: flip(j.xyz),
      rpy: turn(j.rpy),
      axis: turn(j.axis),
      ...(j.mimic ? { mimic: { ...j.mimic, joint: rename(j.mimic.joint) } } : {}),
    }));
  const [arm, hand] = [robot.arms!.left, robot.hands.left!];
  const [w, x, y, z] = hand.palmFromHand;
  const capsules = robot.capsules.filter(c => !isRight(c.link));
  const own = Object.entries(robot.rest).filter(([name]) => !isRight(name));
  return {
    ...robot,
    joints: [...left, ...right],
    capsules: [
      ...capsules,
      ...capsules
        .filter(c => rename(c.link) !== c.link)
        .map(c => ({ ...c, link: rename(c.link), from: flip(c.from), to: flip(c.to) })),
    ],
    rest: Object.fromEntries([...own, ...own.map(([name, value]) => [rename(name), value])]),
    arms: {
      left: arm,
      right: {
        shoulder: point(arm.shoulder),
        elbow: point(arm.elbow),
        wrist: point(arm.wrist),
        joints: arm.joints.map(rename),
      },
    },
    hands: {
      left: hand,
      right: {
        palm: rename(hand.palm),
        wrist: flip(hand.wrist),
        palmFromHand: [w, -x, y, -z],
        tips: points(hand.tips),
        middles: points(hand.middles),
        joints: hand.joints.map(rename),
      },
    },
  };
}

/** Every arm and hand joint, its twin on the other side, and the sign between them, from the table's axes. */
function twins(model: RobotModel): { name: string; twin: string; sign: number }[] {
  const state = createState(whole);
  forward(whole, new Float64Array(whole.dofNames.length), 0, state);
  const axis = (name: string) => {
    const i = whole.linkIndex.get(model.joints.find(j => j.name === name)!.child)!;
    return state.axis.subarray(3 * i, 3 * i + 3);
  };
  return SIDES.flatMap(side => {
    const names = (s: typeof side) => [...model.arms![s].joints, ...model.hands[s]!.joints];
    return names(side).map((name, k) => {
      const twin = names(otherSide(side))[k];
      const [a, b] = [axis(name), axis(twin)];
      // An axis is a pseudovector: its mirror image in y = 0 keeps y and reverses x and z.
      return { name, twin, sign: Math.sign(-a[0] * b[0] + a[1] * b[1] - a[2] * b[2]) };
    });
  });
}

describe('an arm that is lost from sight for a second', () => {
  const lost = (next: (t: number) => number): RobotTrajectory => {
    const row = (t: number) =>
      smoothTrajectory(body, FRAMES, random(4), armsFree(robot), 0.6).subarray(...at(t));
    const at = (t: number): [number, number] => [t * body.dofNames.length, (t + 1) * body.dofNames.length];
    const q = Float64Array.from({ length: FRAMES * body.dofNames.length }, () => 0);
    for (let t = 0; t < FRAMES; t++) q.set(row(next(t)), t * body.dofNames.length);
    const seen = shadow(robot, body, q);
    seen.arms.left.state.fill(ABSENT, 30, 60);
    seen.hands.left.state.fill(ABSENT, 30, 60);
    return retarget(seen, robot);
  };
  const leftArm = robot.arms!.left.joints;
  const drift = (t: RobotTrajectory) =>
    Math.max(...leftArm.map(name => Math.abs(column(t, name)[45] - column(t, name)[29])));
  const statuses = (t: RobotTrajectory) => Array.from({ length: 30 }, (_, i) => t.status[4 * (30 + i)]);

  test('and found where it was has stayed there, and is called held', () => {
    const still = lost(() => 20);
    expect(drift(still)).toBeLessThan(0.02);
    expect(statuses(still)).toEqual(statuses(still).map(() => STATUS_HELD));
  });

  test('and found elsewhere goes towards rest in between', () => {
    const moved = lost(t => (t < 45 ? 0 : FRAMES - 1));
    expect(drift(moved)).toBeGreaterThan(0.05);
    expect(statuses(moved)).toEqual(statuses(moved).map(() => STATUS_HELD));
  });
});
