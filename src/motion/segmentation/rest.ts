/**
 * Where nothing moves. Where the picture itself stands still, nobody does, whatever the networks read in it. Where it does not (a head
 * turns, the camera is worn), the hands tell, in the picture too: from one camera, depth wavers by centimetres while a hand
 * is held still. A hand that takes part and is out of sight may be at work (it holds the kettle above the picture): where one
 * is, the hands tell no rest.
 */
import { SIDES } from '../../core/skeletons.ts';
import { ABSENT, type HandMotion, type HumanMotion } from '../../core/types.ts';
import { runsWhere, type Stretch } from '../gaps.ts';
import { STILL_SPEED } from '../wavering.ts';

/** Rest that ends a demonstration, s: shorter pauses belong to an action (looking, a sign that is held). */
const LONGEST_REST_S = 3;
/** A hand that reads as moving, or is not seen, for no longer than this amid rest still rests, s. */
const FLICKER_S = 0.25;
/** A hand that is known for so long in a part takes part in it, s: less is a glimpse, or a mistake. */
const TAKES_PART_S = 0.5;

/** Whether the video goes on before and after the clip, which is then a span of it. */
export interface GoesOn {
  before: boolean;
  after: boolean;
}

export const WHOLE_VIDEO: GoesOn = { before: false, after: false };

/**
 * Stretches of `part` in which nothing moves for LONGEST_REST_S or longer. Where the clip ends and the video goes on, nobody
 * knows how much longer, and the demonstration ends there in any case: there every stillness is rest. None where the motion
 * does not say what was seen.
 */
export function restsIn(
  { frames, fps, hands, pictureStill }: HumanMotion,
  part: Stretch,
  goesOn: GoesOn,
): Stretch[] {
  const taking = SIDES.map(side => hands[side]).filter(hand => knownFrames(hand, part) >= TAKES_PART_S * fps);
  if (taking.length === 0) return [];
  const still = runsWhere(part.end - part.start, i => {
    const t = part.start + i;
    if (pictureStill?.[t] === 1) return true;
    return taking.every(
      ({ stir, wavering }) => wavering?.[t] === 1 || (stir?.[t] ?? Number.NaN) < STILL_SPEED,
    );
  });
  const flicker = FLICKER_S * fps;
  return bridged(still, gap => gap.end - gap.start <= flicker)
    .map(({ start, end }) => ({ start: start + part.start, end: end + part.start }))
    .filter(({ start, end }) => {
      const reachesOver = (goesOn.before && start === 0) || (goesOn.after && end === frames);
      return end - start >= (reachesOver ? flicker : LONGEST_REST_S * fps);
    });
}

/** Runs in order, joined over the gaps that count as nothing. */
function bridged(runs: readonly Stretch[], isNothing: (gap: Stretch) => boolean): Stretch[] {
  const joined: Stretch[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    if (last && isNothing({ start: last.end, end: run.start })) last.end = run.end;
    else joined.push({ ...run });
  }
  return joined;
}

const knownFrames = ({ state }: HandMotion, { start, end }: Stretch): number =>
  state.subarray(start, end).filter(s => s !== ABSENT).length;
