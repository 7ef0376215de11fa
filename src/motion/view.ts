/**
 * Is there a body to believe, and where does the camera sit? Pose networks "find" a body in any picture with
 * arms in it; a body that is really there has a person's proportions, shoulders inside the picture, one size,
 * wrists where the hands are, and stays for most of the shot. Where there is none - the head is cut off, the
 * picture is a close-up - the hands still tell: a head camera has the right hand on the right.
 */
import { handsAtWrists, isPlausibleBody, keepsItsSize, shoulderWidthPx } from '../core/anatomy.ts';
import type { BodyReading, FrameReading } from '../core/readings.ts';
import { BODY } from '../core/skeletons.ts';
import { median } from '../core/statistics.ts';
import type { View } from '../core/types.ts';
import { type Facing, facingOf, headCameraEvidence } from './facing.ts';

/** A body below this presence is not there (MediaPipe's own threshold). */
const PRESENT = 0.5;
/** Share of frames with a credible body that makes a shot third-person. */
const THIRD_PERSON_SHARE = 0.5;
/** A body agrees with the hands if this share of the hands near it stands at its wrists. */
const AGREEING_SHARE = 0.5;
/** The hands face the camera when their left/right words say so this clearly (`Facing.rightIsRight`, negative). */
const FACING_CAMERA = 0.5;
/** … and no more than this speaks for a head camera (`headCameraEvidence`). */
const NO_HEAD_CAMERA = -0.3;
/** So much speaks for a head camera that a body that faces the camera is none: the wearer's arms and a dark table. */
const HEAD_CAMERA = 0.5;

/** Shoulders this far the other way round, in their own widths, are not those of a person who turns aside. */
const TURNED = 0.4;

export interface Size {
  /** px */
  width: number;
  height: number;
}

/** What does not change about a person within a shot. */
export interface Person {
  /** Usual width of the shoulders, px. */
  shoulderWidthPx: number;
  /** −1 or 1: on which side of the right shoulder the left one is, in x. */
  leftwards: number;
}

export interface BodyJudgement {
  /** (T,) 1 where the frame's body is to be believed. */
  credible: Uint8Array;
  /** Null where there is no body to believe. */
  person: Person | null;
  view: View;
  /** Frames in which a body or a hand is seen at all: the others tell nothing of the view. */
  telling: number;
  /** In words, for people. */
  reason: string;
}

/** The left shoulder's place beside the right one, in widths of the shoulders. */
const leftShoulder = (body: BodyReading): number =>
  (body.pixels[2 * BODY.shoulder.left] - body.pixels[2 * BODY.shoulder.right]) / shoulderWidthPx(body);

/** The person that most of the given bodies show. */
function personOf(bodies: readonly BodyReading[]): Person {
  return {
    shoulderWidthPx: median(bodies.map(shoulderWidthPx)),
    leftwards: Math.sign(median(bodies.map(leftShoulder))) || 1,
  };
}

/** Is this body, read in the frame of `reading`, that person? */
export function isPerson(body: BodyReading, { hands }: FrameReading, size: Size, person: Person): boolean {
  if (body.presence < PRESENT || !isPlausibleBody(body, size)) return false;
  if (!keepsItsSize(body, person.shoulderWidthPx)) return false;
  // Seen from behind for a moment: the network has mistaken left and right.
  if (leftShoulder(body) * person.leftwards < -TURNED) return false;
  const { certain, at } = handsAtWrists(body, hands);
  return certain === 0 || at > 0;
}

/**
 * Judges one shot.
 * @param readings T frames
 * @param size of the upright frame
 * @param asked what the user says of the view; 'auto' decides
 */
export function judgeBody(
  readings: readonly FrameReading[],
  size: Size,
  asked: View | 'auto',
): BodyJudgement {
  const telling = readings.filter(({ body, hands }) => body || hands.length > 0).length;
  const none = { credible: new Uint8Array(readings.length), person: null, telling };
  if (asked === 'egocentric') return { ...none, view: 'egocentric', reason: 'as asked' };
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  const plausible = readings.filter(({ body }) => body && isPlausibleBody(body, size));
  const person = plausible.length > 0 ? personOf(plausible.map(({ body }) => body!)) : null;
  const credible = Uint8Array.from(readings, reading =>
    reading.body && person && isPerson(reading.body, reading, size, person) ? 1 : 0,
  );
  const share = credible.reduce((sum, one) => sum + one, 0) / Math.max(1, readings.length);
  const seen = `a body with shoulders in view and a person's proportions in ${percent(share)} of the frames`;
  const believed = { credible, person, telling, view: 'third-person' } as const;
  if (asked === 'third-person') return { ...believed, reason: `as asked; ${seen}` };

  const counts = plausible.map(({ body, hands }) => handsAtWrists(body!, hands));
  const hands = counts.reduce((sum, count) => sum + count.certain, 0);
  const agreeing = counts.reduce((sum, count) => sum + count.at, 0) / Math.max(1, hands);
  const facing = facingOf(readings, size.width);
  const facesIt = person !== null && person.leftwards > 0;
  const contradicted = facesIt && facing.decisive && headCameraEvidence(facing) >= HEAD_CAMERA;
  const agree = hands === 0 || (agreeing >= AGREEING_SHARE && !contradicted);
  if (share >= THIRD_PERSON_SHARE && agree)
    return {
      ...believed,
      reason: hands > 0 ? `${seen}, ${percent(agreeing)} of the hands at its wrists` : seen,
    };

  const noBody = !readings.some(({ body }) => body)
    ? 'no body found in any frame'
    : agree
      ? `only ${seen}`
      : contradicted
        ? 'bodies found that face the camera, which the hands do not'
        : `bodies found, but only ${percent(agreeing)} of the hands are at their wrists`;
  return { ...none, ...viewFromHands(facing, noBody) };
}

/** Without a body: third-person only where both hands are seen together and clearly the other way round. */
function viewFromHands(facing: Facing, noBody: string): { view: View; reason: string } {
  const { rightIsRight, pairs, decisive } = facing;
  if (!decisive) return { view: 'egocentric', reason: noBody };
  if (rightIsRight <= -FACING_CAMERA && headCameraEvidence(facing) <= NO_HEAD_CAMERA)
    return {
      view: 'third-person',
      reason: `${noBody}, but the hands face the camera: the right one is on the left in ${pairs} frames with both`,
    };
  return {
    view: 'egocentric',
    reason:
      rightIsRight >= FACING_CAMERA
        ? `${noBody}; the right hand is on the right in ${pairs} frames with both`
        : noBody,
  };
}

/**
 * One view for a clip of several shots: that of most frames. Shots with another view keep their hands and lose
 * their body, since a motion has one reference.
 */
export function judgeClip(
  shots: readonly BodyJudgement[],
): Pick<BodyJudgement, 'credible' | 'view' | 'reason'> {
  const frames = (view: View) =>
    shots.filter(shot => shot.view === view).reduce((sum, { telling }) => sum + telling, 0);
  const view = frames('third-person') > frames('egocentric') ? 'third-person' : 'egocentric';
  const same = shots.filter(shot => shot.view === view);
  const longest = same.reduce((a, b) => (b.credible.length > a.credible.length ? b : a));
  const of = same.length === shots.length ? `${shots.length}` : `${same.length} such of ${shots.length}`;
  return {
    view,
    credible: Uint8Array.from(
      shots.flatMap(shot =>
        Array.from(shot.view === view ? shot.credible : new Uint8Array(shot.credible.length)),
      ),
    ),
    reason: shots.length === 1 ? longest.reason : `${longest.reason} (longest of ${of} shots)`,
  };
}
