/** The robot as a scene: one group per link, placed by forward kinematics of a row of joint values. */
import {
  CapsuleGeometry,
  Color,
  Group,
  Matrix4,
  Mesh,
  MeshLambertMaterial,
  Quaternion,
  Vector3,
} from 'three';
import { mergeGeometries } from 'three/addons/utils/BufferGeometryUtils.js';
import { createState, createTree, forward, type KinematicTree } from '../../../retarget/index.ts';
import type { RobotModel } from '../../core/robot.ts';
import { PARTS, STATUS_FILLED, STATUS_HELD, STATUS_UNREACHABLE } from '../../core/types.ts';
import { type BodyPart, columnsOf, type Piece, piecesOf } from './pieces.ts';
import type { JointMotion } from './replay.ts';

/** Blue and orange stay apart for colour-blind people (Okabe & Ito 2008). */
export const SIDE_COLOURS = { left: '#2a84eb', right: '#f08a18' } as const;
const SHELL = '#ced3db';
const LIMB = '#9aa2b0';
export const STATUS_COLOURS = ['#2aa876', '#8fc7f5', '#a4abb6', '#de2d3c'] as const;

export interface Figure {
  /** Base frame of the robot: x forward, y left, z up, m. */
  group: Group;
  tree: KinematicTree;
  /** Places every link for row `frame`; joints that the motion lacks stay at rest. */
  pose(frame: number): void;
  /** The row that was drawn last, per independent joint of the table. */
  readonly q: Float64Array;
  /** Where a link is drawn, in the robot's base frame, m. */
  placeOf(link: string): [number, number, number];
  linkGroup(link: string): Group;
  /** Whoever looks through the robot's eyes sees no head. */
  hideHead(): void;
  /** Other shapes stand in for the capsules. */
  hideShapes(hidden: boolean): void;
  dispose(): void;
}

/** @param coarse fewer triangles, for software renderers. */
export function createFigure(robot: RobotModel, joints: JointMotion, coarse: boolean): Figure {
  const tree = createTree(robot);
  const state = createState(tree);
  const columns = columnsOf(robot, joints.jointNames);
  const q = new Float64Array(tree.dofNames.length);
  const rest = tree.dofNames.map(name => robot.rest[name] ?? 0);
  const J = joints.jointNames.length;
  const group = new Group();
  const links = tree.links.map(() => {
    const link = new Group();
    link.matrixAutoUpdate = false;
    group.add(link);
    return link;
  });
  const materials = new Map<BodyPart, MeshLambertMaterial>();
  const meshes = shapesOf(piecesOf(robot), materials, coarse);
  for (const [link, mesh] of meshes) links[tree.linkIndex.get(link)!].add(mesh);

  const { rotation: R, position: P } = state;
  return {
    group,
    tree,
    q,
    pose(frame) {
      for (let j = 0; j < q.length; j++) q[j] = columns[j] < 0 ? rest[j] : joints.q[frame * J + columns[j]];
      forward(tree, q, 0, state);
      for (let i = 0; i < links.length; i++) {
        const [r, p] = [9 * i, 3 * i];
        links[i].matrix.set(
          ...([R[r], R[r + 1], R[r + 2], P[p]] as const),
          ...([R[r + 3], R[r + 4], R[r + 5], P[p + 1]] as const),
          ...([R[r + 6], R[r + 7], R[r + 8], P[p + 2]] as const),
          ...([0, 0, 0, 1] as const),
        );
        links[i].matrixWorldNeedsUpdate = true;
      }
      PARTS.forEach((part, p) => {
        const status = joints.status?.[frame * PARTS.length + p] ?? 0;
        materials.get(part)?.color.set(colourOf(part, status));
      });
    },
    placeOf(link) {
      const e = links[tree.linkIndex.get(link)!].matrix.elements;
      return [e[12], e[13], e[14]];
    },
    linkGroup: link => links[tree.linkIndex.get(link)!],
    hideHead() {
      for (const [, mesh] of meshes) if (mesh.material === materials.get('head')) mesh.visible = false;
    },
    hideShapes(hidden) {
      for (const [, mesh] of meshes) mesh.visible = !hidden;
    },
    dispose() {
      for (const [, mesh] of meshes) mesh.geometry.dispose();
      for (const material of materials.values()) material.dispose();
    },
  };
}

/** Per link and part one mesh: its capsules merged. */
function shapesOf(
  pieces: readonly Piece[],
  materials: Map<BodyPart, MeshLambertMaterial>,
  coarse: boolean,
): [link: string, mesh: Mesh][] {
  const groups = new Map<string, Piece[]>();
  for (const piece of pieces) {
    const key = `${piece.link}\n${piece.part}`;
    groups.set(key, [...(groups.get(key) ?? []), piece]);
  }
  return [...groups.values()].map(group => {
    const { link, part } = group[0];
    if (!materials.has(part)) materials.set(part, new MeshLambertMaterial({ color: colourOf(part, 0) }));
    const mesh = new Mesh(mergeGeometries(group.map(piece => capsuleOf(piece, coarse))), materials.get(part));
    return [link, mesh];
  });
}

function capsuleOf({ from, to, radius }: Piece, coarse: boolean): CapsuleGeometry {
  const [a, b] = [new Vector3(...from), new Vector3(...to)];
  const along = b.clone().sub(a);
  const thick = radius > 0.02;
  const [cap, round] = coarse ? (thick ? [3, 10] : [1, 6]) : thick ? [6, 18] : [3, 10];
  const geometry = new CapsuleGeometry(radius, along.length(), cap, round, 1);
  const turn = new Quaternion().setFromUnitVectors(new Vector3(0, 1, 0), along.clone().normalize());
  const middle = a.add(b).multiplyScalar(0.5);
  return geometry.applyMatrix4(new Matrix4().compose(middle, turn, new Vector3(1, 1, 1)));
}

/** A limb's colour tells its status: paler when bridged, grey when held, red when out of reach. */
function colourOf(part: BodyPart, status: number): Color {
  if (part === 'torso' || part === 'head') return new Color(SHELL);
  if (part === 'legs') return new Color(LIMB);
  const own = new Color(SIDE_COLOURS[part.startsWith('left') ? 'left' : 'right']);
  if (status === STATUS_FILLED) return own.lerp(new Color('#ffffff'), 0.45);
  if (status === STATUS_HELD) return new Color(STATUS_COLOURS[STATUS_HELD]);
  if (status === STATUS_UNREACHABLE) return own.lerp(new Color(STATUS_COLOURS[STATUS_UNREACHABLE]), 0.8);
  return own;
}
