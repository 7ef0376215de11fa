/** Steps of Levenberg–Marquardt: how long they may be, and how their damping follows what they brought. */

/** By how much damping falls after a success and grows after a failure, and its bounds: weight per rad² (m² where a joint slides). */
const [EASE, TIGHTEN] = [1 / 4, 4];
const [MIN_DAMPING, MAX_DAMPING] = [1e-6, 1e6];

export const eased = (damping: number): number => Math.max(damping * EASE, MIN_DAMPING);
export const tightened = (damping: number): number => Math.min(damping * TIGHTEN, MAX_DAMPING);

/** Largest move of one joint in one iteration, rad: beyond it the linearisation of a rotation means little. */
const MAX_STEP = 0.5;

/** No further than that to either side. */
export const shortened = (step: number): number => Math.max(-MAX_STEP, Math.min(MAX_STEP, step));
