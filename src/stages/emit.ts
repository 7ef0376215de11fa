/** The shards of one run → a LeRobot dataset in the output folder, put there whole or not at all. */
import type { Config } from '../config.ts';
import type { EpisodeRecord } from '../core/episode.ts';
import { DatasetError } from '../core/errors.ts';
import type { RobotModel } from '../core/robot.ts';
import { readMarker } from '../dataset/marker.ts';
import type { Rejected } from '../dataset/rejected.ts';
import { THRESHOLDS } from '../quality/gates.ts';
import { artifactKey, type Store } from '../store/store.ts';
import { writeDataset } from './write-dataset.ts';

const VERSION = 2;

export interface Emission {
  out: string;
  robot: RobotModel;
  /** In the order of their indices. */
  episodes: readonly EpisodeRecord[];
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
export async function emit(
  store: Store,
  config: Config,
  { out, robot, episodes, rejected, understudy, ...emission }: Emission,
): Promise<{ written: boolean }> {
  const sources = [...new Set(emission.sources)].sort();
  const [width, height] = config.imageSize;
  const image = { width, height, codec: config.videoCodec };
  const recipe = artifactKey(
    'emit',
    VERSION,
    { image, understudy, rejected, thresholds: THRESHOLDS },
    episodes.map(({ id }) => id),
  );
  const present = await readMarker(out);
  const missing = present?.sources.filter(id => !sources.includes(id)) ?? [];
  if (present && present.recipe !== recipe && missing.length > 0)
    throw new DatasetError(
      `${out} holds a dataset with ${missing.length} source(s) that this run does not have (first: SHA-256 ${missing[0]}); give those inputs too, or another --out`,
    );
  return writeDataset(out, {
    store,
    robot,
    fps: config.fps,
    image,
    records: episodes,
    rejected,
    sources,
    recipe,
    understudy,
  });
}
