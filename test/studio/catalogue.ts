/** Catalogues in memory, for pages that list thousands of episodes without a store. */
import type { Catalogue, CatalogueEntry } from '../../src/store/catalogue.ts';
import { knownRecord } from './shard.ts';

export const entry = (given: object): CatalogueEntry => ({ record: knownRecord(given), review: null });

/** n episodes of three robots, each with a task of its own. */
export function manyEpisodes(n: number): Catalogue {
  const robots = ['g1-inspire', 'h1-2-inspire', 'gr1t2-fourier'];
  return fixed(
    Array.from({ length: n }, (_, i) =>
      entry({
        id: i.toString(16).padStart(64, '0'),
        task: `task ${i}`,
        robot: robots[i % robots.length],
        source: `https://example.org/${i % 97}.mp4`,
        score: ((i * 37) % 1000) / 1000,
      }),
    ),
  );
}

/** Episodes in memory that can be reviewed. */
export function fixed(first: CatalogueEntry[]): Catalogue {
  let entries = first;
  const at = (id: string) => entries.findIndex(({ record }) => record.id === id);
  const set = (id: string, review: CatalogueEntry['review']) => {
    // Another array tells the API that something is new.
    entries = entries.map((one, i) => (i === at(id) ? { ...one, review } : one));
  };
  return {
    add: async () => false,
    get: async id => entries[at(id)] ?? null,
    review: async (id, decision, reason) => {
      const review = { decision, reason, at: new Date().toISOString() };
      set(id, review);
      return review;
    },
    unreview: async id => {
      set(id, null);
      return true;
    },
    list: async () => ({ rows: entries, next: null, total: entries.length }),
    entries: async () => entries,
    remove: async () => false,
  };
}
