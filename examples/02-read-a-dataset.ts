/** How far an episode can be trusted: what was seen, and how near the robot came. `… [DATASET]` (example 01's) */
import { readDataset } from 'understudy';

const [dir = 'out/example-01'] = process.argv.slice(2);

const { robotType, episodes } = await readDataset(dir);
for (const { index, task, duration, parts } of episodes) {
  console.log(`${robotType}, episode ${index}, ${duration.toFixed(1)} s: ${task}`);
  for (const [part, { coverage, residual }] of Object.entries(parts ?? {})) {
    const error = residual ? `${(1000 * residual.mean).toFixed(0)} mm from its target on average` : 'at rest';
    console.log(`  ${part}: seen in ${(100 * coverage).toFixed(0)} % of the frames, ${error}`);
  }
}
