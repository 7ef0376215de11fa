import { describe, expect, test } from 'vitest';
import type { JointSpec, RobotModel, Vec3 } from '../../src/core/robot.ts';
import { ABSENT, FILLED, type RgbFrame, SEEN, STATUS_HELD } from '../../src/core/types.ts';
import { robotBones } from '../../src/preview/bones.ts';
import { projector } from '../../src/preview/camera.ts';
import { composePreview, PREVIEW_HEIGHT, PREVIEW_WIDTH } from '../../src/preview/compose.ts';
import { followHands } from '../../src/preview/crop.ts';
import { textWidth, write } from '../../src/preview/lettering.ts';
import { type Overlay, paintOverlay } from '../../src/preview/overlay.ts';
import { SIDE_COLOURS } from '../../src/preview/palette.ts';
import { type Colour, Raster } from '../../src/preview/raster.ts';
import { drawRobot, drawRobotHand, type RobotPose, robotCamera } from '../../src/preview/robot.ts';

const WHITE: Colour = [255, 255, 255];
const blank = (width: number, height: number): RgbFrame => ({
  width,
  height,
  data: new Uint8Array(width * height * 3),
});
const painted = ({ data }: RgbFrame) =>
  data.filter((_, i) => i % 3 === 0 && data[i] + data[i + 1] + data[i + 2] > 0).length;
/** An open hand of 20 x 20 times `size` px with its wrist at the bottom. */
const handAt = (x: number, y: number, size: number): Float32Array =>
  Float32Array.from({ length: 42 }, (_, i) => {
    const k = i >> 1;
    const [finger, joint] = [Math.floor((k - 1) / 4), (k - 1) % 4];
    return i % 2 === 0
      ? x + (k === 0 ? 0 : (finger - 2) * 5 * size)
      : y - (k === 0 ? 0 : (joint + 1) * 5 * size);
  });
const overlayOf = (hand: Float32Array, state: 0 | 1 | 2, side: 'left' | 'right' = 'left'): Overlay => ({
  left: null,
  right: null,
  body: null,
  [side]: { pixels: hand, state },
});

/** A robot of a few links: trunk, two arms that reach forward, a finger and a leg each. */
const joint = (name: string, parent: string, child: string, xyz: Vec3): JointSpec => ({
  name,
  parent,
  child,
  xyz,
  type: 'revolute',
  rpy: [0, 0, 0],
  axis: [0, 0, 1],
  lower: -1,
  upper: 1,
  velocity: 1,
});
const sided = (s: 'left' | 'right', y: number): JointSpec[] => [
  joint(`${s}_shoulder`, 'torso', `${s}_upper`, [0, y, 0.3]),
  joint(`${s}_elbow`, `${s}_upper`, `${s}_fore`, [0, y * 0.3, -0.25]),
  joint(`${s}_wrist`, `${s}_fore`, `${s}_palm`, [0.25, 0, 0]),
  joint(`${s}_finger`, `${s}_palm`, `${s}_index`, [0.1, 0, 0]),
  joint(`${s}_hip`, 'pelvis', `${s}_leg`, [0, y * 0.5, -0.1]),
  joint(`${s}_knee`, `${s}_leg`, `${s}_foot`, [0, 0, -0.6]),
];
const arm = (s: string) => ({
  shoulder: { link: `${s}_upper`, xyz: [0, 0, 0] as Vec3 },
  elbow: { link: `${s}_fore`, xyz: [0, 0, 0] as Vec3 },
  wrist: { link: `${s}_palm`, xyz: [0, 0, 0] as Vec3 },
  joints: [`${s}_shoulder`, `${s}_elbow`, `${s}_wrist`],
});
const hand = (s: string) => ({
  palm: `${s}_palm`,
  wrist: [0, 0, 0] as Vec3,
  palmFromHand: [1, 0, 0, 0] as const,
  tips: { index: { link: `${s}_index`, xyz: [0.05, 0, 0] as Vec3 } },
  middles: {},
  joints: [`${s}_finger`],
});
const model: RobotModel = {
  name: 'stick',
  label: 'Stick',
  license: 'none',
  source: 'here',
  root: 'pelvis',
  joints: [joint('waist', 'pelvis', 'torso', [0, 0, 0.1]), ...sided('left', 0.2), ...sided('right', -0.2)],
  rest: {},
  held: ['left_hip', 'left_knee', 'right_hip', 'right_knee'],
  waist: ['waist'],
  torso: 'torso',
  arms: { left: arm('left'), right: arm('right') },
  hands: { left: hand('left'), right: hand('right') },
  camera: { link: 'torso', xyz: [0.05, 0, 0.5], rpy: [0, 0, 0] },
  capsules: [],
};
/** Forward kinematics at rest: the joints of this robot do not turn its frames. */
const place = (link: string, xyz: Vec3): Vec3 => {
  const above = model.joints.find(j => j.child === link);
  const from = above ? place(above.parent, above.xyz) : ([0, 0, 0] as const);
  return [from[0] + xyz[0], from[1] + xyz[1], from[2] + xyz[2]];
};
const pose: RobotPose = { bones: robotBones(model, place), status: {} };
/** Mean column of the pixels that are clearly of that colour's hue. */
function meanColumn({ width, data }: RgbFrame, [r, g, b]: Colour): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < data.length; i += 3) {
    const size = Math.hypot(data[i], data[i + 1], data[i + 2]) * Math.hypot(r, g, b);
    if ((data[i] * r + data[i + 1] * g + data[i + 2] * b) / size < 0.985) continue;
    sum += (i / 3) % width;
    count++;
  }
  expect(count).toBeGreaterThan(50);
  return sum / count;
}

