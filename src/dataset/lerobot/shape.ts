/** What a writer is to be told so that it writes more of a dataset that is there. */
import { DatasetError } from '../../core/errors.ts';
import type { Dataset } from '../reader/dataset.ts';
import { type Feature, INDEX_FEATURES, type VideoFeature } from './features.ts';
import type { DatasetShape } from './info.ts';
import type { FileLimits } from './layout.ts';

/** Its features and rate. Throws DatasetError on what it cannot write. */
export function shapeOfDataset(dataset: Dataset): DatasetShape {
  const { features, videos } = shapesOf(dataset);
  if (videos.length > 1)
    throw new DatasetError(
      `${dataset.files.address} has ${videos.length} videos (${videos.map(({ key }) => key).join(', ')}); datasets with one at most are written`,
    );
  return { fps: dataset.info.fps, robotType: dataset.info.robotType, features, video: videos[0] ?? null };
}

/** The features of a dataset, LeRobot's index columns left out. Throws DatasetError on those of no plain kind. */
export function shapesOf({ info, files }: Dataset): { features: Feature[]; videos: VideoFeature[] } {
  const index = new Set(INDEX_FEATURES.map(({ name }) => name));
  const features: Feature[] = [];
  const videos: VideoFeature[] = [];
  for (const [name, { dtype, shape, names, codec, pixelFormat }] of Object.entries(info.features)) {
    if (index.has(name)) continue;
    if (dtype === 'video') {
      // Some recorders name the channels first.
      const isChannelsFirst = shape[0] === 3 && shape[2] !== 3;
      const [height, width] = isChannelsFirst ? shape.slice(1) : shape;
      videos.push({ key: name, width, height, codec: codec ?? 'unknown', pixFmt: pixelFormat ?? 'yuv420p' });
    } else if (isWritten(dtype) && shape.length === 1)
      features.push({ name, dtype, width: shape[0], names: names?.length === shape[0] ? names : null });
    else
      throw new DatasetError(
        `${files.address}: feature '${name}' (${dtype} of shape [${shape}]) cannot be written: videos, and lists of float32, float64, int64 or bool can`,
      );
  }
  return { features, videos };
}

const isWritten = (dtype: string): dtype is Feature['dtype'] =>
  ['float32', 'float64', 'int64', 'bool'].includes(dtype);

/** How large its files become, as far as it says. */
export function limitsOf({ info }: Dataset): Partial<FileLimits> {
  const { chunksSize, dataFilesSizeMb, videoFilesSizeMb } = info;
  return {
    chunksSize,
    ...(dataFilesSizeMb && { dataFilesSizeMb }),
    ...(videoFilesSizeMb && { videoFilesSizeMb }),
  };
}
