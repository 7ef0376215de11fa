/** One episode as it is handed to the writer: checked where it enters. */
import { DatasetError } from '../../core/errors.ts';
import type { ColumnValues } from './arrow.ts';
import type { ExtraValue } from './episodes.ts';
import type { Feature, VideoFeature } from './features.ts';
import type { FeatureStats } from './stats.ts';

export interface LeRobotEpisode {
  /** Per feature (T · width) finite numbers, row-major. T is the same for all and at least 1. */
  columns: Readonly<Record<string, ColumnValues>>;
  task: string;
  /**
   * Given exactly when the dataset has a video: a file with the T frames at the constant rate fps, a keyframe
   * first, at `startS` of it (default 0), and the statistics of its colours.
   */
  video: { path: string; startS?: number; stats: FeatureStats } | null;
  /** Columns of meta/episodes beyond LeRobot's; the same names and types for every episode. */
  extra: Readonly<Record<string, ExtraValue>>;
}

/** T of an episode whose columns are complete, equally long and finite. Throws DatasetError. */
export function episodeLength(
  features: readonly Feature[],
  video: VideoFeature | null,
  episode: LeRobotEpisode,
  index: number,
): number {
  const known = new Set(features.map(feature => feature.name));
  const unknown = Object.keys(episode.columns).find(name => !known.has(name));
  if (unknown)
    throw new DatasetError(
      `episode ${index}: column '${unknown}' is no feature; features: ${[...known].join(', ')}`,
    );
  if ((video === null) !== (episode.video === null))
    throw new DatasetError(
      `episode ${index} ${video ? 'has no video, the dataset has' : 'has a video, the dataset has none'}`,
    );
  if (video && episode.video?.stats.mean.length !== 3)
    throw new DatasetError(`episode ${index}: colour statistics need 3 channels`);
  if (episode.task.trim() === '')
    throw new DatasetError(`episode ${index} has an empty task: policies are told it as text`);

  let length = -1;
  for (const { name, dtype, width } of features) {
    const values = episode.columns[name];
    if (!values) throw new DatasetError(`episode ${index} has no column '${name}'`);
    const fits =
      dtype === 'float32'
        ? values instanceof Float32Array
        : dtype === 'float64'
          ? values instanceof Float64Array
          : !isFloat(values);
    if (!fits)
      throw new DatasetError(
        `episode ${index}: column '${name}' of ${dtype} is a ${values.constructor.name}`,
      );
    if (length === -1) length = values.length / width;
    if (values.length !== length * width || !Number.isInteger(length) || length === 0)
      throw new DatasetError(
        `episode ${index}: column '${name}' has ${values.length} values of width ${width}, expected ${Math.max(1, length)} rows`,
      );
    checkFinite(name, values, width, index);
  }
  return length;
}

/** Throws DatasetError on a number that is none: a policy that is trained on it is lost. */
export function checkFinite(name: string, values: ColumnValues, width: number, episode: number): void {
  const bad = isFloat(values) ? values.findIndex(value => !Number.isFinite(value)) : -1;
  if (bad !== -1)
    throw new DatasetError(
      `episode ${episode}: column '${name}' is ${values[bad]} in frame ${Math.floor(bad / width)}; expected finite numbers`,
    );
}

const isFloat = (values: ColumnValues): values is Float32Array | Float64Array =>
  values instanceof Float32Array || values instanceof Float64Array;

/** The columns of INDEX_FEATURES. */
export function indexColumns(at: {
  length: number;
  fps: number;
  episode: number;
  from: number;
  /** task_index of frame t. */
  taskOf(t: number): number;
}): Record<string, ColumnValues> {
  const constant = (value: number) => new BigInt64Array(at.length).fill(BigInt(value));
  return {
    timestamp: Float32Array.from({ length: at.length }, (_, t) => t / at.fps),
    frame_index: BigInt64Array.from({ length: at.length }, (_, t) => BigInt(t)),
    episode_index: constant(at.episode),
    index: BigInt64Array.from({ length: at.length }, (_, t) => BigInt(at.from + t)),
    task_index: BigInt64Array.from({ length: at.length }, (_, t) => BigInt(at.taskOf(t))),
  };
}
