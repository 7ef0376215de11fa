/** Names and poses of paired parts. */
import type { LinkPoint } from '../../src/core/robot.ts';
import { FINGERS, type Finger, SIDES, type Side } from '../../src/core/skeletons.ts';

/** 'left_elbow_joint' … of both sides' parts, left first. */
export const bothSides = (parts: readonly string[]): string[] =>
  SIDES.flatMap(side => jointNames(side, parts));

export const jointNames = (prefix: string, parts: readonly string[]): string[] =>
  parts.map(part => `${prefix}_${part}_joint`);

/** A pose of both sides, from that of one. */
export const bothPoses = (pose: (side: Side) => Record<string, number>): Record<string, number> =>
  Object.assign({}, ...SIDES.map(pose));

/** One point for each of five fingers. */
export const perFinger = (point: (finger: Finger) => LinkPoint): Record<Finger, LinkPoint> =>
  Object.fromEntries(FINGERS.map(finger => [finger, point(finger)])) as Record<Finger, LinkPoint>;
