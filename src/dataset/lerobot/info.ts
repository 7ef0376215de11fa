/** meta/info.json. */
import { type Feature, infoFeatures, type VideoFeature } from './features.ts';
import * as layout from './layout.ts';

/** What all episodes of a dataset have in common. */
export interface DatasetShape {
  fps: number;
  robotType: string;
  features: readonly Feature[];
  /** Null: a dataset without pictures. */
  video: VideoFeature | null;
}

export function infoJson(
  { fps, robotType, features, video }: DatasetShape,
  totals: { episodes: number; frames: number; tasks: number },
  limits: layout.FileLimits,
): Record<string, unknown> {
  return {
    codebase_version: layout.CODEBASE_VERSION,
    robot_type: robotType,
    total_episodes: totals.episodes,
    total_frames: totals.frames,
    total_tasks: totals.tasks,
    chunks_size: limits.chunksSize,
    data_files_size_in_mb: limits.dataFilesSizeMb,
    video_files_size_in_mb: limits.videoFilesSizeMb,
    fps,
    splits: { train: `0:${totals.episodes}` },
    data_path: layout.DATA_PATH,
    video_path: video ? layout.VIDEO_PATH : null,
    features: infoFeatures(features, video ? [video] : [], fps),
  };
}
