/** One stage of one video, as plain data: what a queue carries and a worker does. */
import type { EpisodeRecord } from '../core/episode.ts';
import { UnknownNameError } from '../core/errors.ts';
import type { Demonstration } from '../core/types.ts';
import type { SourceItem } from '../sources/item.ts';
import { acquire } from './acquire.ts';
import { perceiveClip, reconstructClip } from './clip.ts';
import { retargetDemonstration } from './episode.ts';
import { loadRobots } from './robots.ts';
import type { Span } from './spans.ts';
import type { StageContext } from './stage.ts';
import { makeEpisode } from './video.ts';

export type Task = { item: SourceItem } & (
  | { stage: 'acquire' }
  | { stage: 'perceive'; span: Span }
  | { stage: 'reconstruct'; span: Span }
  | { stage: 'retarget' | 'emit'; span: Span; demonstration: Demonstration; robot: string }
);

/**
 * Leaves the task's result in the store. Results of earlier stages are found there; one that is missing is made again.
 * @returns the episode's record, of an emit task
 * @throws tagged errors of the stages
 */
export async function perform(context: StageContext, task: Task): Promise<EpisodeRecord | null> {
  const media = await acquire(context, task.item);
  if (task.stage === 'acquire') return null;
  const perceived = await perceiveClip(context, media, task.span);
  if (task.stage === 'perceive') return null;
  const reconstructed = await reconstructClip(context, perceived);
  if (task.stage === 'reconstruct') return null;
  const { demonstration } = task;
  const robots = await loadRobots(context.config);
  const robot = robots.find(({ name }) => name === task.robot);
  if (!robot)
    throw new UnknownNameError(
      'robot',
      task.robot,
      robots.map(({ name }) => name),
    );
  const trajectory = await retargetDemonstration(context, reconstructed, demonstration, robot);
  if (task.stage === 'retarget') return null;
  return makeEpisode(context, { media, perceived, reconstructed, demonstration }, robot, trajectory);
}
