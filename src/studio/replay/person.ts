/** The person beside the robot: arms and hands as thin limbs, in true size, where the robot would have them. */
import {
  Color,
  CylinderGeometry,
  InstancedMesh,
  Matrix4,
  MeshBasicMaterial,
  Quaternion,
  Vector3,
} from 'three';
import { createState, createTree, forward, pointPosition, treePoint } from '../../../retarget/index.ts';
import type { RobotModel } from '../../core/robot.ts';
import {
  type Pose,
  quatFromMatrix,
  quatFromRpy,
  quatMultiply,
  quatNormalize,
  quatRotate,
  transformPoint,
  type Vector3 as V3,
} from '../../core/se3.ts';
import { HAND_BONES, SIDES, type Side } from '../../core/skeletons.ts';
import { ABSENT, type HumanMotion } from '../../core/types.ts';
import { SIDE_COLOURS } from './figure.ts';

const ARM_M = 0.016;
const FINGER_M = 0.005;
const LIMBS = 2 * (2 + HAND_BONES.length);

export type ArmedRobot = RobotModel & { arms: NonNullable<RobotModel['arms']> };
export const isArmed = (robot: RobotModel): robot is ArmedRobot => Boolean(robot.arms);

export interface Ghost {
  mesh: InstancedMesh;
  pose(frame: number): void;
  dispose(): void;
}

/** @param robot in whose base frame the person is shown, standing at rest. */
export function createGhost(motion: HumanMotion, robot: ArmedRobot): Ghost {
  const baseFromReference = placePerson(motion, robot);
  const geometry = new CylinderGeometry(1, 1, 1, 6, 1);
  const material = new MeshBasicMaterial({ transparent: true, opacity: 0.55, depthWrite: false });
  const mesh = new InstancedMesh(geometry, material, LIMBS);
  mesh.frustumCulled = false;
  SIDES.forEach((side, s) => {
    const own = new Color(SIDE_COLOURS[side]).lerp(new Color('#7a7f88'), 0.35);
    for (let i = 0; i < LIMBS / 2; i++) mesh.setColorAt((s * LIMBS) / 2 + i, own);
  });
  const limb = limbSetter(mesh);
  return {
    mesh,
    pose(frame) {
      let next = 0;
      for (const side of SIDES) {
        const arm = armOf(motion, side, frame);
        for (let i = 0; i < 2; i++)
          limb(next++, arm && transformAll(baseFromReference, arm.slice(i, i + 2)), ARM_M);
        const hand = handOf(motion, side, frame);
        const placed = hand && transformAll(baseFromReference, hand);
        for (const [a, b] of HAND_BONES) limb(next++, placed && [placed[a], placed[b]], FINGER_M);
      }
      mesh.instanceMatrix.needsUpdate = true;
    },
    dispose() {
      geometry.dispose();
      material.dispose();
      mesh.dispose();
    },
  };
}

const transformAll = (pose: Pose, points: readonly V3[]): V3[] => points.map(p => transformPoint(pose, p));

/** Shoulder, elbow, wrist in the motion's reference frame, m; null where the arm is absent. */
function armOf(motion: HumanMotion, side: Side, t: number): V3[] | null {
  const { upperArm, forearm, state } = motion.arms[side];
  if (motion.reference !== 'torso' || state[t] === ABSENT) return null;
  const { shoulderWidthM, upperArmM, forearmM } = motion.bones;
  const shoulder: V3 = [0, ((side === 'left' ? 1 : -1) * shoulderWidthM) / 2, 0];
  const along = (from: V3, direction: Float32Array, length: number): V3 => [
    from[0] + direction[3 * t] * length,
    from[1] + direction[3 * t + 1] * length,
    from[2] + direction[3 * t + 2] * length,
  ];
  const elbow = along(shoulder, upperArm, upperArmM);
  return [shoulder, elbow, along(elbow, forearm, forearmM)];
}

/**
 * The 21 landmarks in the motion's reference frame, m; null where the hand is absent. With an arm the hand hangs
 * on its wrist: a gap between them would only show how far two networks disagree.
 */
function handOf(motion: HumanMotion, side: Side, t: number): V3[] | null {
  const { wrist, orientation, landmarks, state } = motion.hands[side];
  if (state[t] === ABSENT) return null;
  const turn = quatNormalize(orientation.subarray(4 * t, 4 * t + 4));
  const at = armOf(motion, side, t)?.[2] ?? [wrist[3 * t], wrist[3 * t + 1], wrist[3 * t + 2]];
  return Array.from({ length: 21 }, (_, k) => {
    const [x, y, z] = quatRotate(turn, landmarks.subarray(63 * t + 3 * k, 63 * t + 3 * k + 3));
    return [at[0] + x, at[1] + y, at[2] + z];
  });
}

/** baseFromReference: the person's shoulders between the robot's, its eyes at the robot's camera. */
function placePerson(motion: HumanMotion, robot: ArmedRobot): Pose {
  const tree = createTree(robot);
  const state = createState(tree);
  forward(
    tree,
    tree.dofNames.map(name => robot.rest[name] ?? 0),
    0,
    state,
  );
  const place = (link: string, xyz: readonly [number, number, number]): V3 => {
    const out = new Float64Array(3);
    pointPosition(state, treePoint(tree, { link, xyz }), out, 0);
    return [out[0], out[1], out[2]];
  };
  if (motion.reference === 'camera' && robot.camera) {
    const link = tree.linkIndex.get(robot.camera.link)!;
    const fromLink = quatFromMatrix(state.rotation.subarray(9 * link, 9 * link + 9));
    return {
      rotation: quatMultiply(fromLink, quatFromRpy(robot.camera.rpy)),
      translation: place(robot.camera.link, robot.camera.xyz),
    };
  }
  const [l, r] = SIDES.map(side => place(robot.arms[side].shoulder.link, robot.arms[side].shoulder.xyz));
  return {
    rotation: [1, 0, 0, 0],
    translation: [(l[0] + r[0]) / 2, (l[1] + r[1]) / 2, (l[2] + r[2]) / 2],
  };
}

/** Writes one cylinder between two points; null hides it. */
function limbSetter(mesh: InstancedMesh): (i: number, ends: readonly V3[] | null, radius: number) => void {
  const [matrix, turn, up, along, middle] = [
    new Matrix4(),
    new Quaternion(),
    new Vector3(0, 1, 0),
    new Vector3(),
    new Vector3(),
  ];
  const hidden = new Matrix4().makeScale(0, 0, 0);
  return (i, ends, radius) => {
    if (!ends) return mesh.setMatrixAt(i, hidden);
    const [a, b] = ends;
    along.set(b[0] - a[0], b[1] - a[1], b[2] - a[2]);
    const length = along.length();
    turn.setFromUnitVectors(up, along.normalize());
    middle.set((a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2);
    mesh.setMatrixAt(i, matrix.compose(middle, turn, new Vector3(radius, length, radius)));
  };
}
