/**
 * The main job on the bundled sample: a video in, a dataset of robot demonstrations and a preview out, and how
 * far the estimate is from the sample's exact truth.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { measurePerson, type PersonTruth } from '../bench/measures/truth.ts';
import { openProgress } from '../src/cli/progress.ts';
import { environment, loadConfig, storeAccess } from '../src/config.ts';
import { SIDES } from '../src/core/skeletons.ts';
import { run } from '../src/run.ts';
import { MediaPool } from '../src/stages/process.ts';
import { trackVideo } from '../src/stages/tracks.ts';
import { readArtifact } from '../src/store/artifact.ts';
import { openStore } from '../src/store/open.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const sample = path.join(root, 'examples/sample/pick.mp4');
const out = path.join(root, 'out/demo');
const truth = JSON.parse(
  await readFile(path.join(root, 'examples/sample/pick.truth.json'), 'utf8'),
) as PersonTruth;

const { fx, fy, cx, cy } = truth.intrinsics;
const config = loadConfig({
  task: 'pick up the can and put it down',
  license: 'apache-2.0',
  preview: true,
  intrinsics: [fx, fy, cx, cy],
});
const progress = openProgress(false, environment.isTerminal());
const started = performance.now();
const result = await run({ inputs: [sample], out, config, on: progress.on });
progress.stop();

const [episode] = result.episodes;
if (!episode) throw new Error(`the sample gave no episode: ${result.rejected[0]?.reason}`);
// Found in the cache: the run above has made it.
const [{ dir }] = await trackVideo(
  {
    store: await openStore(config.store, storeAccess(config)),
    config,
    media: new MediaPool(1),
    report: () => undefined,
  },
  { address: sample },
);
const shown = await readArtifact(dir, 'shown');
const motion = await readArtifact(dir, 'motion');
const error = measurePerson(shown, motion, truth.width, truth);
const lines = SIDES.map(side => {
  const { visible, found, shapeMm, wristPathMm } = error[side];
  const mm = (value: number | null) => (value === null ? 'not measurable' : `${value.toFixed(1)} mm`);
  return `  ${side.padEnd(5)} hand: found in ${found} of the ${visible} frames that show it; from the truth: shape ${mm(shapeMm)}, wrist path ${mm(wristPathMm)}`;
});
process.stdout.write(
  [
    `\n${path.relative(root, sample)} → ${episode.frames} frames for ${config.robot} in ${((performance.now() - started) / 1000).toFixed(1)} s`,
    ...lines,
    '',
    `dataset  ${path.relative(process.cwd(), out)}   (LeRobot v3.0; try: npx understudy inspect ${path.relative(process.cwd(), out)})`,
    `preview  ${path.relative(process.cwd(), path.join(out, 'previews/episode-000000.mp4'))}`,
    '',
  ].join('\n'),
);
