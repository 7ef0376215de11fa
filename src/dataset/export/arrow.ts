/** Arrow IPC: all frames as one file, one record batch per episode, and what is known of each episode. */
import { open } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { type RecordBatch, RecordBatchFileWriter } from 'apache-arrow';
import { throwStoreFault } from '../../core/faults.ts';
import { featureColumn, featureType, plainColumn, recordBatch, STRING, schemaOf } from '../lerobot/arrow.ts';
import { INDEX_FEATURES } from '../lerobot/features.ts';
import { openEpisodeLines } from './episode-lines.ts';
import type { ExportFormat, ExportSource } from './format.ts';

export const arrow: ExportFormat = {
  name: 'arrow',
  meaning: 'Arrow IPC: frames.arrow, one record batch per episode, and episodes.jsonl. No pictures.',
  async write(source, dir) {
    const file = path.join(dir, 'frames.arrow');
    let failure: unknown = null;
    // Arrow's writer rejects a promise that nobody holds when its input fails: what fails is kept from it.
    async function* sound() {
      try {
        yield* batchesOf(source, dir);
      } catch (error) {
        failure = error;
      }
    }
    const batches = sound();
    const handle = await open(file, 'w').catch(error => throwStoreFault(file, error));
    try {
      const encoded = Readable.from(batches).pipe(RecordBatchFileWriter.throughNode());
      for await (const bytes of encoded) await handle.writeFile(bytes as Uint8Array);
      if (failure) throw failure;
    } catch (error) {
      throwStoreFault(file, error);
    } finally {
      await batches.return(undefined);
      await handle.close();
    }
  },
};

async function* batchesOf(source: ExportSource, dir: string): AsyncGenerator<RecordBatch> {
  const features = [...source.features, ...INDEX_FEATURES];
  const schema = schemaOf([
    ...features.map(feature => [feature.name, featureType(feature)] as const),
    ['task', STRING],
  ]);
  const lines = await openEpisodeLines(dir);
  try {
    for await (const episode of source.episodes()) {
      await lines.append(episode);
      const { columns, length, taskOf } = episode;
      const numbers = features.map(feature => featureColumn(feature, columns[feature.name]));
      const tasks = Array.from({ length }, (_, t) => taskOf(t));
      yield recordBatch(schema, length, [...numbers, plainColumn(STRING, tasks)]);
    }
  } finally {
    await lines.close();
  }
}
