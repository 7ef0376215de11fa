/** A part of a motion, as a motion of its own. Views into the same memory: nothing is copied. */
import { SIDES, type Side } from '../core/skeletons.ts';
import type { HumanMotion } from '../core/types.ts';

/** Frames [start, end) of `motion`. */
export function sliceMotion(motion: HumanMotion, start: number, end: number): HumanMotion {
  /** Every typed array is (T, …): its row length follows from T. */
  const rows = <T extends object>(part: T): T =>
    Object.fromEntries(
      Object.entries(part).map(([name, values]) => {
        if (!(values instanceof Float32Array || values instanceof Uint8Array)) return [name, values];
        const width = values.length / motion.frames;
        return [name, values.subarray(start * width, end * width)];
      }),
    ) as T;
  const both = <T extends object>(parts: Record<Side, T>) =>
    Object.fromEntries(SIDES.map(side => [side, rows(parts[side])])) as Record<Side, T>;
  return { ...motion, frames: end - start, arms: both(motion.arms), hands: both(motion.hands) };
}
