/** The frames of a clip with its scene cuts, found while they are read. */
import { isCut, type Pattern, patternOf } from '../motion/cuts.ts';
import type { GridFrame } from '../video/frames.ts';

export interface ShotFrame extends GridFrame {
  /** This frame is the first one of another shot. */
  cut: boolean;
}

/** Passes frames on, one frame late: whether there is a cut shows in what follows it. */
export async function* markCuts(frames: AsyncIterable<GridFrame>): AsyncGenerator<ShotFrame> {
  let [before, last]: (Pattern | null)[] = [null, null];
  let held: { frame: GridFrame; pattern: Pattern } | null = null;
  const mark = ({ frame, pattern }: { frame: GridFrame; pattern: Pattern }, after: Pattern): ShotFrame => ({
    ...frame,
    cut: last !== null && isCut([before ?? last, last, pattern, after]),
  });
  for await (const frame of frames) {
    const pattern = patternOf(frame.frame);
    if (held) {
      yield mark(held, pattern);
      [before, last] = [last, held.pattern];
    }
    held = { frame, pattern };
  }
  if (held) yield mark(held, held.pattern);
}
