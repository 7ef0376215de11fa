/** The previews of a dataset of ours: a film to watch per episode that has one, beside LeRobot's files. */
import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';

export const PREVIEWS = 'previews';

/** Where the preview of an episode is, if it has one. */
export const previewOf = (dir: string, index: number): string =>
  path.join(dir, PREVIEWS, `episode-${String(index).padStart(6, '0')}.mp4`);

/** Take the film at `file` as the preview of an episode of the dataset in `dir`. */
export async function copyPreview(file: string, dir: string, index: number): Promise<void> {
  await mkdir(path.join(dir, PREVIEWS), { recursive: true });
  await copyFile(file, previewOf(dir, index));
}
