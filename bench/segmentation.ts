/**
 * Are scene cuts and rest found in a long video? A montage of the clips whose cuts and held pictures are known.
 *
 *   npm run bench -- segmentation [--json] [--seconds 600] [--seed 1] [--noise 0] [--perceive | --held]
 *
 * Cuts are looked for in the pictures of the montage. What is seen in them is by default put together from what was seen
 * of the clips, the held frames repeated, with the cuts that were found: ten minutes then take two. With --perceive the
 * networks look at the montage itself, with --held at those of its shots that stand still, each by itself. With --noise every picture,
 * held or not, has noise of its own, of about half as many of 255 levels, as a camera's has. The montage is built once and kept in
 * the cache.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '../src/config.ts';
import { reconstruct } from '../src/motion/reconstruct.ts';
import { segment } from '../src/motion/segment.ts';
import { WHOLE_VIDEO } from '../src/motion/segmentation/rest.ts';
import { SEGMENT_DEFAULTS } from '../src/motion/segmentation/settings.ts';
import { markCuts, withChange } from '../src/stages/shots.ts';
import { openFrames } from '../src/video/frames.ts';
import { clips } from '../test/clips.ts';
import { type PerceivedVideo, perceivedVideos } from './quality/episodes.ts';
import { type Edges, edgesInWords, edgesOf, NEAR_S } from './segmentation/edges.ts';
import { buildMontage, buildPart, partsFolder, planMontage } from './segmentation/montage.ts';
import { spliced } from './segmentation/splice.ts';

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    perceive: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '600' },
    seed: { type: 'string', default: '1' },
    held: { type: 'boolean', default: false },
    noise: { type: 'string', default: '0' },
  },
});
const videos = await perceivedVideos(clips);
const material = videos.map(({ name, clip, perception }) => ({
  file: name,
  motion: reconstruct(perception, clip),
}));
const truth = planMontage(material, Number(flags.seconds), Number(flags.seed));
const folder = path.join(loadConfig({}).cacheDir, 'montage');
const noise = Number(flags.noise);
const name = `montage-${flags.seconds}-${flags.seed}${noise > 0 ? `-noise-${noise}` : ''}`;
const place = { clips, folder, name, noise };

/** The shots that stand still, each seen by itself; boundaries are told on the clock of the montage. */
if (flags.held) {
  const edges: Edges[] = [];
  let first = 0;
  for (const [i, { start, end, hold }] of truth.shots.entries()) {
    const shot = { start: first, end: first + end - start + hold };
    first = shot.end;
    const held = truth.holds.filter(one => one.start >= shot.start && one.end <= shot.end);
    if (held.length === 0) continue;
    const part = buildPart(truth, place, i);
    const [{ clip, perception }] = await perceivedVideos(partsFolder(place), [part]);
    const parts = segment(reconstruct(perception, clip), '').map(part => ({
      ...part,
      start: part.start + shot.start,
      end: part.end + shot.start,
    }));
    edges.push(...edgesOf(held, parts, truth.fps));
  }
  console.log(
    flags.json
      ? JSON.stringify({ benchmark: 'segmentation', held: edges.length, edges })
      : `${edges.length} shots that stand still, each by itself\n${edgesInWords(edges, truth.fps)}`,
  );
  process.exit();
}

const video = buildMontage(truth, place);

/** The montage in the spans that long videos are worked on in; put together from its clips it is one. */
async function seen(): Promise<Omit<PerceivedVideo, 'name' | 'parts'>[]> {
  if (flags.perceive) return perceivedVideos(folder, [path.basename(video)]);
  const cuts: number[] = [];
  const changes: number[] = [];
  for await (const { index, cut, change } of markCuts(
    withChange(openFrames(video, { fps: truth.fps }), truth.fps),
  )) {
    changes.push(change);
    if (cut) cuts.push(index);
  }
  const byName = new Map(videos.map((one): [string, PerceivedVideo] => [one.name, one]));
  return [
    { ...spliced(truth, byName, { cuts, pictureChange: Float32Array.from(changes) }), goesOn: WHOLE_VIDEO },
  ];
}

const spans = await seen();
const used = process.cpuUsage();
const demonstrations = spans.flatMap(({ clip, perception, goesOn }) =>
  segment(reconstruct(perception, clip), '', SEGMENT_DEFAULTS, goesOn).map(part => ({
    ...part,
    start: clip.firstFrame + part.start,
    end: clip.firstFrame + part.end,
  })),
);
const cpu = process.cpuUsage(used);

const found = spans.flatMap(({ clip, perception }) =>
  (perception.cuts ?? []).map(cut => clip.firstFrame + cut),
);
const near = (a: number, list: readonly number[]) => list.some(b => Math.abs(a - b) <= 1);
const missed = truth.cuts.filter(cut => !near(cut, found));
const invented = found.filter(cut => !near(cut, truth.cuts));
const crossing = demonstrations.filter(({ start, end }) => truth.cuts.some(cut => cut > start && cut < end));

const edges = edgesOf(truth.holds, demonstrations, truth.fps);
const errors = edges.flatMap(({ ends, starts }) => [ends, starts]);
const within = errors.filter(error => error <= NEAR_S).length;
const rests = demonstrations.filter(({ reason }) => reason.includes('of rest'));
const result = {
  seconds: truth.frames / truth.fps,
  shots: truth.shots.length,
  cuts: truth.cuts.length,
  missed,
  invented,
  demonstrations: demonstrations.length,
  crossing: crossing.length,
  holds: truth.holds.length,
  boundaries: errors.length,
  within,
  worstS: Math.max(0, ...errors),
  besideRest: rests.length,
  reconstructAndSegmentCpuS: (cpu.user + cpu.system) / 1e6,
};
if (flags.json) console.log(JSON.stringify({ benchmark: 'segmentation', ...result, edges }));
else {
  console.log(
    `${result.seconds.toFixed(0)} s, ${result.shots} shots, ${truth.holds.length} held pictures, ${result.demonstrations} demonstrations`,
  );
  console.log(
    `cuts found ${result.cuts - missed.length} of ${result.cuts}, invented ${invented.length}; demonstrations across a cut ${result.crossing}`,
  );
  console.log(edgesInWords(edges, truth.fps));
  for (const cut of missed) console.log(`  missed cut at ${(cut / truth.fps).toFixed(2)} s`);
  for (const cut of invented) console.log(`  invented cut at ${(cut / truth.fps).toFixed(2)} s`);
}
