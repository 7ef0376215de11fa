/**
 * The catalogue: which episodes there are, and what people say of them.
 *
 *     episodes/<id>               EpisodeRecord
 *     reviews/<id>.<time>         Review; the latest counts, the others are its history
 *
 * No document ever changes, so the index in memory is brought up to date by listing names and reading what is new:
 * thousands of episodes answer at once, and several machines share them.
 */
import type { EpisodeRecord, Review } from '../core/episode.ts';
import { StoreError } from '../core/errors.ts';
import { DamagedDocument, type Documents } from './documents.ts';

export interface CatalogueEntry {
  record: EpisodeRecord;
  /** null: nobody has said anything. */
  review: Review | null;
}

export interface CataloguePage {
  rows: CatalogueEntry[];
  /** Give it as `after` for the next page; null: there is none. */
  next: string | null;
  /** Episodes that meet the condition, on all pages. */
  total: number;
}

/** By id; best first; or by source, and in a source by time. Ties by id. */
export type CatalogueOrder = 'id' | 'score' | 'source';

export interface Catalogue {
  /** false: it was there. */
  add(record: EpisodeRecord): Promise<boolean>;
  get(id: string): Promise<CatalogueEntry | null>;
  /** null: no such episode. */
  review(id: string, decision: Review['decision'], reason: string): Promise<Review | null>;
  /** Takes back all that was said of an episode. false: no such episode. */
  unreview(id: string): Promise<boolean>;
  list(query: {
    where?: (entry: CatalogueEntry) => boolean;
    order?: CatalogueOrder;
    /** `next` of the page before; it holds although episodes come and go. StoreError when it is none. */
    after?: string;
    limit: number;
  }): Promise<CataloguePage>;
  /** All of them, in order. */
  entries(order?: CatalogueOrder): Promise<readonly CatalogueEntry[]>;
  /** Takes the episode and its reviews out; its shard stays until it is collected. false: no such episode. */
  remove(id: string): Promise<boolean>;
}

export const EPISODES = 'episodes';
export const REVIEWS = 'reviews';
/** An index older than this is read again, ms: what this process itself adds is seen at once. */
const FRESH_MS = 1000;
/** Documents read at a time. */
const READERS = 32;

/**
 * @param freshMs an answer is twice as old at most; 0 looks every time
 * @param warn told once of each damaged document, which counts as not there: one must not hide all others
 */