describe('painting', () => {
  test('a stroke covers the area of its capsule, wherever it lies and points', () => {
    for (const [dx, dy] of [
      [40, 0],
      [0, 40],
      [24, 32],
      [0, 0],
    ]) {
      const raster = new Raster(100, 100);
      raster.stroke(20.3, 30.7, 20.3 + dx, 30.7 + dy, 5, WHITE);
      const area = raster.data.reduce((sum, value) => sum + value, 0) / (255 * 3);
      expect(area / (Math.hypot(dx, dy) * 10 + Math.PI * 25)).toBeCloseTo(1, 1);
    }
  });

  test('painting outside of the picture is harmless', () => {
    const raster = new Raster(10, 10);
    raster.stroke(-50, -50, -40, 60, 5, WHITE);
    raster.dashed(30, 30, 90, 90, 2, WHITE);
    expect(painted(raster)).toBe(0);
  });

  test('the nearer of two solids is seen, whichever is painted first', () => {
    const [near, far] = [1, 2].map(depth => ({ x: 20, y: 20, radius: 8, depth, thickness: 0.02 }));
    const middle = (...order: ((r: Raster) => void)[]) => {
      const raster = new Raster(40, 40);
      for (const paint of order) paint(raster);
      return [...raster.data.subarray((20 * 40 + 20) * 3, (20 * 40 + 20) * 3 + 3)];
    };
    const nearRed = (r: Raster) => r.solid(near, near, [200, 0, 0]);
    const farBlue = (r: Raster) => r.solid(far, far, [0, 0, 200]);
    const alone = middle(nearRed);
    expect(middle(nearRed, farBlue)).toEqual(alone);
    expect(middle(farBlue, nearRed)).toEqual(alone);
  });

  test('every printable character has a shape of its own, inside its cell; others become ?', () => {
    const draw = (text: string) => {
      const raster = new Raster(40, 40);
      write(raster, text, 4, 4, 3, WHITE);
      return raster;
    };
    const shapes = new Set<string>();
    for (let code = 33; code < 127; code++) {
      const { data } = draw(String.fromCharCode(code));
      const beyond = (i: number) => i % 40 >= 4 + textWidth('A', 3) || Math.floor(i / 40) >= 4 + 8 * 3;
      expect(data.some((value, i) => value > 0 && beyond(Math.floor(i / 3)))).toBe(false);
      shapes.add(data.join());
    }
    expect(shapes.size).toBe(127 - 33);
    expect(draw('é').data).toEqual(draw('?').data);
    expect(painted(draw(' '))).toBe(0);
  });
});

