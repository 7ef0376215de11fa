/** The robot as lit limbs, from the places of its links. */
import type { Vec3 } from '../core/robot.ts';
import type { Side } from '../core/skeletons.ts';
import { type Part, type RgbFrame, STATUS_OK, type View } from '../core/types.ts';
import { orbit, type PreviewCamera, type Projected, projector } from './camera.ts';
import {
  FLOOR_LINE,
  JOINT,
  PAPER_BOTTOM,
  PAPER_TOP,
  SHADOW,
  SHELL,
  SIDE_COLOURS,
  statusColour,
} from './palette.ts';
import { type CapsuleEnd, type Colour, mix, Raster } from './raster.ts';

export type BodyPart = 'torso' | 'head' | 'legs' | Part;

/** A straight piece of the robot, m, in the robot's base frame (x forward, y left, z up). */
export interface RobotBone {
  from: Vec3;
  to: Vec3;
  part: BodyPart;
  /** Half its thickness, m; default that of its part. */
  radiusM?: number;
}

/** The robot in one frame. */
export interface RobotPose {
  bones: readonly RobotBone[];
  /** STATUS_… per part; a part that is missing is ok. */
  status: Partial<Record<Part, number>>;
}

/** Radius of a bone's drawing, m: about that of a 1.3 m humanoid's shells and of a human-sized finger. */
const RADIUS: Readonly<Record<BodyPart, number>> = {
  torso: 0.062,
  head: 0.07,
  legs: 0.048,
  left_arm: 0.036,
  right_arm: 0.036,
  left_hand: 0.0085,
  right_hand: 0.0085,
};

/**
 * A fixed camera for a whole clip, from the robot's rest pose or its first pose. Third person: in front of the
 * robot, a little to its left and above, so that its right hand is on the left of the picture as in the video
 * of a person who faces the camera. Egocentric: from about where its eyes are, looking down at its hands.
 */
export function robotCamera(pose: RobotPose, view: View): PreviewCamera {
  const { low, high } = bounds(pose.bones);
  const height = high[2] - low[2];
  if (view === 'egocentric') {
    const chest = bounds(pose.bones.filter(b => b.part === 'torso' || b.part.endsWith('arm'))).high[2];
    return { from: [-0.08, 0, chest + 0.42], to: [0.34, 0, chest - 0.22], heightM: 0.95 };
  }
  if (pose.bones.every(bone => bone.part.endsWith('hand'))) {
    // A hand alone fills the picture, with room for its fingers to open.
    const middle = [0, 1, 2].map(i => (low[i] + high[i]) / 2) as unknown as Vec3;
    const size = Math.max(...[0, 1, 2].map(i => high[i] - low[i]));
    return { from: orbit(middle, 8 * size, 17, 11), to: middle, heightM: 1.5 * size };
  }
  // From the shanks to above the head: with the feet, the arms would be smaller for nothing.
  const to: Vec3 = [0.05, 0, low[2] + height * 0.6];
  // Room for spread arms: at least a metre.
  return { from: orbit(to, 3.4, 17, 11), to, heightM: Math.max(1, height * 0.98) };
}

/** The robot over a light floor. @param width,height px of the picture. */
export function drawRobot(pose: RobotPose, camera: PreviewCamera, width: number, height: number): RgbFrame {
  const raster = new Raster(width, height);
  raster.gradient(PAPER_TOP, PAPER_BOTTOM);
  const project = projector(camera, width, height);
  const legs = pose.bones.filter(bone => bone.part === 'legs');
  if (legs.length > 0) paintFloor(raster, project, pose.bones, bounds(legs).low[2] - RADIUS.legs);
  // Through its own eyes, head and trunk would hide the hands.
  const own = camera.from[0] < 0;
  for (const bone of pose.bones) {
    if (!(own && (bone.part === 'head' || bone.part === 'torso'))) paintBone(raster, project, bone, pose, 1);
  }
  return raster;
}

