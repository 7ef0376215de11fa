import { describe, expect, test } from 'vitest';
import { fitSimilarity } from '../../src/core/procrustes.ts';
import {
  add,
  distance,
  dot,
  norm,
  quatAngle,
  quatFromAxisAngle,
  quatRotate,
  scale,
} from '../../src/core/se3.ts';
import { otherSide, SIDES } from '../../src/core/skeletons.ts';
import { median } from '../../src/core/statistics.ts';
import { ABSENT, FILLED, type LandmarkTrack, type Perception, SEEN } from '../../src/core/types.ts';
import { boneLength, HAND_PARENTS } from '../../src/motion/bones.ts';
import { handAt, orientationOfKnuckles } from '../../src/motion/hand-frame.ts';
import { reconstruct, reconstructPerson } from '../../src/motion/reconstruct.ts';
import { WORKING_PLACE } from '../../src/motion/torso.ts';
import { MEMORY_S } from '../../src/motion/unseen-arms.ts';
import { clipOf, haveRendered, perceive, truthOf } from './rendered.ts';

const NETWORK = { pixels: 1.5, metres: 0.004, scale: 0.1 };
const VIEWS = [
  ['pick', 'third-person'],
  ['pour', 'third-person'],
  ['lift', 'third-person'],
  ['ego', 'egocentric'],
  ['egomove', 'egocentric'],
  ['fasten', 'egocentric'],
] as const;
const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** Mean distance of the wrist paths in m after one similarity alignment over the clip. */
function pathError(track: LandmarkTrack, truth: ReturnType<typeof truthOf>, side: 'left' | 'right'): number {
  const frames = truth.data.map((_, t) => t).filter(t => track.state[t] !== ABSENT);
  const from = frames.flatMap(t => [...track.positions.subarray(63 * t, 63 * t + 3)]);
  const to = frames.flatMap(t => truth.data[t][side].xyz[0]);
  const fit = fitSimilarity(from, to);
  return mean(
    frames.map((_, i) => {
      const p = add(
        scale(quatRotate(fit.rotation, from.slice(3 * i, 3 * i + 3)), fit.scale),
        fit.translation,
      );
      return distance(p, to.slice(3 * i, 3 * i + 3));
    }),
  );
}

describe.skipIf(!haveRendered).each(VIEWS)('hands of %s (%s), seen as a network sees them', (name, view) => {
  const truth = truthOf(name);
  const perception = perceive(truth, view, NETWORK);
  const hands = reconstructPerson(perception, clipOf(truth)).hands;

  test.each(SIDES)('the %s wrist follows its true path', side => {
    expect(pathError(hands[side], truth, side)).toBeLessThan(view === 'egocentric' ? 0.012 : 0.025);
  });

  test.each(SIDES)('the %s palm faces where it truly faces', side => {
    const errors = truth.data.map((frame, t) =>
      quatAngle(
        orientationOfKnuckles(handAt(hands[side].positions, t), side),
        orientationOfKnuckles(frame[side].xyz as [number, number, number][], side),
      ),
    );
    expect(mean(errors)).toBeLessThan(0.32);
  });

  test.each(SIDES)('the %s wrist does not jitter', side => {
    const acceleration = (at: (t: number) => ArrayLike<number>, t: number) =>
      [0, 1, 2].map(a => (at(t + 1)[a] - 2 * at(t)[a] + at(t - 1)[a]) * truth.fps ** 2);
    const errors = truth.data.slice(2).map((_, i) => {
      const mine = acceleration(t => hands[side].positions.subarray(63 * t, 63 * t + 3), i + 1);
      const real = acceleration(t => truth.data[t][side].xyz[0], i + 1);
      return distance(mine, real) ** 2;
    });
    expect(Math.sqrt(mean(errors))).toBeLessThan(3);
  });

  test.each(SIDES)('the bones of the %s hand keep one length', side => {
    const { landmarks, palmLengthM } = reconstruct(perception, clipOf(truth)).hands[side];
    for (let t = 0; t < truth.data.length; t += 10) {
      const hand = handAt(landmarks, t);
      for (const k of [2, 3, 4, 6, 7, 8, 12, 16, 20]) {
        expect(distance(hand[k], hand[HAND_PARENTS[k]])).toBeCloseTo(boneLength(k, palmLengthM), 5);
      }
      expect(norm(hand[0])).toBe(0);
    }
  });
});

