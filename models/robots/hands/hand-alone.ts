/** A hand without an arm as a robot: what the six hands of dex-urdf have in common. */
import {
  independentJoints,
  type JointSpec,
  type RobotHand,
  type RobotModel,
} from '../../../src/core/robot.ts';
import type { Side } from '../../../src/core/skeletons.ts';

/** What differs from hand to hand. */
export interface HandTable {
  /** Registry name without the side. */
  name: string;
  /** 'Allegro Hand V4' */
  label: string;
  license: string;
  /** File in dex-urdf, without side and ending. */
  file: string;
  root: string;
  joints: readonly JointSpec[];
  hand: Omit<RobotHand, 'joints'>;
  /** rad, by name; 0 where not named. */
  rest: Readonly<Record<string, number>>;
  /** Joints of a wrist below the palm, which somebody else moves. */
  held?: readonly string[];
}

export function handAlone(side: Side, table: HandTable): RobotModel {
  const { name, label, license, file, root, joints, rest, held = [] } = table;
  const free = independentJoints(joints).map(({ name }) => name);
  return {
    name: `${name}-${side}`,
    label: `${label}, ${side}`,
    license,
    source: `dexsuite/dex-urdf ${file}_${side}.urdf`,
    root,
    joints,
    rest,
    held,
    waist: [],
    torso: root,
    arms: null,
    hands: { [side]: { ...table.hand, joints: free.filter(joint => !held.includes(joint)) } },
    camera: null,
    capsules: [],
  };
}