/** What the picture of a hand covers from top to bottom, m. */
const HAND_VIEW_M = 0.28;

/** One hand, large, seen from the direction of `camera`; null when the robot has no such hand. */
export function drawRobotHand(
  pose: RobotPose,
  side: Side,
  camera: PreviewCamera,
  width: number,
  height: number,
): RgbFrame | null {
  const hand = pose.bones.filter(bone => bone.part === `${side}_hand`);
  if (hand.length === 0) return null;
  const { low, high } = bounds(hand);
  const to: Vec3 = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, (low[2] + high[2]) / 2];
  const raster = new Raster(width, height);
  raster.gradient(PAPER_TOP, PAPER_BOTTOM);
  const from: Vec3 = [0, 1, 2].map(i => to[i] + (camera.from[i] - camera.to[i])) as unknown as Vec3;
  const project = projector({ from, to, heightM: HAND_VIEW_M }, width, height);
  for (const bone of pose.bones) {
    if (bone.part === `${side}_hand` || bone.part === `${side}_arm`)
      paintBone(raster, project, bone, pose, 0.85);
  }
  return raster;
}

function paintBone(
  on: Raster,
  project: (p: Vec3) => Projected,
  bone: RobotBone,
  pose: RobotPose,
  girth: number,
): void {
  const radius = (bone.radiusM ?? RADIUS[bone.part]) * girth;
  const colour = colourOf(bone.part, pose);
  const [from, to] = [end(project(bone.from), radius), end(project(bone.to), radius)];
  on.solid(from, to, colour);
  // A darker joint at the start of each limb keeps elbows and knuckles readable.
  if (bone.part !== 'torso' && bone.part !== 'head') {
    const joint = { ...from, radius: from.radius * 1.1, depth: from.depth - 0.003 };
    on.solid(joint, joint, mix(colour, JOINT, 0.35));
  }
}

function colourOf(part: BodyPart, pose: RobotPose): Colour {
  if (part === 'torso' || part === 'head') return SHELL;
  if (part === 'legs') return mix(SHELL, JOINT, 0.35);
  return statusColour(
    SIDE_COLOURS[part.startsWith('left') ? 'left' : 'right'],
    pose.status[part] ?? STATUS_OK,
  );
}

const end = ({ x, y, depth, scale }: Projected, radiusM: number): CapsuleEnd => ({
  x,
  y,
  depth,
  thickness: radiusM,
  radius: Math.max(0.8, radiusM * scale),
});

/** Lines every quarter of a metre, and the robot's shadow straight below it. */
function paintFloor(
  on: Raster,
  project: (p: Vec3) => Projected,
  bones: readonly RobotBone[],
  z: number,
): void {
  for (let i = -4; i <= 4; i++) {
    for (const [a, b] of [
      [
        [i / 4, -1, z],
        [i / 4, 1, z],
      ],
      [
        [-1, i / 4, z],
        [1, i / 4, z],
      ],
    ] as const) {
      const [from, to] = [project(a), project(b)];
      on.stroke(from.x, from.y, to.x, to.y, 0.7, FLOOR_LINE, 0.8);
    }
  }
  for (const bone of bones) {
    const [from, to] = [project([bone.from[0], bone.from[1], z]), project([bone.to[0], bone.to[1], z])];
    const radius = RADIUS[bone.part] * from.scale;
    on.stroke(from.x, from.y, to.x, to.y, radius * 0.7, SHADOW, 0.16);
  }
}

function bounds(bones: readonly RobotBone[]): { low: Vec3; high: Vec3 } {
  const points = bones.flatMap(bone => [bone.from, bone.to]);
  const along = (pick: (...values: number[]) => number): Vec3 =>
    [0, 1, 2].map(i => pick(...points.map(point => point[i]))) as unknown as Vec3;
  return { low: along(Math.min), high: along(Math.max) };
}
