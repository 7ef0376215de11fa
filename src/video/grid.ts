/**
 * The constant-rate grid. Time 0 is the first picture that the video shows; grid frame i stands for time i / fps.
 *
 * Rule: a picture with presentation time t takes effect at grid frame ⌊t·fps + ½⌋, and stays until the next
 * picture takes effect; of several with the same frame the last one wins. The clip ends where its last picture
 * does. This is ffmpeg's `fps` filter with its default round=near (libavfilter/vf_fps.c), so frame i here is
 * frame i of `ffmpeg -vf fps=…`. For a video at or above the grid's rate every frame is within half a grid
 * step of its picture's time; a slower video is held.
 */

/** Seconds per tick as a fraction, as files give it. */
export interface TimeBase {
  num: number;
  den: number;
}

/** Grid frame at which a picture takes effect. `ticks` since the first picture. */
export const gridSlot = (ticks: number, timeBase: TimeBase, fps: number): number =>
  Math.floor((ticks * timeBase.num * fps) / timeBase.den + 0.5);

/** Grid frame nearest to a time, s. */
export const frameAt = (seconds: number, fps: number): number => Math.floor(seconds * fps + 0.5);
