/** One video, all stages: spans of it become motions, motions become demonstrations, demonstrations episodes. */

import type { RobotModel } from '../core/robot.ts';
import type { Demonstration, RobotTrajectory } from '../core/types.ts';
import { segment } from '../motion/segment.ts';
import { judge } from '../quality/gates.ts';
import { judgeReach } from '../quality/reach.ts';
import type { SourceItem } from '../sources/item.ts';
import { VERSION } from '../version.ts';
import { acquire, type Media } from './acquire.ts';
import { readArtifact } from './artifact.ts';
import { type PerceivedClip, perceiveClip, type ReconstructedClip, reconstructClip } from './clip.ts';
import type { KeptEpisode, Rejected } from './emit.ts';
import { filmDemonstration, previewDemonstration, retargetDemonstration } from './episode.ts';
import { spansOf } from './spans.ts';
import type { StageContext } from './stage.ts';

export interface VideoResult {
  /** SHA-256 of the media file, hex. */
  id: string;
  episodes: KeptEpisode[];
  rejected: Rejected[];
}

/** @throws tagged errors of its stages; nothing that was finished is lost. */
export async function processVideo(
  context: StageContext,
  item: SourceItem,
  robots: readonly RobotModel[],
): Promise<VideoResult> {
  const media = await acquire(context, item);
  const result: VideoResult = { id: media.id, episodes: [], rejected: [] };
  for (const span of spansOf(media)) {
    const perceived = await perceiveClip(context, media, span);
    const reconstructed = await reconstructClip(context, perceived);
    const demonstrations = segment(reconstructed.motion, item.task ?? context.config.task);
    for (const demonstration of demonstrations)
      await demonstrate(context, { media, perceived, reconstructed, demonstration }, robots, result);
  }
  if (result.episodes.length + result.rejected.length === 0)
    result.rejected.push(reject(item, null, 'no hand is seen in any frame'));
  return result;
}

interface Candidate {
  media: Media;
  perceived: PerceivedClip;
  reconstructed: ReconstructedClip;
  demonstration: Demonstration;
}

/** Judge one demonstration and make its episodes, one per robot. */
async function demonstrate(
  context: StageContext,
  candidate: Candidate,
  robots: readonly RobotModel[],
  result: VideoResult,
): Promise<void> {
  const { media, perceived, reconstructed, demonstration } = candidate;
  const seconds = secondsOf(candidate);
  const verdict = judge(reconstructed.motion, demonstration);
  if (!verdict.keep) {
    result.rejected.push(reject(media.item, seconds, verdict.reason));
    return;
  }
  for (const robot of robots) {
    const trajectory = await retargetDemonstration(context, reconstructed, demonstration, robot);
    const reach = judgeReach(await readArtifact<RobotTrajectory>(trajectory.dir, 'trajectory'));
    if (!reach.keep) {
      result.rejected.push(reject(media.item, seconds, reach.reason));
      continue;
    }
    const film = await filmDemonstration(context, media, perceived, demonstration);
    const preview = context.config.preview
      ? await previewDemonstration(context, perceived, demonstration, reconstructed, { robot, ...trajectory })
      : null;
    result.episodes.push({
      robot: robot.name,
      demonstration,
      view: perceived.perception.view,
      viewReason: perceived.perception.viewReason,
      provenance: {
        source: media.item.address,
        sha256: media.id,
        license: media.item.license ?? context.config.license,
        ...seconds,
        models: perceived.models,
        configuration: perceived.key,
        understudy: VERSION,
      },
      motionDir: reconstructed.dir,
      trajectoryDir: trajectory.dir,
      filmDir: film.dir,
      previewDir: preview?.dir ?? null,
      keys: [trajectory.key, film.key, ...(preview ? [preview.key] : [])],
    });
  }
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
