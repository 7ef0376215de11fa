/** A motion in which nobody is seen and nothing moves: tests write into it what they are about. */
import type { ArmMotion, HandMotion, HumanMotion } from '../../src/core/types.ts';

export function stillMotion(frames: number, fps: number): HumanMotion {
  const arm = (): ArmMotion => ({
    upperArm: new Float32Array(3 * frames),
    forearm: new Float32Array(3 * frames),
    state: new Uint8Array(frames),
    confidence: new Float32Array(frames),
  });
  const hand = (): HandMotion => ({
    wrist: new Float32Array(3 * frames),
    orientation: new Float32Array(4 * frames).map((_, i) => (i % 4 === 0 ? 1 : 0)),
    landmarks: new Float32Array(63 * frames),
    state: new Uint8Array(frames),
    confidence: new Float32Array(frames),
    wristSigma: new Float32Array(frames),
    tipsSigma: new Float32Array(frames),
    palmLengthM: 0.095,
  });
  return {
    view: 'third-person',
    fps,
    frames,
    reference: 'torso',
    arms: { left: arm(), right: arm() },
    hands: { left: hand(), right: hand() },
    bones: { shoulderWidthM: 0.35, upperArmM: 0.25, forearmM: 0.25 },
    scale: 'none',
  };
}
