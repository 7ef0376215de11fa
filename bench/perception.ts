/**
 * How fast video becomes landmark tracks, against MediaPipe in Node and in Python: same clip, one after another.
 *
 *   npm run bench -- perception [--json] [--clip FILE]
 *
 * 20 s of 640×360 with two hands and a body, decoding included, networks converted and loaded before the clock starts.
 * Ours with one and two media processes; MediaPipe Tasks in Node as this project's own estimator `tasks-vision`;
 * MediaPipe's Python package in VIDEO mode with the same networks (scripts/python-peers.sh installs it). Memory and
 * processor time are sums over all processes of a contender; on a machine that does other work, compare processor time.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { handBundle, loadBundle, poseBundle } from '../models/estimators/tasks-vision/bundle.ts';
import { loadConfig } from '../src/config.ts';
import { usualClip, writeClip } from './perception/clip.ts';
import { type Measurement, measure } from './perception/contest.ts';
import { pythonWith } from './perception/python.ts';

const { values: flags } = parseArgs({
  options: { json: { type: 'boolean', default: false }, clip: { type: 'string' } },
});
const folder = mkdtempSync(path.join(tmpdir(), 'understudy-bench-'));
const networks = path.join(loadConfig().cacheDir, 'networks');
const say = (text: string) => flags.json || console.log(text);

const ours = (estimator: string, workers: number) => () =>
  measure(process.execPath, [
    '--import',
    'tsx',
    fileURLToPath(new URL('perception/ours.ts', import.meta.url)),
    clip,
    estimator,
    String(workers),
    networks,
  ]);

async function python(): Promise<Measurement> {
  const interpreter = pythonWith(['mediapipe', 'av']);
  if (!interpreter) throw new Error('not installed; scripts/python-peers.sh does that');
  const bundles = await Promise.all(
    [handBundle('full'), poseBundle('full')].map(b => loadBundle(b, networks)),
  );
  const files = bundles.map((bytes, i) => {
    const file = path.join(folder, `${i}.task`);
    writeFileSync(file, bytes);
    return file;
  });
  return measure(interpreter, [
    // Isolated: a script's own folder would come first, and this script bears the name of the package.
    '-I',
    fileURLToPath(new URL('peers/mediapipe.py', import.meta.url)),
    clip,
    ...files,
  ]);
}

const contenders: Record<string, () => Promise<Measurement>> = {
  'understudy, 1 process': ours('onnx', 1),
  'understudy, 2 processes': ours('onnx', 2),
  'tasks-vision in Node': ours('tasks-vision', 1),
  'mediapipe in Python': python,
};

const clip = path.join(folder, 'clip.mp4');
const results: Record<string, Measurement | { missing: string }> = {};
try {
  const source = flags.clip ?? usualClip();
  const frames = await writeClip(source, clip);
  say(`${source}: ${frames} frames of 640x360; ${availableParallelism()} processors`);
  say(`${''.padEnd(24)} frames/s   ratio   processor ms/frame   ratio   peak MB   both hands    body`);
  for (const [name, run] of Object.entries(contenders)) {
    try {
      results[name] = await run();
    } catch (error) {
      results[name] = { missing: (error as Error).message };
    }
    say(line(name));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (flags.json) console.log(JSON.stringify({ benchmark: 'perception', results }));

/** Ratios: how many times faster ours with two processes is, and how much less it computes. */
function line(name: string): string {
  const result = results[name];
  if ('missing' in result) return `${name.padEnd(24)} missing: ${result.missing}`;
  const best = results['understudy, 2 processes'];
  const ratio = (of: (m: Measurement) => number) => (best && !('missing' in best) ? of(best).toFixed(2) : '');
  const { framesPerS, cpuMsPerFrame, peakMb, both, body } = result;
  return [
    name.padEnd(24),
    framesPerS.toFixed(1).padStart(8),
    ratio(m => m.framesPerS / framesPerS).padStart(7),
    cpuMsPerFrame.toFixed(1).padStart(20),
    ratio(m => cpuMsPerFrame / m.cpuMsPerFrame).padStart(7),
    peakMb.toFixed(0).padStart(9),
    both.toFixed(3).padStart(12),
    body.toFixed(3).padStart(7),
  ].join(' ');
}
