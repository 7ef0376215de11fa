/** CSV: one row per frame, one column per number, and what is known of each episode. */
import { open } from 'node:fs/promises';
import path from 'node:path';
import { throwStoreFault } from '../../core/faults.ts';
import { type Feature, INDEX_FEATURES } from '../lerobot/features.ts';
import { openEpisodeLines } from './episode-lines.ts';
import type { ExportEpisode, ExportFormat, ExportSource } from './format.ts';

export const csv: ExportFormat = {
  name: 'csv',
  meaning: 'CSV: frames.csv with one column per number, and episodes.jsonl. No pictures.',
  async write(source, dir) {
    const file = path.join(dir, 'frames.csv');
    const lines = await openEpisodeLines(dir);
    const handle = await open(file, 'w').catch(error => throwStoreFault(file, error));
    try {
      await handle.write(`${headerOf(source).map(cell).join(',')}\n`);
      for await (const episode of source.episodes()) {
        await lines.append(episode);
        await handle.write(rowsOf(source, episode));
      }
    } catch (error) {
      throwStoreFault(file, error);
    } finally {
      await handle.close();
      await lines.close();
    }
  },
};

const featuresOf = (source: ExportSource): Feature[] => [...INDEX_FEATURES, ...source.features];

/** 'observation.state.left_elbow_joint'; a scalar has its feature's name. */
const headerOf = (source: ExportSource): string[] => [
  ...featuresOf(source).flatMap(({ name, width, names }) =>
    width === 1 ? [name] : Array.from({ length: width }, (_, d) => `${name}.${names?.[d] ?? d}`),
  ),
  'task',
];

function rowsOf(source: ExportSource, { columns, length, taskOf }: ExportEpisode): string {
  const features = featuresOf(source);
  let text = '';
  for (let t = 0; t < length; t++) {
    for (const { name, width, dtype } of features)
      for (let d = 0; d < width; d++) text += `${number(columns[name][t * width + d], dtype)},`;
    text += `${cell(taskOf(t))}\n`;
  }
  return text;
}

/** The shortest digits that give the same float32 back: nine significant ones always do (IEEE 754). */
const number = (value: number | bigint, dtype: Feature['dtype']): string =>
  dtype === 'float32' ? String(Number((value as number).toPrecision(9))) : String(value);

/** RFC 4180: quoted where it must be. */
const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
