/**
 * Media → landmark tracks: read every frame, then for each shot judge the body, decide whose hand is whose, and
 * look again where the body or a hand is missing. Nothing is followed across a scene cut.
 *
 * Pixels are read in media processes, a part of the video each. The parts are the same however many processes
 * there are, and so is the result. What is decided over the whole clip is decided here.
 */
import type { ModelFile, Tracks } from '../core/artifacts.ts';
import type { FrameReading, HandReading } from '../core/readings.ts';
import type { Side } from '../core/skeletons.ts';
import type { View } from '../core/types.ts';
import { identifyHands } from '../motion/identity.ts';
import { type BodyJudgement, judgeBody, judgeClip, type Size } from '../motion/view.ts';
import { frameAt } from '../video/grid.ts';
import { bodyTrack, handTrack } from './landmark-tracks.ts';
import { lookAgain } from './look-again.ts';
import { lookAgainForBodies } from './look-again-bodies.ts';
import type { JobOptions, MediaPool } from './process.ts';
import type { EngineArgs, ReadResult } from './read.ts';

/** Longest part, s: long against its warm-up, short enough to keep many processes busy to the end of a long video. */
const PART_S = 6;
/** A video as short as this is read in one piece, s. */
const WHOLE_S = 2;
/**
 * Frames are read no larger than this along their longer side, px: hands at work fill the networks' 224 px even so, and
 * a region of a larger picture would be sampled with gaps.
 */
const LONGEST_SIDE = 1920;
/** The tracker settles within this time, s: a body and both hands are found in its first frames. */
const WARM_UP_S = 0.2;
/** Frames before a cut that show it; see motion/cuts.ts. */
const CUT_FRAMES = 2;

export interface PerceiveRequest {
  path: string;
  /** Upright size, px. */
  width: number;
  height: number;
  fps: number;
  startS: number;
  /** null: to the end. */
  endS: number | null;
  /** As the file declares it; the frames themselves decide. */
  durationS: number;
  view: View | 'auto';
  engine: EngineArgs;
}

/**
 * Of a span that lies outside of the video: no frame.
 * @throws what the first of its jobs to fail throws; the others are stopped
 */
export async function perceive(
  request: PerceiveRequest,
  media: MediaPool,
  { report, signal }: JobOptions,
): Promise<{ tracks: Tracks; models: ModelFile[] }> {
  const over = new AbortController();
  const stop = AbortSignal.any(signal ? [signal, over.signal] : [over.signal]);
  try {
    return await perceiveSpan(request, media, { report, signal: stop });
  } finally {
    // Where one job failed, the others would go on ahead of the next video, for nobody.
    over.abort();
  }
}

async function perceiveSpan(
  request: PerceiveRequest,
  media: MediaPool,
  { report = () => undefined, signal }: JobOptions,
): Promise<{ tracks: Tracks; models: ModelFile[] }> {
  const working = { ...request, ...workingSize(request) };
  const models = new Map<string, ModelFile>();
  const know = (some: readonly ModelFile[]) => {
    for (const model of some) models.set(model.sha256, model);
  };
  const { readings, firstFrame, cuts, changes } = await readParts(working, media, know, { report, signal });
  const shots: Shot[] = [];
  for (const [i, start] of [0, ...cuts].entries()) {
    const shot = { readings: readings.slice(start, cuts[i]), firstFrame: firstFrame + start };
    shots.push(await perceiveShot(working, shot, media, know, signal));
  }
  const { credible, view, reason } = judgeClip(shots.map(shot => shot.judgement));
  const hands = {
    left: shots.flatMap(shot => shot.hands.left),
    right: shots.flatMap(shot => shot.hands.right),
  };
  report(readings.length, readings.length);
  const enlarged = request.width / working.width;
  return {
    tracks: {
      view,
      viewReason: `${reason}${otherPeople(readings, credible)}`,
      firstFrame,
      frames: readings.length,
      left: handTrack('left', hands.left, enlarged),
      right: handTrack('right', hands.right, enlarged),
      body: bodyTrack(readings, credible, hands, enlarged),
      pictureChange: Float32Array.from(changes),
      ...(cuts.length > 0 && { cuts }),
    },
    models: [...models.values()],
  };
}

