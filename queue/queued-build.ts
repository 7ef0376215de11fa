import type { DatasetBuild, DatasetRequest } from './types.ts';

/** What is known of a build that has just been asked for. */
export const queuedBuild = (request: DatasetRequest, createdAt: string): DatasetBuild => ({
  ...request,
  state: 'queued',
  done: 0,
  total: 0,
  episodes: null,
  frames: null,
  error: null,
  createdAt,
  finishedAt: null,
});
