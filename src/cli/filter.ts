/** `understudy filter`: the episodes of a dataset that meet a condition, as a dataset of their own. */
import path from 'node:path';
import { Command } from 'commander';
import { ConfigError } from '../core/errors.ts';
import { openDataset } from '../dataset/open.ts';
import { parseWhere } from '../dataset/where.ts';
import { ASSESSED_NAMES, assessDataset } from '../stages/assess.ts';
import { rewriteDataset } from '../stages/rewrite.ts';
import { VERSION } from '../version.ts';
import { say } from './say.ts';

interface FilterFlags {
  where?: string;
  duplicates: boolean;
  out: string;
}

export const filterCommand = (): Command =>
  new Command('filter')
    .description('write the episodes that meet a condition as a dataset of their own')
    .argument('<dir>', 'a LeRobot dataset of version 3.0')
    .option('--where <condition>', 'for example "quality >= 0.8 and task like \'%pour%\'"')
    .option('--no-duplicates', 'leave out episodes that repeat an earlier one')
    .requiredOption('--out <dir>', 'folder of the new dataset')
    .action(async (dir: string, { where, duplicates, out }: FilterFlags) => {
      const holds = where === undefined ? () => true : parseWhere(where, ASSESSED_NAMES);
      if (path.resolve(dir) === path.resolve(out))
        throw new ConfigError('--out is the dataset itself: choose another folder');
      const dataset = await openDataset(dir);
      const episodes = await assessDataset(dataset);
      const reasonOf = (episode: (typeof episodes)[number]): string | null => {
        if (!holds(episode)) return `filter: ${where}`;
        if (duplicates || episode.duplicateOf === null) return null;
        return `repeats episode ${episode.duplicateOf}`;
      };
      const left = episodes.filter(episode => reasonOf(episode) !== null);
      const keep = episodes.filter(episode => reasonOf(episode) === null).map(({ index }) => index);
      const rows = left.map(episode => ({
        source: episode.source ?? `${dir}, episode ${episode.index}`,
        startS: episode.startS,
        endS: episode.endS,
        kind: 'rejected',
        reason: reasonOf(episode)!,
      }));
      const written = await rewriteDataset({
        dataset,
        dir,
        out,
        keep,
        rejected: present => [...present, ...rows],
        forget: new Set(),
        understudy: VERSION,
      });
      say(`${out}: ${written.episodes} of ${episodes.length} episode(s), ${written.frames} frames`);
    });
