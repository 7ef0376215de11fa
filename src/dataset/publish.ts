/**
 * Putting a finished dataset in its place.
 *
 * The place holds, at every moment, the previous dataset, nothing, or the new one: never a part of one.
 * With D the destination and D′ = '.D' in the same folder, a publication is
 *
 *     1  staging   → D′.next        the new dataset is complete from here on
 *     2  D         → D′.previous    only when there is one
 *     3  D′.next   → D
 *     4  remove D′.previous
 *
 * each a rename on one volume. A process that is killed leaves D′.next or D′.previous behind; the next run,
 * holding the lock, first finishes or takes back what they say (`recover`). Only between 2 and 3 is there
 * nothing at D.
 */
import { randomBytes } from 'node:crypto';
import { access, mkdir, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { lock } from 'proper-lockfile';
import { DatasetError } from '../core/errors.ts';
import { throwStoreFault } from '../core/faults.ts';
import { readMarker } from './marker.ts';
import { checkWritable } from './writable.ts';

/** A staging folder that nobody has touched for this long belongs to a crashed run, ms. */
const ABANDONED_MS = 24 * 60 * 60 * 1000;
/** A lock that its process has not renewed for this long belongs to a killed one; waiting outlasts it. */
const LOCK_STALE_MS = 5_000;
const LOCK_RETRIES = { retries: 28, minTimeout: 250, maxTimeout: 250 };

/**
 * Said before the work, not after. Throws DatasetError when the destination holds something that is not ours, StoreError
 * when nothing can be written beside it.
 */
export async function checkDestination(outDir: string): Promise<void> {
  const out = path.resolve(outDir);
  await refuseForeign(out);
  await checkWritable(path.dirname(out));
  if ((await exists(out)) || !(await exists(path.dirname(out)))) return;
  // What a killed publication left is whole before anybody reads what is there.
  const place = await placeOf(outDir);
  if ((await exists(place.next)) || (await exists(place.previous)))
    await exclusively(place, () => recover(place));
}

/**
 * Make an empty folder to build a dataset in, beside its destination so that renaming works.
 * Also mends what a killed run left there. Throws DatasetError as `checkDestination`.
 */
export async function stagingFolder(outDir: string): Promise<string> {
  const place = await placeOf(outDir);
  return exclusively(place, async () => {
    await recover(place);
    await refuseForeign(place.out);
    // Not mkdtemp: it becomes the dataset, which others may read as far as the umask lets them.
    const staging = `${place.hidden}.staging-${randomBytes(6).toString('hex')}`;
    await mkdir(staging);
    return staging;
  });
}

/**
 * Move the dataset in `tmpDir` to `outDir`, replacing a previous dataset of ours. `tmpDir` is on the same
 * volume (see stagingFolder) and is gone afterwards. `over`: the recipe of what was there when the work began, null for nothing.
 * Throws DatasetError when `tmpDir` has no marker, when `outDir` holds anything but a dataset of ours, or
 * when another run is publishing there; StoreError when the system refuses.
 */
export async function publishDirectory(
  tmpDir: string,
  outDir: string,
  over?: { recipe: string | null },
): Promise<void> {
  if ((await readMarker(tmpDir)) === null)
    throw new DatasetError(`${tmpDir} has no meta/understudy.json: only a finished dataset can be published`);
  const place = await placeOf(outDir);
  await exclusively(place, async () => {
    await recover(place);
    await refuseForeign(place.out);
    const there = (await readMarker(place.out))?.recipe ?? null;
    if (over && there !== over.recipe)
      throw new DatasetError(
        `${place.out} was changed by another run meanwhile: run it again, on what is there now`,
      );
    await rename(tmpDir, place.next);
    if (await exists(place.out)) await rename(place.out, place.previous);
    await rename(place.next, place.out);
    await rm(place.previous, { recursive: true, force: true });
  });
}

/** Run `work` while no other process does anything at this place. */
async function exclusively<T>({ out, hidden }: Place, work: () => Promise<T>): Promise<T> {
  const options = {
    realpath: false,
    lockfilePath: `${hidden}.lock`,
    stale: LOCK_STALE_MS,
    retries: LOCK_RETRIES,
    // Lost while the machine slept. By default that is thrown where nobody can catch it; what is left to do takes a moment.
    onCompromised: () => {},
  };
  const release = await lock(out, options).catch(error => {
    if (error.code !== 'ELOCKED') return throwStoreFault(out, error);
    throw new DatasetError(
      `another run is publishing to ${out}: wait for it, or choose another folder`,
      error,
    );
  });
  try {
    return await work();
  } catch (error) {
    return throwStoreFault(out, error);
  } finally {
    await release().catch(() => {});
  }
}

interface Place {
  /** The destination, its folder resolved. */
  out: string;
  /** Prefix of the hidden names beside it. */
  hidden: string;
  next: string;
  previous: string;
}

async function placeOf(outDir: string): Promise<Place> {
  const absolute = path.resolve(outDir);
  const folder = path.dirname(absolute);
  await mkdir(folder, { recursive: true }).catch(error => throwStoreFault(outDir, error));
  const out = await realpath(absolute).catch(async () =>
    path.join(await realpath(folder), path.basename(absolute)),
  );
  const hidden = path.join(path.dirname(out), `.${path.basename(out)}`);
  return { out, hidden, next: `${hidden}.next`, previous: `${hidden}.previous` };
}

/** Undo what a killed publication left: see the steps above. */
async function recover({ out, hidden, next, previous }: Place): Promise<void> {
  const hasNext = (await exists(next)) && (await readMarker(next)) !== null;
  if (!(await exists(out))) {
    // Killed between 2 and 3, or between 1 and 3 without a predecessor: the new dataset was complete.
    if (hasNext) await rename(next, out);
    else if (await exists(previous)) await rename(previous, out);
  }
  // Killed between 1 and 2, or between 3 and 4: the destination is whole, the rest is not needed.
  await rm(next, { recursive: true, force: true });
  await rm(previous, { recursive: true, force: true });
  for (const name of await readdir(path.dirname(hidden))) {
    if (!name.startsWith(`${path.basename(hidden)}.staging-`)) continue;
    const stale = path.join(path.dirname(hidden), name);
    const { mtimeMs } = await stat(stale).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (Date.now() - mtimeMs > ABANDONED_MS) await rm(stale, { recursive: true, force: true });
  }
}

/** A destination may be missing, an empty folder, or a dataset of ours. */
async function refuseForeign(out: string): Promise<void> {
  const found = await stat(out).catch(() => null);
  if (found === null) return;
  if (!found.isDirectory()) throw new DatasetError(`${out} is a file: choose a folder for the dataset`);
  const entries = await readdir(out).catch(error => throwStoreFault(out, error));
  if (entries.length > 0 && (await readMarker(out)) === null)
    throw new DatasetError(
      `${out} holds something that Understudy did not write, so it is not replaced: choose another folder`,
    );
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
