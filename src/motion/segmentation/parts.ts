/** Parts of a clip on their way to demonstrations: frames, and why they begin and end there. */
import type { Stretch } from '../gaps.ts';

export interface Part extends Stretch {
  /** In words, to follow the time: 'where a hand is first seen'. */
  starts: string;
  ends: string;
}

export const inSeconds = (frames: number, fps: number): string => `${(frames / fps).toFixed(1)} s`;

/** A part without the stretches `out`, which lie inside it in order; `between` says what they are. */
export function without(part: Part, out: readonly Stretch[], fps: number, between: string): Part[] {
  const parts: Part[] = [];
  let { start, starts } = part;
  for (const gap of out) {
    const long = inSeconds(gap.end - gap.start, fps);
    if (gap.start > start)
      parts.push({
        start,
        end: gap.start,
        starts,
        ends: `before ${long} ${between}`,
      });
    start = gap.end;
    starts = `after ${long} ${between}`;
  }
  if (start < part.end) parts.push({ start, end: part.end, starts, ends: part.ends });
  return parts;
}

/** A part in pieces that meet at the frames `at`; `why` says what is there. */
export function dividedAt(part: Part, at: readonly number[], why: (t: number) => string): Part[] {
  const edges = [part.start, ...at, part.end];
  return edges.slice(1).map((end, i) => ({
    start: edges[i],
    end,
    starts: i === 0 ? part.starts : why(edges[i]),
    ends: i === edges.length - 2 ? part.ends : why(end),
  }));
}
