/** How a robot's table is written: one row per joint, in URDF order, for both sides at once. */
import type { JointSpec, RobotHand, Vec3 } from '../../src/core/robot.ts';
import { cross, matrixFromColumns, quatFromMatrix } from '../../src/core/se3.ts';
import type { Side } from '../../src/core/skeletons.ts';

export type AxisName = 'x' | 'y' | 'z' | '-x' | '-y' | '-z';

const AXES: Record<AxisName, Vec3> = {
  x: [1, 0, 0],
  y: [0, 1, 0],
  z: [0, 0, 1],
  '-x': [-1, 0, 0],
  '-y': [0, -1, 0],
  '-z': [0, 0, -1],
};

/** A rigid joint; xyz in m, rpy in rad. */
export const fixed = (name: string, parent: string, child: string, xyz: Vec3, rpy: Vec3): JointSpec => ({
  name,
  type: 'fixed',
  parent,
  child,
  xyz,
  rpy,
  axis: AXES.x,
  lower: 0,
  upper: 0,
  velocity: 0,
});

/**
 * A revolute joint: limits in rad, velocity in rad/s; `mimic` names the joint it follows, the multiplier and
 * the offset in rad (0 where not given).
 */
export const turn = (
  name: string,
  parent: string,
  child: string,
  xyz: Vec3,
  rpy: Vec3,
  axis: AxisName,
  lower: number,
  upper: number,
  velocity: number,
  mimic?: readonly [joint: string, multiplier: number, offset?: number],
): JointSpec => ({
  name,
  type: 'revolute',
  parent,
  child,
  xyz,
  rpy,
  axis: AXES[axis],
  lower,
  upper,
  velocity,
  ...(mimic ? { mimic: { joint: mimic[0], multiplier: mimic[1], offset: mimic[2] ?? 0 } } : {}),
});

/** How one row speaks of a left and of a right part. */
export interface Sided {
  side: Side;
  /** 'L' or 'R', for names that begin with it. */
  letter: 'L' | 'R';
  /** 1 on the left, −1 on the right: the factor of what is mirrored. */
  m: 1 | -1;
  /** What is not a mirror image: the left's figure, the right's figure. */
  pick<T>(left: T, right: T): T;
  /** The left's limits; those of the right are mirrored. */
  range(lower: number, upper: number): [number, number];
}

export function sided(side: Side): Sided {
  const isLeft = side === 'left';
  return {
    side,
    letter: isLeft ? 'L' : 'R',
    m: isLeft ? 1 : -1,
    pick: (left, right) => (isLeft ? left : right),
    // 0 − x, unlike −x, is never a negative zero.
    range: (lower, upper) => (isLeft ? [lower, upper] : [0 - upper, 0 - lower]),
  };
}

/**
 * palmFromHand of a palm link whose axis `fingers` points along the fingers and whose axis `back` points out
 * of the back of the hand.
 */
export function palmFromHand(fingers: AxisName, back: AxisName): RobotHand['palmFromHand'] {
  const [x, z] = [AXES[fingers], AXES[back]];
  return quatFromMatrix(matrixFromColumns(x, cross(z, x), z));
}

/** The origin of a link. */
export const at = (link: string, xyz: Vec3 = [0, 0, 0]) => ({ link, xyz });
