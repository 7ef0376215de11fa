/** The frames of a clip with its scene cuts, and with how much the picture changes, found while they are read. */
import { isBlank, isCut, type Pattern, patternOf } from '../motion/cuts.ts';
import { type Cells, cellsOf, momentOf, pictureChange } from '../motion/picture.ts';
import type { GridFrame } from '../video/frames.ts';

/** A frame that knows whether it is the first one of another shot. */
export type ShotFrame<T extends GridFrame = GridFrame> = T & { cut: boolean };

/** Passes frames on, one frame late: whether there is a cut shows in what follows it. */
export async function* markCuts<T extends GridFrame>(frames: AsyncIterable<T>): AsyncGenerator<ShotFrame<T>> {
  let [before, last]: (Pattern | null)[] = [null, null];
  let held: { frame: T; pattern: Pattern } | null = null;
  const mark = ({ frame, pattern }: { frame: T; pattern: Pattern }, after: Pattern): ShotFrame<T> => ({
    ...frame,
    cut: last !== null && isCut([before ?? last, last, pattern, after]),
  });
  for await (const frame of frames) {
    const seen = patternOf(frame.frame);
    // A picture of one colour says nothing: what comes after it is compared with what was before it.
    const pattern: Pattern = held && isBlank(seen) ? held.pattern : seen;
    if (held) {
      yield mark(held, pattern);
      [before, last] = [last, held.pattern];
    }
    held = { frame, pattern };
  }
  if (held) yield mark(held, held.pattern);
}

/** Passes frames on with the change of the picture in the moment that ends with each; NaN where less than a moment was read. */
export async function* withChange<T extends GridFrame>(
  frames: AsyncIterable<T>,
  fps: number,
): AsyncGenerator<T & { change: number }> {
  const length = momentOf(fps) + 1;
  const moment: Cells[] = [];
  let last: T['frame'] | null = null;
  for await (const frame of frames) {
    moment.push(frame.frame === last ? moment[moment.length - 1] : cellsOf(frame.frame));
    if (moment.length > length) moment.shift();
    last = frame.frame;
    yield { ...frame, change: moment.length === length ? pictureChange(moment, fps) : Number.NaN };
  }
}
