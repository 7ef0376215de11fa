/**
 * What a catalogue and a dataset of many episodes cost: index, pages, build, append, collection; CPU time and memory.
 *
 *   npm run bench -- store [--episodes 2000] [--json]
 *
 * The episodes are real in form and small: 12 frames of three joints with a film, the same files under other keys.
 */
import { cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildDataset } from '../src/stages/build.ts';
import { openCatalogue } from '../src/store/catalogue.ts';
import { planCollection } from '../src/store/collect.ts';
import { openStore } from '../src/store/open.ts';
import { addShard } from '../test/stages/shards.ts';
import { recordOf } from '../test/store/records.ts';

const { values } = parseArgs({
  options: { episodes: { type: 'string', default: '2000' }, json: { type: 'boolean', default: false } },
});
const total = Number(values.episodes);
const late = Math.ceil(total / 20);
const folder = await mkdtemp(path.join(tmpdir(), 'understudy-bench-store-'));
const rows: { what: string; wallS: number; cpuS: number; peakMiB: number }[] = [];

async function measured<T>(what: string, work: () => Promise<T>): Promise<T> {
  globalThis.gc?.();
  let peak = process.memoryUsage.rss();
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 50);
  const [cpu, began] = [process.cpuUsage(), performance.now()];
  try {
    return await work();
  } finally {
    clearInterval(watch);
    const { user, system } = process.cpuUsage(cpu);
    rows.push({
      what,
      wallS: (performance.now() - began) / 1000,
      cpuS: (user + system) / 1e6,
      peakMiB: Math.max(peak, process.memoryUsage.rss()) / 2 ** 20,
    });
  }
}

try {
  const store = await openStore(path.join(folder, 'store'));
  const first = openCatalogue(store.documents);
  const model = await addShard(store, first, 0);
  const files = (await store.get(model.id))!;
  const add = async (i: number) => {
    const record = recordOf(i, {
      robot: model.robot,
      frames: model.frames,
      image: model.image,
      score: (i % 100) / 100,
    });
    await store.put(record.id, { stage: 'shard' }, async dir => {
      await cp(files, dir, { recursive: true });
      await rm(path.join(dir, 'manifest.json'));
      await writeFile(path.join(dir, 'record.json'), JSON.stringify(record));
    });
    await first.add(record);
  };
  await measured(`put ${total} shards and records`, async () => {
    for (let i = 1; i < total; i++) await add(i);
  });
  const catalogue = openCatalogue(store.documents, 0);
  await measured('first index of the catalogue', () => catalogue.list({ limit: 1 }));
  await measured('look for changes, and one page of 50 with a condition', () =>
    catalogue.list({ limit: 50, order: 'score', where: ({ record }) => record.score > 0.5 }),
  );
  const warm = openCatalogue(store.documents);
  await warm.list({ limit: 1 });
  await measured('100 pages of 50 with a condition, from memory', async () => {
    for (let i = 0; i < 100; i++)
      await warm.list({ limit: 50, order: 'score', where: ({ record }) => record.score > 0.5 });
  });
  const out = path.join(folder, 'dataset');
  const request = { store, catalogue, where: '', out };
  await measured(`build a dataset of ${total}`, () => buildDataset(request));
  await measured('build it again: nothing to do', () => buildDataset(request));
  for (let i = total; i < total + late; i++) await add(i);
  await measured(`bring it up to date: ${late} more`, () => buildDataset(request));
  await measured('plan a collection', () => planCollection(store, 24 * 60 * 60 * 1000));
  const { size } = await stat(path.join(out, 'meta/info.json'));
  if (size === 0 || !(await readFile(path.join(out, 'README.md'), 'utf8')))
    throw new Error('no dataset came out');
} finally {
  await rm(folder, { recursive: true, force: true });
}
if (values.json) process.stdout.write(`${JSON.stringify(rows)}\n`);
else
  for (const { what, wallS, cpuS, peakMiB } of rows)
    process.stdout.write(
      `${what.padEnd(55)} ${cpuS.toFixed(2).padStart(8)} s CPU ${wallS.toFixed(2).padStart(8)} s  peak ${Math.round(peakMiB)} MiB\n`,
    );
