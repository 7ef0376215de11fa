/**
 * A long video is worked on in spans, each with all stages of its own: memory does not grow with its length, a
 * crash loses one span, and nothing has to be decided over hours. A demonstration does not cross from one span
 * into the next.
 */
import type { GoesOn } from '../motion/segmentation/rest.ts';
import type { Media } from './acquire.ts';

/** Length of a span, s. A demonstration of hands at work is seconds to a minute long. */
const SPAN_S = 120;
/** A remainder shorter than this stays with the span before it, s. */
const REMAINDER_S = 30;

/** Part of a video, s; endS null: to the end of the video. */
export interface Span {
  startS: number;
  endS: number | null;
}

/** The spans of what the item asks for, in order; a video of up to two and a half minutes is one. */
export function spansOf({ item, info }: Pick<Media, 'item' | 'info'>): Span[] {
  const startS = item.startS ?? 0;
  const endS = item.endS ?? null;
  const lastS = endS === null ? info.durationS : Math.min(endS, info.durationS);
  const starts = [startS];
  while (lastS - starts.at(-1)! > SPAN_S + REMAINDER_S) starts.push(starts.at(-1)! + SPAN_S);
  return starts.map((start, i) => ({ startS: start, endS: starts[i + 1] ?? endS }));
}

/** Whether what is asked for of the video goes on before and after one of its spans. */
export const goesOn = (spans: readonly Span[], span: Span): GoesOn => ({
  before: span !== spans[0],
  after: span !== spans.at(-1),
});
