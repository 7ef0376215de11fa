/** A part of a motion, as a motion of its own. Views into the same memory: nothing is copied. */
import { SIDES, type Side } from '../core/skeletons.ts';
import type { HumanMotion } from '../core/types.ts';

/** Frames [start, end) of `motion`, with the bones and the scale of the shot that they begin in. */
export function sliceMotion(motion: HumanMotion, start: number, end: number): HumanMotion {
  const { shots, pictureStill, ...whole } = motion;
  const shot = shots?.findLast(({ start: first }) => first <= start);
  const both = <T extends object>(parts: Record<Side, T>) =>
    Object.fromEntries(
      SIDES.map(side => [side, sliceRows(parts[side], motion.frames, start, end)]),
    ) as Record<Side, T>;
  const hands = both(motion.hands);
  if (shot) for (const side of SIDES) hands[side] = { ...hands[side], palmLengthM: shot.palmLengthM[side] };
  const inside = shots?.filter(({ start: first }) => first > start && first < end) ?? [];
  return {
    ...whole,
    ...(shot && { bones: shot.bones, scale: shot.scale }),
    ...(shot &&
      inside.length > 0 && {
        shots: [{ ...shot, start: 0 }, ...inside.map(s => ({ ...s, start: s.start - start }))],
      }),
    ...(pictureStill && { pictureStill: pictureStill.subarray(start, end) }),
    frames: end - start,
    arms: both(motion.arms),
    hands,
  };
}

/** Rows [start, end) of every typed array of `part`, each (frames, …); everything else as it is. */
export function sliceRows<T extends object>(part: T, frames: number, start: number, end: number): T {
  return Object.fromEntries(
    Object.entries(part).map(([name, values]) => {
      if (!(values instanceof Float32Array || values instanceof Uint8Array)) return [name, values];
      const width = values.length / frames;
      return [name, values.subarray(start * width, end * width)];
    }),
  ) as T;
}