test.skipIf(!haveRendered)('fingers that grasp bend to the palm’s side, z < 0, on either hand', () => {
  const truth = truthOf('lift');
  const motion = reconstruct(perceive(truth, 'third-person'), clipOf(truth));
  for (const side of SIDES) {
    truth.data.forEach((frame, t) => {
      if (frame[side].state !== 'grasp') return;
      const tips = [8, 12, 16, 20].map(k => motion.hands[side].landmarks[3 * (21 * t + k) + 2]);
      expect(mean(tips)).toBeLessThan(0);
    });
  }
});

describe.skipIf(!haveRendered)('a third-person body', () => {
  const truth = truthOf('pick');
  const { motion, body: shown } = reconstructPerson(perceive(truth, 'third-person'), clipOf(truth));

  test('gives arms with the true bone lengths', () => {
    const body = truth.data[0].body.xyz;
    expect(motion.reference).toBe('torso');
    expect(motion.bones.shoulderWidthM).toBeCloseTo(distance(body[0], body[1]), 2);
    expect(motion.bones.upperArmM).toBeCloseTo(distance(body[0], body[2]), 2);
    expect(motion.bones.forearmM).toBeCloseTo(distance(body[2], body[4]), 2);
  });

  test('is shown with the joints of its arms where they are in the picture', () => {
    truth.bodyMediapipeIndex.slice(0, 6).forEach((landmark, joint) => {
      const off = truth.data.map(({ body }, t) =>
        Math.hypot(
          ...[0, 1].map(axis => shown.pixels[2 * (33 * t + landmark) + axis] - body.px[joint][axis]),
        ),
      );
      expect(off.reduce((sum, d) => sum + d, 0) / off.length).toBeLessThan(4);
    });
  });

  test('has its left hand on its left and both hands in front of it', () => {
    const at = (side: 'left' | 'right', axis: number) =>
      mean(truth.data.map((_, t) => motion.hands[side].wrist[3 * t + axis]));
    expect(at('left', 1)).toBeGreaterThan(0.1);
    expect(at('right', 1)).toBeLessThan(-0.1);
    expect(at('left', 0)).toBeGreaterThan(0.05);
    expect(at('right', 0)).toBeGreaterThan(0.05);
    expect(at('left', 2)).toBeLessThan(-0.1);
  });

  test('has wrists where shoulder, upper arm and forearm lead to', () => {
    const { shoulderWidthM, upperArmM, forearmM } = motion.bones;
    for (const side of SIDES) {
      const { upperArm, forearm } = motion.arms[side];
      const shoulder = [0, (side === 'left' ? 0.5 : -0.5) * shoulderWidthM, 0];
      const gaps = truth.data.map((_, t) => {
        const chain = [0, 1, 2].map(
          a => shoulder[a] + upperArmM * upperArm[3 * t + a] + forearmM * forearm[3 * t + a],
        );
        return distance(chain, motion.hands[side].wrist.subarray(3 * t, 3 * t + 3));
      });
      expect(mean(gaps)).toBeLessThan(0.03);
    }
  });
});

test.skipIf(!haveRendered)('an egocentric view is told in the camera’s frame, without arms', () => {
  const truth = truthOf('ego');
  const motion = reconstruct(perceive(truth, 'egocentric'), clipOf(truth));
  expect(motion.reference).toBe('camera');
  expect(motion.bones).toEqual({ shoulderWidthM: 0, upperArmM: 0, forearmM: 0 });
  for (const side of SIDES) {
    expect(motion.arms[side].state.every(s => s === ABSENT)).toBe(true);
    expect(motion.hands[side].wrist.every((x, i) => i % 3 !== 2 || x > 0.1)).toBe(true);
  }
});

