/** The stages of one demonstration: the robot's trajectory and the demonstration's own video. */

import type { RobotModel } from '../core/robot.ts';
import type { Demonstration } from '../core/types.ts';
import { inWordsOfSource, type Media } from './acquire.ts';
import type { PerceivedClip, ReconstructedClip } from './clip.ts';
import { type StageContext, staged } from './stage.ts';

const RETARGET_VERSION = 15;
const FILM_VERSION = 5;
const PREVIEW_VERSION = 5;

/** Leaves the artifact 'trajectory'; its row 0 is the demonstration's first frame. */
export function retargetDemonstration(
  context: StageContext,
  { clip, key: motionKey, dir: motionDir }: ReconstructedClip,
  { start, end }: Demonstration,
  robot: RobotModel,
): Promise<{ key: string; dir: string }> {
  const key = {
    name: 'retarget' as const,
    version: RETARGET_VERSION,
    config: { robot, start, end },
    inputs: [motionKey],
  };
  return staged(context, key, async dir => {
    context.report('retarget', { done: 0, total: end - start });
    await context.media.run(
      'retarget',
      { path: clip.path, robot, start, end, motionDir, dir },
      { signal: context.signal },
    );
    context.report('retarget', { done: end - start, total: end - start });
  });
}

/** Leaves film.mp4 and pixels.json. */
export function filmDemonstration(
  context: StageContext,
  media: Media,
  { clip }: PerceivedClip,
  { start, end }: Demonstration,
): Promise<{ key: string; dir: string }> {
  const [filmWidth, filmHeight] = context.config.imageSize;
  const shot = {
    fps: clip.fps,
    start: clip.firstFrame + start,
    end: clip.firstFrame + end,
    filmWidth,
    filmHeight,
    codec: context.config.videoCodec,
  };
  return staged(
    context,
    { name: 'film', version: FILM_VERSION, config: shot, inputs: [media.id] },
    async folder => {
      await context.media
        .run(
          'film',
          { ...shot, path: media.path, dir: folder, width: clip.width, height: clip.height },
          { signal: context.signal, report: (done, total) => context.report('film', { done, total }) },
        )
        .catch(inWordsOfSource(media));
    },
  );
}

/** Leaves preview.mp4. */
export function previewDemonstration(
  context: StageContext,
  { clip, perception }: PerceivedClip,
  { start, end }: Demonstration,
  motion: ReconstructedClip,
  trajectory: { robot: RobotModel; key: string; dir: string },
): Promise<{ key: string; dir: string }> {
  const { fps, firstFrame, path } = clip;
  const span = { fps, firstFrame, start, end, view: perception.view };
  const key = {
    name: 'preview' as const,
    version: PREVIEW_VERSION,
    config: span,
    inputs: [motion.key, trajectory.key],
  };
  return staged(context, key, async dir => {
    await context.media.run(
      'preview',
      {
        ...span,
        path,
        dir,
        robot: trajectory.robot,
        shownDir: motion.dir,
        trajectoryDir: trajectory.dir,
      },
      { signal: context.signal, report: (done, total) => context.report('preview', { done, total }) },
    );
  });
}
