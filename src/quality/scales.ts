/**
 * The scales of the quality vector: where a measure is as good as it gets (component 1) and where it is worthless
 * (component 0, and with it the score). Between them a component is linear.
 */
import type { QualityName } from '../core/episode.ts';

export interface Scale {
  best: number;
  worst: number;
  /** What is measured, in its unit. */
  measure: string;
}

/** In the order of the vector. Where no source is named, the figures are those of docs/quality.md. */
export const SCALES = {
  coverage: { best: 0.97, worst: 0.7, measure: 'share of frames in which a hand is seen' },
  /** The gate refuses below 0.6 (src/quality/gates.ts). */
  seen: { best: 0.95, worst: 0.5, measure: 'share of the known hand frames that were seen and not bridged' },
  continuity: { best: 0.3, worst: 3, measure: 'times per second that a hand is lost and found again' },
  /** A calibrated probability; two hands in work have 0.6 … 0.9 (docs/quality.md). */
  confidence: { best: 0.85, worst: 0.2, measure: 'mean confidence of the seen hand frames' },
  /** 6 cm is the torso's own share of it (src/motion/uncertainty.ts); half an arm is no place at all. */
  certainty: { best: 0.06, worst: 0.5, measure: 'median standard deviation of the wrists, m' },
  reprojection: {
    best: 0.2,
    worst: 1,
    measure: 'mean distance of the landmarks in the picture from where they were seen, palm lengths',
  },
  clarity: { best: 0.08, worst: 0.17, measure: 'median noise of the seen landmarks, palm lengths' },
  freshness: { best: 0.03, worst: 0.12, measure: 'share of frames in which the picture stands still' },
  handedness: { best: 0.05, worst: 0.6, measure: 'times per second that the hands trade names' },
  proportion: { best: 0.16, worst: 0.28, measure: 'sizes that no person has, log ratio or arm lengths' },
  /** 5 cm is out of reach (retarget/weights.ts). */
  tracking: { best: 0.02, worst: 0.12, measure: 'median distance of a wrist from its target, m' },
  /** What single precision leaves is micrometres. */
  agreement: {
    best: 0.0001,
    worst: 0.002,
    measure: 'robot against its own recorded residual, 90th percentile, m',
  },
  collision: {
    best: 0,
    worst: 0.3,
    measure: 'share of frames in which the robot’s body sinks into itself by 5 mm',
  },
  limits: { best: 0.1, worst: 0.8, measure: 'share of moving joint frames at a limit' },
  speed: { best: 0, worst: 0.02, measure: 'share of joint frames above the speed limit' },
  /** One minimum-jerk reach has −1.4 (Balasubramanian et al. 2015). */
  smoothness: { best: 3, worst: 9, measure: 'spectral arc length per two seconds, negated' },
  steadiness: { best: 0.003, worst: 0.012, measure: 'noise of a joint over its range' },
  pace: { best: 0.02, worst: 0.08, measure: 'share of frames that stand still or jump amid motion' },
  liveness: { best: 0.02, worst: 0.15, measure: 'share of joint frames frozen while the others move' },
  activity: { best: 0.4, worst: 0.98, measure: 'share of frames in which nothing moves' },
} as const satisfies Record<QualityName, Scale>;

/** What was measured, in the units of SCALES; null where it does not apply. */
export type Measures = Readonly<Record<QualityName, number | null>>;

/** 0…1; null where the measure does not apply. */
export function onScale(name: QualityName, value: number | null): number | null {
  if (value === null || Number.isNaN(value)) return null;
  const { best, worst } = SCALES[name];
  return Math.min(1, Math.max(0, (worst - value) / (worst - best)));
}
