/** `understudy tracks`: the landmarks alone, as one JSON file. */
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { environment } from '../config.ts';
import { SourceError, StoreError } from '../core/errors.ts';
import type { RunEvent } from '../run.ts';
import { expandInputs } from '../sources/resolve.ts';
import { acquire } from '../stages/acquire.ts';
import { perceiveClip, reconstructClip } from '../stages/clip.ts';
import { openStore } from '../store/fs.ts';
import { configFrom, interruptible, perceptionFlags, type SharedFlags } from './options.ts';
import { openProgress } from './progress.ts';
import { tracksJson } from './tracks-json.ts';

export const tracksCommand = (): Command =>
  perceptionFlags(new Command('tracks'))
    .description('write the landmarks of hands and body as JSON')
    .argument('<input>', 'a video: file or http(s) address')
    .requiredOption('--out <file>', 'JSON file to write')
    .action(async (input: string, flags: SharedFlags & { out: string }) => {
      const config = configFrom(flags);
      const { items, faults } = await expandInputs([input]);
      if (faults.length > 0) throw faults[0].error;
      if (items.length !== 1)
        throw new SourceError(`${input} names ${items.length} videos; tracks takes one video at a time`);
      const progress = openProgress(false, environment.isTerminal());
      const context = {
        store: await openStore(path.join(config.cacheDir, 'artifacts')),
        config,
        signal: interruptible(),
        report: (
          stage: Extract<RunEvent, { event: 'stage' }>['stage'],
          state: { done: number; total: number; cached?: boolean },
        ) => progress.on({ event: 'stage', stage, source: path.basename(input), cached: false, ...state }),
      };
      try {
        const media = await acquire(context, items[0]);
        const perceived = await perceiveClip(context, media);
        const { dir } = await reconstructClip(context, perceived);
        await replaceFile(flags.out, await tracksJson(perceived, dir));
      } finally {
        progress.stop();
      }
    });

/** Whole or not at all. */
async function replaceFile(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}.partial`;
  try {
    await writeFile(draft, text);
    await rename(draft, file);
  } catch (error) {
    throw new StoreError(`${file} cannot be written (${(error as NodeJS.ErrnoException).code})`, error);
  }
}
