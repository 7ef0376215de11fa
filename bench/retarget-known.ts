/**
 * Known answers for every robot: random feasible trajectories → forward kinematics → targets → the solver's way
 * back, without noise and 5 mm wrong. `npm run bench -- retarget-known [--json] [--trajectories 100]`.
 */
import { parseArgs } from 'node:util';
import { loadRobot, robotNames } from '../models/robots/registry.ts';
import { chainsOf, knownAnswer, underNoise } from '../test/retarget/known.ts';

const [FRAMES, NOISY_FRAMES, NOISY, NOISE_M] = [60, 120, 5, 0.005];
const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    trajectories: { type: 'string', default: '100' },
  },
});
const count = Number(values.trajectories);
const mean = (all: readonly number[]) => all.reduce((sum, value) => sum + value, 0) / all.length;

if (!values.json)
  console.log(
    `${count} trajectories of ${FRAMES} frames; with ${NOISE_M * 1000} mm of noise per axis, ${NOISY} of ${NOISY_FRAMES}`,
  );
const rows = [];
for (const name of robotNames) {
  for (const chain of chainsOf(await loadRobot(name))) {
    const found = Array.from({ length: count }, (_, k) => knownAnswer(chain, FRAMES, k + 1));
    const within = found.filter(({ mm, deg }) => mm < 1 && deg < 0.5).length;
    const worst = found.map(({ mm }) => mm).toSorted((a, b) => a - b);
    const noisy = Array.from({ length: NOISY }, (_, k) => underNoise(chain, NOISY_FRAMES, k + 1, NOISE_M));
    const row = {
      robot: name,
      chain: chain.name,
      within,
      medianMm: worst[count >> 1],
      maxMm: worst[count - 1],
      maxDeg: Math.max(...found.map(({ deg }) => deg)),
      noisyRmsMm: mean(noisy.map(({ whole }) => whole.rmsMm)),
      perFrameRmsMm: mean(noisy.map(({ perFrame }) => perFrame.rmsMm)),
      noisyJerk: mean(noisy.map(({ whole }) => whole.jerk)),
      perFrameJerk: mean(noisy.map(({ perFrame }) => perFrame.jerk)),
      lagFrames: mean(noisy.map(({ whole }) => whole.lag)),
    };
    rows.push(row);
    if (!values.json)
      console.log(
        `${name.padEnd(19)} ${chain.name.padEnd(10)} ${within}/${count} within 1 mm and 0.5°, median ${row.medianMm.toFixed(3)} mm, ` +
          `worst ${row.maxMm.toFixed(2)} mm ${row.maxDeg.toFixed(2)}°; noise: ${row.noisyRmsMm.toFixed(2)} mm ` +
          `(frame by frame ${row.perFrameRmsMm.toFixed(2)}), jerk ${row.noisyJerk.toFixed(0)} (${row.perFrameJerk.toFixed(0)}), ` +
          `lag ${row.lagFrames.toFixed(2)} frames`,
      );
  }
}
if (values.json) console.log(JSON.stringify(rows));
