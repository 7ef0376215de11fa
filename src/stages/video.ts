/** One video, all stages: spans of it become motions, motions become demonstrations, demonstrations episodes. */

import type { EpisodeRecord } from '../core/episode.ts';
import type { RobotModel } from '../core/robot.ts';
import type { Demonstration } from '../core/types.ts';
import type { Rejected } from '../dataset/rejected.ts';
import { segment } from '../motion/segment.ts';
import type { GoesOn } from '../motion/segmentation/rest.ts';
import { judge } from '../quality/gates.ts';
import { judgeReach } from '../quality/reach.ts';
import type { SourceItem } from '../sources/item.ts';
import { readArtifact } from '../store/artifact.ts';
import { acquire, type Media } from './acquire.ts';
import { type PerceivedClip, perceiveClip, type ReconstructedClip, reconstructClip } from './clip.ts';
import { filmDemonstration, previewDemonstration, retargetDemonstration } from './episode.ts';
import { each, step } from './missing.ts';
import { makeShard } from './shard.ts';
import { goesOn, type Span, spansOf } from './spans.ts';
import type { StageContext } from './stage.ts';

export interface VideoResult {
  /** SHA-256 of the media file, hex. */
  id: string;
  episodes: EpisodeRecord[];
  rejected: Rejected[];
}

/**
 * @throws tagged errors of its stages; nothing that was finished is lost. MissingResults when the context only looks and
 *   not all is there
 */
export async function processVideo(
  context: StageContext,
  item: SourceItem,
  robots: readonly RobotModel[],
): Promise<VideoResult> {
  const media = await step({ stage: 'acquire', item }, () => acquire(context, item));
  const spans = spansOf(media);
  const outcomes = await each(spans, span => processSpan(context, media, span, robots, goesOn(spans, span)));
  const result: VideoResult = {
    id: media.id,
    episodes: outcomes.flat().filter(isEpisode),
    rejected: outcomes.flat().filter((outcome): outcome is Rejected => !isEpisode(outcome)),
  };
  if (outcomes.flat().length === 0) result.rejected.push(reject(item, null, 'no hand is seen in any frame'));
  return result;
}

type Outcome = EpisodeRecord | Rejected;
const isEpisode = (outcome: Outcome): outcome is EpisodeRecord => !('reason' in outcome);

/** Cut one span into demonstrations, judge them, and make their episodes, one per robot. */
async function processSpan(
  context: StageContext,
  media: Media,
  span: Span,
  robots: readonly RobotModel[],
  goesOn: GoesOn,
): Promise<Outcome[]> {
  const { item } = media;
  const perceived = await step({ stage: 'perceive', item, span }, () => perceiveClip(context, media, span));
  if (perceived.clip.frames === 0) return [];
  const reconstructed = await step({ stage: 'reconstruct', item, span }, () =>
    reconstructClip(context, perceived),
  );
  const { task, segmentBy, longestS, overlapS, mostPerClip } = context.config;
  const settings = { by: segmentBy, longestS, overlapS, most: mostPerClip };
  const { motion, clip } = reconstructed;
  const demonstrations = segment(motion, item.task ?? task, settings, goesOn, clip.firstFrame);
  const outcomes = await each(demonstrations, async demonstration => {
    const candidate = { media, perceived, reconstructed, demonstration };
    const verdict = judge(motion, demonstration);
    if (!verdict.keep) return [reject(item, secondsOf(candidate), verdict.reason)];
    return each(robots, robot => demonstrate(context, candidate, span, robot));
  });
  return outcomes.flat();
}

/** One demonstration told by one robot. */
async function demonstrate(
  context: StageContext,
  candidate: Candidate,
  span: Span,
  robot: RobotModel,
): Promise<Outcome> {
  const { media, reconstructed, demonstration } = candidate;
  const what = { item: media.item, span, demonstration, robot: robot.name };
  const trajectory = await step({ stage: 'retarget', ...what }, () =>
    retargetDemonstration(context, reconstructed, demonstration, robot),
  );
  const reach = judgeReach(await readArtifact(trajectory.dir, 'trajectory'));
  if (!reach.keep) return { ...reject(media.item, secondsOf(candidate), reach.reason), robot: robot.name };
  return step({ stage: 'emit', ...what }, () => makeEpisode(context, candidate, robot, trajectory));
}

/** What an episode is made from, besides the robot. */
export interface Candidate {
  media: Media;
  perceived: PerceivedClip;
  reconstructed: ReconstructedClip;
  demonstration: Demonstration;
}

/** Film, preview where it is asked for, and shard. */
export async function makeEpisode(
  context: StageContext,
  candidate: Candidate,
  robot: RobotModel,
  trajectory: { key: string; dir: string },
): Promise<EpisodeRecord> {
  const { media, perceived, reconstructed, demonstration } = candidate;
  const film = await filmDemonstration(context, media, perceived, demonstration);
  const preview = context.config.preview
    ? await previewDemonstration(context, perceived, demonstration, reconstructed, { robot, ...trajectory })
    : null;
  return makeShard(context, { ...candidate, robot, trajectory, film, preview });
}

/** Where the demonstration lies in the source, s. */
function secondsOf({ perceived, demonstration }: Candidate): { startS: number; endS: number } {
  const { fps, firstFrame } = perceived.clip;
  return {
    startS: (firstFrame + demonstration.start) / fps,
    endS: (firstFrame + demonstration.end) / fps,
  };
}

const reject = (
  { address }: SourceItem,
  seconds: { startS: number; endS: number } | null,
  reason: string,
): Rejected => ({ source: address, startS: null, endS: null, ...seconds, kind: 'rejected', reason });
