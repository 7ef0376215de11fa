/** A dataset as export formats see it: with the names and units of a profile, and statistics that fit them. */
import type { JointSpec } from '../../core/robot.ts';
import type { ColumnValues } from '../lerobot/arrow.ts';
import { checkFinite, indexColumns } from '../lerobot/episode.ts';
import { type Feature, INDEX_FEATURES } from '../lerobot/features.ts';
import { shapesOf } from '../lerobot/shape.ts';
import { featureStats, type NamedStats } from '../lerobot/stats.ts';
import type { JointForm, Profile } from '../profiles/profile.ts';
import type { Dataset } from '../reader/dataset.ts';
import { complete } from '../reader/stats.ts';
import type { ExportEpisode, ExportSource } from './format.ts';

/** The vectors that a profile speaks of. */
const JOINT_FEATURES = ['observation.state', 'action'];

/** Throws DatasetError when the dataset has features of no plain kind, or joints that the profile does not know. */
export function exportSource(dataset: Dataset, profile: Profile, joints: readonly JointSpec[]): ExportSource {
  const { info, tasks, episodes } = dataset;
  const { features, videos } = shapesOf(dataset);
  const forms = new Map<string, JointForm>();
  for (const { name, names } of features)
    if (JOINT_FEATURES.includes(name)) forms.set(name, profile.form(names ?? [], joints));
  const converted = features.map((feature): Feature => {
    const form = forms.get(feature.name);
    return form && form.names.length > 0
      ? { ...feature, width: form.names.length, names: form.names }
      : feature;
  });
  const numbers = new Map(tasks.map((task, i) => [task, i]));

  async function one(index: number): Promise<ExportEpisode> {
    const episode = dataset.episode(index);
    const { length, from } = episode;
    const taskOf = await dataset.taskOf(index);
    const columns = (await dataset.columns(
      index,
      features.map(({ name }) => name),
    )) as Record<string, ColumnValues>;
    for (const { name, width } of features) {
      checkFinite(name, columns[name], width, index);
      const form = forms.get(name);
      if (form && form.names.length > 0) columns[name] = convertRows(columns[name], width, form);
    }
    const numberOf = (t: number) => numbers.get(taskOf(t)) ?? 0;
    const at = { length, fps: info.fps, episode: index, from, taskOf: numberOf };
    const all = { ...columns, ...indexColumns(at) };
    const pixels = videos.length > 0 ? await dataset.episodeStats(index) : null;
    const stats: NamedStats[] = [...converted, ...INDEX_FEATURES].map(({ name, dtype, width }) => ({
      name,
      kind: dtype,
      stats: featureStats(all[name], width),
    }));
    for (const { key } of videos)
      if (pixels?.[key])
        stats.push({ name: key, kind: 'image', stats: complete(pixels[key], info.robotType, key) });
    const spans = videos.map(({ key }) => {
      const { url, fromS } = dataset.video(index, key);
      return [key, { path: url, startS: fromS, frames: length }] as const;
    });
    return {
      index,
      length,
      from,
      tasks: episode.tasks,
      taskOf,
      columns: all,
      spans: Object.fromEntries(spans),
      pictures: key => dataset.pictures(index, key),
      stats,
      extra: await dataset.extra(index),
    };
  }

  return {
    robotType: info.robotType,
    fps: info.fps,
    episodeCount: episodes.length,
    frameCount: info.totalFrames,
    chunksSize: info.chunksSize,
    features: converted,
    videos,
    tasks,
    async *episodes() {
      for (const { index } of episodes) yield one(index);
    },
  };
}

/** In the array type that the column has. */
function convertRows(values: ColumnValues, width: number, { names, convert }: JointForm): ColumnValues {
  const frames = values.length / width;
  const Type = values.constructor as Float32ArrayConstructor;
  const out = new Type(frames * names.length);
  for (let t = 0; t < frames; t++)
    out.set(convert(values.subarray(t * width, (t + 1) * width) as Float32Array), t * names.length);
  return out;
}
