/** meta/understudy.json: says that a folder is a dataset of ours, and that it is complete. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatasetError } from '../core/errors.ts';
import { throwStoreFault } from '../core/faults.ts';
import { MARKER_PATH } from './reader/identity.ts';

/** The format in which our datasets are made; others are exports. */
export const OWN_FORMAT = 'lerobot-v3.0';

export interface Marker {
  /** Version of Understudy that wrote the dataset. */
  understudy: string;
  /** OWN_FORMAT, or the name of an export format. */
  format: string;
  /** The robot's registry name. */
  robot: string;
  /** Digest of everything that the dataset was made from: the same recipe gives the same dataset. */
  recipe: string;
  /** SHA-256 of the media files that were looked at, hex, each once. */
  sources: readonly string[];
  /** Demonstrations that were cut but not kept: how many, per reason. */
  rejected: Record<string, number>;
}

/** Write the marker: the last file of a dataset. */
export async function writeMarker(dir: string, marker: Marker): Promise<void> {
  const file = path.join(dir, MARKER_PATH);
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, `${JSON.stringify(marker, null, 2)}\n`);
  } catch (error) {
    throwStoreFault(file, error);
  }
}

/** Whether LeRobot's files are there: a run that kept nothing leaves a card and its reasons, but no episodes. */
export const holdsEpisodes = (dir: string): Promise<boolean> =>
  readFile(path.join(dir, 'meta/info.json')).then(
    () => true,
    () => false,
  );

/** The marker of a dataset, or null when there is none. Throws DatasetError when it cannot be read as one. */
export async function readMarker(dir: string): Promise<Marker | null> {
  const file = path.join(dir, MARKER_PATH);
  try {
    const marker = JSON.parse(await readFile(file, 'utf8')) as Marker;
    if (typeof marker?.understudy === 'string') return marker;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw new DatasetError(`${file} cannot be read: ${(error as Error).message}`, error);
  }
  throw new DatasetError(`${file} does not name the version of Understudy that wrote it`);
}
