/**
 * The reference engine: MediaPipe Tasks' own hand and pose landmarkers, graph and tracking included, on the CPU in
 * WebAssembly. Several times slower than the default engine, and it looks for hands nowhere but in the whole frame.
 */
import { ConfigError } from '../../src/core/errors.ts';
import type { BodyReading, HandReading, Roi } from '../../src/core/readings.ts';
import { BODY_LANDMARKS, HAND_LANDMARKS } from '../../src/core/skeletons.ts';
import type { RgbFrame } from '../../src/core/types.ts';
import { modelFile } from './files.ts';
import { roiFromHand } from './onnx/roi.ts';
import type { EstimatorOptions } from './registry.ts';
import { handBundle, loadBundle, poseBundle } from './tasks-vision/bundle.ts';
import { type Landmark, startLandmarker } from './tasks-vision/runtime.ts';
import type { Estimator } from './types.ts';

const HANDS = 2;
/** The task reports what passes its threshold of 0.5 and does not say by how much. */
const REPORTED = 1;

export const createTasksVisionEstimator = async ({
  cacheDir,
  hand,
  body,
  handNetwork,
  bodyNetwork,
}: EstimatorOptions): Promise<Estimator> => {
  if (handNetwork || bodyNetwork)
    throw new ConfigError(
      `the estimator tasks-vision runs its own networks, not ${handNetwork || bodyNetwork}; onnx can`,
    );
  const [hands, bodies] = [handBundle(hand), poseBundle(body)];
  const handTask = await startLandmarker('HandLandmarker', await loadBundle(hands, cacheDir), {
    numHands: HANDS,
  });
  const poseTask = await startLandmarker('PoseLandmarker', await loadBundle(bodies, cacheDir), {
    numPoses: 1,
  });
  let lastMs = Number.NEGATIVE_INFINITY;
  /** Added to every time since the last restart, whole ms: the graphs refuse a time that does not increase, even then. */
  let shiftMs = 0;
  let stale = false;
  return {
    name: 'tasks-vision',
    models: [...hands, ...bodies].map(({ network }) => modelFile(network)),
    estimate: async (frame, timeS) => {
      if (stale) {
        await handTask.restart();
        await poseTask.restart();
        stale = false;
        // Their filters go by the time from one frame to the next: it stays as it is.
        shiftMs = Math.max(0, Math.ceil(lastMs + 1 - timeS * 1000));
      }
      lastMs = Math.max(timeS * 1000 + shiftMs, lastMs + 1);
      const foundHands = handTask.detect(frame, lastMs);
      const foundBodies = poseTask.detect(frame, lastMs);
      return {
        hands: foundHands.landmarks.map((landmarks, i) =>
          handReading(frame, landmarks, foundHands.worldLandmarks[i], foundHands.handedness?.[i][0]),
        ),
        body: foundBodies.landmarks[0]
          ? bodyReading(frame, foundBodies.landmarks[0], foundBodies.worldLandmarks[0])
          : null,
      };
    },
    reset: () => {
      stale = true;
    },
    close: async () => {
      handTask.close();
      poseTask.close();
    },
  };
};

const handReading = (
  frame: RgbFrame,
  landmarks: readonly Landmark[],
  world: readonly Landmark[],
  handedness: { categoryName: string; score: number } | undefined,
): HandReading => {
  const pixels = pixelsOf(frame, landmarks, HAND_LANDMARKS);
  const score = handedness?.score ?? 0.5;
  return {
    roi: roiFromHand(pixels),
    presence: REPORTED,
    right: handedness?.categoryName === 'Right' ? score : 1 - score,
    pixels,
    world: worldOf(world, HAND_LANDMARKS),
  };
};

const bodyReading = (
  frame: RgbFrame,
  landmarks: readonly Landmark[],
  world: readonly Landmark[],
): BodyReading => {
  const pixels = pixelsOf(frame, landmarks, BODY_LANDMARKS);
  const around = squareAround(pixels);
  return {
    roi: around,
    presence: REPORTED,
    pixels,
    world: worldOf(world, BODY_LANDMARKS),
    visibility: Float32Array.from({ length: BODY_LANDMARKS }, (_, k) => landmarks[k].visibility),
    next: around,
  };
};

/** The task reports shares of the frame's width and height. */
const pixelsOf = (frame: RgbFrame, landmarks: readonly Landmark[], count: number): Float32Array => {
  const pixels = new Float32Array(2 * count);
  for (let k = 0; k < count; k++) {
    pixels[2 * k] = landmarks[k].x * frame.width;
    pixels[2 * k + 1] = landmarks[k].y * frame.height;
  }
  return pixels;
};

const worldOf = (world: readonly Landmark[], count: number): Float32Array => {
  const metres = new Float32Array(3 * count);
  for (let k = 0; k < count; k++) metres.set([world[k].x, world[k].y, world[k].z], 3 * k);
  return metres;
};

/** The task keeps its body regions to itself: the upright square around the landmarks stands in. */
const squareAround = (pixels: Float32Array): Roi => {
  const xs = pixels.filter((_, i) => i % 2 === 0);
  const ys = pixels.filter((_, i) => i % 2 === 1);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  return {
    cx: (left + right) / 2,
    cy: (top + bottom) / 2,
    size: Math.max(right - left, bottom - top),
    angle: 0,
  };
};
