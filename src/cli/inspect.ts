/** `understudy inspect`: what a dataset holds, as a table. */
import path from 'node:path';
import { Command } from 'commander';
import { DatasetError } from '../core/errors.ts';
import { rateInWords } from '../core/rate.ts';
import { PARTS } from '../core/types.ts';
import { holdsEpisodes, OWN_FORMAT, readMarker } from '../dataset/marker.ts';
import { type DatasetSummary, type EpisodeSummary, readDataset } from '../dataset/read.ts';
import { type Rejected, readRejected } from '../dataset/rejected.ts';
import { say, sayJson } from './say.ts';
import { aligned } from './table.ts';

export const inspectCommand = (): Command =>
  new Command('inspect')
    .description('show what a dataset holds: episodes, coverage, residuals, what was rejected and why')
    .argument('<dir>', 'a LeRobot v3.0 dataset')
    .option('--json', 'one JSON object instead of a table')
    .action(async (dir: string, { json }: { json?: boolean }) => {
      const rejected = await readRejected(dir);
      const marker = await readMarker(dir);
      const empty = marker !== null && !(await holdsEpisodes(dir));
      if (empty && marker.format !== OWN_FORMAT)
        throw new DatasetError(
          `${dir} is an export as ${marker.format}: inspect reads LeRobot; look at the dataset that it was made from`,
        );
      const summary = empty ? null : await readDataset(dir);
      if (json) sayJson({ ...summary, rejected });
      else say([...(summary ? table(summary) : ['no episodes']), ...rejections(rejected)].join('\n'));
    });

const percent = (share: number | undefined) => (share === undefined ? '-' : `${Math.round(100 * share)} %`);
const millimetres = (metres: number | undefined) =>
  metres === undefined ? '-' : `${(1000 * metres).toFixed(0)} mm`;

function table({ robotType, fps, frames, episodes, version }: DatasetSummary): string[] {
  const header = [
    'episode',
    'frames',
    's',
    'view',
    ...PARTS.map(part => `${part.replace('_', ' ')} seen`),
    ...PARTS.map(part => `${part.replace('_', ' ')} residual`),
    'speed',
    'task',
    'source',
  ];
  const rows = episodes.map(episode => [
    String(episode.index),
    String(episode.frames),
    episode.duration.toFixed(1),
    String(episode.extra['view'] ?? '-'),
    ...PARTS.map(part => percent(episode.parts?.[part].coverage)),
    ...PARTS.map(part => millimetres(episode.parts?.[part].residual?.mean)),
    percent(speedUse(episode)),
    episode.task,
    path.basename(String(episode.extra['source'] ?? '-')),
  ]);
  return [
    `${robotType}, LeRobot ${version}, ${episodes.length} episode(s), ${frames} frames at ${rateInWords(fps)} frames/s`,
    'seen: share of frames in which the part was seen and the robot reached it; speed: largest joint speed / limit',
    '',
    ...aligned([header, ...rows]),
  ];
}

const speedUse = ({ extra }: EpisodeSummary) =>
  typeof extra['speed_use_max'] === 'number' ? extra['speed_use_max'] : undefined;

function rejections(rows: readonly Rejected[]): string[] {
  if (rows.length === 0) return [];
  const span = ({ startS, endS }: Rejected) =>
    startS === null || endS === null ? '' : ` ${startS.toFixed(1)}-${endS.toFixed(1)} s`;
  return [
    '',
    `not kept: ${rows.length}`,
    ...rows.map(row => `  ${path.basename(row.source)}${span(row)}: ${row.reason}`),
  ];
}
