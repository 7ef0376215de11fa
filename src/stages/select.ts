/** Which episodes of the catalogue make a dataset, and in which order. Pure. */
import type { EpisodeRecord } from '../core/episode.ts';
import { DatasetError } from '../core/errors.ts';
import type { Rejected } from '../dataset/rejected.ts';
import type { CatalogueEntry } from '../store/catalogue.ts';

export interface Selection {
  /** Those that are in the dataset already, in their order; then the new ones, by id. */
  records: EpisodeRecord[];
  /** How many of them are in the dataset already. */
  known: number;
  /** Ids that the dataset has and that are chosen no longer. */
  removed: string[];
  /** What met the condition and was left out: reviewed as rejected, or a second time the same. */
  left: Rejected[];
}

/**
 * @param entries in the order of ids
 * @param holds the condition, of a record with its `review`
 * @param present ids of the dataset's episodes, in order
 */
export function selectEpisodes(
  entries: readonly CatalogueEntry[],
  holds: (record: object) => boolean,
  present: readonly string[],
): Selection {
  const place = new Map(present.map((id, i) => [id, i]));
  const left: Rejected[] = [];
  const chosen: EpisodeRecord[] = [];
  for (const { record, review } of entries) {
    if (!holds({ ...record, review })) continue;
    if (review?.decision === 'rejected') left.push(leave(record, 'review', `review: ${review.reason}`));
    else chosen.push(record);
  }
  const records = withoutDoubles(chosen, place, left).sort(
    (a, b) => placeOf(place, a) - placeOf(place, b) || byId(a, b),
  );
  const ids = new Set(records.map(({ id }) => id));
  return {
    records,
    known: records.filter(({ id }) => place.has(id)).length,
    removed: present.filter(id => !ids.has(id)),
    left: left.sort((a, b) => (a.source === b.source ? a.startS! - b.startS! : a.source < b.source ? -1 : 1)),
  };
}

/**
 * The same seconds of a source with the same task are in a dataset once, however often and with whatever settings they
 * were processed: the episode that is there already, else the best, else the one with a preview, else the first by id.
 */
function withoutDoubles(
  records: readonly EpisodeRecord[],
  place: ReadonlyMap<string, number>,
  left: Rejected[],
): EpisodeRecord[] {
  const groups = new Map<string, EpisodeRecord[]>();
  for (const record of records) {
    const { robot, sourceSha256, task } = record;
    const key = JSON.stringify([robot, sourceSha256, task]);
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  const kept: EpisodeRecord[] = [];
  for (const group of groups.values()) {
    group.sort(
      (a, b) =>
        placeOf(place, a) - placeOf(place, b) ||
        b.score - a.score ||
        Number(b.preview) - Number(a.preview) ||
        byId(a, b),
    );
    const own: EpisodeRecord[] = [];
    for (const record of group) {
      const twin = own.find(other => overlap(record, other));
      if (twin) left.push(leave(record, 'duplicate', `the same part of the source as episode ${twin.id}`));
      else own.push(record);
    }
    kept.push(...own);
  }
  return kept;
}

/** By more than a frame: neighbours touch, and grids of other rates end elsewhere. */
const overlap = (a: EpisodeRecord, b: EpisodeRecord): boolean =>
  Math.min(a.endS, b.endS) - Math.max(a.startS, b.startS) > 1 / Math.min(a.fps, b.fps);

const placeOf = (place: ReadonlyMap<string, number>, { id }: EpisodeRecord): number =>
  place.get(id) ?? place.size;
const byId = (a: EpisodeRecord, b: EpisodeRecord): number => (a.id < b.id ? -1 : 1);

const leave = ({ source, startS, endS }: EpisodeRecord, kind: string, reason: string): Rejected => ({
  source,
  startS,
  endS,
  kind,
  reason,
});

/** What all episodes of a dataset share. Throws DatasetError that says how they differ and how to choose. */
export function sharedShape(
  records: readonly EpisodeRecord[],
): Pick<EpisodeRecord, 'robot' | 'fps' | 'image'> {
  one(
    records,
    'robot',
    ({ robot }) => robot,
    robot => `robot = '${robot}'`,
  );
  one(
    records,
    'rate',
    ({ fps }) => `${fps} frames/s`,
    text => `fps = ${Number.parseFloat(text)}`,
  );
  one(
    records,
    'picture',
    ({ image: { width, height, codec } }) => `${width}x${height} ${codec}`,
    text => `image.width = ${Number.parseInt(text, 10)} and image.codec = '${text.split(' ')[1]}'`,
  );
  const [{ robot, fps, image }] = records;
  return { robot, fps, image };
}

function one(
  records: readonly EpisodeRecord[],
  what: string,
  told: (record: EpisodeRecord) => string,
  condition: (value: string) => string,
): void {
  const counts = new Map<string, number>();
  for (const record of records) counts.set(told(record), (counts.get(told(record)) ?? 0) + 1);
  if (counts.size <= 1) return;
  const most = [...counts].sort((a, b) => b[1] - a[1]);
  throw new DatasetError(
    `the episodes differ in their ${what} (${most.map(([value, n]) => `${n} of ${value}`).join(', ')}); a dataset has one: add ${condition(most[0][0])} to the condition`,
  );
}
