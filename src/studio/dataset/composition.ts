/** What the corpus is made of: counts over episodes, and how varied they are. Pure. */
import type { ReviewedEpisode } from '../../client/index.ts';
import type { BarRow } from './plots.ts';

export interface Composition {
  episodes: number;
  seconds: number;
  accepted: number;
  rejected: number;
  tasks: BarRow[];
  robots: BarRow[];
  views: BarRow[];
  sources: BarRow[];
  licenses: BarRow[];
  /** Why episodes were rejected. */
  reasons: BarRow[];
  scores: number[];
  lengthsS: number[];
  /** exp(entropy): as many equally frequent tasks would be as varied (Hill number of order 1). */
  effectiveTasks: number;
  effectiveSources: number;
}

export function compositionOf(episodes: readonly ReviewedEpisode[]): Composition {
  const kept = episodes.filter(({ review }) => review?.decision !== 'rejected');
  const by = (pick: (episode: ReviewedEpisode) => string) => countBy(kept, pick);
  const [tasks, sources] = [by(({ task }) => task), by(({ source }) => source)];
  const rejected = episodes.filter(({ review }) => review?.decision === 'rejected');
  return {
    episodes: kept.length,
    seconds: kept.reduce((sum, { frames, fps }) => sum + frames / fps, 0),
    accepted: episodes.filter(({ review }) => review?.decision === 'accepted').length,
    rejected: rejected.length,
    tasks,
    robots: by(({ robot }) => robot),
    views: by(({ view }) => view),
    sources,
    licenses: by(({ license }) => license),
    reasons: countBy(rejected, ({ review }) => review?.reason || 'no reason given'),
    scores: kept.map(({ score }) => score),
    lengthsS: kept.map(({ frames, fps }) => frames / fps),
    effectiveTasks: hillNumber(tasks),
    effectiveSources: hillNumber(sources),
  };
}

function countBy(episodes: readonly ReviewedEpisode[], pick: (episode: ReviewedEpisode) => string): BarRow[] {
  const counts = new Map<string, number>();
  for (const episode of episodes) counts.set(pick(episode), (counts.get(pick(episode)) ?? 0) + 1);
  return [...counts].map(([name, value]) => ({ name, value })).sort((a, b) => b.value - a.value);
}

function hillNumber(rows: readonly BarRow[]): number {
  const sum = rows.reduce((total, { value }) => total + value, 0);
  if (sum === 0) return 0;
  return Math.exp(-rows.reduce((h, { value }) => h + (value / sum) * Math.log(value / sum), 0));
}
