/**
 * A stage is a pure function of its input artifacts and its own slice of the configuration. Its result is
 * found under a key made of exactly those, so a rerun is free and a crash loses one stage.
 */
import type { Config } from '../config.ts';
import type { Store } from '../store/store.ts';
import { NotMade } from './missing.ts';
import type { MediaPool } from './process.ts';

export type StageName = 'acquire' | 'perceive' | 'reconstruct' | 'retarget' | 'film' | 'preview' | 'shard';

/** What every stage is given. */
export interface StageContext {
  store: Store;
  config: Config;
  /** Where media is decoded and read. */
  media: MediaPool;
  signal?: AbortSignal;
  /** Nothing is made: a result that is not there is a `NotMade`. */
  lookOnly?: boolean;
  /** Frames (bytes for acquire) done of an expected total; `cached` when nothing had to be done. */
  report(stage: StageName, progress: { done: number; total: number; cached?: boolean }): void;
}

export interface StageKey {
  name: StageName;
  /** Raised when the stage's code gives another result for the same input. */
  version: number;
  /** The slice of the configuration that decides the result. */
  config: unknown;
  /** Digests or keys of the inputs. */
  inputs: readonly string[];
}

/** The folder of a stage's result, made by `write` unless it is there. */
export async function staged(
  context: StageContext,
  { name, version, config, inputs }: StageKey,
  write: (dir: string, key: string) => Promise<void>,
): Promise<{ key: string; dir: string }> {
  const key = context.store.key(name, version, config, inputs);
  const found = await context.store.get(key);
  if (found) {
    context.report(name, { done: 1, total: 1, cached: true });
    return { key, dir: found };
  }
  if (context.lookOnly) throw new NotMade(key);
  context.signal?.throwIfAborted();
  const { dir } = await context.store.put(key, { stage: name, version, config, inputs }, folder =>
    write(folder, key),
  );
  return { key, dir };
}
