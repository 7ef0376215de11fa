/** What a person may choose of how clips become demonstrations. */

export interface SegmentSettings {
  /** 'whole': an action from rest to rest. 'actions': cut at every moment in which the wrists are slowest, too. */
  by: 'whole' | 'actions';
  /** Longer demonstrations are divided where the wrists are slowest, s. */
  longestS: number;
  /** By how much the pieces of a divided demonstration overlap, s. */
  overlapS: number;
  /** Only so many of a clip are kept, those with the most motion; null: all. */
  most: number | null;
}

/** A minute is longer than any episode of the published teleoperation sets; nothing overlaps, nothing is left out. */
export const SEGMENT_DEFAULTS: SegmentSettings = { by: 'whole', longestS: 60, overlapS: 0, most: null };
