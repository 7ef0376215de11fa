/**
 * Candidate demonstrations of a clip. Cut are, in this order: scenes; stretches without a hand; rest; and, when it is asked for,
 * the moments between two actions. What is longer than wanted is divided. Every demonstration says why it
 * starts and ends where it does. Nothing is judged here; `quality/` does that.
 */
import { ABSENT, type Demonstration, type HumanMotion } from '../core/types.ts';
import { runsWhere } from './gaps.ts';
import { type GraspEvent, graspEvents } from './segmentation/grasps.ts';
import { dividedAt, inSeconds, type Part, without } from './segmentation/parts.ts';
import { type GoesOn, restsIn, WHOLE_VIDEO } from './segmentation/rest.ts';
import { SEGMENT_DEFAULTS, type SegmentSettings } from './segmentation/settings.ts';
import { divisions, LONGEST_ACTION_S, slowestMoments, wristSpeed } from './segmentation/speed.ts';
import { shotStretches } from './shots.ts';

/** Hands out of sight for longer than this end a demonstration, s. */
export const LONGEST_PAUSE_S = 1;

/**
 * Demonstrations in the order of the clip; none when no hand is ever seen.
 * @param firstFrame of the motion in its video, from whose start the reasons count their seconds
 */
export function segment(
  motion: HumanMotion,
  task: string,
  settings: SegmentSettings = SEGMENT_DEFAULTS,
  goesOn: GoesOn = WHOLE_VIDEO,
  firstFrame = 0,
): Demonstration[] {
  const { fps } = motion;
  const speed = wristSpeed(motion);
  const parts = scenes(motion, goesOn)
    .flatMap(scene => withHands(motion, scene))
    .flatMap(part => withoutRest(motion, part, goesOn))
    .flatMap(part => (settings.by === 'actions' ? actions(motion, part, speed) : [part]))
    .flatMap(part => noLonger(part, speed, fps, settings));
  const at = (t: number, why: string) =>
    why === WITH_THE_CLIP ? why : `at ${inSeconds(firstFrame + t, fps)}, ${why}`;
  return liveliest(parts, speed, settings.most).map(({ start, end, starts, ends }) => ({
    start,
    end,
    task,
    reason: `starts ${at(start, starts)}; ends ${at(end, ends)}`,
  }));
}

const WITH_THE_CLIP = 'with the clip';

function scenes({ frames, shots }: HumanMotion, { before, after }: GoesOn): Part[] {
  const cuts = shots?.slice(1).map(({ start }) => start) ?? [];
  const edge = (goesOn: boolean) => (goesOn ? 'where the long video is divided' : WITH_THE_CLIP);
  return shotStretches(frames, cuts).map(({ start, end }) => ({
    start,
    end,
    starts: start === 0 ? edge(before) : 'at a scene cut',
    ends: end === frames ? edge(after) : 'at a scene cut',
  }));
}

/** The part from the first to the last sight of a hand, without the long stretches in which none is seen. */
function withHands({ fps, hands }: HumanMotion, part: Part): Part[] {
  const seen = runsWhere(part.end - part.start, i => {
    const t = part.start + i;
    return hands.left.state[t] !== ABSENT || hands.right.state[t] !== ABSENT;
  }).map(run => ({ start: run.start + part.start, end: run.end + part.start }));
  if (seen.length === 0) return [];
  const [first, last] = [seen[0].start, seen[seen.length - 1].end];
  const trimmed: Part = {
    start: first,
    end: last,
    starts: first === part.start ? part.starts : 'where a hand is first seen',
    ends: last === part.end ? part.ends : 'where a hand is last seen',
  };
  const gaps = seen
    .slice(1)
    .map((run, i) => ({ start: seen[i].end, end: run.start }))
    .filter(gap => (gap.end - gap.start) / fps > LONGEST_PAUSE_S);
  return without(trimmed, gaps, fps, 'without a hand');
}

/** A part that is nothing but rest stays: whoever judges it says so. */
function withoutRest(motion: HumanMotion, part: Part, goesOn: GoesOn): Part[] {
  const moving = without(part, restsIn(motion, part, goesOn), motion.fps, 'of rest');
  return moving.length > 0 ? moving : [part];
}

/** A grasp or release this near to a cut is told with it, s. */
const BESIDE_S = 0.25;

function actions(motion: HumanMotion, part: Part, speed: Float64Array): Part[] {
  const { fps } = motion;
  const events = graspEvents(motion, part);
  const near = (t: number) => events.filter(({ frame }) => Math.abs(frame - t) <= BESIDE_S * fps);
  const why = (t: number) => ['where the wrists are slowest', ...near(t).map(eventInWords)].join(', as ');
  return dividedAt(part, slowestMoments(speed, part, fps), why).flatMap(piece =>
    dividedAt(piece, divisions(speed, piece, Math.round(LONGEST_ACTION_S * fps)), why),
  );
}

const eventInWords = ({ side, kind }: GraspEvent): string =>
  `the ${side} hand ${kind === 'grasp' ? 'closes' : 'opens'}`;

/** The pieces of a part that is too long; each but the first starts `overlapS` before the last one ends. */
function noLonger(
  part: Part,
  speed: Float64Array,
  fps: number,
  { longestS, overlapS }: SegmentSettings,
): Part[] {
  const overlap = Math.min(Math.round(overlapS * fps), Math.floor((longestS * fps) / 2));
  const longest = Math.max(1, Math.round(longestS * fps) - overlap);
  if (part.end - part.start <= Math.round(longestS * fps)) return [part];
  const pieces = dividedAt(
    part,
    divisions(speed, part, longest),
    () => `where the wrists are slow, since more than ${longestS} s were too long`,
  );
  if (overlap === 0) return pieces;
  const starts = `${inSeconds(overlap, fps)} before the end of the one before`;
  return pieces.map((piece, i) => (i === 0 ? piece : { ...piece, start: piece.start - overlap, starts }));
}

/** The `most` parts with the longest paths of the wrists, in the order of the clip. */
function liveliest(parts: readonly Part[], speed: Float64Array, most: number | null): readonly Part[] {
  if (most === null || parts.length <= most) return parts;
  const path = ({ start, end }: Part) => speed.subarray(start, end).reduce((sum, v) => sum + v, 0);
  const kept = new Set(parts.toSorted((a, b) => path(b) - path(a)).slice(0, most));
  return parts.filter(part => kept.has(part));
}
