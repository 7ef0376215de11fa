/**
 * How much memory a long video takes, against a short one: the whole `understudy run`, all its processes.
 *
 *   npm run bench -- memory [--minutes 1,30] [--clip FILE] [--workers 1] [--fps 30]
 *
 * Videos are made by looping 20 s of 640×360 with two hands and a body. The figure is the largest sum of resident memory,
 * seen ten times a second; it does not depend on what else the machine does.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openSplice } from '../src/video/splice.ts';
import { usage } from './measures/processes.ts';
import { FPS, usualClip, writeClip } from './perception/clip.ts';

const { values: flags } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1,30' },
    clip: { type: 'string' },
    workers: { type: 'string', default: '1' },
    fps: { type: 'string', default: String(FPS) },
  },
});
const SAMPLE_EVERY_MS = 100;
const main = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'understudy-bench-memory-'));

/** A video of so many minutes, without encoding its pictures more than once. */
async function loop(clip: string, frames: number, minutes: number): Promise<string> {
  const file = path.join(folder, `${minutes}min.mp4`);
  const splice = openSplice(file, FPS);
  while (splice.frames < minutes * 60 * FPS) await splice.append({ path: clip, startS: 0, frames });
  await splice.finish();
  return file;
}

interface Run {
  /** MB, of all processes together. */
  peakMb: number;
  cpuS: number;
  frames: number;
}

/** @throws Error when the run fails */
async function run(video: string): Promise<Run> {
  const out = path.join(folder, 'out');
  const words = ['run', video, '--out', out, '--workers', flags.workers, '--fps', flags.fps];
  const env = { ...process.env, UNDERSTUDY_STORE: path.join(folder, 'store') };
  const child = spawn(process.execPath, [main, ...words], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  let [peakMb, cpuMs] = [0, 0];
  const sampler = setInterval(() => {
    const now = usage(child.pid!);
    peakMb = Math.max(peakMb, now.residentMb);
    cpuMs = Math.max(cpuMs, now.cpuMs);
  }, SAMPLE_EVERY_MS);
  const code = await new Promise(resolve => child.on('close', resolve));
  clearInterval(sampler);
  if (code !== 0) throw new Error(`understudy ${words.join(' ')}: exit code ${code}`);
  const info = JSON.parse(readFileSync(path.join(out, 'meta/info.json'), 'utf8')) as { total_frames: number };
  rmSync(out, { recursive: true });
  rmSync(path.join(folder, 'store'), { recursive: true });
  return { peakMb, cpuS: cpuMs / 1000, frames: info.total_frames };
}

try {
  const clip = path.join(folder, 'clip.mp4');
  const frames = await writeClip(flags.clip ?? usualClip(), clip);
  console.log('minutes   frames in the dataset   peak MB   ratio   processor s');
  let first = 0;
  for (const minutes of flags.minutes.split(',').map(Number)) {
    const video = await loop(clip, frames, minutes);
    const { peakMb, cpuS, frames: kept } = await run(video);
    first ||= peakMb;
    const cells = [kept, peakMb.toFixed(0), (peakMb / first).toFixed(2), cpuS.toFixed(0)];
    console.log(`${minutes}`.padStart(7), ...cells.map((cell, i) => `${cell}`.padStart([23, 9, 7, 13][i])));
    rmSync(video);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
