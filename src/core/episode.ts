/**
 * What is known of one episode: one demonstration told by one robot. A record is small, plain JSON, and the same
 * bytes however often and wherever the episode is made; catalogue, API, filters and reports all read this.
 */
import type { View } from './types.ts';

/** The components of the quality vector, in its order; src/quality/scales.ts says what each measures. */
export const QUALITY_NAMES = [
  'coverage',
  'seen',
  'continuity',
  'confidence',
  'certainty',
  'reprojection',
  'clarity',
  'freshness',
  'handedness',
  'proportion',
  'tracking',
  'agreement',
  'collision',
  'limits',
  'speed',
  'smoothness',
  'steadiness',
  'pace',
  'liveness',
  'activity',
] as const;
export type QualityName = (typeof QUALITY_NAMES)[number];

/** Each in 0…1, where 1 is best; null where it does not apply (no body: no body reprojection). */
export type QualityVector = Readonly<Record<string, number | null>>;

/** Side of the cells that a workspace is counted in, m. */
export const CELL_M = 0.1;

/** Where the wrists were and how the hands held: what a corpus is told to be varied by. */
export interface Variety {
  /** 'left 3 -2 1': a side, and a cell of CELL_M in the motion's frame (torso, or head camera of an egocentric view). */
  cells: readonly string[];
  /** Frames of a hand per kind of grasp (src/quality/diversity.ts). */
  grasps: Readonly<Record<string, number>>;
}

/** The variety of many episodes together. */
export interface CorpusDiversity {
  /** Episodes that tell of it. */
  episodes: number;
  /** Frames of a hand per grasp. */
  grasps: Record<string, number>;
  wrists: WristCell[];
}

export interface WristCell {
  view: View;
  side: string;
  /** Its index along each axis. */
  cell: [number, number, number];
  /** Episodes that visit it. */
  episodes: number;
}

/** An episode as it is listed and filtered; its arrays and films are in its shard (src/stages/shard.ts). */
export interface EpisodeRecord {
  /** Key of the episode's shard in the store: SHA-256 of what it was made from, hex. */
  id: string;
  robot: string;
  task: string;
  view: View;
  viewReason: string;
  /** Address of the source, as it was given. */
  source: string;
  /** SHA-256 of the source's media, hex. */
  sourceSha256: string;
  license: string;
  /** s in the source. */
  startS: number;
  endS: number;
  /** Why it was cut there. */
  cutReason: string;
  fps: number;
  frames: number;
  /** Of its film: px, and 'av1' or 'h264'. */
  image: { width: number; height: number; codec: 'av1' | 'h264' };
  quality: QualityVector;
  /** Geometric mean of the vector, 0…1. */
  score: number;
  /** Absent in episodes of before it was told. */
  variety?: Variety;
  /** Names and hashes of the networks. */
  models: Readonly<Record<string, string>>;
  /** Key of the perception it was made from. */
  configuration: string;
  /** Version of this program. */
  understudy: string;
  preview: boolean;
}

/** What conditions may ask of an episode, in the catalogue or in a dataset on disk; dots lead inside (src/dataset/where.ts). */
export const NAMES_OF_BOTH = [
  ...['task', 'robot', 'view', 'source', 'sourceSha256', 'license', 'startS', 'endS', 'cutReason'],
  ...['fps', 'frames', 'score', 'quality', ...QUALITY_NAMES.map(name => `quality.${name}`)],
] as const;

/** What conditions may ask of an episode in the catalogue (src/dataset/where.ts). */
export const EPISODE_NAMES: readonly string[] = [
  ...['id', ...NAMES_OF_BOTH, 'viewReason', 'image.width', 'image.height', 'image.codec'],
  ...['preview', 'configuration', 'understudy'],
  ...['review.decision', 'review.reason', 'review.at'],
];

/** What a person says of an episode; a dataset build leaves the rejected out. */
export interface Review {
  decision: 'accepted' | 'rejected';
  reason: string;
  /** ISO 8601. */
  at: string;
}

/** An episode with what was last said of it; null: nothing. */
export interface ReviewedEpisode extends Omit<EpisodeRecord, 'variety'> {
  review: Review | null;
}
