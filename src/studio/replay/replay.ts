/** What the replay view shows: one episode, of ours or of somebody else's dataset, as plain data. */
import type { FilmLandmarks } from '../../core/artifacts.ts';
import type { EpisodeRecord } from '../../core/episode.ts';
import type { RobotModel } from '../../core/robot.ts';
import type { HumanMotion, Part } from '../../core/types.ts';

/** Joint values over time. A trajectory of ours has all of it, a stranger's only the first three. */
export interface JointMotion {
  jointNames: readonly string[];
  /** (T, J) rad, or whatever the dataset's unit is. */
  q: Float32Array;
  /** What the numbers are, for people: 'rad', or the feature's name. */
  unit: string;
  /** (T, 4) STATUS_… per PARTS; null where the dataset does not say. */
  status: Uint8Array | null;
  /** (T, 4) m, NaN where held; null likewise. */
  positionResidual: Float32Array | null;
}

export interface Film {
  /** An address that a video element can play. */
  address: string;
  /** Frame i of the episode is shown at startS + i / fps of the video. */
  startS: number;
}

export interface Replay {
  /** For people: the task. */
  title: string;
  fps: number;
  /** T. */
  frames: number;
  joints: JointMotion;
  /** The kinematic table; null when nobody knows this robot. */
  robot: RobotModel | null;
  /** Name of the robot, as the data says it. */
  robotName: string;
  film: Film | null;
  /** Why there is no film, or no robot, or anything else that is missing, in words. */
  missing: readonly string[];
  landmarks: FilmLandmarks | null;
  motion: HumanMotion | null;
  /** Of an episode of our catalogue. */
  record: EpisodeRecord | null;
}

/** The part that a joint belongs to; null for the waist and the legs. */
export function partOf(robot: RobotModel | null, joint: string): Part | null {
  for (const side of ['left', 'right'] as const) {
    if (robot?.arms?.[side].joints.includes(joint)) return `${side}_arm`;
    if (robot?.hands[side]?.joints.includes(joint)) return `${side}_hand`;
  }
  return null;
}