describe('the overlay', () => {
  const drawn = (overlay: Overlay): RgbFrame => {
    const raster = new Raster(400, 400);
    paintOverlay(raster, overlay, { scale: 1, x: 0, y: 0 }, 1);
    return raster;
  };

  test('paints each side in its colour', () => {
    for (const side of ['left', 'right'] as const) {
      const picture = drawn(overlayOf(handAt(200, 350, 8), SEEN, side));
      expect(meanColumn(picture, SIDE_COLOURS[side])).toBeCloseTo(200, -1);
    }
  });

  test('an absent hand is not drawn, a bridged one is drawn with gaps', () => {
    const count = (state: 0 | 1 | 2) => painted(drawn(overlayOf(handAt(200, 350, 12), state)));
    expect(count(ABSENT)).toBe(0);
    expect(count(FILLED)).toBeGreaterThan(100);
    expect(count(FILLED)).toBeLessThan(0.75 * count(SEEN));
  });

  test('a bone of the body with an invisible end is left out', () => {
    const pixels = Float32Array.from({ length: 66 }, (_, i) => 20 + ((i * 37) % 160));
    const body = (visibility: number[]) => ({
      left: null,
      right: null,
      body: { pixels, visibility, state: SEEN } as const,
    });
    const all = new Array(33).fill(1);
    expect(painted(drawn(body(all)))).toBeGreaterThan(100);
    expect(painted(drawn(body(all.with(11, 0).with(12, 0).with(23, 0).with(24, 0))))).toBeLessThan(
      painted(drawn(body(all))),
    );
    expect(painted(drawn(body(all.fill(0))))).toBe(0);
  });
});

describe('the enlarged hands', () => {
  test('their window lies inside the frame, keeps its aspect and holds the hand', () => {
    const frame = blank(640, 360);
    for (const [x, y, size] of [
      [0, 0, 1],
      [640, 360, 3],
      [320, 180, 5],
      [320, 200, 40],
      [-50, 500, 2],
    ]) {
      const { left } = followHands(frame, overlayOf(handAt(x, y, size), SEEN), 1.5, null);
      expect(left!.x).toBeGreaterThanOrEqual(0);
      expect(left!.y).toBeGreaterThanOrEqual(0);
      expect(left!.x + left!.width).toBeLessThanOrEqual(640);
      expect(left!.y + left!.height).toBeLessThanOrEqual(360);
      expect(left!.width / left!.height).toBeCloseTo(1.5, 1);
    }
    const { left } = followHands(frame, overlayOf(handAt(300, 200, 2), SEEN), 1.5, null);
    expect(left!.x).toBeLessThan(280);
    expect(left!.x + left!.width).toBeGreaterThan(320);
  });

  test('a small movement is followed slowly, a jump at once; a lost hand keeps its window', () => {
    const frame = blank(640, 360);
    const at = (x: number, before: ReturnType<typeof followHands> | null, state: 0 | 1 = SEEN) =>
      followHands(frame, overlayOf(handAt(x, 200, 2), state), 1.5, before);
    const start = at(300, null);
    const nudged = at(310, start);
    expect(nudged.left!.x - start.left!.x).toBeLessThan(5);
    let window = start;
    for (let i = 0; i < 60; i++) window = at(310, window);
    expect(Math.abs(window.left!.x - at(310, null).left!.x)).toBeLessThanOrEqual(3);
    expect(Math.abs(at(500, start).left!.x - at(500, null).left!.x)).toBeLessThanOrEqual(1);
    expect(at(500, start, ABSENT)).toEqual(start);
  });
});

