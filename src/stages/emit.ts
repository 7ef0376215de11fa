/** Episodes → a LeRobot dataset in the output folder, put there whole or not at all. */
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../config.ts';
import { DatasetError } from '../core/errors.ts';
import { independentJoints, type RobotModel } from '../core/robot.ts';
import type { Demonstration, HumanMotion, RobotTrajectory, View } from '../core/types.ts';
import { addSource, type SourceSummary, writeCard } from '../dataset/card.ts';
import { columnFeatures, type DocumentedFeature, episodeColumns } from '../dataset/columns.ts';
import type { VideoFeature } from '../dataset/lerobot/features.ts';
import { createLeRobotWriter } from '../dataset/lerobot/writer.ts';
import { readMarker, writeMarker } from '../dataset/marker.ts';
import type { EpisodeProvenance } from '../dataset/provenance.ts';
import { publishDirectory, stagingFolder } from '../dataset/publish.ts';
import { THRESHOLDS } from '../quality/gates.ts';
import { artifactKey } from '../store/fs.ts';
import { readArtifact } from './artifact.ts';
import type { PixelStats } from './film.ts';

const VERSION = 1;
export const VIDEO_KEY = 'observation.images.source';

/** One kept demonstration: what it is, and the folders that hold it. */
export interface KeptEpisode {
  /** Name of the robot. */
  robot: string;
  demonstration: Demonstration;
  view: View;
  viewReason: string;
  provenance: EpisodeProvenance;
  motionDir: string;
  trajectoryDir: string;
  filmDir: string;
  /** null: no preview was asked for. */
  previewDir: string | null;
  /** Keys of the stages above: what the episode was made from. */
  keys: readonly string[];
}

/** What was not kept: a line of rejected.jsonl. */
export interface Rejected {
  source: string;
  /** s in the source; null where the whole input failed. */
  startS: number | null;
  endS: number | null;
  /** 'rejected' by a gate, or the tag of the error. */
  kind: string;
  reason: string;
}

export interface Emission {
  out: string;
  robot: RobotModel;
  episodes: readonly KeptEpisode[];
  rejected: readonly Rejected[];
  /** SHA-256 of all media that were looked at. */
  sources: readonly string[];
  /** Version of this program. */
  understudy: string;
}

/**
 * @returns whether anything had to be written
 * @throws DatasetError when `out` holds something else, or demonstrations of sources that this run does not have
 */
export async function emit(config: Config, emission: Emission): Promise<{ written: boolean }> {
  const { out, robot, episodes, rejected, understudy } = emission;
  const sources = [...new Set(emission.sources)].sort();
  const recipe = artifactKey(
    'emit',
    VERSION,
    { imageSize: config.imageSize, codec: config.videoCodec, understudy, rejected, thresholds: THRESHOLDS },
    episodes.flatMap(({ keys, demonstration, provenance }) => [
      ...keys,
      artifactKey('episode', VERSION, { task: demonstration.task, provenance }, []),
    ]),
  );
  const present = await readMarker(out);
  if (present?.recipe === recipe) return { written: false };
  const missing = present?.sources.filter(id => !sources.includes(id)) ?? [];
  if (missing.length > 0)
    throw new DatasetError(
      `${out} holds a dataset with ${missing.length} source(s) that this run does not have (first: SHA-256 ${missing[0]}); give those inputs too, or another --out`,
    );

  const dir = await stagingFolder(out);
  try {
    const features = columnFeatures(independentJoints(robot.joints).map(({ name }) => name));
    const totals =
      episodes.length > 0
        ? await writeEpisodes(config, emission, dir, features)
        : { episodes: 0, frames: 0, tasks: 0 };
    const counts: Record<string, number> = {};
    for (const { reason } of rejected) counts[reason] = (counts[reason] ?? 0) + 1;
    const summaries = new Map<string, SourceSummary>();
    for (const { provenance } of episodes) addSource(summaries, provenance);
    await writeCard(dir, {
      robotLabel: robot.label,
      fps: config.fps,
      totals,
      features,
      video: episodes.length > 0 ? videoFeature(config) : null,
      notes: await motionNotes(episodes),
      sources: [...summaries.values()],
      rejected: counts,
      understudy,
    });
    await writeFile(
      path.join(dir, 'rejected.jsonl'),
      rejected.map(row => `${JSON.stringify(row)}\n`).join(''),
    );
    await copyPreviews(episodes, dir);
    await writeMarker(dir, {
      understudy,
      format: 'lerobot-v3.0',
      robot: robot.name,
      recipe,
      sources,
      rejected: counts,
    });
    await publishDirectory(dir, out);
    return { written: true };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function videoFeature({ imageSize: [width, height], videoCodec }: Config): VideoFeature {
  return { key: VIDEO_KEY, width, height, codec: videoCodec, pixFmt: 'yuv420p' };
}

async function writeEpisodes(
  config: Config,
  { robot, episodes }: Emission,
  dir: string,
  features: readonly DocumentedFeature[],
) {
  const writer = createLeRobotWriter(dir, {
    fps: config.fps,
    robotType: robot.name,
    features,
    video: videoFeature(config),
  });
  try {
    for (const episode of episodes) {
      const motion = await readArtifact<HumanMotion>(episode.motionDir, 'motion');
      const trajectory = await readArtifact<RobotTrajectory>(episode.trajectoryDir, 'trajectory');
      const pixels = JSON.parse(
        await readFile(path.join(episode.filmDir, 'pixels.json'), 'utf8'),
      ) as PixelStats;
      const { provenance, demonstration } = episode;
      await writer.addEpisode({
        columns: episodeColumns(trajectory, motion, demonstration),
        task: demonstration.task,
        video: { path: path.join(episode.filmDir, 'film.mp4'), stats: pixels },
        extra: {
          view: episode.view,
          view_reason: episode.viewReason,
          cut_reason: demonstration.reason,
          scale: motion.scale,
          reference: motion.reference,
          speed_use_max: Math.max(...trajectory.speedUse),
          source: provenance.source,
          source_sha256: provenance.sha256,
          source_license: provenance.license ?? 'unknown',
          source_start_s: provenance.startS,
          source_end_s: provenance.endS,
          provenance: JSON.stringify(provenance),
        },
      });
    }
    return await writer.finish();
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

/** How each distinct kind of clip was measured, in the order of first appearance. */
async function motionNotes(episodes: readonly KeptEpisode[]): Promise<string[]> {
  const notes = new Set<string>();
  for (const { motionDir } of episodes) {
    const { reference, scale } = JSON.parse(
      await readFile(path.join(motionDir, 'motion.json'), 'utf8'),
    ) as HumanMotion;
    notes.add(
      `${reference === 'torso' ? 'Third person: `human.*` in the torso frame (x forward, y left, z up, origin midway between the shoulders)' : 'Egocentric: `human.*` in the camera frame (x right, y down, z forward)'}. Scale: ${scale}`,
    );
  }
  return [...notes];
}

async function copyPreviews(episodes: readonly KeptEpisode[], dir: string): Promise<void> {
  for (const [i, { previewDir }] of episodes.entries()) {
    if (!previewDir) continue;
    await mkdir(path.join(dir, 'previews'), { recursive: true });
    await copyFile(
      path.join(previewDir, 'preview.mp4'),
      path.join(dir, 'previews', `episode-${String(i).padStart(6, '0')}.mp4`),
    );
  }
}
