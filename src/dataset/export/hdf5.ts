/**
 * HDF5 as robomimic lays it out: data/demo_N with actions, dones and obs/, pictures as (T, H, W, 3) bytes.
 * Layout: robomimic.github.io, docs/datasets/overview. Written to disk as it grows.
 *
 * The library says nothing of writes that fail (a disk that is full for a moment), so all is read again at the end.
 */
import { createHash, type Hash } from 'node:crypto';
import path from 'node:path';
import type { File, Group, Dataset as H5Dataset } from 'h5wasm';
import { StoreError } from '../../core/errors.ts';
import { throwStoreFault } from '../../core/faults.ts';
import type { ColumnValues } from '../lerobot/arrow.ts';
import type { Feature, VideoFeature } from '../lerobot/features.ts';
import type { ExportEpisode, ExportFormat, ExportSource } from './format.ts';

export const hdf5: ExportFormat = {
  name: 'hdf5',
  meaning: 'HDF5 in robomimic’s layout: dataset.hdf5 with data/demo_N/{actions, dones, obs/…}.',
  async write(source, dir) {
    const { default: h5wasm } = await import('h5wasm/node');
    await h5wasm.ready;
    const name = path.join(dir, 'dataset.hdf5');
    const digests: Digests = new Map();
    let file: File | null = null;
    try {
      file = new h5wasm.File(name, 'w');
      await writeAll(file, source, digests);
    } catch (error) {
      throwStoreFault(name, error);
    } finally {
      file?.close();
    }
    const written = new h5wasm.File(name, 'r');
    try {
      checkWritten(written, digests);
    } finally {
      written.close();
    }
  },
};

/** SHA-256 of the values of each dataset, as they were given. */
export type Digests = Map<string, string>;

/** @throws StoreError when a dataset is not as it was given */
export function checkWritten(file: File, digests: Digests): void {
  for (const [name, digest] of digests)
    if (digestIn(file, name) !== digest)
      throw new StoreError(
        `${file.filename}: ${name} is not as it was written: is the disk full, or damaged?`,
      );
}

/** null: it cannot be read. */
function digestIn(file: File, name: string): string | null {
  try {
    const dataset = file.get(name) as H5Dataset;
    const hash = createHash('sha256');
    // Of pictures there are too many to be read at once.
    if (dataset.shape!.length < 4) return add(hash, dataset.value as ColumnValues).digest('hex');
    for (let t = 0; t < dataset.shape![0]; t++)
      add(hash, dataset.slice([[t, t + 1], [], [], []]) as unknown as Uint8Array);
    return hash.digest('hex');
  } catch {
    return null;
  }
}

const add = (hash: Hash, { buffer, byteOffset, byteLength }: ArrayBufferView): Hash =>
  hash.update(new Uint8Array(buffer, byteOffset, byteLength));
const digestOf = (values: ArrayBufferView): string => add(createHash('sha256'), values).digest('hex');

async function writeAll(file: File, source: ExportSource, digests: Digests): Promise<void> {
  const data = file.create_group('data');
  data.create_attribute('total', source.frameCount);
  data.create_attribute('fps', source.fps);
  data.create_attribute('robot_type', source.robotType);
  // robomimic makes an environment of this; there is none to make, so rollouts are to be switched off.
  data.create_attribute('env_args', JSON.stringify({ env_name: source.robotType, env_kwargs: {} }));
  for (const { name, names } of source.features)
    if (names) data.create_attribute(`names/${name}`.replaceAll('/', '.'), JSON.stringify(names));
  for await (const episode of source.episodes()) await writeDemo(data, source, episode, digests);
}

async function writeDemo(
  data: Group,
  { features, videos }: ExportSource,
  episode: ExportEpisode,
  digests: Digests,
): Promise<void> {
  const { index, length, tasks, extra, columns } = episode;
  const demo = data.create_group(`demo_${index}`);
  demo.create_attribute('num_samples', length);
  demo.create_attribute('task', tasks.join('; '));
  demo.create_attribute('extra', JSON.stringify(extra));
  const obs = demo.create_group('obs');
  for (const feature of features) {
    const { group, name } = placeOf(feature, demo, obs);
    const values = asStored(columns[feature.name], feature);
    writeColumn(group, name, feature, values, length);
    digests.set(`${group.path}/${name}`, digestOf(values));
  }
  const dones = new Uint8Array(length);
  dones[length - 1] = 1;
  demo.create_dataset({ name: 'dones', data: dones, dtype: '<B' });
  digests.set(`${demo.path}/dones`, digestOf(dones));
  for (const video of videos) {
    const pictures = pictureDataset(obs, video, length);
    const hash = createHash('sha256');
    let t = 0;
    for await (const { data: pixels } of episode.pictures(video.key)) {
      pictures.write_slice([[t, t + 1], [], [], []], pixels);
      add(hash, pixels);
      t += 1;
    }
    digests.set(pictures.path, hash.digest('hex'));
  }
}

/** robomimic looks for actions beside obs and for observations in it; what is neither stays beside. */
function placeOf({ name }: Feature, demo: Group, obs: Group): { group: Group; name: string } {
  if (name === 'action') return { group: demo, name: 'actions' };
  if (name.startsWith('observation.')) return { group: obs, name: name.slice('observation.'.length) };
  return { group: demo, name };
}

const TYPES: Record<Feature['dtype'], string> = { float32: '<f', float64: '<d', int64: '<q', bool: '<B' };

const asStored = (values: ColumnValues, { dtype }: Feature): ColumnValues =>
  dtype === 'int64' && !(values instanceof BigInt64Array)
    ? BigInt64Array.from(values as Int32Array, BigInt)
    : values;

function writeColumn(
  group: Group,
  name: string,
  { dtype, width }: Feature,
  data: ColumnValues,
  length: number,
) {
  const shape = width === 1 ? [length] : [length, width];
  group.create_dataset({ name, data: data as never, shape, dtype: TYPES[dtype] });
}

/**
 * One chunk per picture, so that a loader reads single frames; gzip's fastest level. Made with one picture and then
 * resized: the library wants the content of what it creates.
 */
function pictureDataset(obs: Group, { key, width, height }: VideoFeature, length: number): H5Dataset {
  const size = [height, width, 3];
  const pictures = obs.create_dataset({
    name: `${key.replace(/^observation\.images\./, '')}_image`,
    data: new Uint8Array(height * width * 3),
    shape: [1, ...size],
    maxshape: [length, ...size],
    chunks: [1, ...size],
    dtype: '<B',
    compression: 1,
  });
  pictures.resize([length, ...size]);
  return pictures;
}
