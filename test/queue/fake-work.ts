/**
 * Videos of the tests of the queue: the address says which stages there are and what happens in each, and results are
 * empty files. Everything between is the real thing.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { QUEUES } from '../../queue/names.ts';
import type { OpenQueue } from '../../queue/open.ts';
import { loadConfig } from '../../src/config.ts';
import { MediaError, StoreError } from '../../src/core/errors.ts';
import { MissingResults } from '../../src/stages/missing.ts';
import type { VideoWork } from '../../workers/setting.ts';
import { type RunningWorker, startWorker } from '../../workers/start.ts';

export interface FakeStage {
  stage: 'acquire' | 'perceive' | 'reconstruct' | 'retarget' | 'emit';
  /** Of the result; the same key is the same work. */
  key: string;
  ms?: number;
  /** It ends only after `openGate` of its key. */
  gate?: boolean;
  /** So many first tries end in a StoreError, which may be tried again. */
  failures?: number;
  /** Ends in a MediaError, which may not. */
  broken?: boolean;
}

export const fakeVideo = (...stages: FakeStage[]): string => JSON.stringify(stages);
const stagesOf = (address: string) => JSON.parse(address) as FakeStage[];

/** What was begun and what was done, as lines `begin <key>` and `done <key>`, by all processes on `folder`. */
export const historyOf = (folder: string): string[] =>
  existsSync(path.join(folder, 'history'))
    ? readFileSync(path.join(folder, 'history'), 'utf8').trim().split('\n')
    : [];

/** Lets a stage with a gate end. */
export const openGate = (folder: string, key: string): void =>
  writeFileSync(path.join(folder, `${key}.open`), '');

export function fakeWork(folder: string): VideoWork {
  mkdirSync(folder, { recursive: true });
  const note = (line: string) => appendFileSync(path.join(folder, 'history'), `${line}\n`);
  const made = (key: string) => existsSync(path.join(folder, key));
  return {
    async walk(_context, item) {
      for (const { stage, key } of stagesOf(item.address))
        if (!made(key)) throw new MissingResults([{ key, task: { stage, item } as never }]);
      return { id: 'media', episodes: [], rejected: [{ ...REJECTED, source: item.address }] };
    },
    async perform(context, { stage, item }) {
      const now = stagesOf(item.address).find(one => one.stage === stage && !made(one.key));
      if (!now) return null;
      const { key, ms = 0, gate, failures = 0, broken } = now;
      note(`begin ${key}`);
      context.report(stage === 'emit' ? 'shard' : stage, { done: 1, total: 2 });
      do await sleep(ms, null, { signal: context.signal });
      while (gate && !made(`${key}.open`));
      if (broken) throw new MediaError(`${key} is no video`);
      const begun = historyOf(folder).filter(line => line === `begin ${key}`).length;
      if (begun <= failures) throw new StoreError(`${key}: no space left`);
      writeFileSync(path.join(folder, key), '');
      note(`done ${key}`);
      return null;
    },
  };
}

const REJECTED = { startS: null, endS: null, kind: 'rejected', reason: 'nothing to be seen' };

/** A worker of every queue that does the fake work of `folder`. */
export const startFakeWorker = (
  queue: OpenQueue,
  folder: string,
  concurrency = 2,
  work = fakeWork(folder),
): Promise<RunningWorker> =>
  startWorker({
    queue,
    queues: QUEUES,
    concurrency,
    config: loadConfig({ cacheDir: folder, workers: 1 }),
    memoryBytes: 2 ** 32,
    log: pino({ level: 'silent' }),
    work,
  });
