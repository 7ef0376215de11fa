/**
 * A shard: one demonstration told by one robot, whole, in one immutable artifact. A dataset, the API and the page
 * need nothing else, so what it was made from may be collected.
 *
 *     record.json       EpisodeRecord: what is listed and filtered
 *     provenance.json   EpisodeProvenance: where it comes from and what made it
 *     robot.json        RobotModel: the robot that `trajectory` moves
 *     trajectory.*      RobotTrajectory of T frames
 *     motion.*          HumanMotion of the same frames
 *     landmarks.*       FilmLandmarks of the same frames
 *     film.mp4          those frames, at the constant rate fps
 *     pixels.json       PixelStats of the film
 *     poster.jpg        its middle frame
 *     thumbnail.webp    a small moving picture of it
 *     preview.mp4       person and robot side by side, when it was asked for
 */
import { constants } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FilmLandmarks, FilmTrack } from '../core/artifacts.ts';
import type { EpisodeRecord } from '../core/episode.ts';
import { StoreError } from '../core/errors.ts';
import type { RobotModel } from '../core/robot.ts';
import type { Demonstration, LandmarkTrack } from '../core/types.ts';
import type { EpisodeProvenance } from '../dataset/provenance.ts';
import { sliceMotion, sliceRows } from '../motion/slice.ts';
import { varietyOf } from '../quality/diversity.ts';
import { qualityOf } from '../quality/score.ts';
import { readArtifact, writeArtifact } from '../store/artifact.ts';
import type { Store } from '../store/store.ts';
import { VERSION } from '../version.ts';
import type { Media } from './acquire.ts';
import type { PerceivedClip, ReconstructedClip } from './clip.ts';
import { filmPlacement } from './film.ts';
import { type StageContext, staged } from './stage.ts';

const SHARD_VERSION = 3;

/** A demonstration with everything that was made of it, by key and folder. */
export interface ShardSource {
  media: Media;
  perceived: PerceivedClip;
  reconstructed: ReconstructedClip;
  demonstration: Demonstration;
  robot: RobotModel;
  trajectory: { key: string; dir: string };
  film: { key: string; dir: string };
  preview: { key: string; dir: string } | null;
}

/** Its record, read back: the same bytes whoever made it. */
export async function makeShard(context: StageContext, source: ShardSource): Promise<EpisodeRecord> {
  const { reconstructed, trajectory, film, preview, demonstration } = source;
  const provenance = provenanceOf(context, source);
  const { dir } = await staged(
    context,
    {
      name: 'shard',
      version: SHARD_VERSION,
      config: { task: demonstration.task, reason: demonstration.reason, provenance },
      inputs: [reconstructed.key, trajectory.key, film.key, ...(preview ? [preview.key] : [])],
    },
    async (folder, key) => {
      context.report('shard', { done: 0, total: 1 });
      await writeShard(context, source, provenance, folder, key);
      context.report('shard', { done: 1, total: 1 });
    },
  );
  return readRecord(dir);
}

/** The record in a shard's folder. */
export const readRecord = async (dir: string): Promise<EpisodeRecord> =>
  JSON.parse(await readFile(path.join(dir, 'record.json'), 'utf8')) as EpisodeRecord;

/** The folder of an episode's shard. Throws StoreError when the store has lost it. */
export async function shardFolder(store: Store, { id, source }: EpisodeRecord): Promise<string> {
  const dir = await store.get(id);
  if (dir) return dir;
  throw new StoreError(`${store.root} has no shard ${id} (of ${source}): process that source again`);
}

async function writeShard(
  context: StageContext,
  source: ShardSource,
  provenance: EpisodeProvenance,
  folder: string,
  key: string,
): Promise<void> {
  const { perceived, reconstructed, demonstration, robot, trajectory, film, preview } = source;
  const { start, end } = demonstration;
  const moved = await readArtifact(trajectory.dir, 'trajectory');
  const { motion } = reconstructed;
  const quality = qualityOf({ motion, demonstration, trajectory: moved, robot });
  const [width, height] = context.config.imageSize;
  await copy(film.dir, folder, 'film.mp4');
  await copy(film.dir, folder, 'pixels.json');
  if (preview) await copy(preview.dir, folder, 'preview.mp4');
  await context.media.run(
    'thumbnail',
    { path: path.join(folder, 'film.mp4'), dir: folder, fps: perceived.clip.fps, frames: end - start },
    { signal: context.signal },
  );
  await writeArtifact(folder, 'trajectory', moved);
  const own = sliceMotion(motion, start, end);
  await writeArtifact(folder, 'motion', own);
  await writeArtifact(folder, 'landmarks', await landmarksOf(source, { width, height }));
  await writeJson(folder, 'robot.json', robot);
  await writeJson(folder, 'provenance.json', provenance);
  await writeJson(folder, 'record.json', {
    id: key,
    robot: robot.name,
    task: demonstration.task,
    view: perceived.perception.view,
    viewReason: perceived.perception.viewReason,
    source: provenance.source,
    sourceSha256: provenance.sha256,
    license: provenance.license ?? 'unknown',
    startS: provenance.startS,
    endS: provenance.endS,
    cutReason: demonstration.reason,
    fps: perceived.clip.fps,
    frames: end - start,
    image: { width, height, codec: context.config.videoCodec },
    quality: quality.vector,
    score: quality.score,
    variety: varietyOf(own),
    models: Object.fromEntries(provenance.models.map(({ name, sha256 }) => [name, sha256])),
    configuration: provenance.configuration,
    understudy: provenance.understudy,
    preview: preview !== null,
  } satisfies EpisodeRecord);
}

function provenanceOf({ config }: StageContext, source: ShardSource): EpisodeProvenance {
  const { media, perceived, demonstration } = source;
  const { fps, firstFrame } = perceived.clip;
  return {
    source: media.item.address,
    sha256: media.id,
    license: media.item.license ?? config.license,
    startS: (firstFrame + demonstration.start) / fps,
    endS: (firstFrame + demonstration.end) / fps,
    models: perceived.models,
    configuration: perceived.key,
    understudy: VERSION,
  };
}

/** The tracks that the motion was made from, where the film shows them. */
async function landmarksOf(
  { perceived: { clip }, reconstructed, demonstration: { start, end } }: ShardSource,
  film: { width: number; height: number },
): Promise<FilmLandmarks> {
  const shown = await readArtifact(reconstructed.dir, 'shown');
  const { scale, x, y } = filmPlacement(clip, film);
  const track = (whole: LandmarkTrack): FilmTrack => {
    const { pixels, confidence, visibility, state } = sliceRows(whole, clip.frames, start, end);
    return {
      pixels: pixels.map((value, i) => value * scale + (i % 2 === 0 ? x : y)),
      confidence,
      visibility,
      state,
    };
  };
  return { left: track(shown.left), right: track(shown.right), body: track(shown.body) };
}

const copy = (from: string, to: string, name: string): Promise<void> =>
  copyFile(path.join(from, name), path.join(to, name), constants.COPYFILE_FICLONE);

const writeJson = (dir: string, name: string, value: object): Promise<void> =>
  writeFile(path.join(dir, name), `${JSON.stringify(value)}\n`);
