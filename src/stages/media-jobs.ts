/** What may run in a media process, by name. Each is loaded there only, so the parent loads no engine. */
import type { EncodeFilmArgs } from './film.ts';
import type { PerceiveArgs } from './perceive.ts';
import type { PreviewArgs } from './preview.ts';
import type { Report } from './process.ts';

export const mediaJobs = {
  probe: async ({ path }: { path: string }) => (await import('../video/probe.ts')).probe(path),
  perceive: async (args: PerceiveArgs, report: Report) =>
    (await import('./perceive.ts')).perceive(args, report),
  film: async (args: EncodeFilmArgs, report: Report) => (await import('./film.ts')).encodeFilm(args, report),
  preview: async (args: PreviewArgs, report: Report) =>
    (await import('./preview.ts')).renderPreview(args, report),
};

export type MediaJobs = typeof mediaJobs;
