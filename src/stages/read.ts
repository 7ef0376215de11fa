/** The work on pixels of perception, as jobs of a media process: reading a part of a video, and second looks. */
import { loadEstimator } from '../../models/estimators/registry.ts';
import type { Estimator } from '../../models/estimators/types.ts';
import type { ModelFile } from '../core/artifacts.ts';
import type { FrameReading } from '../core/readings.ts';
import { openFrames } from '../video/frames.ts';
import { type FollowHandArgs, type FoundHand, followHand } from './look-again.ts';
import { type FollowBodyArgs, type FoundBody, followBody } from './look-again-bodies.ts';
import type { Report } from './process.ts';
import { markCuts, withChange } from './shots.ts';
import { stopWalking } from './walk.ts';

/** Which engine reads. */
export interface EngineArgs {
  estimator: string;
  handModel: 'lite' | 'full';
  bodyModel: 'lite' | 'full' | 'heavy';
  /** JSON files of the user's own landmark networks, if any. */
  handNetwork?: string | null;
  bodyNetwork?: string | null;
  /** What those files hold: another network under the same name is another engine. */
  own?: object;
  /** Folder of the converted networks. */
  cacheDir: string;
}

export interface ReadArgs extends EngineArgs {
  path: string;
  fps: number;
  /** Of the frames that are read, px: no more than the video's own. */
  width: number;
  /** Frames [start, end) of the video's grid; end null: to the end of the video. */
  start: number;
  end: number | null;
  /** Frames before `start` that are read for the tracker to settle, and not reported. */
  warmUp: number;
}

export interface ReadResult {
  /** One per frame from `start`; fewer than asked where the video ends. */
  readings: FrameReading[];
  /** Frames of the grid that begin another shot. */
  cuts: number[];
  /** One per reading: Perception.pictureChange. */
  changes: number[];
  models: ModelFile[];
}

/** Engines that this process has loaded: the next job uses them again. */
const engines = new Map<string, Promise<Estimator>>();

function engine(args: EngineArgs): Promise<Estimator> {
  const { estimator, handModel, bodyModel, handNetwork, bodyNetwork, own, cacheDir } = args;
  const key = JSON.stringify([estimator, handModel, bodyModel, handNetwork, bodyNetwork, own, cacheDir]);
  const known = engines.get(key);
  if (known) return known;
  const options = { cacheDir, hand: handModel, body: bodyModel, handNetwork, bodyNetwork };
  const loaded = loadEstimator(estimator, options);
  engines.set(key, loaded);
  // The next job may find what was missing: room on the disk, say.
  loaded.catch(() => engines.delete(key));
  return loaded;
}

export async function readFrames(args: ReadArgs, report: Report): Promise<ReadResult> {
  const { path, fps, width, start, end, warmUp } = args;
  const estimator = await engine(args);
  estimator.reset();
  await stopWalking();
  const readings: FrameReading[] = [];
  const cuts: number[] = [];
  const changes: number[] = [];
  const frames = openFrames(path, {
    fps,
    width,
    startS: Math.max(0, start - warmUp) / fps,
    // One frame more: whether the last one begins a shot shows in what follows it.
    endS: end === null ? undefined : (end + 1) / fps,
  });
  for await (const { index, timeS, frame, cut, change } of markCuts(withChange(frames, fps))) {
    if (end !== null && index >= end) break;
    if (cut) {
      if (index >= start) cuts.push(index);
      await estimator.complete?.();
      estimator.reset();
    }
    const reading = await estimator.estimate(frame, timeS);
    if (index < start) continue;
    readings.push(reading);
    changes.push(change);
    report(readings.length, end === null ? readings.length + 1 : end - start);
  }
  await estimator.complete?.();
  return { readings, cuts, changes, models: [...estimator.models] };
}

export const followHandIn = async (
  { engine: which, ...args }: FollowHandArgs & { engine: EngineArgs },
  report: Report,
): Promise<FoundHand[]> => {
  let done = 0;
  const looks = args.thorough ? 2 : 1;
  const frames = looks * args.ways.reduce((sum, { start, end }) => sum + end - start, 0);
  return followHand(await engine(which), args, () => report(++done, frames));
};

export const followBodyIn = async (
  { engine: which, ...args }: FollowBodyArgs & { engine: EngineArgs },
  report: Report,
): Promise<{ found: FoundBody[]; models: ModelFile[] }> => {
  let done = 0;
  const estimator = await engine(which);
  const found = await followBody(estimator, args, () => report(++done, args.way.end - args.way.start));
  // What was loaded for another video and found nothing here is not what this one was made with.
  return { found, models: found.length > 0 ? [...(estimator.carefulModels ?? [])] : [] };
};
