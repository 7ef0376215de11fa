/** What the HTTP API gives and takes, beside the episodes and the types of queue/ that it passes on: server and client share it. */
import type { ReviewedEpisode } from './episode.ts';
import type { View } from './types.ts';

/** Problem details (RFC 9457), as every error of the server is told. */
export interface Problem {
  /** Names the kind: a heading of the documentation page. */
  type: string;
  title: string;
  status: number;
  /** What was wrong and what would be right. */
  detail: string;
  /** The request that it came of: x-request-id, as in the log. */
  instance: string;
  /**
   * What is wrong with single rows of a list, from 1, or fields of a body; row null: with the whole request.
   * The subject is the address of the row, or the name of the field.
   */
  errors?: { row: number | null; subject: string; reason: string }[];
}

export interface PageRequest {
  /** `next` of the page before. */
  after?: string;
  limit?: number;
}

/** How a list is written: a header and rows, one JSON object a line, or one address a line. */
export type ListType = 'text/csv' | 'application/x-ndjson' | 'text/plain';

export interface Submission {
  /** Of the batch. */
  id: string;
  jobs: number;
}

/** What would become of one row of a list. */
export interface Verdict {
  /** From 1, as an editor counts; a CSV header is row 1. */
  row: number;
  url: string;
  ok: boolean;
  /** Why it would be refused. */
  reason: string | null;
}

export interface EpisodeQuery extends PageRequest {
  /** A condition such as `quality > 0.7 and task like '%cup%'`; the other fields are added with `and`. */
  where?: string;
  robot?: string;
  view?: View;
  /** A part of it. */
  source?: string;
  task?: string;
  minScore?: number;
  review?: 'accepted' | 'rejected' | 'none';
  /** A field, with '-' before it for the largest first; '-score' when absent. */
  sort?: string;
}

export interface EpisodePage {
  rows: ReviewedEpisode[];
  next: string | null;
  /** Episodes that match, on all pages. */
  total: number;
}

export interface FileEntry {
  /** Path inside the shard or dataset. */
  name: string;
  bytes: number;
}

/** RobotTrajectory as JSON: rows instead of flat arrays, null for what is not known. */
export interface TrajectoryJson {
  robot: string;
  fps: number;
  jointNames: readonly string[];
  parts: readonly string[];
  statusNames: readonly string[];
  /** (T) s from the first frame. */
  times: number[];
  /** (T, joints) rad; m where prismatic. */
  q: number[][];
  /** (T, parts) index into statusNames. */
  status: number[][];
  /** (T, parts) m. */
  positionResidual: (number | null)[][];
  /** (T, 2) rad: left and right wrist. */
  orientationResidual: (number | null)[][];
  /** (joints) largest speed / limit. */
  speedUse: number[];
}

export interface RobotEntry {
  name: string;
  label: string;
  license: string;
  /** Independent joints. */
  joints: number;
}

export interface Session {
  /** Whether this server needs tokens. */
  required: boolean;
  /** null: a token is needed, and none or an unknown one came. */
  role: 'read' | 'submit' | 'admin' | null;
}
