/** A dataset of known content, without pictures, and the plain data that columns are made from. */

import { HAND_LANDMARKS, type Side } from '../../src/core/skeletons.ts';
import {
  ABSENT,
  type HumanMotion,
  PARTS,
  type RobotTrajectory,
  SEEN,
  STATUS_HELD,
  STATUS_OK,
} from '../../src/core/types.ts';
import { columnFeatures, episodeColumns } from '../../src/dataset/columns.ts';
import { createLeRobotWriter } from '../../src/dataset/lerobot/writer.ts';

export const JOINTS = ['a_joint', 'b_joint', 'c_joint'];
const ramp = (length: number, at = 0): Float32Array => Float32Array.from({ length }, (_, i) => at + i);

/** A motion of T frames in which every number differs; the left arm and hand are absent from `absentFrom` on. */
export function motionOf(frames: number, absentFrom = frames): HumanMotion {
  const stateOf = (side: Side) =>
    Uint8Array.from({ length: frames }, (_, t) => (side === 'left' && t >= absentFrom ? ABSENT : SEEN));
  const arm = (side: Side) => ({
    upperArm: ramp(frames * 3, 1000),
    forearm: ramp(frames * 3, 2000),
    state: stateOf(side),
    confidence: ramp(frames).map(value => value / 100),
  });
  const hand = (side: Side) => ({
    wrist: ramp(frames * 3, side === 'left' ? 3000 : 4000),
    orientation: ramp(frames * 4, 5000),
    landmarks: ramp(frames * HAND_LANDMARKS * 3, 10_000),
    state: stateOf(side),
    confidence: ramp(frames).map(value => value / 50),
    wristSigma: ramp(frames, side === 'left' ? 6000 : 7000),
    tipsSigma: ramp(frames, side === 'left' ? 8000 : 9000),
    palmLengthM: 0.09,
  });
  return {
    view: 'third-person',
    fps: 30,
    frames,
    reference: 'torso',
    arms: { left: arm('left'), right: arm('right') },
    hands: { left: hand('left'), right: hand('right') },
    bones: { shoulderWidthM: 0.36, upperArmM: 0.28, forearmM: 0.25 },
    scale: 'assumed',
  };
}

/** A trajectory of T frames; the left arm and hand are held from `heldFrom` on. */
export function trajectoryOf(frames: number, heldFrom = frames): RobotTrajectory {
  const held = (t: number, part: number) => t >= heldFrom && PARTS[part].startsWith('left');
  const perPart = <T>(value: (t: number, part: number) => T): T[] =>
    Array.from({ length: frames * PARTS.length }, (_, i) =>
      value(Math.floor(i / PARTS.length), i % PARTS.length),
    );
  return {
    robot: 'test',
    fps: 30,
    jointNames: JOINTS,
    q: ramp(frames * JOINTS.length).map(value => value / 10),
    status: Uint8Array.from(perPart((t, part) => (held(t, part) ? STATUS_HELD : STATUS_OK))),
    positionResidual: Float32Array.from(
      perPart((t, part) => (held(t, part) ? Number.NaN : 0.01 * (part + 1))),
    ),
    orientationResidual: Float32Array.from({ length: frames * 2 }, (_, i) =>
      held(i >> 1, i % 2) ? Number.NaN : 0.1,
    ),
    speedUse: new Float32Array(JOINTS.length),
  };
}

/** Write episodes of these lengths, the left side held in the second half of each; every second has task B. */
export async function writeEpisodes(dir: string, lengths: readonly number[]): Promise<void> {
  const writer = createLeRobotWriter(dir, {
    fps: 30,
    robotType: 'test',
    features: columnFeatures(JOINTS),
    video: null,
  });
  for (const [e, frames] of lengths.entries()) {
    const half = Math.ceil(frames / 2);
    const columns = episodeColumns(trajectoryOf(frames, half), motionOf(frames, half), {
      start: 0,
      end: frames,
      task: '',
      reason: '',
    });
    await writer.addEpisode({
      columns,
      task: e % 2 ? 'task B' : 'task A',
      video: null,
      extra: { 'quality/score': e, view: 'third-person' },
    });
  }
  await writer.finish();
}
