/** `understudy score`: the quality of every episode of a dataset, ours or anyone's. */
import { Command } from 'commander';
import { openDataset } from '../dataset/open.ts';
import { QUALITY_NAMES } from '../quality/scales.ts';
import { type AssessedEpisode, assessDataset } from '../stages/assess.ts';
import { aligned } from './table.ts';

export const scoreCommand = (): Command =>
  new Command('score')
    .description('score every episode of a dataset, ours or any LeRobot dataset with joint data')
    .argument('<dir>', 'a LeRobot dataset')
    .option('--json', 'one JSON object per episode')
    .action(async (dir: string, { json }: { json?: boolean }) => {
      const episodes = await assessDataset(await openDataset(dir));
      const lines = json
        ? episodes.map(({ cells: _, ...episode }) => JSON.stringify(episode))
        : [...aligned([HEADING, ...episodes.map(row)]), '', ...summary(episodes)];
      process.stdout.write(`${lines.join('\n')}\n`);
    });

const HEADING = ['episode', 'score', 's', 'weakest', 'repeats', 'task'];

const row = ({ index, score, seconds, quality, duplicateOf, duplicate, task }: AssessedEpisode): string[] => [
  String(index),
  score.toFixed(3),
  seconds.toFixed(1),
  weakest(quality),
  duplicateOf === null ? '' : `${duplicateOf} (${duplicate})`,
  task,
];

/** The two components that take most away. */
const weakest = (quality: AssessedEpisode['quality']): string =>
  QUALITY_NAMES.flatMap(name => {
    const value = quality[name];
    return value === null || value === undefined || value >= 0.995 ? [] : [{ name, value }];
  })
    .sort((a, b) => a.value - b.value)
    .slice(0, 2)
    .map(({ name, value }) => `${name} ${value.toFixed(2)}`)
    .join(', ');

function summary(episodes: readonly AssessedEpisode[]): string[] {
  const scores = episodes.map(({ score }) => score).sort((a, b) => a - b);
  const repeats = episodes.filter(({ duplicateOf }) => duplicateOf !== null).length;
  return [
    `${episodes.length} episode(s), median score ${scores[scores.length >> 1]?.toFixed(3) ?? '-'}, ${scores.filter(score => score === 0).length} worthless, ${repeats} that repeat(s) another`,
  ];
}
