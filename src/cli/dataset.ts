/** `understudy dataset build`: a dataset of the catalogue's episodes. */
import { Command } from 'commander';
import { loadConfig, storeAccess } from '../config.ts';
import { type BuildResult, buildDataset } from '../stages/build.ts';
import { openCatalogue } from '../store/catalogue.ts';
import { openPresentStore } from '../store/open.ts';
import { interruptible } from './options.ts';
import { say, sayJson } from './say.ts';

interface BuildFlags {
  where: string;
  out: string;
  store?: string;
  json?: boolean;
  cache?: string;
  config?: string;
}

export const datasetCommand = (): Command =>
  new Command('dataset')
    .description('datasets of the episodes that a store’s catalogue has')
    .addCommand(
      new Command('build')
        .description('make a dataset of the episodes that meet a condition, or bring it up to date')
        .requiredOption('--out <dir>', 'folder of the dataset: absent, empty, or a dataset of ours')
        .option(
          '--where <condition>',
          'which episodes, such as "quality > 0.7 and task like \'%pour%\'" (default all but the rejected)',
          '',
        )
        .option('--store <address>', 'a folder or s3://bucket/prefix (default in the cache folder)')
        .option('--json', 'one JSON object instead of lines')
        .option('--cache <dir>', 'the cache folder (default ~/.cache/understudy)')
        .option('--config <file>', 'JSON file with settings')
        .action(build)
        .exitOverride(),
    );

async function build({ where, out, store: address, json, cache, config: file }: BuildFlags): Promise<void> {
  const config = loadConfig({ store: address, cacheDir: cache }, file);
  const store = await openPresentStore(config.store, storeAccess(config));
  const catalogue = openCatalogue(store.documents);
  const result = await buildDataset({ store, catalogue, where, out, signal: interruptible() });
  if (json) sayJson(result);
  else say(summary(result));
}

function summary({ out, written, episodes, frames, added, removed, left }: BuildResult): string {
  const counts = new Map<string, number>();
  for (const { kind } of left) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const changes = [`${added} new`, ...(removed > 0 ? [`${removed} taken out`] : [])].join(', ');
  return [
    `${episodes} episode(s), ${frames} frames in ${out} (${written ? changes : 'already there'})`,
    ...[...counts].map(([kind, n]) => `${n} left out: ${KINDS[kind] ?? kind}; see ${out}/rejected.jsonl`),
  ].join('\n');
}

const KINDS: Record<string, string> = {
  review: 'rejected by a review',
  duplicate: 'the same part of a source again',
};
