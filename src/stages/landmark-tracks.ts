/** Readings → landmark tracks: arrays over the frames of a clip. */
import type { FrameReading, HandReading } from '../core/readings.ts';
import { BODY_LANDMARKS, HAND_LANDMARKS, type Side } from '../core/skeletons.ts';
import { type LandmarkTrack, SEEN } from '../core/types.ts';
import { jointPixels } from '../motion/joints.ts';

function emptyTrack(skeleton: 'hand' | 'body', side: Side | null, frames: number): LandmarkTrack {
  const points = skeleton === 'hand' ? HAND_LANDMARKS : BODY_LANDMARKS;
  return {
    skeleton,
    side,
    frame: 'local',
    pixels: new Float32Array(frames * points * 2),
    positions: new Float32Array(frames * points * 3),
    confidence: new Float32Array(frames),
    visibility: skeleton === 'body' ? new Float32Array(frames * points) : null,
    state: new Uint8Array(frames),
  };
}

/** @param enlarged pixels of the clip per pixel of the readings */
export function handTrack(
  side: Side,
  hands: readonly (HandReading | null)[],
  enlarged: number,
): LandmarkTrack {
  const handedness = new Float32Array(hands.length);
  const track = { ...emptyTrack('hand', side, hands.length), handedness };
  for (const [t, hand] of hands.entries()) {
    if (!hand) continue;
    track.pixels.set(
      hand.pixels.map(px => px * enlarged),
      t * HAND_LANDMARKS * 2,
    );
    track.positions.set(hand.world, t * HAND_LANDMARKS * 3);
    track.confidence[t] = hand.presence;
    handedness[t] = side === 'right' ? hand.right : 1 - hand.right;
    track.state[t] = SEEN;
  }
  return track;
}

/**
 * @param credible (T,) 1 where the body is to be believed
 * @param hands whose wrists are the body's
 * @param enlarged pixels of the clip per pixel of the readings
 */
export function bodyTrack(
  readings: readonly FrameReading[],
  credible: Uint8Array,
  hands: Record<Side, (HandReading | null)[]>,
  enlarged: number,
): LandmarkTrack {
  const track = emptyTrack('body', null, readings.length);
  for (const [t, { body }] of readings.entries()) {
    if (!body || !credible[t]) continue;
    const joints = jointPixels(body, { left: hands.left[t], right: hands.right[t] });
    track.pixels.set(
      joints.map(px => px * enlarged),
      t * BODY_LANDMARKS * 2,
    );
    track.positions.set(body.world, t * BODY_LANDMARKS * 3);
    track.visibility!.set(body.visibility, t * BODY_LANDMARKS);
    track.confidence[t] = body.presence;
    track.state[t] = SEEN;
  }
  return track;
}
