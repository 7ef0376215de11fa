/** What an export format is given, and what it is. */

import type { RgbFrame } from '../../core/types.ts';
import type { VideoSpan } from '../../video/splice.ts';
import type { ColumnValues } from '../lerobot/arrow.ts';
import type { Feature, VideoFeature } from '../lerobot/features.ts';
import type { NamedStats } from '../lerobot/stats.ts';

/** A dataset under the names and units of a profile. */
export interface ExportSource {
  robotType: string;
  fps: number;
  episodeCount: number;
  frameCount: number;
  chunksSize: number;
  /** Columns of a frame, LeRobot's index columns left out. */
  features: readonly Feature[];
  videos: readonly VideoFeature[];
  /** Position is task_index. */
  tasks: readonly string[];
  /** One after the other: memory holds the columns of one, or of one row group of the dataset. */
  episodes(): AsyncGenerator<ExportEpisode>;
}

export interface ExportEpisode {
  index: number;
  /** Frames. */
  length: number;
  /** Global index of the first frame. */
  from: number;
  /** What is done, in words; of another recorder's episode it may be several things, one after the other. */
  tasks: readonly string[];
  /** Of frame t. */
  taskOf(t: number): string;
  /** (T · width) values of each feature and of each of LeRobot's index columns. */
  columns: Readonly<Record<string, ColumnValues>>;
  /** Where the encoded pictures are, per video feature. */
  spans: Readonly<Record<string, VideoSpan>>;
  /** Decoded pictures of a video feature, one per frame. */
  pictures(key: string): AsyncIterable<RgbFrame>;
  /** Of the columns as they are here, and of the pictures as the dataset has them. */
  stats: readonly NamedStats[];
  /** What is known of the episode beyond its frames: view, quality, provenance. */
  extra: Readonly<Record<string, unknown>>;
}

export interface ExportFormat {
  name: string;
  /** For `--help` and the card: what is written and who reads it. */
  meaning: string;
  /** Write all of it into the empty folder `dir`. Memory: one episode's columns (see `episodes`) and one picture. */
  write(source: ExportSource, dir: string): Promise<void>;
}
