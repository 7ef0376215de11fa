/** What becomes of mutated videos: each is probed, and where that works decoded whole and encoded again. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isUnderstudyError } from '../../src/core/errors.ts';
import { MediaPool } from '../../src/stages/process.ts';
import { mutant } from './mutate.ts';

export interface Fate {
  seed: number;
  /** 'decoded', the tag of the error, 'too slow', 'process ended', or 'defect': an error that is none of ours. */
  fate: string;
  message: string;
}

/** Longest time for one file, s. */
const PATIENCE_S = 30;
/** Frames are read up to here: a broken file may claim years. */
const LONGEST_S = 10;

/** @param videos whole files, which are mutated in turn */
export async function fatesOf(
  videos: readonly string[],
  seeds: Iterable<number>,
  folder: string,
  onFate: (fate: Fate) => void = () => undefined,
): Promise<Fate[]> {
  const originals = await Promise.all(videos.map(video => readFile(video)));
  const media = new MediaPool(2);
  const waiting = [...seeds];
  const fates: Fate[] = [];
  const worker = async () => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      const which = seed % videos.length;
      const file = path.join(folder, `mutant-${seed}${path.extname(videos[which])}`);
      await writeFile(file, mutant(originals[which], seed));
      const fate = { seed, ...(await fateOf(media, file, `${file}.film`)) };
      await rm(file);
      await rm(`${file}.film`, { recursive: true, force: true });
      fates.push(fate);
      onFate(fate);
    }
  };
  try {
    await Promise.all([worker(), worker()]);
  } finally {
    media.close();
  }
  return fates.sort((a, b) => a.seed - b.seed);
}

async function fateOf(media: MediaPool, file: string, dir: string): Promise<Omit<Fate, 'seed'>> {
  const signal = AbortSignal.timeout(PATIENCE_S * 1000);
  try {
    const { width, height, durationS } = await media.run('probe', { path: file }, { signal });
    const size = { width, height, filmWidth: 64, filmHeight: 48 };
    const end = Math.max(1, Math.ceil(Math.min(durationS, LONGEST_S) * 10));
    await media.run('film', { path: file, dir, ...size, fps: 10, start: 0, end, codec: 'h264' }, { signal });
    return { fate: 'decoded', message: '' };
  } catch (error) {
    const { message, stack } = error as Error;
    if (signal.aborted) return { fate: 'too slow', message };
    if (!isUnderstudyError(error) || error.tag === 'Error')
      return { fate: 'defect', message: stack ?? message };
    return { fate: /process ended/.test(message) ? 'process ended' : error.tag, message };
  }
}
