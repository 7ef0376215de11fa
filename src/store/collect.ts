/**
 * Garbage collection: which artifacts nobody needs any more.
 *
 * A store is a cache as much as an archive. What a document names is kept: the shards of the catalogue's episodes, and
 * every key that a batch or any other document holds. What was used lately is kept: work may be going on with it.
 * Everything else can be made again from its sources, and goes.
 */
import { EPISODES, REVIEWS } from './catalogue.ts';
import type { Documents } from './documents.ts';
import type { Store, StoredArtifact } from './store.ts';

export interface Collection {
  /** Unused since before the limit, and named by no document. */
  go: StoredArtifact[];
  /** Named by a document. */
  needed: { count: number; bytes: number };
  /** Used since. */
  recent: { count: number; bytes: number };
  /** Drafts of crashed writers, bytes. */
  leftovers: number;
  /** Shards that the catalogue names and the store does not have. */
  lost: string[];
}

/** Documents read at a time. */
const READERS = 32;

/** What would go. Changes nothing. @param keepMs what was used within this time stays */
export async function planCollection(store: Store, keepMs: number): Promise<Collection> {
  const since = Date.now() - keepMs;
  // The documents first: an artifact that is named later was used after `since`.
  const { episodes, named } = await namedKeys(store.documents);
  const plan: Collection = {
    go: [],
    needed: { count: 0, bytes: 0 },
    recent: { count: 0, bytes: 0 },
    leftovers: await store.leftovers(false),
    lost: [],
  };
  const missing = new Set(episodes);
  for await (const artifact of store.artifacts()) {
    missing.delete(artifact.key);
    const kept = named.has(artifact.key) ? plan.needed : artifact.usedAt >= since ? plan.recent : null;
    if (!kept) plan.go.push(artifact);
    else {
      kept.count += 1;
      kept.bytes += artifact.bytes;
    }
  }
  plan.lost = [...missing].sort();
  plan.go.sort((a, b) => a.usedAt - b.usedAt);
  return plan;
}

/** Remove what the plan says, but for what was named or used meanwhile. @returns what went */
export async function collect(
  store: Store,
  plan: Collection,
  signal?: AbortSignal,
): Promise<{ count: number; bytes: number }> {
  const { named } = await namedKeys(store.documents);
  const used = new Map<string, number>();
  for await (const { key, usedAt } of store.artifacts()) used.set(key, usedAt);
  const gone = { count: 0, bytes: await store.leftovers(true) };
  for (const { key, bytes, usedAt } of plan.go) {
    signal?.throwIfAborted();
    if (named.has(key) || used.get(key) !== usedAt) continue;
    // Looked at last of all: the list above is minutes old in a large store.
    if (!(await store.remove(key, usedAt))) continue;
    gone.count += 1;
    gone.bytes += bytes;
  }
  return gone;
}

/** Keys of the catalogue's episodes, and these with every key that another document's name or content holds. */
async function namedKeys(documents: Documents): Promise<{ episodes: string[]; named: Set<string> }> {
  const names = await documents.list('');
  const inside = (folder: string) => (name: string) => name.startsWith(`${folder}/`);
  const episodes = names.filter(inside(EPISODES)).map(name => name.slice(EPISODES.length + 1));
  const named = new Set(episodes);
  const note = (text: string) => {
    for (const [key] of text.matchAll(/\b[0-9a-f]{64}\b/g)) named.add(key);
  };
  const others = names.filter(name => !inside(EPISODES)(name) && !inside(REVIEWS)(name));
  for (let i = 0; i < others.length; i += READERS)
    await Promise.all(
      others.slice(i, i + READERS).map(async name => {
        note(name);
        note(JSON.stringify(await documents.read(name)));
      }),
    );
  return { episodes, named };
}
