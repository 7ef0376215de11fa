/** Local sources: a video file, or a folder of them. */
import { readdir, stat } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { SourceError } from '../core/errors.ts';

/** What a folder is searched for. A file that is named outright may have any extension. */
export const VIDEO_EXTENSIONS: readonly string[] = [
  '.mp4',
  '.m4v',
  '.mov',
  '.mkv',
  '.webm',
  '.avi',
  '.ts',
  '.mts',
  '.mpg',
  '.mpeg',
  '.3gp',
  '.flv',
  '.wmv',
  '.ogv',
];

/** Whether a path names a folder; false when nothing is there. */
export const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isDirectory() ?? false;

/**
 * Absolute paths of the video files at `path`: the file itself, or the videos in a folder and its subfolders in
 * the order of their names. Hidden files and folders are left out.
 * @throws SourceError when nothing is there, or a folder holds no video.
 */
export async function listVideos(path: string): Promise<string[]> {
  const full = resolve(path);
  const info = await stat(full).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? 'no such file or folder' : `cannot be read (${cause.code})`;
    throw new SourceError(`${path}: ${why}`, cause);
  });
  if (!info.isDirectory()) return [full];
  const videos = await videosIn(full);
  if (videos.length === 0) {
    throw new SourceError(`${path}: the folder holds no video file (${VIDEO_EXTENSIONS.join(' ')})`);
  }
  return videos;
}

async function videosIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    throw new SourceError(`${folder}: the folder cannot be read (${cause.code})`, cause);
  });
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await videosIn(path)));
    else if (VIDEO_EXTENSIONS.includes(extname(entry.name).toLowerCase())) found.push(path);
  }
  return found;
}
