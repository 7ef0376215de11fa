/**
 * Is there a body to believe, and where does the camera sit? Pose networks "find" a body in any picture with
 * arms in it; a body that is really there has a person's proportions, shoulders inside the picture, wrists where
 * the hands are, and stays for most of the clip.
 */
import { handsAtWrists, isPlausibleBody } from '../core/anatomy.ts';
import type { FrameReading } from '../core/readings.ts';
import type { View } from '../core/types.ts';

/** Share of frames with a credible body that makes a clip third-person. */
const THIRD_PERSON_SHARE = 0.5;
/** A body agrees with the hands if this share of the hands near it stands at its wrists. */
const AGREEING_SHARE = 0.5;
export interface BodyJudgement {
  /** (T,) 1 where the frame's body is to be believed. */
  credible: Uint8Array;
  view: View;
  /** In words, for people. */
  reason: string;
}

/**
 * @param readings T frames
 * @param size of the upright frame, px
 * @param asked what the user says of the view; 'auto' decides
 */
export function judgeBody(
  readings: readonly FrameReading[],
  size: { width: number; height: number },
  asked: View | 'auto',
): BodyJudgement {
  const frames = Math.max(1, readings.length);
  const none = new Uint8Array(readings.length);
  if (asked === 'egocentric') return { credible: none, view: 'egocentric', reason: 'as asked' };
  const credible = Uint8Array.from(readings, ({ body }) => (body && isPlausibleBody(body, size) ? 1 : 0));
  const found = readings.filter(({ body }) => body).length;
  const plausible = credible.reduce((sum, one) => sum + one, 0);
  const counts = readings.filter((_, t) => credible[t]).map(({ body, hands }) => handsAtWrists(body!, hands));
  const hands = counts.reduce((sum, count) => sum + count.certain, 0);
  const agreeing = counts.reduce((sum, count) => sum + count.at, 0);
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  const seen = `a body with shoulders in view and a person's proportions in ${percent(plausible / frames)} of the frames`;
  if (asked === 'third-person') return { credible, view: 'third-person', reason: `as asked; ${seen}` };
  if (plausible / frames < THIRD_PERSON_SHARE)
    return {
      credible: none,
      view: 'egocentric',
      reason: found === 0 ? 'no body found in any frame' : `only ${seen}`,
    };
  if (hands > 0 && agreeing / hands < AGREEING_SHARE)
    return {
      credible: none,
      view: 'egocentric',
      reason: `${seen}, but only ${percent(agreeing / hands)} of the hands are at its wrists`,
    };
  const agreed = hands > 0 ? `, ${percent(agreeing / hands)} of the hands at its wrists` : '';
  return { credible, view: 'third-person', reason: `${seen}${agreed}` };
}
