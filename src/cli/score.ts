/** `understudy score`: the quality of every episode of a dataset, ours or anyone's. */
import { Command } from 'commander';
import { openDataset } from '../dataset/open.ts';
import { type AssessedEpisode, assessDataset } from '../stages/assess.ts';
import { say, sayJson } from './say.ts';
import { aligned } from './table.ts';
import { weakest } from './weakest.ts';

export const scoreCommand = (): Command =>
  new Command('score')
    .description('score every episode of a dataset, ours or any LeRobot dataset with joint data')
    .argument('<dir>', 'a LeRobot dataset')
    .option('--json', 'one JSON object per episode')
    .action(async (dir: string, { json }: { json?: boolean }) => {
      const episodes = await assessDataset(await openDataset(dir));
      if (json) for (const { cells: _, ...episode } of episodes) sayJson(episode);
      else say([...aligned([HEADING, ...episodes.map(row)]), '', ...summary(episodes)].join('\n'));
    });

const HEADING = ['episode', 'score', 's', 'weakest', 'repeats', 'task'];

const row = ({ index, score, seconds, quality, duplicateOf, duplicate, task }: AssessedEpisode): string[] => [
  String(index),
  score.toFixed(3),
  seconds.toFixed(1),
  weakest(quality, 2),
  duplicateOf === null ? '' : `${duplicateOf} (${duplicate})`,
  task,
];

function summary(episodes: readonly AssessedEpisode[]): string[] {
  const scores = episodes.map(({ score }) => score).sort((a, b) => a - b);
  const repeats = episodes.filter(({ duplicateOf }) => duplicateOf !== null).length;
  return [
    `${episodes.length} episode(s), median score ${scores[scores.length >> 1]?.toFixed(3) ?? '-'}, ${scores.filter(score => score === 0).length} worthless, ${repeats} that repeat(s) another`,
  ];
}
