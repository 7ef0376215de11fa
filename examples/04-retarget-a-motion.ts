/** No video at all: a motion made by hand, a robot that follows it. `npx tsx examples/04-retarget-a-motion.ts` */
import { type HumanMotion, loadRobot, retarget, SEEN, type Side } from 'understudy';

const fps = 30;
const frames = 2 * fps;

/** Upper arms hang; the right forearm swings from straight down to straight ahead, the left one rests. */
function arm(side: Side): HumanMotion['arms'][Side] {
  const [upperArm, forearm] = [new Float32Array(3 * frames), new Float32Array(3 * frames)];
  for (let t = 0; t < frames; t++) {
    const raised = side === 'right' ? (Math.PI / 4) * (1 - Math.cos((2 * Math.PI * t) / frames)) : 0;
    upperArm.set([0, 0, -1], 3 * t);
    forearm.set([Math.sin(raised), 0, -Math.cos(raised)], 3 * t);
  }
  return { upperArm, forearm, ...seen() };
}
const seen = () => ({
  state: new Uint8Array(frames).fill(SEEN),
  confidence: new Float32Array(frames).fill(1),
});
/** Hands that are never seen: the robot's rest. */
const noHand = (): HumanMotion['hands'][Side] => ({
  wrist: new Float32Array(3 * frames),
  orientation: new Float32Array(4 * frames),
  landmarks: new Float32Array(63 * frames),
  state: new Uint8Array(frames),
  confidence: new Float32Array(frames),
  wristSigma: new Float32Array(frames),
  tipsSigma: new Float32Array(frames),
  palmLengthM: 0.095,
});

const robot = await loadRobot('g1-inspire');
const { jointNames, q, speedUse } = retarget(
  {
    view: 'third-person',
    fps,
    frames,
    reference: 'torso',
    arms: { left: arm('left'), right: arm('right') },
    hands: { left: noHand(), right: noHand() },
    bones: { shoulderWidthM: 0.36, upperArmM: 0.3, forearmM: 0.26 },
    scale: 'made by hand',
  },
  robot,
);
for (const name of ['left_elbow_joint', 'right_elbow_joint']) {
  const j = jointNames.indexOf(name);
  const angles = Array.from({ length: frames }, (_, t) => q[t * jointNames.length + j]);
  console.log(`${name}: ${Math.min(...angles).toFixed(2)} to ${Math.max(...angles).toFixed(2)} rad`);
}
console.log(`fastest joint at ${(100 * Math.max(...speedUse)).toFixed(0)} % of its speed limit`);
