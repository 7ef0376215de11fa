/**
 * Candidate demonstrations of a clip: from the first to the last frame in which a hand is seen, cut where no
 * hand is seen for longer than a second. Nothing is judged here; `quality/` does that.
 */
import { ABSENT, type Demonstration, type HumanMotion } from '../core/types.ts';
import { runsWhere, type Stretch } from './gaps.ts';

/** Hands out of sight for longer than this end a demonstration, s. */
export const LONGEST_PAUSE_S = 1;

/** Demonstrations in the order of the clip; none when no hand is ever seen. */
export function segment(motion: HumanMotion, task: string): Demonstration[] {
  const { fps, frames, hands } = motion;
  const seen = runsWhere(frames, t => hands.left.state[t] !== ABSENT || hands.right.state[t] !== ABSENT);
  const parts: Stretch[] = [];
  for (const run of seen) {
    const last = parts.at(-1);
    if (last && (run.start - last.end) / fps <= LONGEST_PAUSE_S) last.end = run.end;
    else parts.push({ ...run });
  }
  return parts.map((part, i) => ({
    ...part,
    task,
    reason: `${startInWords(part, i, parts, fps)}; ${endInWords(part, i, parts, frames, fps)}`,
  }));
}

const seconds = (frames: number, fps: number): string => `${(frames / fps).toFixed(1)} s`;

function startInWords(part: Stretch, i: number, parts: readonly Stretch[], fps: number): string {
  if (part.start === 0) return 'starts with the clip';
  if (i === 0) return `starts at ${seconds(part.start, fps)}, where a hand is first seen`;
  return `starts at ${seconds(part.start, fps)}, after ${seconds(part.start - parts[i - 1].end, fps)} without a hand`;
}

function endInWords(
  part: Stretch,
  i: number,
  parts: readonly Stretch[],
  frames: number,
  fps: number,
): string {
  if (part.end === frames) return 'ends with the clip';
  if (i === parts.length - 1) return `ends at ${seconds(part.end, fps)}, where a hand is last seen`;
  return `ends at ${seconds(part.end, fps)}, before ${seconds(parts[i + 1].start - part.end, fps)} without a hand`;
}
