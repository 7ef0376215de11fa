/** `understudy remove`: takedown. A dataset without the episodes of a source, in its own place. */
import path from 'node:path';
import { Command } from 'commander';
import { DatasetError } from '../core/errors.ts';
import { readMarker } from '../dataset/marker.ts';
import { openDataset } from '../dataset/open.ts';
import { rewriteDataset } from '../stages/rewrite.ts';
import { VERSION } from '../version.ts';
import { say } from './say.ts';

export const removeCommand = (): Command =>
  new Command('remove')
    .description('rewrite a dataset without everything that comes from a source')
    .argument('<dir>', 'a dataset of ours')
    .requiredOption('--source <address>', 'the source as it was given, or the SHA-256 of its media')
    .action(async (dir: string, { source }: { source: string }) => {
      if ((await readMarker(dir)) === null)
        throw new DatasetError(
          `${dir} has no meta/understudy.json: only a dataset of ours can be rewritten in its place; filter any other to a new folder`,
        );
      const dataset = await openDataset(dir);
      const keep: number[] = [];
      // Of a file, the dataset has the absolute path.
      const addresses = new Set<unknown>([source, path.resolve(source)]);
      const hashes = new Set<string>();
      for (const { index } of dataset.episodes) {
        const extra = await dataset.extra(index);
        const [address, sha256] = [extra['source'], String(extra['source_sha256'])];
        if (!addresses.has(address) && sha256 !== source.toLowerCase()) continue;
        hashes.add(sha256);
      }
      if (hashes.size === 0)
        throw new DatasetError(
          `no episode of ${dir} comes from ${source}; \`understudy trace\` says where one comes from`,
        );
      // The same media under another address is the same source.
      for (const { index } of dataset.episodes) {
        const extra = await dataset.extra(index);
        if (hashes.has(String(extra['source_sha256']))) addresses.add(extra['source']);
        else keep.push(index);
      }
      if (keep.length === 0)
        throw new DatasetError(
          `all of ${dir} comes from ${source}; LeRobot reads no empty dataset: delete the folder instead`,
        );
      await rewriteDataset({
        dataset,
        dir,
        out: dir,
        keep,
        rejected: present => present.filter(row => !addresses.has(row.source)),
        forget: hashes,
        understudy: VERSION,
      });
      say(`${dir}: ${dataset.episodes.length - keep.length} episode(s) removed, ${keep.length} left`);
    });
