/** Media → landmark tracks: read every frame, judge the body, decide whose hand is whose, look again where one is missing. */
import { loadEstimator } from '../../models/estimators/registry.ts';
import { MediaError } from '../core/errors.ts';
import type { FrameReading, HandReading } from '../core/readings.ts';
import { BODY_LANDMARKS, HAND_LANDMARKS, type Side } from '../core/skeletons.ts';
import { type LandmarkTrack, type Perception, SEEN, type View } from '../core/types.ts';
import { identifyHands } from '../motion/identity.ts';
import { judgeBody } from '../motion/view.ts';
import { openFrames } from '../video/frames.ts';
import { writeArtifact } from './artifact.ts';
import { lookAgain } from './look-again.ts';
import type { Report } from './process.ts';

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
  const { path, fps, startS, endS } = args;
  const estimator = await loadEstimator(args.estimator, {
    cacheDir: args.cacheDir,
    hand: args.handModel,
    body: args.bodyModel,
  });
  try {
    const readings: FrameReading[] = [];
    let firstFrame = 0;
    for await (const { index, timeS, frame } of openFrames(path, { fps, startS, endS: endS ?? undefined })) {
      if (readings.length === 0) firstFrame = index;
      readings.push(await estimator.estimate(frame, timeS));
      report(readings.length, Math.max(args.expectedFrames, readings.length + 1));
    }
    if (readings.length === 0)
      throw new MediaError(
        `${path}: no frame between ${startS} s and ${endS ?? 'the end'}; the span lies outside of the video`,
      );
    const { credible, view, reason } = judgeBody(readings, args, args.view);
    const first = identifyHands(readings, credible, args.width);
    await lookAgain(path, { fps, firstFrame }, estimator, readings, first, () =>
      report(readings.length, readings.length + 1),
    );
    const hands = identifyHands(readings, credible, args.width);
    const tracks: Tracks = {
      view,
      viewReason: reason,
      firstFrame,
      frames: readings.length,
      left: handTrack('left', hands.left),
      right: handTrack('right', hands.right),
      body: bodyTrack(readings, credible),
    };
    await writeArtifact(args.dir, 'tracks', tracks);
    report(readings.length, readings.length);
    return { models: estimator.models };
  } finally {
    await estimator.close();
  }
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

function bodyTrack(readings: readonly FrameReading[], credible: Uint8Array): LandmarkTrack {
  const track = emptyTrack('body', null, readings.length);
  for (const [t, { body }] of readings.entries()) {
    if (!body || !credible[t]) continue;
    track.pixels.set(body.pixels, t * BODY_LANDMARKS * 2);
    track.positions.set(body.world, t * BODY_LANDMARKS * 3);
    track.visibility!.set(body.visibility, t * BODY_LANDMARKS);
    track.confidence[t] = body.presence;
    track.state[t] = SEEN;
  }
  return track;
}
