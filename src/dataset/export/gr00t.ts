/**
 * GR00T: LeRobot v2.1 with meta/modality.json, which cuts state and action into parts of the robot, and meta/stats.json.
 * What its loader wants: gr00t/data of github.com/NVIDIA/Isaac-GR00T.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { addStats, type NamedStats } from '../lerobot/stats.ts';
import { statsObject } from '../lerobot/stats-json.ts';
import type { ExportFormat, ExportSource } from './format.ts';
import { writeV21 } from './lerobot-v21.ts';

export const gr00t: ExportFormat = {
  name: 'gr00t',
  meaning: 'GR00T: LeRobot v2.1 with meta/modality.json and meta/stats.json, for fine-tuning GR00T N1.',
  async write(source, dir) {
    const totals = new Map<string, NamedStats>();
    await writeV21(source, dir, ({ stats }) => addStats(totals, stats));
    const stats = statsObject([...totals.values()], ['mean', 'std', 'min', 'max', 'q01', 'q99']);
    await writeFile(path.join(dir, 'meta/stats.json'), `${JSON.stringify(JSON.parse(stats), null, 4)}\n`);
    await writeFile(path.join(dir, 'meta/modality.json'), `${JSON.stringify(modality(source), null, 4)}\n`);
  },
};

/** `end` is exclusive. A part that lies in several pieces gets a number from the second on: left_hand_2. */
export function modality({ features, videos }: Pick<ExportSource, 'features' | 'videos'>): object {
  const parts = (name: string) => {
    const feature = features.find(candidate => candidate.name === name);
    return feature ? partsOf(feature.names ?? [], feature.width, name) : {};
  };
  return {
    state: parts('observation.state'),
    action: parts('action'),
    video: Object.fromEntries(
      videos.map(({ key }) => [key.replace(/^observation\.images\./, ''), { original_key: key }]),
    ),
    annotation: { 'human.task_description': { original_key: 'task_index' } },
  };
}

interface Part {
  original_key: string;
  start: number;
  end: number;
}

/** A name's part of the robot; the first that matches. Joints of the URDFs here and Unitree's names. */
const PARTS: readonly [pattern: RegExp, part: string][] = [
  [/hip|knee|ankle|leg/i, 'leg'],
  [/waist|torso/i, 'waist'],
  [/head|neck/i, 'head'],
  [/hand|thumb|index|middle|ring|pinky|finger|proximal/i, 'hand'],
  [/shoulder|elbow|wrist|arm/i, 'arm'],
];

function partsOf(names: readonly string[], width: number, original_key: string): Record<string, Part> {
  if (names.length !== width) return { joints: { original_key, start: 0, end: width } };
  const parts: Record<string, Part> = {};
  let last = '';
  let key = '';
  names.forEach((name, i) => {
    const part = partOf(name);
    if (part !== last) {
      key = part;
      for (let n = 2; key in parts; n++) key = `${part}_${n}`;
      parts[key] = { original_key, start: i, end: i };
      last = part;
    }
    parts[key].end = i + 1;
  });
  return parts;
}

function partOf(name: string): string {
  const part = PARTS.find(([pattern]) => pattern.test(name))?.[1] ?? 'joints';
  const side = /^(k?Left|left_|L_)/.test(name) ? 'left_' : /^(k?Right|right_|R_)/.test(name) ? 'right_' : '';
  return `${side}${part}`;
}