/** Says that there was a choice, and how it was made. */
function otherPeople(readings: readonly FrameReading[], credible: Uint8Array): string {
  const people = readings.reduce((most, one, t) => (credible[t] ? Math.max(most, one.people ?? 1) : most), 1);
  return people > 1
    ? `; of ${people} people the one whose hands are seen, or else the nearest, is followed`
    : '';
}

/** Size at which the frames are read, px: the upright size, or less; the rounding is that of video/frames.ts. */
function workingSize({ width, height }: Size): Size {
  const share = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  const smaller = Math.round(share * width);
  return { width: smaller, height: Math.round((height * smaller) / width) };
}

/** The first pass over every frame. `cuts` count from the first reading. */
async function readParts(
  { path, fps, width, startS, endS, durationS, engine }: PerceiveRequest,
  media: MediaPool,
  know: (models: readonly ModelFile[]) => void,
  { report, signal }: Required<Pick<JobOptions, 'report'>> & JobOptions,
): Promise<{ readings: FrameReading[]; firstFrame: number; cuts: number[]; changes: number[] }> {
  const firstFrame = frameAt(startS, fps);
  const asked = endS === null ? null : Math.max(firstFrame + 1, frameAt(endS, fps));
  // What is asked for beyond the video is no parts' work.
  const expected = Math.max(firstFrame + 1, Math.min(asked ?? Infinity, frameAt(durationS, fps)));
  const warmUp = Math.max(CUT_FRAMES, Math.round(WARM_UP_S * fps));
  const starts = partStarts(firstFrame, expected, fps);
  const done = new Array<number>(starts.length).fill(0);
  const parts: ReadResult[] = await Promise.all(
    starts.map((start, i) => {
      const last = i === starts.length - 1;
      const end = last ? asked : starts[i + 1];
      return media.run(
        'read',
        { ...engine, path, fps, width, start, end, warmUp },
        {
          signal,
          report: frames => {
            done[i] = frames;
            const sum = done.reduce((a, b) => a + b, 0);
            report(sum, Math.max(expected - firstFrame, sum + 1));
          },
        },
      );
    }),
  );
  for (const { models } of parts) know(models);
  return {
    readings: parts.flatMap(({ readings }) => readings),
    firstFrame,
    // A shot that begins with the span is its first.
    cuts: parts.flatMap(({ cuts }) => cuts.map(cut => cut - firstFrame)).filter(cut => cut > 0),
    changes: parts.flatMap(({ changes }) => changes),
  };
}

/**
 * First frames of the parts of [start, end): an even number of equal ones, so that two processes, or four, end
 * together; the same ones for any number of processes.
 */
export function partStarts(start: number, end: number, fps: number): number[] {
  const frames = end - start;
  const count = frames <= WHOLE_S * fps ? 1 : 2 * Math.ceil(frames / (2 * PART_S * fps));
  return Array.from({ length: count }, (_, i) => start + Math.round((i * frames) / count));
}

interface Shot {
  judgement: BodyJudgement;
  /** Per side, one entry per frame of the shot. */
  hands: Record<Side, (HandReading | null)[]>;
}

/** @param shot its readings, which gain what the second looks find; frame 0 is `firstFrame` of the video */
async function perceiveShot(
  { path, fps, width, height, view, engine }: PerceiveRequest,
  { readings, firstFrame }: { readings: FrameReading[]; firstFrame: number },
  media: MediaPool,
  know: (models: readonly ModelFile[]) => void,
  signal?: AbortSignal,
): Promise<Shot> {
  const size = { width, height };
  const grid = { fps, firstFrame, width };
  await lookAgainForBodies(path, grid, readings, judgeBody(readings, size, view), size, async args => {
    const { found, models } = await media.run('followBody', { ...args, engine }, { signal });
    know(models);
    return found;
  });
  const judgement = judgeBody(readings, size, view);
  const { credible } = judgement;
  const first = identifyHands(readings, credible, width);
  await lookAgain(path, grid, readings, credible, first, args =>
    media.run('followHand', { ...args, engine }, { signal }),
  );
  return { judgement, hands: identifyHands(readings, credible, width) };
}
