/**
 * Media → landmark tracks: read every frame, then for each shot judge the body, decide whose hand is whose, and
 * look again where the body or a hand is missing. Nothing is followed across a scene cut.
 */
import { loadEstimator } from '../../models/estimators/registry.ts';
import type { Estimator } from '../../models/estimators/types.ts';
import { MediaError } from '../core/errors.ts';
import type { FrameReading, HandReading } from '../core/readings.ts';
import { BODY_LANDMARKS, HAND_LANDMARKS, type Side } from '../core/skeletons.ts';
import { type LandmarkTrack, type Perception, SEEN, type View } from '../core/types.ts';
import { identifyHands } from '../motion/identity.ts';
import { jointPixels } from '../motion/joints.ts';
import { type BodyJudgement, judgeBody, judgeClip } from '../motion/view.ts';
import { openFrames } from '../video/frames.ts';
import { writeArtifact } from './artifact.ts';
import { lookAgain } from './look-again.ts';
import { lookAgainForBodies } from './look-again-bodies.ts';
import type { Report } from './process.ts';
import { markCuts } from './shots.ts';

export interface PerceiveArgs {
  path: string;
  /** Folder to leave the artifact 'perception' in. */
  dir: string;
  /** Upright size, px. */
  width: number;
  height: number;
  fps: number;
  startS: number;
  /** null: to the end. */
  endS: number | null;
  /** Frames to expect, for progress only. */
  expectedFrames: number;
  view: View | 'auto';
  estimator: string;
  handModel: 'lite' | 'full';
  bodyModel: 'lite' | 'full' | 'heavy';
  cacheDir: string;
}

/** The perception artifact: tracks without a camera, which is an assumption of a later stage. */
export type Tracks = Omit<Perception, 'camera'> & { firstFrame: number; frames: number };

export async function perceive(args: PerceiveArgs, report: Report): Promise<{ models: unknown }> {
  const estimator = await loadEstimator(args.estimator, {
    cacheDir: args.cacheDir,
    hand: args.handModel,
    body: args.bodyModel,
  });
  try {
    const { readings, firstFrame, cuts } = await readFrames(estimator, args, report);
    const shots: Shot[] = [];
    for (const [i, start] of [0, ...cuts].entries()) {
      const shot = { readings: readings.slice(start, cuts[i]), firstFrame: firstFrame + start };
      shots.push(
        await perceiveShot(estimator, args, shot, () => report(readings.length, readings.length + 1)),
      );
    }
    const { credible, view, reason } = judgeClip(shots.map(shot => shot.judgement));
    const hands = {
      left: shots.flatMap(shot => shot.hands.left),
      right: shots.flatMap(shot => shot.hands.right),
    };
    const tracks: Tracks = {
      view,
      viewReason: reason,
      firstFrame,
      frames: readings.length,
      left: handTrack('left', hands.left),
      right: handTrack('right', hands.right),
      body: bodyTrack(readings, credible, hands),
    };
    await writeArtifact(args.dir, 'tracks', tracks);
    report(readings.length, readings.length);
    return { models: estimator.models };
  } finally {
    await estimator.close();
  }
}

/** The first pass: every frame, the estimator told to forget at each cut. */
async function readFrames(
  estimator: Estimator,
  { path, fps, startS, endS, expectedFrames }: PerceiveArgs,
  report: Report,
): Promise<{ readings: FrameReading[]; firstFrame: number; cuts: number[] }> {
  const readings: FrameReading[] = [];
  const cuts: number[] = [];
  let firstFrame = 0;
  const frames = openFrames(path, { fps, startS, endS: endS ?? undefined });
  for await (const { index, timeS, frame, cut } of markCuts(frames)) {
    if (readings.length === 0) firstFrame = index;
    if (cut) {
      cuts.push(readings.length);
      estimator.reset();
    }
    readings.push(await estimator.estimate(frame, timeS));
    report(readings.length, Math.max(expectedFrames, readings.length + 1));
  }
  if (readings.length === 0)
    throw new MediaError(
      `${path}: no frame between ${startS} s and ${endS ?? 'the end'}; the span lies outside of the video`,
    );
  return { readings, firstFrame, cuts };
}

interface Shot {
  judgement: BodyJudgement;
  /** Per side, one entry per frame of the shot. */
  hands: Record<Side, (HandReading | null)[]>;
}

/** @param shot its readings, which gain what the second looks find; frame 0 is `firstFrame` of the video */
async function perceiveShot(
  estimator: Estimator,
  { path, fps, width, height, view }: PerceiveArgs,
  { readings, firstFrame }: { readings: FrameReading[]; firstFrame: number },
  onFrame: () => void,
): Promise<Shot> {
  const size = { width, height };
  const grid = { fps, firstFrame };
  await lookAgainForBodies(path, grid, estimator, readings, judgeBody(readings, size, view), size, onFrame);
  const judgement = judgeBody(readings, size, view);
  const { credible } = judgement;
  const first = identifyHands(readings, credible, width);
  await lookAgain(path, grid, estimator, readings, credible, first, onFrame);
  return { judgement, hands: identifyHands(readings, credible, width) };
}

function emptyTrack(skeleton: 'hand' | 'body', side: Side | null, frames: number): LandmarkTrack {
  const points = skeleton === 'hand' ? HAND_LANDMARKS : BODY_LANDMARKS;
  return {
    skeleton,
    side,
    frame: 'local',
    pixels: new Float32Array(frames * points * 2),
    positions: new Float32Array(frames * points * 3),
    confidence: new Float32Array(frames),
    visibility: skeleton === 'body' ? new Float32Array(frames * points) : null,
    state: new Uint8Array(frames),
  };
}

function handTrack(side: Side, hands: readonly (HandReading | null)[]): LandmarkTrack {
  const track = emptyTrack('hand', side, hands.length);
  for (const [t, hand] of hands.entries()) {
    if (!hand) continue;
    track.pixels.set(hand.pixels, t * HAND_LANDMARKS * 2);
    track.positions.set(hand.world, t * HAND_LANDMARKS * 3);
    track.confidence[t] = hand.presence;
    track.state[t] = SEEN;
  }
  return track;
}

function bodyTrack(
  readings: readonly FrameReading[],
  credible: Uint8Array,
  hands: Record<Side, (HandReading | null)[]>,
): LandmarkTrack {
  const track = emptyTrack('body', null, readings.length);
  for (const [t, { body }] of readings.entries()) {
    if (!body || !credible[t]) continue;
    track.pixels.set(
      jointPixels(body, { left: hands.left[t], right: hands.right[t] }),
      t * BODY_LANDMARKS * 2,
    );
    track.positions.set(body.world, t * BODY_LANDMARKS * 3);
    track.visibility!.set(body.visibility, t * BODY_LANDMARKS);
    track.confidence[t] = body.presence;
    track.state[t] = SEEN;
  }
  return track;
}
