/** Records of episodes that differ. */
import { createHash } from 'node:crypto';
import type { EpisodeRecord } from '../../src/core/episode.ts';

export const recordOf = (i: number, given: Partial<EpisodeRecord> = {}): EpisodeRecord => ({
  id: createHash('sha256').update(`episode ${i}`).digest('hex'),
  robot: 'g1-inspire',
  task: `task ${i % 3}`,
  view: 'third-person',
  viewReason: 'a body is seen',
  source: `https://example.org/${i}.mp4`,
  sourceSha256: createHash('sha256').update(`source ${i}`).digest('hex'),
  license: 'cc-by-4.0',
  startS: i,
  endS: i + 1,
  cutReason: 'starts with the clip',
  fps: 30,
  frames: 30,
  image: { width: 64, height: 48, codec: 'h264' },
  quality: { coverage: 0.5 },
  score: 0.5,
  models: { hand: 'a'.repeat(64) },
  configuration: 'b'.repeat(64),
  understudy: '0.1.0',
  preview: false,
  ...given,
});
