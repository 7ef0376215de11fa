/** What to draw of a robot: straight pieces between the origins of its links. */
import type { RobotModel, Vec3 } from '../core/robot.ts';
import { distance } from '../core/se3.ts';
import { FINGERS, SIDES } from '../core/skeletons.ts';
import type { BodyPart, RobotBone } from './robot.ts';

/** Shorter pieces are joints with a common centre, m. */
const LEAST_M = 0.004;
/** Half the thickness of a palm, m; fingers and limbs have the thickness of their part. */
const PALM_RADIUS_M = 0.013;
/** Half the thickness of a neck, m. */
const NECK_RADIUS_M = 0.035;
/** Half the depth of a chest, m. */
const CHEST_RADIUS_M = 0.08;

/**
 * The bones of one pose.
 * @param place where a point of a link (m, in that link's frame) is in the robot's base frame, m.
 */
export function robotBones(model: RobotModel, place: (link: string, xyz: Vec3) => Vec3): RobotBone[] {
  const part = partsOf(model);
  const bones: RobotBone[] = [];
  const add = (bone: RobotBone) => {
    if (distance(bone.from, bone.to) >= LEAST_M) bones.push(bone);
  };
  for (const { parent, child } of model.joints) {
    const [from, to] = [place(parent, [0, 0, 0]), place(child, [0, 0, 0])];
    const [above, below] = [part.get(parent)!, part.get(child)!];
    // Collar and hips belong to the trunk: a coloured arm starts at its shoulder.
    const own = above === 'torso' && below.endsWith('arm') ? 'torso' : below;
    const isPalm = SIDES.some(side => model.hands[side]?.palm === parent);
    add(isPalm ? { from, to, part: own, radiusM: PALM_RADIUS_M } : { from, to, part: own });
  }
  for (const side of SIDES) {
    for (const finger of FINGERS) {
      const tip = model.hands[side]?.tips[finger];
      if (tip) add({ from: place(tip.link, [0, 0, 0]), to: place(tip.link, tip.xyz), part: `${side}_hand` });
    }
  }
  if (model.arms) addTrunk(model, model.arms, place, add);
  if (model.camera) {
    const { link, xyz } = model.camera;
    // A skull around the camera: from a little below it to a little above.
    const at = (up: number): Vec3 => place(link, [xyz[0] - 0.05, xyz[1], xyz[2] + up]);
    add({ from: at(-0.03), to: at(0.05), part: 'head' });
    if (model.arms)
      add({ from: collar(model.arms, place), to: at(-0.03), part: 'torso', radiusM: NECK_RADIUS_M });
  }
  return bones;
}

/** Shoulder girdle and chest: without them the trunk is a V of two collar bones. */
function addTrunk(
  model: RobotModel,
  arms: NonNullable<RobotModel['arms']>,
  place: (link: string, xyz: Vec3) => Vec3,
  add: (bone: RobotBone) => void,
): void {
  const [left, right] = SIDES.map(side => place(arms[side].shoulder.link, arms[side].shoulder.xyz));
  const between = (t: number): Vec3 =>
    [0, 1, 2].map(i => left[i] + (right[i] - left[i]) * t) as unknown as Vec3;
  const hips = place(model.root, [0, 0, 0]);
  add({ from: between(0.18), to: between(0.82), part: 'torso' });
  for (const t of [0.3, 0.7]) add({ from: between(t), to: hips, part: 'torso', radiusM: CHEST_RADIUS_M });
}

/** Midway between the shoulders. */
function collar(arms: NonNullable<RobotModel['arms']>, place: (link: string, xyz: Vec3) => Vec3): Vec3 {
  const [left, right] = SIDES.map(side => place(arms[side].shoulder.link, arms[side].shoulder.xyz));
  return [0, 1, 2].map(i => (left[i] + right[i]) / 2) as unknown as Vec3;
}

/** The part that each link belongs to: a link is of its parent's part unless a joint list says otherwise. */
function partsOf(model: RobotModel): Map<string, BodyPart> {
  const part = new Map<string, BodyPart>([[model.root, 'torso']]);
  for (const side of SIDES) {
    if (model.hands[side]?.palm === model.root) part.set(model.root, `${side}_hand`);
  }
  const neck = wayToCamera(model);
  for (const { name, parent, child } of model.joints) {
    let own = part.get(parent) ?? 'torso';
    if (own === 'torso' && model.held.includes(name)) own = neck.has(child) ? 'head' : 'legs';
    for (const side of SIDES) {
      if (model.arms?.[side].joints.includes(name)) own = `${side}_arm`;
      if (model.hands[side]?.palm === child || model.hands[side]?.joints.includes(name)) own = `${side}_hand`;
    }
    part.set(child, own);
  }
  return part;
}

/** The links between the root and the head camera: joints that are held there are a neck's, not legs'. */
function wayToCamera({ joints, camera }: RobotModel): Set<string> {
  const way = new Set(camera ? [camera.link] : []);
  for (const { parent, child } of joints.toReversed()) if (way.has(child)) way.add(parent);
  return way;
}
