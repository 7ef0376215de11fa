/** How a robot's table is written: one row per joint, in URDF order. */
import type { JointSpec, Vec3 } from '../../src/core/robot.ts';

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

/** A revolute joint: limits in rad, velocity in rad/s; `mimic` names the joint it follows and the multiplier. */
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
  mimic?: readonly [joint: string, multiplier: number],
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
  ...(mimic ? { mimic: { joint: mimic[0], multiplier: mimic[1], offset: 0 } } : {}),
});
