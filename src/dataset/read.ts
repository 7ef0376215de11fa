/** A dataset on disk as plain data: what `understudy inspect` shows. */
import { PARTS, type Part, STATUS_HELD } from '../core/types.ts';
import { checkDataset } from './check.ts';
import { type Marker, readMarker } from './marker.ts';
import { openDataset } from './open.ts';
import type { EpisodeColumn } from './reader/values.ts';

/** One part of the robot in one episode. */
export interface PartSummary {
  /** Fraction of frames in which the person's part was seen and the robot reached it. */
  coverage: number;
  /** Fraction of frames in which the robot rests because the part was never seen nearby. */
  held: number;
  /** Tracking residual over the frames that are not held, m; null when all are. */
  residual: { mean: number; max: number } | null;
}

export interface EpisodeSummary {
  index: number;
  task: string;
  frames: number;
  /** s. */
  duration: number;
  /** Columns of meta/episodes beyond LeRobot's: view, quality, provenance. */
  extra: Record<string, unknown>;
  /** Null when the dataset has no validity, status and tracking_residual columns: not one of ours. */
  parts: Record<Part, PartSummary> | null;
}

export interface DatasetSummary {
  version: string;
  robotType: string;
  fps: number;
  frames: number;
  /** Feature name → shape of one frame's value. */
  features: Record<string, readonly number[]>;
  videoKeys: readonly string[];
  tasks: readonly string[];
  episodes: readonly EpisodeSummary[];
  /** Null when another program wrote the dataset. */
  marker: Marker | null;
}

/**
 * Read a LeRobot dataset and check it against itself: every file that info.json and meta/episodes speak of is there,
 * readable, and holds the rows they say. Throws DatasetError with the first file that does not. Memory: what is known
 * of each episode, and three columns of one.
 */
export async function readDataset(dir: string): Promise<DatasetSummary> {
  const dataset = await openDataset(dir);
  await checkDataset(dataset);
  const { info, tasks } = dataset;
  const ours = OWN_COLUMNS.every(name => name in info.features);
  const episodes: EpisodeSummary[] = [];
  for (const { index, length, tasks: texts } of dataset.episodes) {
    const columns = await dataset.columns(index, ours ? OWN_COLUMNS : []);
    episodes.push({
      index,
      task: texts[0] ?? '',
      frames: length,
      duration: length / info.fps,
      extra: await dataset.extra(index),
      parts: ours ? summarise(columns, length) : null,
    });
  }
  return {
    version: info.version,
    robotType: info.robotType,
    fps: info.fps,
    frames: info.totalFrames,
    features: Object.fromEntries(Object.entries(info.features).map(([name, { shape }]) => [name, shape])),
    videoKeys: info.videoKeys,
    tasks,
    episodes,
    marker: await readMarker(dir),
  };
}

const OWN_COLUMNS = ['validity', 'status', 'tracking_residual'];

function summarise(columns: Record<string, EpisodeColumn>, frames: number): Record<Part, PartSummary> {
  const { validity, status, tracking_residual: residuals } = columns;
  const summary = (part: number): PartSummary => {
    let [valid, held, sum, max] = [0, 0, 0, 0];
    for (let i = part; i < frames * PARTS.length; i += PARTS.length) {
      const residual = Number(residuals[i]);
      valid += Number(validity[i]);
      if (Number(status[i]) === STATUS_HELD) held += 1;
      else {
        sum += residual;
        max = Math.max(max, residual);
      }
    }
    const tracked = frames - held;
    return {
      coverage: valid / frames,
      held: held / frames,
      residual: tracked ? { mean: sum / tracked, max } : null,
    };
  };
  return Object.fromEntries(PARTS.map((part, i) => [part, summary(i)])) as Record<Part, PartSummary>;
}
