/** meta/info.json of a LeRobot dataset, checked: the rest of the reader trusts it. */
import { DatasetError } from '../../core/errors.ts';
import type { DatasetFiles } from './files.ts';

export type DatasetVersion = 'v2.0' | 'v2.1' | 'v3.0';
const VERSIONS: readonly string[] = ['v2.0', 'v2.1', 'v3.0'] satisfies DatasetVersion[];

/** One feature of a frame. */
export interface DatasetFeature {
  /** 'float32', 'int64', 'bool', 'string', …; 'video': pictures in an mp4; 'image': pictures in the parquet file. */
  dtype: string;
  /** Of one frame's value; [1] is a scalar. */
  shape: readonly number[];
  /** One name per value, flat; null where the dataset has none. */
  names: readonly string[] | null;
  /** Of a video, where the dataset says so: 'av1', 'h264', … and 'yuv420p', …. */
  codec?: string;
  pixelFormat?: string;
}

export interface DatasetInfo {
  version: DatasetVersion;
  robotType: string;
  /** Frames per second. */
  fps: number;
  totalEpisodes: number;
  totalFrames: number;
  /** Files (v3) or episodes (v2) per chunk folder. */
  chunksSize: number;
  /** As the dataset gives them; LeRobot's own where it gives none. */
  dataFilesSizeMb: number | null;
  videoFilesSizeMb: number | null;
  features: Readonly<Record<string, DatasetFeature>>;
  /** Keys of the features that are videos. */
  videoKeys: readonly string[];
  dataPath: string;
  videoPath: string | null;
}

export const INFO_PATH = 'meta/info.json';

/** Throws DatasetError when there is none, or when it is not one of the versions that are read. */
export async function readInfo(files: DatasetFiles): Promise<DatasetInfo> {
  const text = await files.text(INFO_PATH);
  if (text === null)
    throw new DatasetError(`${files.address} is not a LeRobot dataset: it has no ${INFO_PATH}`);
  return parseInfo(text, `${files.address}/${INFO_PATH}`);
}

/** `where` names the file in messages. */
function parseInfo(text: string, where: string): DatasetInfo {
  const raw = parseObject(text, where);
  const version = raw['codebase_version'];
  if (typeof version !== 'string' || !VERSIONS.includes(version))
    throw new DatasetError(`${where}: version ${version} is not one of ${VERSIONS.join(', ')}`);
  const fps = raw['fps'];
  if (typeof fps !== 'number' || !(fps > 0 && fps <= 1000))
    throw new DatasetError(`${where}: fps ${fps} is not a rate above 0`);
  const whole = (name: string, least: number): number => {
    const value = raw[name];
    if (!Number.isSafeInteger(value) || (value as number) < least)
      throw new DatasetError(`${where}: ${name} ${value} is not a whole number of ${least} or more`);
    return value as number;
  };
  const features = readFeatures(raw['features'], where);
  const videoKeys = Object.keys(features).filter(name => features[name].dtype === 'video');
  const videoPath = raw['video_path'] ?? null;
  if (videoKeys.length > 0 && typeof videoPath !== 'string')
    throw new DatasetError(`${where}: it has videos but no video_path`);
  if (typeof raw['data_path'] !== 'string') throw new DatasetError(`${where} has no data_path`);
  const megabytes = (value: unknown) => (typeof value === 'number' && value > 0 ? value : null);
  return {
    version: version as DatasetVersion,
    robotType: typeof raw['robot_type'] === 'string' ? raw['robot_type'] : '',
    fps,
    totalEpisodes: whole('total_episodes', 0),
    totalFrames: whole('total_frames', 0),
    chunksSize: whole('chunks_size', 1),
    dataFilesSizeMb: megabytes(raw['data_files_size_in_mb']),
    videoFilesSizeMb: megabytes(raw['video_files_size_in_mb']),
    features,
    videoKeys,
    dataPath: raw['data_path'],
    videoPath: videoPath as string | null,
  };
}

function readFeatures(raw: unknown, where: string): Record<string, DatasetFeature> {
  if (!isObject(raw)) throw new DatasetError(`${where} has no features`);
  return Object.fromEntries(
    Object.entries(raw).map(([name, feature]) => {
      const { dtype, shape } = isObject(feature) ? feature : {};
      const sized = Array.isArray(shape) && shape.every(size => Number.isInteger(size) && size > 0);
      if (typeof dtype !== 'string' || !sized || name.includes('/') || name.includes('..'))
        throw new DatasetError(`${where}: feature '${name}' needs a dtype, a shape, and a name without '/'`);
      const { names, info, video_info: older } = feature as Record<string, unknown>;
      const video = isObject(info) ? info : isObject(older) ? older : {};
      const textOf = (key: string) => (typeof video[key] === 'string' ? (video[key] as string) : undefined);
      return [
        name,
        {
          dtype,
          shape: shape as number[],
          names: flatNames(names),
          codec: textOf('video.codec'),
          pixelFormat: textOf('video.pix_fmt'),
        },
      ];
    }),
  );
}

/** Datasets nest names ([['a', 'b']]) or group them ({ motors: ['a', 'b'] }). */
function flatNames(names: unknown): string[] | null {
  if (Array.isArray(names)) return names.flat(3).map(String);
  if (isObject(names)) return Object.values(names).flat(3).map(String);
  return null;
}

/**
 * A path of info.json, which is a Python format string, with its fields filled in. Throws DatasetError when it leads
 * out of the dataset or asks for something unknown.
 */
export function formatPath(template: string, fields: Readonly<Record<string, string | number>>): string {
  const path = template.replace(/\{(\w+)(?::0?(\d{1,2})d)?\}/g, (whole, name: string, width?: string) => {
    const value = fields[name];
    if (value === undefined) throw new DatasetError(`path '${template}' asks for the unknown ${whole}`);
    return String(value).padStart(width ? Number(width) : 0, '0');
  });
  if (/^[/\\]|^\w+:|[{}\\\0]/.test(path) || path.split('/').some(part => part === '..' || part === ''))
    throw new DatasetError(`path '${template}' does not lead to a file inside of the dataset`);
  return path;
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function parseObject(text: string, where: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new DatasetError(`${where} cannot be read: ${(error as Error).message}`, error);
  }
  if (!isObject(value)) throw new DatasetError(`${where} is not a JSON object`);
  return value;
}
