/** `understudy tracks`: the landmarks alone, as one JSON file. */
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import { environment, storeAccess } from '../config.ts';
import { SourceError, StoreError } from '../core/errors.ts';
import { storeFault } from '../core/faults.ts';
import { checkWritable } from '../dataset/writable.ts';
import { expandInputs } from '../sources/resolve.ts';
import { MediaPool } from '../stages/process.ts';
import type { StageContext } from '../stages/stage.ts';
import { trackVideo } from '../stages/tracks.ts';
import { openStore } from '../store/open.ts';
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
      await checkFile(flags.out);
      const { items, faults } = await expandInputs([input]);
      if (faults.length > 0) throw faults[0].error;
      if (items.length !== 1)
        throw new SourceError(`${input} names ${items.length} videos; tracks takes one video at a time`);
      const progress = openProgress(false, environment.isTerminal());
      const source = path.basename(input);
      const context: StageContext = {
        store: await openStore(config.store, storeAccess(config)),
        config,
        media: new MediaPool(config.workers),
        signal: interruptible(),
        report: (stage, { done, total, cached = false }) =>
          progress.on({ event: 'stage', stage, source, done, total, cached }),
      };
      try {
        await replaceFile(flags.out, tracksJson(await trackVideo(context, items[0])));
      } finally {
        context.media.close();
        progress.stop();
      }
    });

/** Throws StoreError when no file can be written there. */
async function checkFile(file: string): Promise<void> {
  await checkWritable(path.dirname(path.resolve(file)));
  if ((await stat(file).catch(() => null))?.isDirectory())
    throw new StoreError(`${file} is a folder: name a file, such as ${path.join(file, 'tracks.json')}`);
}

/** Whole or not at all. */
async function replaceFile(file: string, text: AsyncIterable<string>): Promise<void> {
  const draft = `${file}.${process.pid}.partial`;
  try {
    await mkdir(path.dirname(path.resolve(file)), { recursive: true });
    await pipeline(text, createWriteStream(draft));
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw storeFault(file, error);
  }
}
