/**
 * The local copies of a store that is elsewhere, in a folder of bounded size: what was used longest ago goes first.
 * What was used a short while ago stays, even over the limit: somebody may be reading it.
 */
import { mkdir, rename, rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import { artifactsIn, leftovers, moveInto } from './fs.ts';
import { MANIFEST } from './manifest.ts';
import { checkedKey } from './store.ts';

/** What was used more recently than this is not removed, ms. */
const IN_USE_MS = 60 * 60 * 1000;
/** After clearing, this share of the limit is used. */
const CLEARED_SHARE = 0.9;

export interface ArtifactCache {
  folder(key: string): string;
  /** A folder for drafts on the same volume. */
  readonly drafts: string;
  /** Take a complete draft of so many bytes in. */
  accept(key: string, draft: string, bytes: number): Promise<void>;
  /** Note that it is used. */
  use(key: string): Promise<void>;
  remove(key: string): Promise<void>;
}

/** @param limitBytes of all artifacts together @param inUseMs see IN_USE_MS */
export async function openCache(
  root: string,
  limitBytes: number,
  inUseMs = IN_USE_MS,
): Promise<ArtifactCache> {
  const drafts = path.join(root, '.partial');
  await mkdir(drafts, { recursive: true });
  await leftovers(drafts, true);
  const folder = (key: string) => path.join(root, checkedKey(key));
  let total = 0;
  for await (const { bytes } of artifactsIn(root)) total += bytes;
  let clearing: Promise<void> | null = null;

  async function remove(key: string): Promise<void> {
    const gone = path.join(drafts, `gone-${key}-${process.pid}-${Date.now()}`);
    await rename(folder(key), gone).catch(() => undefined);
    await rm(gone, { recursive: true, force: true });
  }

  async function clear(): Promise<void> {
    const known = [];
    for await (const artifact of artifactsIn(root)) known.push(artifact);
    total = known.reduce((sum, { bytes }) => sum + bytes, 0);
    const old = known.filter(({ usedAt }) => Date.now() - usedAt > inUseMs);
    for (const { key, bytes } of old.sort((a, b) => a.usedAt - b.usedAt)) {
      if (total <= CLEARED_SHARE * limitBytes) break;
      await remove(key);
      total -= bytes;
    }
  }

  return {
    folder,
    drafts,
    async accept(key, draft, bytes) {
      await moveInto(draft, folder(key));
      total += bytes;
      if (total <= limitBytes) return;
      clearing ??= clear().finally(() => {
        clearing = null;
      });
      await clearing;
    },
    async use(key) {
      const now = new Date();
      await utimes(path.join(folder(key), MANIFEST), now, now).catch(() => undefined);
    },
    remove,
  };
}
