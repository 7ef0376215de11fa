/** Noise is what changes from frame to frame while a person does not. */

/** Below this rate motion itself changes from frame to frame, and noise cannot be told from it, frames per second. */
export const TELLS_NOISE_FPS = 24;
/** A normal distribution's standard deviation per median absolute deviation. */
export const SIGMA_PER_MAD = 1.4826;
/** Root mean square of fourth differences of white noise of deviation 1: √(1 + 16 + 36 + 16 + 1). */
export const FOURTH_DIFFERENCE = Math.sqrt(70);