describe('the robot', () => {
  test('the point looked at is in the middle, and the height there is the height asked for', () => {
    const camera = robotCamera(pose, 'third-person');
    const project = projector({ ...camera, from: [3, 0, camera.to[2]] }, 300, 200);
    expect(project(camera.to)).toMatchObject({ x: 150, y: 100 });
    const above: Vec3 = [camera.to[0], camera.to[1], camera.to[2] + camera.heightM / 2];
    expect(project(above).y).toBeCloseTo(0, 6);
  });

  test('faces the viewer in third person and is seen from behind in egocentric views', () => {
    const front = drawRobot(pose, robotCamera(pose, 'third-person'), 240, 240);
    expect(meanColumn(front, SIDE_COLOURS.right)).toBeLessThan(meanColumn(front, SIDE_COLOURS.left));
    const behind = drawRobot(pose, robotCamera(pose, 'egocentric'), 240, 240);
    expect(meanColumn(behind, SIDE_COLOURS.left)).toBeLessThan(meanColumn(behind, SIDE_COLOURS.right));
  });

  test('each bone has the part of its limb; collar, hips and head are no arms', () => {
    const count = (part: string) => pose.bones.filter(bone => bone.part === part).length;
    expect([count('left_arm'), count('right_arm')]).toEqual([1, 1]);
    expect([count('left_hand'), count('right_hand')]).toEqual([3, 3]);
    expect(count('legs')).toBe(4);
    expect(count('head')).toBe(1);
    expect(pose.bones.filter(b => b.part === 'left_hand').every(b => b.from[1] > 0)).toBe(true);
  });

  test('a held arm loses its colour', () => {
    const camera = robotCamera(pose, 'third-person');
    const held = { ...pose, status: { left_arm: STATUS_HELD, left_hand: STATUS_HELD } };
    const blue = ({ data }: RgbFrame) => data.filter((v, i) => i % 3 === 2 && v - data[i - 2] > 80).length;
    expect(blue(drawRobot(pose, camera, 240, 240))).toBeGreaterThan(200);
    expect(blue(drawRobot(held, camera, 240, 240))).toBe(0);
  });

  test('a hand that the robot lacks has no picture', () => {
    const camera = robotCamera(pose, 'third-person');
    const oneHanded = { ...pose, bones: pose.bones.filter(bone => bone.part !== 'left_hand') };
    expect(drawRobotHand(oneHanded, 'left', camera, 100, 80)).toBeNull();
    expect(drawRobotHand(oneHanded, 'right', camera, 100, 80)).toMatchObject({ width: 100, height: 80 });
  });
});

describe('the whole preview', () => {
  const camera = robotCamera(pose, 'third-person');
  const input = (frame: RgbFrame, overlay: Overlay) =>
    ({ frame, overlay, pose, camera, view: 'third-person', robot: 'Stick', timeS: 1.5 }) as const;

  test('has one size for landscape, portrait and tiny videos, with and without hands', async () => {
    for (const [width, height] of [
      [640, 360],
      [90, 160],
      [8, 8],
    ]) {
      for (const state of [SEEN, ABSENT] as const) {
        const frame = blank(width, height);
        const { frame: drawn } = await composePreview(
          input(frame, overlayOf(handAt(width / 2, height, 1), state)),
        );
        expect([drawn.width, drawn.height]).toEqual([PREVIEW_WIDTH, PREVIEW_HEIGHT]);
        expect(drawn.data.length).toBe(PREVIEW_WIDTH * PREVIEW_HEIGHT * 3);
        expect(painted(frame)).toBe(0);
      }
    }
  });

  test('the same input gives the same picture, another time another caption', async () => {
    const given = input(blank(320, 180), overlayOf(handAt(160, 150, 2), SEEN));
    const [a, b] = [await composePreview(given), await composePreview(given)];
    expect(Buffer.compare(a.frame.data, b.frame.data)).toBe(0);
    const later = await composePreview({ ...given, timeS: 2 });
    expect(Buffer.compare(a.frame.data, later.frame.data)).not.toBe(0);
  });
});
