/** The catalogue as it is asked over HTTP: filtered by a condition, sorted by any field, in pages. */
import type { EpisodePage } from '../core/api.ts';
import { EPISODE_NAMES, type ReviewedEpisode } from '../core/episode.ts';
import { parseWhere } from '../dataset/where.ts';
import type { Catalogue, CatalogueEntry } from '../store/catalogue.ts';
import { HttpProblem } from './problem.ts';

/** What episodes can be sorted by. */
export const EPISODE_FIELDS = ['score', 'task', 'robot', 'view', 'source', 'frames', 'startS', 'id'] as const;
type Field = (typeof EPISODE_FIELDS)[number];

export interface EpisodeQuery {
  /** A condition such as `quality > 0.7 and task like '%cup%'`; '': all. */
  where: string;
  /** A field, with '-' before it for the largest first. */
  sort: string;
  after?: string;
  limit: number;
}

/** What makes a corpus varied is told of all together (diversity.ts): in a list it would be half of the bytes. */
export const episodeOf = ({ record, review }: CatalogueEntry): ReviewedEpisode => {
  const { variety: _, ...told } = record;
  return { ...told, review };
};

/** Lists kept at a time: the pages of one question follow each other, and many people ask the same. */
const KEPT = 64;

/** Lists are kept as long as the catalogue gives the same entries, so a further page costs nothing but its rows. */
export class EpisodeIndex {
  readonly #catalogue: Catalogue;
  #entries: readonly CatalogueEntry[] | null = null;
  #lists = new Map<string, ReviewedEpisode[]>();

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  /**
   * A page begins after the place that `after` names, whether that episode is still there or not.
   * @throws WhereError; HttpProblem for an `after` that no page gave
   */
  async find({ where, sort, after, limit }: EpisodeQuery): Promise<EpisodePage> {
    const order = orderOf(sort);
    const found = await this.#list(where, sort, order);
    const from = after === undefined ? 0 : placeAfter(found, cursorPlace(after), order);
    const rows = found.slice(from, from + limit);
    const more = from + rows.length < found.length && rows.length > 0;
    return { rows, next: more ? cursorOf(rows[rows.length - 1], order.field) : null, total: found.length };
  }

  async #list(where: string, sort: string, { compare, field }: Order): Promise<ReviewedEpisode[]> {
    const entries = await this.#catalogue.entries();
    if (entries !== this.#entries || this.#lists.size >= KEPT) {
      this.#entries = entries;
      this.#lists.clear();
    }
    const listed = (key: string, make: () => ReviewedEpisode[]): ReviewedEpisode[] => {
      const list = this.#lists.get(key) ?? make();
      this.#lists.set(key, list);
      return list;
    };
    const all = () =>
      listed(sort, () =>
        entries.map(episodeOf).sort((a, b) => compare(placeOf(a, field), placeOf(b, field))),
      );
    return where === ''
      ? all()
      : listed(`${sort} ${where}`, () => all().filter(parseWhere(where, EPISODE_NAMES)));
  }
}

/** Where an episode stands in an order. */
type Place = readonly [value: string | number, id: string];
interface Order {
  field: Field;
  compare: (a: Place, b: Place) => number;
}

const placeOf = (episode: ReviewedEpisode, field: Field): Place => [episode[field], episode.id];

function orderOf(sort: string): Order {
  const sign = sort.startsWith('-') ? -1 : 1;
  const ascending = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0);
  return {
    field: sort.replace('-', '') as Field,
    compare: (a, b) => sign * ascending(a[0], b[0]) || ascending(a[1], b[1]),
  };
}

/** Index of the first episode after `place`. */
function placeAfter(episodes: readonly ReviewedEpisode[], place: Place, { field, compare }: Order): number {
  let [low, high] = [0, episodes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(placeOf(episodes[middle], field), place) > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

const cursorOf = (episode: ReviewedEpisode, field: Field): string =>
  Buffer.from(JSON.stringify(placeOf(episode, field))).toString('base64url');

function cursorPlace(cursor: string): Place {
  try {
    const [value, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (['string', 'number'].includes(typeof value) && typeof id === 'string') return [value, id];
  } catch {
    // Said below.
  }
  throw new HttpProblem(400, 'invalid', "'after' is no place in this list: give `next` of the page before");
}
