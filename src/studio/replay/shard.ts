/** An episode's shard (src/stages/shard.ts) → what the replay view shows. */
import { loadRobot, robotNames } from '../../../models/robots/registry.ts';
import { StoreError } from '../../core/errors.ts';
import type { RobotModel } from '../../core/robot.ts';
import type { RobotTrajectory } from '../../core/types.ts';
import { type EpisodeFiles, readArtifact } from './files.ts';
import type { JointMotion, Replay } from './replay.ts';

/** Throws StoreError when the shard has no record or no trajectory; whatever else is missing is said in the view. */
export async function openShard(files: EpisodeFiles): Promise<Replay> {
  const record = await readArtifact(files, 'record');
  if (!record) throw new StoreError('this episode has no record.json; the folder is no shard of an episode');
  const [trajectory, motion, landmarks, film, robot] = await Promise.all([
    readArtifact(files, 'trajectory'),
    readArtifact(files, 'motion'),
    readArtifact(files, 'landmarks'),
    files.address('film.mp4'),
    readArtifact(files, 'robot').then(own => own ?? knownRobot(record.robot)),
  ]);
  if (!trajectory) throw new StoreError('this episode has no trajectory.json; make it again');
  return {
    title: record.task,
    fps: record.fps,
    frames: record.frames,
    joints: jointsOf(trajectory),
    robot,
    robotName: record.robot,
    film: film === null ? null : { address: film, startS: 0 },
    missing: [
      ...(film === null ? ['This episode has no film.'] : []),
      ...(landmarks ? [] : ['This episode has no landmarks to lay over the film.']),
      ...(motion ? [] : ['This episode has no human motion: it cannot be solved for another robot here.']),
      ...(robot ? [] : [`No kinematic table of the robot '${record.robot}' is known here.`]),
    ],
    landmarks,
    motion,
    record,
  };
}

export const jointsOf = (trajectory: RobotTrajectory): JointMotion => ({
  jointNames: trajectory.jointNames,
  q: trajectory.q,
  unit: 'rad',
  status: trajectory.status,
  positionResidual: trajectory.positionResidual,
});

/** The robot of the registry; null when the registry does not have it. */
const knownRobot = async (name: string): Promise<RobotModel | null> =>
  robotNames.includes(name) ? loadRobot(name) : null;
