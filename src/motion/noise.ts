/** Noise is what changes from frame to frame while a person does not. */

/** Below this rate motion itself changes from frame to frame, and noise cannot be told from it, frames per second. */
export const TELLS_NOISE_FPS = 24;
