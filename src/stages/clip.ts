/** The stages of one video up to a person's motion: each is cached by its own key. */
import path from 'node:path';
import { readNetworkFile } from '../../models/estimators/network-file.ts';
import type { ModelFile } from '../core/artifacts.ts';
import { MediaError } from '../core/errors.ts';
import type { Camera, Clip, HumanMotion, Perception, View } from '../core/types.ts';
import { readArtifact, writeArtifact } from '../store/artifact.ts';
import { inWordsOfSource, type Media } from './acquire.ts';
import { perceive } from './perceive.ts';
import type { Span } from './spans.ts';
import { type StageContext, staged } from './stage.ts';

const PERCEIVE_VERSION = 21;
const RECONSTRUCT_VERSION = 24;

/** A clip with its landmark tracks; `key` names the tracks, `dir` holds them. */
export interface PerceivedClip {
  clip: Clip;
  perception: Perception;
  models: ModelFile[];
  key: string;
  dir: string;
}

/**
 * A later span of a video that is shorter than it says has no frames.
 * @throws MediaError when the first one has none
 */
export async function perceiveClip(context: StageContext, media: Media, span: Span): Promise<PerceivedClip> {
  const { config, signal } = context;
  const { id, info } = media;
  const { fps, view, estimator, handModel, bodyModel, handNetwork, bodyNetwork } = config;
  const networks = { handNetwork, bodyNetwork };
  const own = await ownNetworks(networks);
  const { key, dir } = await staged(
    context,
    {
      name: 'perceive',
      version: PERCEIVE_VERSION,
      config: { fps, view, estimator, handModel, bodyModel, ...own, ...span },
      inputs: [id],
    },
    async folder => {
      const { tracks, models } = await perceive(
        {
          path: media.path,
          width: info.width,
          height: info.height,
          fps,
          ...span,
          durationS: info.durationS,
          view,
          engine: {
            estimator,
            handModel,
            bodyModel,
            ...networks,
            own,
            cacheDir: path.join(config.cacheDir, 'networks'),
          },
        },
        context.media,
        { signal, report: (done, total) => context.report('perceive', { done, total }) },
      ).catch(inWordsOfSource(media));
      await writeArtifact(folder, 'tracks', tracks);
      await writeArtifact(folder, 'models', models);
    },
  );
  const { firstFrame, frames, ...tracks } = await readArtifact(dir, 'tracks');
  if (frames === 0 && span.startS === (media.item.startS ?? 0))
    throw new MediaError(
      `${media.item.address}: no frame between ${span.startS} s and ${span.endS === null ? 'the end' : `${span.endS} s`}; the span lies outside of the video`,
    );
  return {
    clip: { id, path: media.path, width: info.width, height: info.height, fps, firstFrame, frames },
    perception: { ...tracks, camera: cameraOf(media, tracks.view, config.intrinsics) },
    models: await readArtifact(dir, 'models'),
    key,
    dir,
  };
}

/** What tells networks of the user's own apart: their description and their file; nothing where there are none. */
async function ownNetworks(files: Record<'handNetwork' | 'bodyNetwork', string | null>): Promise<object> {
  const known: Record<string, object> = {};
  for (const [name, kind] of [
    ['handNetwork', 'hand'],
    ['bodyNetwork', 'body'],
  ] as const) {
    const file = files[name];
    if (!file) continue;
    const { description, model } = await readNetworkFile(file, kind);
    known[name] = { description, sha256: model.sha256 };
  }
  return known;
}

/** Width of a 35 mm picture, mm: what '35 mm equivalent' focal lengths refer to. */
const FULL_FRAME_WIDTH_MM = 36;

/**
 * Focal length of a worn camera, in longer sides of the picture: 80° across, the middle of what is worn (HoloLens 2
 * 65°, GoPro's linear field 87°, Project Aria 110°). The usual 47° would put a person's hands beyond their reach.
 */
const WORN_FOCAL = 0.6;

function cameraOf({ info }: Media, view: View, intrinsics: number[] | null): Camera {
  if (intrinsics) {
    const [fx, fy, cx, cy] = intrinsics;
    return { fx, fy, cx, cy, source: 'flag' };
  }
  const { width, height, focal35Mm } = info;
  const longer = Math.max(width, height);
  const assumed = view === 'egocentric' ? WORN_FOCAL * longer : Math.hypot(width, height);
  const focal = focal35Mm ? (focal35Mm / FULL_FRAME_WIDTH_MM) * longer : assumed;
  return { fx: focal, fy: focal, cx: width / 2, cy: height / 2, source: focal35Mm ? 'metadata' : 'assumed' };
}

/** A person's motion; `key` names it, `dir` holds it. */
export interface ReconstructedClip {
  clip: Clip;
  motion: HumanMotion;
  key: string;
  dir: string;
}

/** Leaves the artifacts 'motion' and 'shown': the motion, and its hands as tracks in the camera frame. */
export async function reconstructClip(
  context: StageContext,
  { clip, perception, key: tracksKey, dir: tracksDir }: PerceivedClip,
): Promise<ReconstructedClip> {
  const { key, dir } = await staged(
    context,
    { name: 'reconstruct', version: RECONSTRUCT_VERSION, config: perception.camera, inputs: [tracksKey] },
    async folder => {
      context.report('reconstruct', { done: 0, total: clip.frames });
      await context.media.run(
        'reconstruct',
        { path: clip.path, clip, camera: perception.camera, tracksDir, dir: folder },
        { signal: context.signal },
      );
      context.report('reconstruct', { done: clip.frames, total: clip.frames });
    },
  );
  return { clip, motion: await readArtifact(dir, 'motion'), key, dir };
}
