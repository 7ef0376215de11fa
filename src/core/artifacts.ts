/** What the stages leave behind, by name: whoever writes or reads one of them is held to its type. */
import type { EpisodeRecord } from './episode.ts';
import type { RobotModel } from './robot.ts';
import type { HumanMotion, LandmarkTrack, Perception, RobotTrajectory } from './types.ts';

export interface Artifacts {
  tracks: Tracks;
  /** The networks that read them. */
  models: ModelFile[];
  motion: HumanMotion;
  shown: Shown;
  trajectory: RobotTrajectory;
  landmarks: FilmLandmarks;
  robot: RobotModel;
  record: EpisodeRecord;
}
export type ArtifactName = keyof Artifacts;

/** Tracks without a camera, which is an assumption of a later stage. */
export type Tracks = Omit<Perception, 'camera'> & { firstFrame: number; frames: number };

/** A network file that an estimator runs, for provenance. */
export interface ModelFile {
  name: string;
  /** SHA-256 of the original file, hex. */
  sha256: string;
  license: string;
}

/** Tracks as they are drawn: what was seen, and where gaps were bridged. */
export type Shown = Record<'left' | 'right' | 'body', LandmarkTrack>;

/** One landmark track over the demonstration, as the film shows it. */
export interface FilmTrack {
  /** (T, K, 2) px of the film. */
  pixels: Float32Array;
  /** (T,) 0…1. */
  confidence: Float32Array;
  /** (T, K) 0…1 for a body; null for hands. */
  visibility: Float32Array | null;
  /** (T,) ABSENT | SEEN | FILLED. */
  state: Uint8Array;
}

/** The person's landmarks over the demonstration: 21 a hand, 33 a body. */
export type FilmLandmarks = Record<'left' | 'right' | 'body', FilmTrack>;