describe.skipIf(!haveRendered)('laws', () => {
  const truth = truthOf('pour');

  test('a mirrored picture gives the mirrored motion', () => {
    const perception = perceive(truth, 'third-person', NETWORK);
    const motion = reconstruct(perception, clipOf(truth));
    const mirrored = reconstruct(mirror(perception, truth.width), clipOf(truth));
    for (const side of SIDES) {
      const [a, b] = [motion.hands[side], mirrored.hands[otherSide(side)]];
      for (let t = 0; t < truth.data.length; t += 7) {
        const wrist = a.wrist.subarray(3 * t, 3 * t + 3);
        expect(distance([wrist[0], -wrist[1], wrist[2]], b.wrist.subarray(3 * t, 3 * t + 3))).toBeLessThan(
          1e-3,
        );
        const [w, x, y, z] = a.orientation.subarray(4 * t, 4 * t + 4);
        expect(quatAngle([w, -x, y, -z], b.orientation.subarray(4 * t, 4 * t + 4))).toBeLessThan(0.01);
        const arm = motion.arms[side].upperArm.subarray(3 * t, 3 * t + 3);
        const other = mirrored.arms[otherSide(side)].upperArm.subarray(3 * t, 3 * t + 3);
        expect(distance([arm[0], -arm[1], arm[2]], other)).toBeLessThan(1e-2);
      }
    }
  });

  test('a resting person stays at rest', () => {
    const still = { ...truth, data: truth.data.map(() => truth.data[0]) };
    const motion = reconstruct(perceive(still, 'third-person'), clipOf(truth));
    for (const side of SIDES) {
      const { wrist, landmarks } = motion.hands[side];
      wrist.forEach((x, i) => {
        expect(x).toBeCloseTo(wrist[i % 3], 4);
      });
      landmarks.forEach((x, i) => {
        expect(x).toBeCloseTo(landmarks[i % 63], 4);
      });
    }
  });

  test('a short gap is bridged and marked, a long one stays absent', () => {
    const perception = perceive(truth, 'third-person');
    const full = reconstructPerson(perception, clipOf(truth)).hands;
    forget(perception.right, 60, 66);
    forget(perception.right, 120, 150);
    const hands = reconstructPerson(perception, clipOf(truth)).hands;
    for (let t = 60; t < 66; t++) {
      expect(hands.right.state[t]).toBe(FILLED);
      const [a, b] = [hands, full].map(h => h.right.positions.subarray(63 * t, 63 * t + 3));
      expect(distance(a, b)).toBeLessThan(0.02);
      expect(hands.right.pixels[42 * t]).toBeGreaterThan(0);
    }
    for (let t = 120; t < 150; t++) {
      expect(hands.right.state[t]).toBe(ABSENT);
      expect(hands.right.positions.subarray(63 * t, 63 * t + 63).every(x => x === 0)).toBe(true);
    }
    expect(hands.right.state[150]).toBe(SEEN);
    expect(hands.right.state).toHaveLength(truth.data.length);
  });

  test('a palm that the network turns the wrong way round for half a second is turned back', () => {
    const perception = perceive(truth, 'third-person');
    const good = reconstruct(perception, clipOf(truth));
    for (let i = 63 * 100; i < 63 * 115; i += 3) perception.left.positions[i + 2] *= -1;
    const healed = reconstruct(perception, clipOf(truth));
    for (let t = 90; t < 125; t++) {
      const [a, b] = [good, healed].map(m => m.hands.left.orientation.subarray(4 * t, 4 * t + 4));
      expect(quatAngle(a, b)).toBeLessThan(0.3);
    }
  });

  test('a palm whose depth the network has all wrong for a second is turned as the picture has it', () => {
    const perception = perceive(truth, 'third-person');
    const good = reconstruct(perception, clipOf(truth));
    const turned = quatFromAxisAngle([0, 0, 1], (110 * Math.PI) / 180);
    const { positions } = perception.left;
    for (let i = 63 * 100; i < 63 * 130; i += 3)
      positions.set(quatRotate(turned, positions.subarray(i, i + 3)), i);
    const healed = reconstruct(perception, clipOf(truth));
    for (let t = 90; t < 140; t++) {
      const [a, b] = [good, healed].map(m => m.hands.left.orientation.subarray(4 * t, 4 * t + 4));
      expect(quatAngle(a, b)).toBeLessThan(0.3);
    }
  });

  test('hands in front of a camera that sees no body get an upright torso that faces it', () => {
    const perception = perceive(truth, 'third-person');
    perception.body.state.fill(ABSENT);
    const motion = reconstruct(perception, clipOf(truth));
    expect(motion.reference).toBe('torso');
    expect(motion.bones).toEqual({ shoulderWidthM: 0, upperArmM: 0, forearmM: 0 });
    expect(motion.scale).toMatch(/torso is assumed/);
    const middle = [0, 1, 2].map(a =>
      mean(SIDES.map(side => median(motion.hands[side].wrist.filter((_, i) => i % 3 === a)))),
    );
    [WORKING_PLACE.forwardM, 0, -WORKING_PLACE.belowM].forEach((x, a) => {
      expect(middle[a]).toBeCloseTo(x, 5);
    });
    for (const side of SIDES) {
      expect(motion.hands[side].state.every(s => s === SEEN)).toBe(true);
      expect(motion.arms[side].state.every(s => s === ABSENT)).toBe(true);
      // This person does face the camera, within some 25° of lean and turn: the hands move as they truly do.
      const moved = reconstruct(perceive(truth, 'third-person'), clipOf(truth)).hands[side].wrist;
      const { wrist } = motion.hands[side];
      const step = (of: Float32Array, t: number) => [0, 1, 2].map(a => of[3 * t + a] - of[a]);
      const [mine, real] = [step(wrist, 90), step(moved, 90)];
      expect(dot(mine, real) / norm(mine) / norm(real)).toBeGreaterThan(0.8);
    }
  });

  test('an arm whose body is out of sight for a second is inferred from its hand', () => {
    const full = reconstruct(perceive(truth, 'third-person', NETWORK), clipOf(truth));
    const perception = perceive(truth, 'third-person', NETWORK);
    perception.body.state.fill(ABSENT, 70, 100);
    const motion = reconstruct(perception, clipOf(truth));
    for (const side of SIDES) {
      const [a, b] = [full.arms[side], motion.arms[side]];
      for (let t = 60; t < 110; t++) {
        expect(b.state[t]).toBe(t >= 70 && t < 100 ? FILLED : SEEN);
        for (const name of ['upperArm', 'forearm'] as const) {
          const [p, q] = [a, b].map(arm => arm[name].subarray(3 * t, 3 * t + 3));
          expect(norm(q)).toBeCloseTo(1, 5);
          expect(distance(p, q)).toBeLessThan(0.35);
        }
      }
      expect(b.confidence[85]).toBeLessThan(b.confidence[60]);
    }
  });

  test('an arm is not inferred long after its body was seen', () => {
    const perception = perceive(truth, 'third-person');
    perception.body.state.fill(ABSENT, 70);
    const { arms } = reconstruct(perception, clipOf(truth));
    const last = 69 + MEMORY_S * truth.fps;
    expect([...arms.left.state.subarray(70, last + 1)].every(s => s === FILLED)).toBe(true);
    expect(arms.left.state[last + 1]).toBe(ABSENT);
  });

  test('two runs give the same numbers', () => {
    const [a, b] = [0, 1].map(() => reconstruct(perceive(truth, 'third-person', NETWORK), clipOf(truth)));
    expect(a).toEqual(b);
  });

  test('a clip without anybody gives absence, not numbers', () => {
    const perception = perceive(truth, 'third-person');
    for (const part of [perception.left, perception.right, perception.body]) part.state.fill(ABSENT);
    const motion = reconstruct(perception, clipOf(truth));
    for (const side of SIDES) {
      expect(motion.hands[side].state.every(s => s === ABSENT)).toBe(true);
      expect(motion.hands[side].wrist.every(x => x === 0)).toBe(true);
      expect([...motion.hands[side].orientation.subarray(0, 4)]).toEqual([1, 0, 0, 0]);
    }
  });
});

