/** A person made by hand, without a package or a file: both forearms swing. Plain arrays, as HumanMotion says. */
import { g1Inspire as robot } from '../../dist/models/robots/g1-inspire.js';
import { retarget } from '../../dist/retarget/index.js';

const frames = 90;
const floats = (width, at = () => Array(width).fill(0)) =>
  Float32Array.from(Array.from({ length: frames }, (_, t) => at(t)).flat());
const unseen = { state: new Uint8Array(frames), confidence: new Float32Array(frames) };
const seen = { state: unseen.state.map(() => 1), confidence: unseen.confidence.map(() => 1) };
const forearm = phase =>
  floats(3, t => {
    const angle = (Math.PI / 3) * (1 - Math.cos((2 * Math.PI * t) / frames + phase));
    return [Math.sin(angle), 0, -Math.cos(angle)];
  });
const arm = phase => ({ upperArm: floats(3, () => [0, 0, -1]), forearm: forearm(phase), ...seen });
const hand = {
  ...{ wrist: floats(3), orientation: floats(4), landmarks: floats(63), palmLengthM: 0.095 },
  ...{ wristSigma: floats(1), tipsSigma: floats(1), ...unseen },
};

export const motion = {
  ...{ view: 'third-person', reference: 'torso', fps: 30, frames, scale: '' },
  bones: { shoulderWidthM: 0.36, upperArmM: 0.3, forearmM: 0.26 },
  arms: { left: arm(0), right: arm(Math.PI) },
  hands: { left: hand, right: hand },
};
export { robot };
export const follow = () => retarget(motion, robot);
