/** A worker that retargets: a motion and a robot come in, a trajectory and its targets go out. */
import { retarget } from '../../../retarget/index.ts';
import type { RobotModel } from '../../core/robot.ts';
import type { HumanMotion, RobotTrajectory } from '../../core/types.ts';
import { type Target, targetsOf } from './targets.ts';

export interface SolveRequest {
  motion: HumanMotion;
  robot: RobotModel;
  /** Only the targets are asked for: the trajectory is known. */
  targetsOnly: boolean;
}

export type SolveAnswer =
  | { ok: true; trajectory: RobotTrajectory | null; targets: Target[]; ms: number }
  | { ok: false; message: string };

addEventListener('message', ({ data }: MessageEvent<SolveRequest>) => {
  const start = performance.now();
  try {
    const trajectory = data.targetsOnly ? null : retarget(data.motion, data.robot);
    const targets = targetsOf(data.motion, data.robot);
    postMessage({ ok: true, trajectory, targets, ms: performance.now() - start } satisfies SolveAnswer);
  } catch (error) {
    postMessage({ ok: false, message: (error as Error).message } satisfies SolveAnswer);
  }
});
