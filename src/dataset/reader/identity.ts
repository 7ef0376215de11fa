/** Which dataset lies in a place: while it is read, another may be put there, whole and at once (publish.ts). */
import { ReplacedError } from '../../core/errors.ts';
import type { DatasetFiles } from './files.ts';

/** The marker of a dataset of ours; it holds the recipe, so another dataset has another one. Other programs write none. */
export const MARKER_PATH = 'meta/understudy.json';

/** The marker as it is; null where there is none, or none can be had. */
export const identityOf = (files: DatasetFiles): Promise<string | null> =>
  files.text(MARKER_PATH).catch(() => null);

/** Throws ReplacedError, caused by `cause`, where the place no longer holds the dataset of this identity. */
export async function checkSame(
  files: DatasetFiles,
  identity: string | null,
  cause?: unknown,
): Promise<void> {
  if (cause instanceof ReplacedError) throw cause;
  const now = await files.text(MARKER_PATH).catch(() => identity);
  if (now !== identity)
    throw new ReplacedError(
      `${files.address} was replaced by another dataset while it was read: open it again`,
      cause,
    );
}

/** `work` reads the files; where it fails and another dataset has come meanwhile, ReplacedError says so. */
export async function unlessReplaced<T>(
  files: DatasetFiles,
  identity: string | null,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await checkSame(files, identity, error);
    throw error;
  }
}
