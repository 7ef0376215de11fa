/** A clip of several shots: each is reconstructed alone, and the motions are put back one after the other. */
import type { Clip, HumanMotion, Perception, Shot } from '../core/types.ts';
import { bothSides } from './both-sides.ts';
import type { Stretch } from './gaps.ts';
import { sliceRows } from './slice.ts';

/** The shots of a clip of `frames` frames, in order: [0, frames) when there is no cut. */
export const shotStretches = (frames: number, cuts: readonly number[] = []): Stretch[] =>
  [0, ...cuts].map((start, i) => ({ start, end: cuts[i] ?? frames }));

/** Frames [start, end) of what was perceived, as a perception of one shot. */
export function slicePerception(perception: Perception, { start, end }: Stretch): Perception {
  const { cuts: _, pictureChange: __, ...whole } = perception;
  const rows = (track: Perception['body']) => sliceRows(track, track.state.length, start, end);
  return {
    ...whole,
    left: rows(perception.left),
    right: rows(perception.right),
    body: rows(perception.body),
  };
}

export const sliceClip = (clip: Clip, { start, end }: Stretch): Clip => ({
  ...clip,
  firstFrame: clip.firstFrame + start,
  frames: end - start,
});

/** The motions of consecutive shots as one, which remembers what was measured in each. */
export function joinMotions(motions: readonly HumanMotion[]): HumanMotion {
  if (motions.length === 1) return motions[0];
  let start = 0;
  const shots = motions.map(({ frames, bones, hands, scale }): Shot => {
    const shot = {
      start,
      bones,
      palmLengthM: { left: hands.left.palmLengthM, right: hands.right.palmLengthM },
      scale,
    };
    start += frames;
    return shot;
  });
  return {
    ...motions[0],
    frames: start,
    // Shots without a body stand in an assumed torso: one reference holds for the clip, since one view does.
    arms: bothSides(side => joinRows(motions.map(({ arms }) => arms[side]))),
    hands: bothSides(side => joinRows(motions.map(({ hands }) => hands[side]))),
    shots,
  };
}

/** Typed arrays of several parts, (Tᵢ, …) each, one after the other; everything else as in the first. */
export function joinRows<T extends object>(parts: readonly T[]): T {
  return Object.fromEntries(
    Object.entries(parts[0]).map(([name, first]) => {
      if (!(first instanceof Float32Array || first instanceof Uint8Array)) return [name, first];
      const rows = parts.map(part => part[name as keyof T] as typeof first);
      const whole = new (first.constructor as new (length: number) => typeof first)(
        rows.reduce((sum, { length }) => sum + length, 0),
      );
      let at = 0;
      for (const row of rows) {
        whole.set(row, at);
        at += row.length;
      }
      return [name, whole];
    }),
  ) as T;
}
