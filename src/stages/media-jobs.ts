/** What may run in a media process, by name. Each is loaded there only, so the parent loads no engine. */
import type { ReconstructArgs, RetargetArgs } from './compute.ts';
import type { EncodeFilmArgs } from './film.ts';
import type { FollowHandArgs } from './look-again.ts';
import type { FollowBodyArgs } from './look-again-bodies.ts';
import type { PreviewArgs } from './preview.ts';
import type { Report } from './process.ts';
import type { EngineArgs, ReadArgs } from './read.ts';
import type { ThumbnailArgs } from './thumbnail.ts';

export const mediaJobs = {
  probe: async ({ path }: { path: string }) => (await import('../video/probe.ts')).probe(path),
  read: async (args: ReadArgs, report: Report) => (await import('./read.ts')).readFrames(args, report),
  followHand: async (args: FollowHandArgs & { engine: EngineArgs }, report: Report) =>
    (await import('./read.ts')).followHandIn(args, report),
  followBody: async (args: FollowBodyArgs & { engine: EngineArgs }, report: Report) =>
    (await import('./read.ts')).followBodyIn(args, report),
  reconstruct: async (args: ReconstructArgs) => (await import('./compute.ts')).reconstructIn(args),
  retarget: async (args: RetargetArgs) => (await import('./compute.ts')).retargetIn(args),
  film: async (args: EncodeFilmArgs, report: Report) => {
    await letGoOfFrames();
    return (await import('./film.ts')).encodeFilm(args, report);
  },
  preview: async (args: PreviewArgs, report: Report) => {
    await letGoOfFrames();
    return (await import('./preview.ts')).renderPreview(args, report);
  },
  thumbnail: async (args: ThumbnailArgs, report: Report) =>
    (await import('./thumbnail.ts')).renderThumbnail(args, report),
};

/** A second look keeps its video open and its last frames; an encoder is large enough without them. */
const letGoOfFrames = async () => (await import('./walk.ts')).stopWalking();

export type MediaJobs = typeof mediaJobs;
