/**
 * Hands, wrists and arms against rendered people with exact 3D truth, with the true lens and with an assumed one.
 *
 *   npm run bench -- truth [--json] [CLIP.mp4 …]
 *
 * A clip's truth lies beside it, with the ending .json. Without clips: all of ../shared/rendered. Finished stages
 * are taken from the cache.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig, storeAccess } from '../src/config.ts';
import { SIDES, type Side } from '../src/core/skeletons.ts';
import { expandInputs } from '../src/sources/resolve.ts';
import { MediaPool } from '../src/stages/process.ts';
import type { StageContext } from '../src/stages/stage.ts';
import { trackVideo } from '../src/stages/tracks.ts';
import { readArtifact } from '../src/store/artifact.ts';
import { openStore } from '../src/store/open.ts';
import { clips } from '../test/clips.ts';
import { type HandError, measurePerson, type PersonTruth } from './measures/truth.ts';

const rendered = path.join(path.dirname(clips), 'rendered');

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
});
const truthFile = (video: string) => video.replace(/\.mp4$/, '.json');
const inFolder = existsSync(rendered)
  ? readdirSync(rendered)
      .filter(file => file.endsWith('.mp4'))
      .map(file => path.join(rendered, file))
  : [];
const videos = positionals.length > 0 ? positionals : inFolder;
const without = videos.filter(video => !existsSync(truthFile(video)));
if (videos.length === 0 || without.length > 0) {
  console.error(
    videos.length === 0
      ? `no clips in ${rendered}; name some`
      : `no truth beside ${without.join(', ')}: NAME.json is looked for`,
  );
  process.exit(1);
}

const media = new MediaPool(loadConfig({}).workers);
type Lens = 'given' | 'assumed';

async function measure(video: string, truth: PersonTruth, lens: Lens) {
  const { fx, fy, cx, cy } = truth.intrinsics;
  const config = loadConfig(lens === 'given' ? { intrinsics: [fx, fy, cx, cy] } : {});
  const context: StageContext = {
    config,
    store: await openStore(config.store, storeAccess(config)),
    media,
    report: () => {},
  };
  const { items } = await expandInputs([path.resolve(video)]);
  const [span] = await trackVideo(context, items[0]);
  const motion = await readArtifact(span.dir, 'motion');
  const shown = await readArtifact(span.dir, 'shown');
  return {
    view: motion.view,
    reference: motion.reference,
    ...measurePerson(shown, motion, span.clip.width, truth),
  };
}

const COLUMNS: readonly [string, (error: HandError) => string][] = [
  ['visible', e => `${e.visible}`],
  ['found', e => `${e.found}`],
  ['px', e => fixed(e.px, 1)],
  ['shape mm', e => fixed(e.shapeMm, 1)],
  ['palm °', e => fixed(e.palmDeg, 1)],
  ['depth ×', e => fixed(e.depthRatio, 3)],
  ['path mm', e => fixed(e.wristPathMm, 1)],
  ['jitter m/s²', e => fixed(e.jitter, 2)],
  ['wrist mm', e => fixed(e.wristMm, 0)],
  ['upper arm °', e => fixed(e.upperArmDeg, 1)],
  ['forearm °', e => fixed(e.forearmDeg, 1)],
  ['sure, right', e => shares(e.sure)],
  ['wrist in 1σ, 2σ', e => shares(e.wristWithin)],
  ['tips in 1σ, 2σ', e => shares(e.tipsWithin)],
];
const fixed = (value: number | null, digits: number): string => value?.toFixed(digits) ?? '';
const shares = (pair: [number, number] | null): string =>
  pair?.map(share => `${Math.round(100 * share)} %`).join(', ') ?? '';
const row = (clip: string, lens: string, side: string, cells: string[]): string =>
  [clip.padEnd(14), lens.padEnd(7), side.padEnd(5), ...cells.map((c, i) => c.padStart(COLUMNS[i][0].length))]
    .join('  ')
    .trimEnd();

if (!flags.json)
  console.log(
    row(
      'clip',
      'lens',
      'hand',
      COLUMNS.map(([name]) => name),
    ),
  );
const results: ({ clip: string; lens: Lens; view: string; reference: string } & Record<Side, HandError>)[] =
  [];
for (const video of videos) {
  const clip = path.basename(video, '.mp4');
  const truth = JSON.parse(readFileSync(truthFile(video), 'utf8')) as PersonTruth;
  for (const lens of ['given', 'assumed'] as const) {
    const errors = await measure(video, truth, lens);
    results.push({ clip, lens, ...errors });
    if (!flags.json)
      for (const side of SIDES)
        console.log(
          row(
            clip,
            lens,
            side,
            COLUMNS.map(([, show]) => show(errors[side])),
          ),
        );
  }
}
media.close();
if (flags.json) console.log(JSON.stringify({ benchmark: 'truth', results }));
