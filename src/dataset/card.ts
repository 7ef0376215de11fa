/** README.md: the dataset card, with the front matter that Hugging Face reads. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ModelFile } from '../core/artifacts.ts';
import { throwStoreFault } from '../core/faults.ts';
import { rateInWords } from '../core/rate.ts';
import type { DocumentedFeature } from './columns.ts';
import type { VideoFeature } from './lerobot/features.ts';
import type { EpisodeProvenance } from './provenance.ts';

export interface CardContents {
  /** 'Unitree G1 29-DoF with Inspire hands'. */
  robotLabel: string;
  fps: number;
  totals: { episodes: number; frames: number; tasks: number };
  features: readonly DocumentedFeature[];
  video: VideoFeature | null;
  /** Reference frames of the human.* columns, and how the metric scale was found: one sentence per kind of clip. */
  notes: readonly string[];
  /** One entry per source, in the order of their first episode. */
  sources: readonly SourceSummary[];
  /** Demonstrations that were cut but not kept: how many, per reason. */
  rejected: Readonly<Record<string, number>>;
  understudy: string;
}

/** What the episodes of one source have in common. */
export interface SourceSummary {
  source: string;
  sha256: string;
  license: string | null;
  /** Earliest start and latest end of its episodes, s. */
  startS: number;
  endS: number;
  episodes: number;
  models: readonly ModelFile[];
}

/** Rows of the table of sources; the rest is in meta/episodes. */
const MAX_SOURCES = 200;

/** Add one episode to the sources so far, which are kept by content hash. */
export function addSource(sources: Map<string, SourceSummary>, episode: EpisodeProvenance): void {
  const { source, sha256, license, startS, endS, models } = episode;
  const known = sources.get(sha256);
  sources.set(sha256, {
    source: known?.source ?? source,
    sha256,
    license: known?.license ?? license,
    startS: Math.min(startS, known?.startS ?? startS),
    endS: Math.max(endS, known?.endS ?? endS),
    episodes: (known?.episodes ?? 0) + 1,
    models: known?.models ?? models,
  });
}

export async function writeCard(dir: string, contents: CardContents): Promise<void> {
  const file = path.join(dir, 'README.md');
  await writeFile(file, cardText(contents)).catch(error => throwStoreFault(file, error));
}

export function cardText(contents: CardContents): string {
  const { robotLabel, fps, totals, sources } = contents;
  return `${frontMatter(sources)}
# Demonstrations for ${inLine(robotLabel)}

${plural(totals.episodes, 'episode')}, ${plural(totals.frames, 'frame')} at ${rateInWords(fps)} frames per second, ${plural(totals.tasks, 'task')}.
Made by Understudy ${contents.understudy} from video of people using their hands: the person's
arms and hands were estimated from the pictures and retargeted to the robot. No robot was moved to record them.

LeRobot dataset, version 3.0:

\`\`\`python
from lerobot.datasets.lerobot_dataset import LeRobotDataset
dataset = LeRobotDataset("local", root="path/to/this/folder")
\`\`\`

## State and action

\`observation.state[t]\` is the joint position q[t]. \`action[t]\` is q[t+1], an absolute joint target; the last
action of an episode repeats its last state. Radians (metres for prismatic joints), joints in URDF order.
Positions are what the robot would have to do to follow the person; forces and contacts were not measured.

## Columns

| column | type | values | meaning |
|---|---|---|---|
${contents.features.map(featureRow).join('\n')}
${contents.video ? `${videoRow(contents.video)}\n` : ''}
Policies that LeRobot configures by itself use \`observation.state\`, \`action\` and the video only. The other columns are
for filtering and for weighing a loss. Each episode also has, in \`meta/episodes\`, its view, why it was cut where it
was, its largest joint speed as a share of the limit, and its provenance.
${contents.notes.map(note => `\n- ${inLine(note)}`).join('')}

## Provenance

| source | SHA-256 | licence as given | span | episodes |
|---|---|---|---|---|
${sources.slice(0, MAX_SOURCES).map(sourceRow).join('\n')}
${sources.length > MAX_SOURCES ? `\n${sources.length - MAX_SOURCES} more sources: see \`meta/episodes\`.\n` : ''}
The licence of a source is what the maker of this dataset stated; it was not checked. People may be recognisable in
the pictures.

| network | SHA-256 | licence |
|---|---|---|
${distinctModels(sources)
  .map(model => row([model.name, `\`${model.sha256}\``, model.license]))
  .join('\n')}

## What was left out

${rejections(contents.rejected)}
`;
}

/** YAML as LeRobot's own cards have it (create_lerobot_dataset_card in lerobot 0.4.4). */
function frontMatter(sources: readonly SourceSummary[]): string {
  return `---
license: ${frontMatterLicense(sources)}
task_categories:
- robotics
tags:
- LeRobot
- understudy
- humanoid
- human-video
configs:
- config_name: default
  data_files: data/*/*.parquet
---
`;
}

/** The sources' licence when all have the same one and it looks like a Hugging Face identifier, else 'other'. */
function frontMatterLicense(sources: readonly SourceSummary[]): string {
  const licenses = new Set(sources.map(({ license }) => license?.trim().toLowerCase() ?? ''));
  const [only] = licenses;
  return licenses.size === 1 && HUB_LICENSE.test(only) ? only : 'other';
}

/** Source: the list of license identifiers at huggingface.co/docs/hub/repositories-licenses, common ones. */
const HUB_LICENSE =
  /^(apache-2\.0|mit|bsd|bsd-[23]-clause|cc|cc0-1\.0|cc-by(-nc)?(-sa|-nd)?-[234]\.0|odc-by|odbl|pddl|unlicense)$/;

const featureRow = ({ name, dtype, width, meaning }: DocumentedFeature): string =>
  row([`\`${name}\``, dtype, String(width), meaning]);

const videoRow = ({ key, height, width, codec }: VideoFeature): string =>
  row([`\`${key}\``, 'video', `${height} × ${width} × 3`, `The source's pictures, ${codec}.`]);

const sourceRow = ({ source, sha256, license, startS, endS, episodes }: SourceSummary): string =>
  row([
    source,
    `\`${sha256}\``,
    license ?? 'not given',
    `${startS.toFixed(2)}–${endS.toFixed(2)} s`,
    String(episodes),
  ]);

function rejections(rejected: Readonly<Record<string, number>>): string {
  const entries = Object.entries(rejected).sort((a, b) => b[1] - a[1]);
  if (entries.length === 0) return 'Nothing: every demonstration that was cut is here.';
  return [
    '| reason | demonstrations |',
    '|---|---|',
    ...entries.map(([reason, count]) => row([reason, String(count)])),
  ].join('\n');
}

function distinctModels(sources: readonly SourceSummary[]): ModelFile[] {
  return [
    ...new Map(sources.flatMap(({ models }) => models.map(model => [model.sha256, model] as const))).values(),
  ];
}

/** A row of a Markdown table. */
const row = (cells: readonly string[]): string => `| ${cells.map(inLine).join(' | ')} |`;

/** Text from outside in Markdown: it cannot break out of its line or cell or become a link or an element. */
export const inLine = (text: string): string =>
  text
    .replace(/[\r\n]+/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/[\\|[\]]/g, character => `\\${character}`);

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
