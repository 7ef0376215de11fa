/**
 * How far a hand may be from where it is said to be. The fit says how well the pixels of one frame hold it
 * (the Hessian's diagonal, larger where they disagree); what no single frame can know (the person's size, the
 * lens, where exactly the shoulders are, landmarks that lean the same way for seconds) is added from what was
 * measured on rendered people with exact truth. Nothing is subtracted for smoothing: neighbouring frames err
 * alike.
 *
 * Both numbers are root mean square distances, three axes together: two thirds of the true errors should be
 * smaller, and nearly all smaller than twice as much.
 */
import { ABSENT, type Camera } from '../core/types.ts';
import { ADULT_PALM_LENGTH_M } from './bones.ts';
import { nearestSeen } from './gaps.ts';

/**
 * Hand size where nothing but the hands is seen, as a share: adults differ by 6 % (ANSUR II, hand length), and
 * what the network calls a palm differs from the distance between the joints' centres by about 10 %.
 */
const SIZE_SIGMA = 0.12;
/** Log focal length: most cameras see 50–100° across, an assumed one 47° (16:9), a worn one 80°. */
const FOCAL_SIGMA = { flag: 0, metadata: 0.03, assumed: 0.4 } as const;
/** The torso's frame, m: the lean that hidden hips give it, times the way down to the hands, and the shoulders. */
const TORSO_SIGMA_M = 0.06;
/** An assumed torso is somewhere near, m. */
const ASSUMED_TORSO_SIGMA_M = 0.15;
/** A depth that the arm has its say in, as a share. */
const ARM_DEPTH_SIGMA = 0.03;
/** Fingertips err so much more than one frame's fit can say: hidden fingers are read as if they were seen. */
const TIPS_INFLATION = 1.5;
/** A fingertip's distance from the wrist in palm lengths, half bent. */
const TIP_REACH = 1.75;
/** What a hand does unseen, m/s²: reaches accelerate by about this much (Flash and Hogan 1985, 0.3 m in 0.7 s). */
const UNSEEN_ACCELERATION = 4;

/** What stands behind a hand's place. */
export type Anchor = 'body' | 'assumed torso' | 'hand alone';

/** What the fit of one hand says of itself, (T,); see HandSight. */
interface FitSigmas {
  state: Uint8Array;
  acrossSigma: Float64Array;
  depthSigma: Float64Array;
  tipsSigma: Float64Array;
}

/** (T,) m: of the wrist in the motion's frame, and of the fingertips in the hand frame. Zero where absent. */
export interface HandSigmas {
  wrist: Float32Array;
  tips: Float32Array;
}

/** @param depths (T,) m from the camera */
export function handSigmas(
  fit: FitSigmas,
  depths: ArrayLike<number>,
  palmLengthM: number,
  anchor: Anchor,
  source: Camera['source'],
  fps: number,
): HandSigmas {
  const { state } = fit;
  const wrist = new Float32Array(state.length);
  const tips = new Float32Array(state.length);
  const nearest = nearestSeen(state);
  const sizeSigma = anchor === 'body' ? SIZE_SIGMA / 2 : SIZE_SIGMA;
  for (let t = 0; t < state.length; t++) {
    if (state[t] === ABSENT) continue;
    const from = nearest[t];
    const unseenS = Math.abs(t - from) / fps;
    const drift = (UNSEEN_ACCELERATION * unseenS ** 2) / 2;
    const across = fit.acrossSigma[from];
    const alone = Math.hypot(fit.depthSigma[from], SIZE_SIGMA, FOCAL_SIGMA[source]);
    wrist[t] =
      anchor === 'body'
        ? Math.hypot(TORSO_SIGMA_M, across, ARM_DEPTH_SIGMA * depths[t], drift)
        : anchor === 'assumed torso'
          ? Math.hypot(ASSUMED_TORSO_SIGMA_M, across, fit.depthSigma[from] * depths[t], drift)
          : Math.hypot(across, alone * depths[t], drift);
    tips[t] = Math.hypot(
      TIPS_INFLATION * fit.tipsSigma[from],
      sizeSigma * TIP_REACH * palmLengthM,
      // Fingers close within about a palm's length; unseen they may have done so in a third of a second.
      Math.min(1, 3 * unseenS) * ADULT_PALM_LENGTH_M,
    );
  }
  return { wrist, tips };
}
