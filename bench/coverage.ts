/**
 * How much of the visible hands is found, per clip and hand, against labels by eye and rendered truth.
 *
 *   npm run bench -- coverage [--json] [--clips okami_salt,pick] [--estimators onnx,tasks-vision] [--overlays DIR]
 *
 * Every clip goes through `understudy tracks` with each estimator; finished stages are taken from the cache. `--overlays` writes a contact sheet per clip and estimator, to be looked at:
 * a figure alone does not show a hand that is drawn on a sleeve.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { SIDES } from '../src/core/skeletons.ts';
import { clips } from '../test/clips.ts';
import type { Comparison, MeasuredTracks } from './measures/hands.ts';
import { compareWithLabels, type Labels } from './measures/labels.ts';
import { compareWithTruth, type RenderedTruth } from './measures/rendered.ts';
import { writeSheet } from './measures/sheet.ts';
import { tracksOf } from './measures/tracks.ts';

interface KnownClip {
  name: string;
  video: string;
  intrinsics: number[] | null;
  compare(tracks: MeasuredTracks): Comparison;
}

const shared = path.dirname(clips);

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    clips: { type: 'string' },
    estimators: { type: 'string', default: 'onnx,tasks-vision' },
    overlays: { type: 'string' },
  },
});

const readJson = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
const namesIn = (folder: string, ending: string) =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter(file => file.endsWith(ending))
        .map(file => file.slice(0, -ending.length))
        .sort()
    : [];

function knownClips(): KnownClip[] {
  const labels = path.join(shared, 'truth', 'labels');
  const rendered = path.join(shared, 'rendered');
  return [
    ...namesIn(labels, '.json').map(name => ({
      name,
      video: path.join(clips, `${name}.mp4`),
      intrinsics: null,
      compare: (tracks: MeasuredTracks) =>
        compareWithLabels(tracks, readJson(path.join(labels, `${name}.json`)) as Labels),
    })),
    ...namesIn(rendered, '.json').map(name => {
      const truth = readJson(path.join(rendered, `${name}.json`));
      const { fx, fy, cx, cy } = truth.intrinsics;
      return {
        name,
        video: path.join(rendered, `${name}.mp4`),
        intrinsics: [fx, fy, cx, cy],
        compare: (tracks: MeasuredTracks) => compareWithTruth(tracks, truth as RenderedTruth),
      };
    }),
  ].filter(({ video }) => existsSync(video));
}

const chosen = flags.clips?.split(',');
const todo = knownClips().filter(
  ({ name }) => !chosen || chosen.some(one => name === one || name === `${one}-s5`),
);
if (todo.length === 0) {
  console.error(`no clip with labels or truth ${chosen ? `of the name ${flags.clips} ` : ''}beside ${clips}`);
  process.exit(1);
}
if (flags.overlays) await mkdir(flags.overlays, { recursive: true });

const cell = (value: unknown, width: number) => String(value).padStart(width);
const header = ['seen', 'filled', 'absent', 'elsewhere', 'false'];
if (!flags.json)
  console.log(
    `${'clip'.padEnd(20)} ${'estimator'.padEnd(13)} hand  of ${header.join(' ')} | swapped duplicate body hand px body px view`,
  );
const results: { clip: string; estimator: string; comparison: Comparison }[] = [];
for (const clip of todo)
  for (const estimator of flags.estimators.split(',')) {
    const tracks = tracksOf(clip.video, estimator, clip.intrinsics);
    const comparison = clip.compare(tracks);
    results.push({ clip: clip.name, estimator, comparison });
    if (flags.overlays)
      await writeSheet(clip.video, tracks, path.join(flags.overlays, `${clip.name}-${estimator}.png`));
    if (!flags.json) print(clip.name, estimator, comparison);
  }
if (flags.json) console.log(JSON.stringify({ benchmark: 'coverage', results }));

function print(name: string, estimator: string, comparison: Comparison): void {
  const { swapped, duplicate, body, frames, handPx, bodyPx, view } = comparison;
  for (const side of SIDES) {
    const { visible, seen, filled, absent, elsewhere, false: invented } = comparison[side];
    const counts = [seen, filled, absent, elsewhere, invented]
      .map((n, i) => cell(n, header[i].length))
      .join(' ');
    const whole = `| ${cell(swapped, 7)} ${cell(duplicate, 9)} ${cell(`${body}/${frames}`, 7)} ${cell(handPx?.toFixed(1) ?? '', 7)} ${cell(bodyPx?.toFixed(1) ?? '', 7)} ${view}`;
    console.log(
      side === 'left'
        ? `${name.padEnd(20)} ${estimator.padEnd(13)} left ${cell(visible, 3)} ${counts} ${whole}`
        : `${''.padEnd(34)} right${cell(visible, 4)} ${counts} |`,
    );
  }
}
