/** Features: the columns of a dataset, as LeRobot's info.json and Hugging Face's schema name them. */
import { DatasetError } from '../../core/errors.ts';

/** One column of numbers. Matrices are written flat, one name per value: LeRobot's loader casts lists only. */
export interface Feature {
  /** No '/': LeRobot joins keys with it. */
  name: string;
  dtype: 'float32' | 'float64' | 'int64' | 'bool';
  /** Values per frame. LeRobot stores a width of 1 as a scalar. */
  width: number;
  /** One name per value, or null. */
  names: readonly string[] | null;
}

/** The one video of a dataset, as its files were encoded. */
export interface VideoFeature {
  /** 'observation.images.…'. */
  key: string;
  width: number;
  height: number;
  /** 'h264', 'av1', … as FFmpeg names it. */
  codec: string;
  pixFmt: string;
}

/** Columns that the writer fills in. Source: DEFAULT_FEATURES of lerobot 0.4.4, datasets/utils.py. */
export const INDEX_FEATURES: readonly Feature[] = [
  { name: 'timestamp', dtype: 'float32', width: 1, names: null },
  { name: 'frame_index', dtype: 'int64', width: 1, names: null },
  { name: 'episode_index', dtype: 'int64', width: 1, names: null },
  { name: 'index', dtype: 'int64', width: 1, names: null },
  { name: 'task_index', dtype: 'int64', width: 1, names: null },
];

/** Refuse names and widths that LeRobot would misread. Throws DatasetError. */
export function checkFeatures(features: readonly Feature[], video: VideoFeature | null): void {
  const seen = new Set(INDEX_FEATURES.map(feature => feature.name));
  for (const name of [...features.map(feature => feature.name), ...(video ? [video.key] : [])]) {
    if (name === '' || name.includes('/'))
      throw new DatasetError(`feature '${name}': a name is not empty and has no '/'`);
    if (seen.has(name))
      throw new DatasetError(`feature '${name}' is there twice or is a column that the writer fills in`);
    seen.add(name);
  }
  for (const { name, width, names } of features) {
    if (!Number.isInteger(width) || width < 1)
      throw new DatasetError(`feature '${name}': width ${width} is not a whole number ≥ 1`);
    if (names && names.length !== width)
      throw new DatasetError(`feature '${name}' has ${names.length} names for ${width} values`);
  }
}

/** The `features` object of info.json. */
export function infoFeatures(
  features: readonly Feature[],
  videos: readonly VideoFeature[],
  fps: number,
): Record<string, unknown> {
  const entry = ({ name, dtype, width, names }: Feature) => [name, { dtype, shape: [width], names }] as const;
  const videoEntry = ({ key, width, height, codec, pixFmt }: VideoFeature) =>
    [
      key,
      {
        dtype: 'video',
        shape: [height, width, 3],
        names: ['height', 'width', 'channels'],
        info: {
          'video.height': height,
          'video.width': width,
          'video.codec': codec,
          'video.pix_fmt': pixFmt,
          'video.is_depth_map': false,
          'video.fps': fps,
          'video.channels': 3,
          has_audio: false,
        },
      },
    ] as const;
  return Object.fromEntries([
    ...features.map(entry),
    ...videos.map(videoEntry),
    ...INDEX_FEATURES.map(entry),
  ]);
}

/**
 * The `huggingface` schema metadata of the data files: how `datasets` types each column. Versions before 4 know no
 * 'List' and call it 'Sequence'; later ones read both.
 */
export function huggingfaceMetadata(
  features: readonly Feature[],
  list: 'List' | 'Sequence' = 'List',
): string {
  const typed = ({ name, dtype, width }: Feature) => {
    const value = { dtype, _type: 'Value' };
    return [name, width === 1 ? value : { feature: value, length: width, _type: list }];
  };
  return JSON.stringify({
    info: { features: Object.fromEntries([...features, ...INDEX_FEATURES].map(typed)) },
  });
}
