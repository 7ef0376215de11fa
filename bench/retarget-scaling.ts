/**
 * Retargeting time per frame and memory against the length of a clip: both should stay flat.
 * `npm run bench -- retarget-scaling [--json]`. The motion is synthetic: arms and fingers in slow sines.
 */
import { parseArgs } from 'node:util';
import { g1Inspire as robot } from '../models/robots/g1-inspire.ts';
import { createTree, retarget } from '../retarget/index.ts';
import { random } from '../test/random.ts';
import { armsFree, shadow, smoothTrajectory } from '../test/retarget/motions.ts';

const LENGTHS = [100, 300, 1000, 3000, 10_000];
const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });

const body = createTree(robot, { base: robot.torso });
const motionOf = (frames: number) =>
  shadow(robot, body, smoothTrajectory(body, frames, random(1), armsFree(robot), 0.4));

// Once before the clock, so that the compiler is warm.
retarget(motionOf(300), robot);

const rows = LENGTHS.map(frames => {
  const motion = motionOf(frames);
  const start = performance.now();
  retarget(motion, robot);
  const msPerFrame = (performance.now() - start) / frames;
  return { frames, msPerFrame, peakMemoryMB: process.resourceUsage().maxRSS / 1024 };
});

if (values.json) console.log(JSON.stringify(rows));
else {
  console.log(`${robot.label}, node ${process.version}`);
  console.log('frames   ms per frame   peak memory of the process so far, MB');
  for (const { frames, msPerFrame, peakMemoryMB } of rows) {
    console.log(
      `${String(frames).padStart(6)}   ${msPerFrame.toFixed(3).padStart(12)}   ${peakMemoryMB.toFixed(0).padStart(10)}`,
    );
  }
}
