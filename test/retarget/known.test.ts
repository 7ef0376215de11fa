import { describe, expect, test } from 'vitest';
import { loadRobot, robotNames } from '../../models/robots/registry.ts';
import { chainsOf, knownAnswer, underNoise } from './known.ts';

const FRAMES = 60;
const robots = await Promise.all(robotNames.map(loadRobot));
const chains = robots.flatMap(robot =>
  chainsOf(robot).map(chain => [`${robot.name}, ${chain.name}`, chain] as const),
);

describe.each(chains)('%s', (_, chain) => {
  test('comes back to random feasible trajectories within 1 mm and 0.5°', () => {
    for (const seed of [1, 2, 3]) {
      const { mm, deg } = knownAnswer(chain, FRAMES, seed);
      expect(mm).toBeLessThan(1);
      expect(deg).toBeLessThan(0.5);
    }
  });

  test('told 5 mm wrong, is nearer to the truth than frame by frame, smoother, and not late', () => {
    const { whole, perFrame } = underNoise(chain, 2 * FRAMES, 1, 0.005);
    expect(whole.rmsMm).toBeLessThan(perFrame.rmsMm);
    expect(whole.jerk).toBeLessThan(perFrame.jerk);
    expect(Math.abs(whole.lag)).toBeLessThan(1);
  });
});
