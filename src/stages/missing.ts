/**
 * What a walk through a video's stages that only looks finds missing: the tasks to be done before it can go on. Looking
 * is the same code as doing, so both agree on what there is to do.
 */
import type { Task } from './task.ts';

export interface MissingResult {
  /** Key of the result in the store. */
  key: string;
  /** What makes it. */
  task: Task;
}

/** Thrown by `staged` where nothing may be made: the result `key` is not in the store. */
export class NotMade extends Error {
  readonly key: string;

  constructor(key: string) {
    super(`result ${key} is not in the store, and nothing is made here`);
    this.key = key;
  }
}

/** All that can be done now towards the result of a walk. */
export class MissingResults extends Error {
  readonly results: readonly MissingResult[];

  constructor(results: readonly MissingResult[]) {
    super(`${results.length} results are missing`);
    this.results = results;
  }
}

/** `work`, whose first missing result `task` would make. */
export async function step<T>(task: Task, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof NotMade ? new MissingResults([{ key: error.key, task }]) : error;
  }
}

/** `work` on each item, in order. What is missing for one does not keep the others from being looked at. */
export async function each<I, O>(items: readonly I[], work: (item: I) => Promise<O>): Promise<O[]> {
  const done: O[] = [];
  const missing: MissingResult[] = [];
  for (const item of items)
    try {
      done.push(await work(item));
    } catch (error) {
      if (!(error instanceof MissingResults)) throw error;
      missing.push(...error.results);
    }
  if (missing.length > 0) throw new MissingResults(missing);
  return done;
}