function forget(track: LandmarkTrack, start: number, end: number): void {
  track.state.fill(ABSENT, start, end);
  track.positions.fill(0, 63 * start, 63 * end);
  track.pixels.fill(0, 42 * start, 42 * end);
}

/** The picture flipped about its vertical middle: left is right, x runs the other way. */
function mirror(perception: Perception, width: number): Perception {
  const flip = (track: LandmarkTrack, side: LandmarkTrack['side']): LandmarkTrack => ({
    ...track,
    side,
    pixels: track.pixels.map((p, i) => (i % 2 === 0 ? width - p : p)),
    positions: track.positions.map((p, i) => (i % 3 === 0 ? -p : p)),
  });
  const { camera, body } = perception;
  const flipped = flip(body, null);
  const swap = (data: Float32Array, size: number) => {
    for (let t = 0; t < body.state.length; t++) {
      for (let k = 11; k < 33; k += 2) {
        for (let a = 0; a < size; a++) {
          const [i, j] = [size * (33 * t + k) + a, size * (33 * t + k + 1) + a];
          [data[i], data[j]] = [data[j], data[i]];
        }
      }
    }
  };
  swap(flipped.pixels, 2);
  swap(flipped.positions, 3);
  return {
    ...perception,
    camera: { ...camera, cx: width - camera.cx },
    left: flip(perception.right, 'left'),
    right: flip(perception.left, 'right'),
    body: flipped,
  };
}
