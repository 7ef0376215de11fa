/** The mathematics alone: the right forearm swings, a robot follows. `npx tsx examples/04-retarget-alone.ts` */
import { g1Inspire } from '../models/robots/g1-inspire.ts';
import { retarget, trajectoryMetrics } from '../retarget/index.ts';
import { type HumanMotion, SEEN } from '../src/core/types.ts';

const frames = 60;
const floats = (width: number, at: (t: number) => number[] = () => Array(width).fill(0)) =>
  Float32Array.from(Array.from({ length: frames }, (_, t) => at(t)).flat());
const swing = (t: number) => (Math.PI / 4) * (1 - Math.cos((2 * Math.PI * t) / frames));
const unseen = { state: new Uint8Array(frames), confidence: new Float32Array(frames) };
const seen = { state: unseen.state.map(() => SEEN), confidence: unseen.confidence.map(() => 1) };
const down = floats(3, () => [0, 0, -1]);
const forearm = floats(3, t => [Math.sin(swing(t)), 0, -Math.cos(swing(t))]);
const sigmas = { wristSigma: floats(1), tipsSigma: floats(1) };
const wrist = { wrist: floats(3), orientation: floats(4), landmarks: floats(63), palmLengthM: 0.095 };
const hand = { ...wrist, ...sigmas, ...unseen };
const bones = { shoulderWidthM: 0.36, upperArmM: 0.3, forearmM: 0.26 };

const motion: HumanMotion = {
  ...{ view: 'third-person', reference: 'torso', fps: 30, frames, bones, scale: '' },
  arms: { left: { upperArm: down, forearm: down, ...seen }, right: { upperArm: down, forearm, ...seen } },
  hands: { left: hand, right: hand },
};
const trajectory = retarget(motion, g1Inspire);
const { arms, collisionDepthM } = trajectoryMetrics(motion, g1Inspire, trajectory);
console.log(`wrist within ${(1000 * arms.right!.wristM.max).toFixed(0)} mm, overlap ${collisionDepthM} m`);
