/**
 * Zero-phase smoothing: the curve x that minimises Σ w_t (x_t − y_t)² + λ Σ (x_{t−1} − 2 x_t + x_{t+1})².
 * Offline it is what a Kalman filter with a Rauch–Tung–Striebel pass gives for white acceleration noise; here
 * it is one symmetric band system, O(T), and a frame of weight 0 is bridged by the smoothest way across.
 * Sources: Whittaker 1923; Eilers, "A perfect smoother", 2003.
 */

import { median } from '../core/statistics.ts';
import type { Stretch } from './gaps.ts';
import { SIGMA_PER_MAD } from './noise.ts';

/** Rounds of re-weighting against outliers; the weights settle within three. */
const ROBUST_ROUNDS = 3;
/** Residuals beyond this many robust standard deviations lose weight (Huber 1964: 95 % efficiency). */
const HUBER = 1.345;

export interface Smoothing {
  /** Frames per second of the series. */
  fps: number;
  /** Frequency that is halved, Hz; slower motion passes. At or above half the frame rate little is smoothed. */
  cutoffHz: number;
}

/**
 * Smooths `series` (T, dimension) inside each stretch, never from one to another; frames outside of every
 * stretch are zero. `weights` (T,) ≥ 0: a frame's trust, 0 to bridge it. Outliers lose weight by themselves.
 */
export function smoothSeries(
  series: ArrayLike<number>,
  dimension: number,
  weights: ArrayLike<number>,
  stretches: readonly Stretch[],
  smoothing: Smoothing,
): Float64Array {
  const out = new Float64Array(series.length);
  // The response of the minimiser at frequency f is 1 / (1 + λ (2 sin(π f / fps))⁴).
  const ratio = Math.min(smoothing.cutoffHz / smoothing.fps, 0.5);
  const penalty = (2 * Math.sin(Math.PI * ratio)) ** -4;
  for (const { start, end } of stretches) {
    const n = end - start;
    const trust = Float64Array.from({ length: n }, (_, i) => weights[start + i]);
    const block = Float64Array.from({ length: n * dimension }, (_, i) => series[start * dimension + i]);
    out.set(smoothStretch(block, dimension, trust, penalty), start * dimension);
  }
  return out;
}

/**
 * Smooths orientations (T, 4) w x y z likewise: signs made continuous, the four numbers smoothed, the length
 * restored. Between neighbours the numbers are close, so this is the chordal mean of nearby rotations.
 */
export function smoothQuaternions(
  series: ArrayLike<number>,
  weights: ArrayLike<number>,
  stretches: readonly Stretch[],
  smoothing: Smoothing,
): Float64Array {
  const continuous = Float64Array.from(series);
  for (const { start, end } of stretches) {
    let last = -1;
    for (let t = start; t < end; t++) {
      if (weights[t] <= 0) continue;
      if (last >= 0) {
        let along = 0;
        for (let k = 0; k < 4; k++) along += continuous[4 * last + k] * continuous[4 * t + k];
        if (along < 0) for (let k = 0; k < 4; k++) continuous[4 * t + k] *= -1;
      }
      last = t;
    }
  }
  const out = smoothSeries(continuous, 4, weights, stretches, smoothing);
  for (const { start, end } of stretches) {
    for (let t = start; t < end; t++) {
      const length = Math.hypot(out[4 * t], out[4 * t + 1], out[4 * t + 2], out[4 * t + 3]);
      for (let k = 0; k < 4; k++) out[4 * t + k] = length > 0 ? out[4 * t + k] / length : k === 0 ? 1 : 0;
    }
  }
  return out;
}

function smoothStretch(
  block: Float64Array,
  dimension: number,
  trust: Float64Array,
  penalty: number,
): Float64Array {
  const n = trust.length;
  let weights = trust;
  let curve = solveBand(block, dimension, weights, penalty);
  for (let round = 0; round < ROBUST_ROUNDS; round++) {
    const residuals = Float64Array.from({ length: n }, (_, t) => {
      let squares = 0;
      for (let d = 0; d < dimension; d++)
        squares += (block[t * dimension + d] - curve[t * dimension + d]) ** 2;
      return Math.sqrt(squares);
    });
    const scale = SIGMA_PER_MAD * median(residuals.filter((_, t) => trust[t] > 0));
    if (!(scale > 1e-9)) break;
    weights = trust.map((w, t) => w * Math.min(1, (HUBER * scale) / residuals[t]));
    curve = solveBand(block, dimension, weights, penalty);
  }
  return curve;
}

/**
 * Solves (W + λ DᵀD) x = W y for every column of y (n, dimension) by LDLᵀ of the pentadiagonal matrix; D takes
 * second differences. A floor on the weights keeps the system definite where fewer than two frames have weight.
 */
function solveBand(y: Float64Array, dimension: number, weights: Float64Array, penalty: number): Float64Array {
  const n = weights.length;
  const diagonal = new Float64Array(n);
  const below = new Float64Array(n);
  const below2 = new Float64Array(n);
  const largest = weights.reduce((a, b) => Math.max(a, b), 0);
  const floor = weights.filter(w => w > 0).length < 2 ? 1e-9 * (largest || 1) : 0;
  for (let t = 0; t < n; t++) diagonal[t] = Math.max(weights[t], floor);
  for (let t = 1; t + 1 < n; t++) {
    diagonal[t - 1] += penalty;
    diagonal[t] += 4 * penalty;
    diagonal[t + 1] += penalty;
    below[t - 1] -= 2 * penalty;
    below[t] -= 2 * penalty;
    below2[t - 1] += penalty;
  }
  for (let t = 0; t < n; t++) {
    if (t + 1 < n) {
      const l1 = below[t] / diagonal[t];
      const l2 = t + 2 < n ? below2[t] / diagonal[t] : 0;
      diagonal[t + 1] -= l1 * below[t];
      if (t + 2 < n) {
        below[t + 1] -= l1 * below2[t];
        diagonal[t + 2] -= l2 * below2[t];
      }
      below[t] = l1;
      below2[t] = l2;
    }
  }
  const x = new Float64Array(n * dimension);
  for (let d = 0; d < dimension; d++) {
    for (let t = 0; t < n; t++) {
      let value = Math.max(weights[t], floor) * y[t * dimension + d];
      if (t > 0) value -= below[t - 1] * x[(t - 1) * dimension + d];
      if (t > 1) value -= below2[t - 2] * x[(t - 2) * dimension + d];
      x[t * dimension + d] = value;
    }
    for (let t = n - 1; t >= 0; t--) {
      let value = x[t * dimension + d] / diagonal[t];
      if (t + 1 < n) value -= below[t] * x[(t + 1) * dimension + d];
      if (t + 2 < n) value -= below2[t] * x[(t + 2) * dimension + d];
      x[t * dimension + d] = value;
    }
  }
  return x;
}
