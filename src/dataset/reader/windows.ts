/** Delta timestamps: what a frame is given of the frames around it, with LeRobot's rules. */
import { DatasetError } from '../../core/errors.ts';

/** Per feature, times relative to the frame, s: { action: [0, 0.1, 0.2] }. Each a multiple of 1 / fps. */
export type DeltaTimestamps = Readonly<Record<string, readonly number[]>>;

/** Where LeRobot refuses a time between frames, s (its tolerance_s). */
const TOLERANCE_S = 1e-4;

/** Times as offsets in frames. Throws DatasetError for an unknown feature and a time between two frames. */
export function frameOffsets(
  deltas: DeltaTimestamps,
  fps: number,
  features: Iterable<string>,
): Record<string, readonly number[]> {
  const known = new Set(features);
  return Object.fromEntries(
    Object.entries(deltas).map(([name, times]) => {
      if (!known.has(name))
        throw new DatasetError(
          `delta timestamps of '${name}': no such feature; features: ${[...known].join(', ')}`,
        );
      const offsets = times.map(time => {
        const offset = Math.round(time * fps);
        if (!(Math.abs(time - offset / fps) <= TOLERANCE_S))
          throw new DatasetError(`delta timestamps of '${name}': ${time} s is no multiple of 1/${fps} s`);
        return offset;
      });
      return [name, offsets];
    }),
  );
}

/**
 * The frames at `offsets` of frame t of an episode of T frames. Beyond an end the end frame is taken, and
 * `padding` says so.
 */
export function windowAt(
  t: number,
  length: number,
  offsets: readonly number[],
): { frames: number[]; padding: boolean[] } {
  return {
    frames: offsets.map(offset => Math.min(length - 1, Math.max(0, t + offset))),
    padding: offsets.map(offset => t + offset < 0 || t + offset >= length),
  };
}

/**
 * Per frame of an episode of T frames, the pictures at `offsets` of it, from pictures that come one after the other.
 * Holds those from the earliest to the latest offset, no more.
 */
export async function* slidingPictures<P>(
  pictures: AsyncIterable<P>,
  length: number,
  offsets: readonly number[],
): AsyncGenerator<P[]> {
  const [earliest, latest] = [Math.min(0, ...offsets), Math.max(0, ...offsets)];
  const held = new Map<number, P>();
  let t = 0;
  let n = 0;
  for await (const picture of pictures) {
    held.set(n++, picture);
    for (; t < length && Math.min(length - 1, t + latest) < n; t++) {
      yield windowAt(t, length, offsets).frames.map(frame => held.get(frame) as P);
      held.delete(t + earliest);
    }
    if (t >= length) return;
  }
  throw new DatasetError(`the video has ${n} pictures where its episode has ${length} frames`);
}
