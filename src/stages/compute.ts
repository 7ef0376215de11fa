/**
 * The stages that only compute, as media jobs: minutes of motion keep a processor busy for seconds, and whoever waits
 * for them has other things to answer, and may want to stop them.
 */
import { retarget } from '../../retarget/index.ts';
import type { RobotModel } from '../core/robot.ts';
import type { Camera, Clip } from '../core/types.ts';
import { reconstructPerson } from '../motion/reconstruct.ts';
import { sliceMotion } from '../motion/slice.ts';
import { readArtifact, writeArtifact } from '../store/artifact.ts';

export interface ReconstructArgs {
  /** Of the media. */
  path: string;
  clip: Clip;
  camera: Camera;
  /** Folder of the artifact 'tracks'. */
  tracksDir: string;
  /** Folder to leave 'motion' and 'shown' in. */
  dir: string;
}

export async function reconstructIn({ clip, camera, tracksDir, dir }: ReconstructArgs): Promise<void> {
  const { firstFrame: _, frames: __, ...tracks } = await readArtifact(tracksDir, 'tracks');
  const perception = { ...tracks, camera };
  const { motion, hands, body } = reconstructPerson(perception, clip);
  await writeArtifact(dir, 'motion', motion);
  await writeArtifact(dir, 'shown', { ...hands, body });
}

export interface RetargetArgs {
  /** Of the media. */
  path: string;
  robot: RobotModel;
  /** Frames [start, end) of the motion. */
  start: number;
  end: number;
  /** Folder of the artifact 'motion'. */
  motionDir: string;
  /** Folder to leave 'trajectory' in. */
  dir: string;
}

export async function retargetIn({ robot, start, end, motionDir, dir }: RetargetArgs): Promise<void> {
  const motion = await readArtifact(motionDir, 'motion');
  await writeArtifact(dir, 'trajectory', retarget(sliceMotion(motion, start, end), robot));
}
