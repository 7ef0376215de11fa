/**
 * Our readings against landmarks that MediaPipe itself has published for two clips: parity of implementation, not accuracy.
 *
 *   npm run bench -- parity [--json] [--network FILE.tflite]
 *
 * Mean distance in px over all frames and visible points of asl_hand and pose_squats, as read and after MediaPipe's own
 * filter. The truth of pose_squats is filtered, and of an older release of the full network: name its
 * pose_landmark_full.tflite (npm @mediapipe/pose 0.4.1624666670) and it is measured too. docs/perception.md tells more.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { tfliteToOnnx } from '../models/estimators/convert/convert.ts';
import { ensureModel } from '../models/estimators/files.ts';
import { createBodyNetworks } from '../models/estimators/onnx/body.ts';
import { createHandNetworks } from '../models/estimators/onnx/hands.ts';
import { roiFromAlignment, roiFromHand, roiFromPalm, roiFromPose } from '../models/estimators/onnx/roi.ts';
import { loadConfig } from '../src/config.ts';
import type { Roi } from '../src/core/readings.ts';
import type { RgbFrame } from '../src/core/types.ts';
import { openFrames } from '../src/video/frames.ts';
import { clips } from '../test/clips.ts';
import { LANDMARKS, OneEuro, REGION } from './measures/one-euro.ts';

const { values: flags } = parseArgs({
  options: { json: { type: 'boolean', default: false }, network: { type: 'string' } },
});
const networks = path.join(loadConfig().cacheDir, 'networks');

/** A landmark of this visibility or more is visible. */
const VISIBLE = 0.5;
/** MediaPipe's Python package tells its filter that pictures are 33,333 µs apart, whatever the video. */
const TOLD_FPS = 30;

interface Seen {
  roi: Roi;
  /** (K, 2) px. */
  pixels: Float32Array;
  visibility: Float32Array | null;
}

/** Mean distances, px: of the readings, and of the filtered ones. */
async function distances(clip: string, fps: number, read: (frame: RgbFrame) => Promise<Seen | null>) {
  const truth = JSON.parse(
    readFileSync(path.join(clips, '../truth', `${clip}.landmarks.json`), 'utf8'),
  ) as number[][][];
  const filter = new OneEuro(TOLD_FPS, LANDMARKS);
  const sums = { raw: 0, filtered: 0, points: 0, frames: 0 };
  for await (const { index, frame } of openFrames(path.join(clips, `${clip}.mp4`), { fps })) {
    const seen = index < truth.length ? await read(frame) : null;
    if (!seen) continue;
    sums.frames++;
    const filtered = filter.next(seen.pixels, seen.roi.size);
    truth[index].forEach(([x, y], k) => {
      if (seen.visibility && seen.visibility[k] < VISIBLE) return;
      sums.raw += Math.hypot(seen.pixels[2 * k] - x, seen.pixels[2 * k + 1] - y);
      sums.filtered += Math.hypot(filtered[2 * k] - x, filtered[2 * k + 1] - y);
      sums.points++;
    });
  }
  return { frames: sums.frames, raw: sums.raw / sums.points, filtered: sums.filtered / sums.points };
}

/** @param steady follow the person in filtered regions, as MediaPipe does where it filters */
async function squats(variant: 'lite' | 'full' | 'heavy', cacheDir: string, steady: boolean) {
  const body = await createBodyNetworks({ cacheDir, variant });
  const region = new OneEuro(TOLD_FPS, REGION);
  let roi: Roi | null = null;
  const result = await distances('pose_squats', 5, async frame => {
    const [person] = roi ? [] : await body.detect(frame);
    const here: Roi | null = roi ?? (person ? roiFromPose(person) : null);
    if (!here) return null;
    const reading = await body.read(frame, here);
    roi = reading.next;
    if (steady) {
      const { cx, cy, size, angle } = reading.next;
      const rim = [cx + (size / 2.5) * Math.sin(angle), cy - (size / 2.5) * Math.cos(angle)];
      const [x, y, u, v] = region.next(Float32Array.from([cx, cy, ...rim]), here.size);
      roi = roiFromAlignment([x, y], [u, v]);
    }
    return reading;
  });
  await body.close();
  return result;
}

async function signing() {
  const hand = await createHandNetworks({ cacheDir: networks, variant: 'full' });
  let roi: Roi | null = null;
  const result = await distances('asl_hand', 25, async frame => {
    const [palm] = roi ? [] : await hand.detect(frame);
    const region: Roi | null = roi ?? (palm ? roiFromPalm(palm) : null);
    if (!region) return null;
    const reading = await hand.read(frame, region);
    roi = roiFromHand(reading.pixels);
    return { roi: region, pixels: reading.pixels, visibility: null };
  });
  await hand.close();
  return result;
}

/** The networks with another file in the place of pose-landmark-full. */
async function withNetwork<T>(file: string, use: (cacheDir: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'understudy-parity-'));
  try {
    const outputs = ['Identity', 'Identity_1', 'Identity_3', 'Identity_4'];
    writeFileSync(await ensureModel('pose-landmark-full', folder), tfliteToOnnx(readFileSync(file), outputs));
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** As read, and filtered in filtered regions. */
async function both(variant: 'lite' | 'full' | 'heavy', cacheDir: string) {
  const { raw, frames } = await squats(variant, cacheDir, false);
  return { frames, raw, filtered: (await squats(variant, cacheDir, true)).filtered };
}

const results: { clip: string; network: string; frames: number; raw: number; filtered: number | null }[] = [
  // MediaPipe does not filter hands.
  { clip: 'asl_hand', network: 'full', ...(await signing()), filtered: null },
];
for (const variant of ['lite', 'full', 'heavy'] as const)
  results.push({ clip: 'pose_squats', network: variant, ...(await both(variant, networks)) });
if (flags.network)
  results.push({
    clip: 'pose_squats',
    network: path.basename(flags.network),
    ...(await withNetwork(flags.network, folder => both('full', folder))),
  });
if (flags.json) console.log(JSON.stringify({ benchmark: 'parity', results }));
else {
  console.log('clip         network                   frames  as read px  filtered px');
  for (const { clip, network, frames, raw, filtered } of results)
    console.log(
      `${clip.padEnd(12)} ${network.padEnd(25)} ${`${frames}`.padStart(6)} ${raw.toFixed(2).padStart(11)} ${(filtered?.toFixed(2) ?? '').padStart(12)}`.trimEnd(),
    );
}
