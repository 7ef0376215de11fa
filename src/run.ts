/** The whole way of many videos in this process, without a queue: inputs in, one dataset out. */
import path from 'node:path';
import { ESTIMATOR_NAMES } from '../models/estimators/registry.ts';
import { type Config, storeAccess } from './config.ts';
import type { EpisodeRecord } from './core/episode.ts';
import { isUnderstudyError, type UnderstudyError, UnknownNameError } from './core/errors.ts';
import type { RobotModel } from './core/robot.ts';
import { checkDestination } from './dataset/publish.ts';
import type { Rejected } from './dataset/rejected.ts';
import type { SourceItem } from './sources/item.ts';
import { expandInputs } from './sources/resolve.ts';
import { withoutPassword } from './sources/told.ts';
import { emit } from './stages/emit.ts';
import { MediaPool } from './stages/process.ts';
import { loadRobots } from './stages/robots.ts';
import type { StageContext, StageName } from './stages/stage.ts';
import { processVideo } from './stages/video.ts';
import { openStore } from './store/open.ts';
import { VERSION } from './version.ts';

/** What happens, as it happens. */
export type RunEvent =
  | { event: 'stage'; stage: StageName; source: string; done: number; total: number; cached: boolean }
  | { event: 'episode'; source: string; startS: number; endS: number; task: string; robot: string }
  | { event: 'rejected'; source: string; startS: number | null; endS: number | null; reason: string }
  | { event: 'failed'; source: string; tag: string; message: string }
  | { event: 'done'; out: string; episodes: number; rejected: number; failed: number; written: boolean };

export interface RunRequest {
  /** Files, folders, http(s) addresses, lists (.txt, .csv, .jsonl). */
  inputs: readonly string[];
  /**
   * Folder of the dataset: absent, empty, or a dataset of ours made from (some of) the same sources.
   * With several robots, each has its dataset in a folder of its name in here.
   */
  out: string;
  config: Config;
  signal?: AbortSignal;
  on?: (event: RunEvent) => void;
}

export interface RunResult {
  out: string;
  episodes: readonly EpisodeRecord[];
  rejected: readonly Rejected[];
  /** Inputs that could not be used, each with its tagged error. */
  failed: readonly { source: string; tag: string; message: string }[];
  /** false: the dataset was already there, or no input could be used. */
  written: boolean;
}

/**
 * Bad inputs are reported and left out, the others are done. Finished stages are kept: a second run, or one
 * after a crash, goes on from there.
 * @throws UnknownNameError for robot or estimator; DatasetError for `out`; the signal's reason when aborted.
 */
export async function run({
  inputs,
  out,
  config,
  signal,
  on = () => undefined,
}: RunRequest): Promise<RunResult> {
  const robots = await loadRobots(config);
  if (!ESTIMATOR_NAMES.includes(config.estimator))
    throw new UnknownNameError('estimator', config.estimator, ESTIMATOR_NAMES);
  const destination = ({ name }: RobotModel) => (robots.length === 1 ? out : path.join(out, name));
  for (const robot of robots) await checkDestination(destination(robot));
  const store = await openStore(config.store, storeAccess(config));
  const episodes: EpisodeRecord[] = [];
  const rejected: Rejected[] = [];
  const failed: { source: string; tag: string; message: string }[] = [];
  const sources: string[] = [];

  const fail = (source: string, { tag, message }: UnderstudyError) => {
    failed.push({ source, tag, message });
    rejected.push({ source: withoutPassword(source), startS: null, endS: null, kind: tag, reason: message });
    on({ event: 'failed', source, tag, message });
  };

  const { items, faults } = await expandInputs(inputs);
  for (const { source, error } of faults) fail(source, error);
  const media = new MediaPool(config.workers);
  const work = async (item: SourceItem) => {
    const context: StageContext = {
      store,
      config,
      media,
      signal,
      report: (stage, { done, total, cached = false }) =>
        on({ event: 'stage', stage, source: item.address, done, total, cached }),
    };
    try {
      const found = await processVideo(context, item, robots);
      sources.push(found.id);
      for (const { startS, endS, task, robot } of found.episodes)
        on({ event: 'episode', source: item.address, startS, endS, task, robot });
      for (const { source, startS, endS, reason } of found.rejected)
        on({ event: 'rejected', source, startS, endS, reason });
      episodes.push(...found.episodes);
      rejected.push(...found.rejected);
    } catch (error) {
      signal?.throwIfAborted();
      if (!isUnderstudyError(error) || error.tag === 'StoreError') throw error;
      fail(item.address, error);
    }
  };
  try {
    for (const item of items) await work(item);
  } finally {
    media.close();
  }

  let written = false;
  for (const robot of sources.length > 0 ? robots : []) {
    const emission = {
      out: path.resolve(destination(robot)),
      robot,
      episodes: episodes.filter(episode => episode.robot === robot.name),
      rejected: rejected.filter(one => !one.robot || one.robot === robot.name),
      sources,
      understudy: VERSION,
    };
    written = (await emit(store, config, emission)).written || written;
  }
  on({
    event: 'done',
    out,
    episodes: episodes.length,
    rejected: rejected.length - failed.length,
    failed: failed.length,
    written,
  });
  return { out, episodes, rejected, failed, written };
}