export function openCatalogue(
  documents: Documents,
  freshMs = FRESH_MS,
  warn: (message: string) => void = message => process.emitWarning(message),
): Catalogue {
  const records = new Map<string, EpisodeRecord>();
  /** By document's name. */
  const reviews = new Map<string, Review>();
  /** Per episode, the name of its latest review. */
  let latest = new Map<string, string>();
  let sorted: Partial<Record<CatalogueOrder, CatalogueEntry[]>> = {};
  let refreshedAt = Number.NEGATIVE_INFINITY;
  let refreshing: Promise<void> | null = null;
  let lastReviewMs = 0;
  const damaged = new Set<string>();
  /** Who only adds, a worker for weeks, has no index to keep up to date. */
  let isAsked = false;

  const changed = () => {
    sorted = {};
  };

  const read = async <T>(name: string): Promise<T | null> => {
    try {
      return await documents.read<T>(name);
    } catch (error) {
      if (!(error instanceof DamagedDocument)) throw error;
      if (!damaged.has(name)) warn(error.message);
      damaged.add(name);
      return null;
    }
  };

  /** Read what is new below `folder` into `known`; forget what is gone. */
  async function follow<T>(folder: string, known: Map<string, T>): Promise<boolean> {
    // Before the listing: what is added meanwhile is not in it, and stays.
    const before = [...known.keys()];
    const names = (await documents.list(folder)).map(name => name.slice(folder.length + 1));
    const there = new Set(names);
    let differs = false;
    for (const name of before) if (!there.has(name)) differs = known.delete(name) || differs;
    const fresh = names.filter(name => !known.has(name));
    for (let i = 0; i < fresh.length; i += READERS)
      await Promise.all(
        fresh.slice(i, i + READERS).map(async name => {
          const value = await read<T>(`${folder}/${name}`);
          // Removed between listing and reading, or damaged.
          if (value === null) return;
          known.set(name, value);
          differs = true;
        }),
      );
    return differs;
  }

  async function refresh(): Promise<void> {
    isAsked = true;
    const began = performance.now();
    const [episodes, said] = await Promise.all([follow(EPISODES, records), follow(REVIEWS, reviews)]);
    if (episodes || said) {
      latest = new Map([...reviews.keys()].sort().map(name => [name.slice(0, name.indexOf('.')), name]));
      changed();
    }
    refreshedAt = began;
  }

  /** Under load an index that is a little old answers while the next is read; after a pause the next is waited for. */
  async function current(): Promise<void> {
    const age = performance.now() - refreshedAt;
    if (age < freshMs) return;
    refreshing ??= refresh().finally(() => {
      refreshing = null;
    });
    if (age >= 2 * freshMs) await refreshing;
    else refreshing.catch(() => undefined);
  }

  /** The record, also of an episode that was added since the index was read. */
  async function find(id: string): Promise<EpisodeRecord | null> {
    await current();
    return records.get(id) ?? read<EpisodeRecord>(`${EPISODES}/${id}`);
  }

  const entryOf = (record: EpisodeRecord): CatalogueEntry => ({
    record,
    review: reviews.get(latest.get(record.id) ?? '') ?? null,
  });
  const inOrder = (order: CatalogueOrder): CatalogueEntry[] =>
    (sorted[order] ??= [...records.values()].sort(ORDERS[order]).map(entryOf));

  return {
    async add(record) {
      const created = await documents.create(`${EPISODES}/${record.id}`, record);
      if (isAsked) {
        records.set(record.id, record);
        changed();
      }
      return created;
    },
    async get(id) {
      const record = await find(id);
      return record && entryOf(record);
    },
    async review(id, decision, reason) {
      if (!(await find(id))) return null;
      lastReviewMs = Math.max(Date.now(), lastReviewMs + 1);
      const at = new Date(lastReviewMs).toISOString();
      const name = `${id}.${at.replaceAll(':', '-')}`;
      const review = { decision, reason, at };
      await documents.create(`${REVIEWS}/${name}`, review);
      reviews.set(name, review);
      latest.set(id, name);
      changed();
      return review;
    },
    async unreview(id) {
      const record = await find(id);
      for (const name of [...reviews.keys()].filter(one => one.startsWith(`${id}.`))) {
        await documents.remove(`${REVIEWS}/${name}`);
        reviews.delete(name);
      }
      latest.delete(id);
      changed();
      return record !== null;
    },
    async list({ where = () => true, order = 'id', after, limit }) {
      await current();
      const all = inOrder(order).filter(where);
      const last = after === undefined ? null : cursorRecord(after);
      const from = last ? all.findIndex(({ record }) => ORDERS[order](last, record) < 0) : 0;
      const rows = from === -1 ? [] : all.slice(from, from + limit);
      const more = rows.length > 0 && from + limit < all.length;
      const next = more ? cursorOf(rows[rows.length - 1].record) : null;
      return { rows, next, total: all.length };
    },
    async entries(order = 'id') {
      await current();
      return inOrder(order);
    },
    async remove(id) {
      const there = (await read(`${EPISODES}/${id}`)) !== null;
      await documents.remove(`${EPISODES}/${id}`);
      for (const name of reviews.keys()) {
        if (!name.startsWith(`${id}.`)) continue;
        await documents.remove(`${REVIEWS}/${name}`);
        reviews.delete(name);
      }
      records.delete(id);
      latest.delete(id);
      changed();
      return there;
    },
  };
}

/** What an order looks at. */
type Placed = Pick<EpisodeRecord, 'id' | 'score' | 'source' | 'startS'>;

const byId = (a: Placed, b: Placed) => (a.id === b.id ? 0 : a.id < b.id ? -1 : 1);
const ORDERS: Record<CatalogueOrder, (a: Placed, b: Placed) => number> = {
  id: byId,
  score: (a, b) => b.score - a.score || byId(a, b),
  source: (a, b) =>
    a.source === b.source ? a.startS - b.startS || byId(a, b) : a.source < b.source ? -1 : 1,
};

/** Where a page ends, as text for an address. */
const cursorOf = ({ id, score, source, startS }: Placed): string =>
  Buffer.from(JSON.stringify([id, score, source, startS])).toString('base64url');

function cursorRecord(cursor: string): Placed {
  try {
    const [id, score, source, startS] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (typeof id === 'string' && typeof source === 'string') return { id, score, source, startS };
  } catch {
    // Said below.
  }
  throw new StoreError(`'${cursor.slice(0, 40)}' is no place in a list: give \`next\` of the page before`);
}
