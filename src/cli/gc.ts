/** `understudy gc`: free the space of what nobody needs any more. */
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { loadConfig, storeAccess } from '../config.ts';
import { storeFault } from '../core/faults.ts';
import { type Collection, collect, planCollection } from '../store/collect.ts';
import { leftovers } from '../store/fs.ts';
import { openPresentStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import { interruptible } from './options.ts';
import { say, sayJson } from './say.ts';

interface GcFlags {
  store?: string;
  keepDays: number;
  delete?: boolean;
  verify?: boolean;
  json?: boolean;
  cache?: string;
  config?: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Uses are recorded to a day: a shorter time would take what is being worked on. */
const LEAST_DAYS = 2;

const days = (text: string) => {
  if (!(Number(text) >= LEAST_DAYS)) throw new InvalidArgumentError(`expected ${LEAST_DAYS} days or more.`);
  return Number(text);
};

export const gcCommand = (): Command =>
  new Command('gc')
    .description('say what in a store nobody needs any more, and remove it with --delete')
    .option('--store <address>', 'a folder or s3://bucket/prefix (default in the cache folder)')
    .option('--keep-days <n>', 'what was used within this time stays', days, 30)
    .option('--delete', 'remove it; without, nothing is changed')
    .option('--verify', 'also read every byte that stays and say what is damaged (exit code 2)')
    .option('--json', 'one JSON object instead of a table')
    .option('--cache <dir>', 'the cache folder (default ~/.cache/understudy)')
    .option('--config <file>', 'JSON file with settings')
    .action(async (flags: GcFlags) => {
      const config = loadConfig({ store: flags.store, cacheDir: flags.cache }, flags.config);
      const signal = interruptible();
      const store = await openPresentStore(config.store, storeAccess(config));
      const plan = await planCollection(store, flags.keepDays * DAY_MS);
      const downloads = await leftovers(
        path.join(config.cacheDir, 'downloads'),
        flags.delete ?? false,
        flags.keepDays * DAY_MS,
      ).catch(error => {
        if (error.code === 'ENOENT') return 0;
        throw storeFault(config.cacheDir, error);
      });
      const gone = flags.delete ? await collect(store, plan, signal) : null;
      const damaged = flags.verify ? await damagedIn(store, signal) : null;
      if (flags.json) sayJson({ ...plan, downloads, gone, damaged });
      else say(report(store, plan, downloads, gone, damaged, flags.keepDays).join('\n'));
      if (plan.lost.length > 0 || (damaged ?? []).length > 0) process.exitCode = 2;
    });

async function damagedIn(store: Store, signal: AbortSignal): Promise<string[]> {
  const faults: string[] = [];
  for await (const { key } of store.artifacts()) {
    signal.throwIfAborted();
    faults.push(...(await store.verify(key)));
  }
  return faults;
}

function report(
  { address }: Store,
  { go, needed, recent, leftovers: drafts, lost }: Collection,
  downloads: number,
  gone: { count: number; bytes: number } | null,
  damaged: readonly string[] | null,
  keepDays: number,
): string[] {
  const stages = new Map<string, { count: number; bytes: number }>();
  for (const { stage, bytes } of go) {
    const sum = stages.get(stage) ?? { count: 0, bytes: 0 };
    stages.set(stage, { count: sum.count + 1, bytes: sum.bytes + bytes });
  }
  const line = (what: string, { count, bytes }: { count: number | null; bytes: number }) =>
    `  ${String(count ?? '').padStart(8)}  ${size(bytes).padStart(10)}  ${what}`;
  return [
    address,
    line('needed by the catalogue or a batch', needed),
    line(`used in the last ${keepDays} days`, recent),
    ...[...stages]
      .sort()
      .map(([stage, sum]) => line(`unneeded results of ${stage || 'an unknown stage'}`, sum)),
    ...(drafts > 0 ? [line('left by crashed writers', { count: null, bytes: drafts })] : []),
    ...(downloads > 0 ? [line('downloads that were given up', { count: null, bytes: downloads })] : []),
    gone
      ? `removed ${gone.count} results, ${size(gone.bytes + downloads)}`
      : go.length + drafts + downloads > 0
        ? `--delete would free ${size(go.reduce((sum, { bytes }) => sum + bytes, drafts + downloads))}`
        : 'nothing to remove',
    ...lost.map(id => `lost: episode ${id} is in the catalogue, its shard is not in the store`),
    ...(damaged ?? []).map(fault => `damaged: ${fault}`),
    ...(damaged?.length === 0 ? ['every byte that stays is as it was written'] : []),
  ];
}

function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 2 ** (10 * power);
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}
