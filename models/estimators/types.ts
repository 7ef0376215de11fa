/** What estimators are: networks that read regions, and engines that read frames. */
import type { ModelFile } from '../../src/core/artifacts.ts';
import type { BodyReading, FrameReading, HandReading, Roi } from '../../src/core/readings.ts';
import type { RgbFrame } from '../../src/core/types.ts';

/** A detector's box (px) with its keypoints (px) and score 0…1. */
export interface Detection {
  score: number;
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  /** Palm: 7 points (0 wrist, 2 middle knuckle). Pose: 4 points (0 hip centre, 1 full-body scale point). */
  keypoints: readonly (readonly [number, number])[];
}

export interface HandNetworks {
  readonly models: readonly ModelFile[];
  /** Palms in the whole frame, or in a square region of it, best first. */
  detect(frame: RgbFrame, region?: Roi): Promise<Detection[]>;
  /** Landmarks in one region; any presence, the caller judges it. */
  read(frame: RgbFrame, roi: Roi): Promise<HandReading>;
}

export interface BodyNetworks {
  readonly models: readonly ModelFile[];
  detect(frame: RgbFrame): Promise<Detection[]>;
  read(frame: RgbFrame, roi: Roi): Promise<BodyReading>;
}

/** An engine that reads frames in order. Not re-entrant: await one frame before the next. */
export interface Estimator {
  readonly name: string;
  /** Of `estimate` and `revisit`. */
  readonly models: readonly ModelFile[];
  /** What `revisitBody` runs beside them; known once it has been called. */
  readonly carefulModels?: readonly ModelFile[];
  /** What the reading says of resting hands and of the body may be put in later, when a later frame is known. */
  estimate(frame: RgbFrame, timeS: number): Promise<FrameReading>;
  /**
   * Put all that is missing into the readings so far: before a reset, and at the end. Absent on engines whose readings are
   * complete at once.
   */
  complete?(): Promise<void>;
  /**
   * Read hands in the given regions of a frame that was estimated before, without touching the tracks.
   * Absent on engines that only track by themselves.
   */
  revisit?(frame: RgbFrame, regions: readonly Roi[]): Promise<HandReading[]>;
  /**
   * Read a body in each of the given regions, with the engine's most careful network, without touching the
   * tracks. Any presence: the caller judges it. Absent on engines that only track by themselves.
   */
  revisitBody?(frame: RgbFrame, regions: readonly Roi[]): Promise<BodyReading[]>;
  /** Forget what was tracked: a scene cut, or a jump in time. */
  reset(): void;
  close(): Promise<void>;
}
