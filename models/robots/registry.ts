/** Robots by name, loaded when asked for. A new robot is one file and one line here. */
import { UnknownNameError } from '../../src/core/errors.ts';
import type { RobotModel } from '../../src/core/robot.ts';

const LOADERS = new Map<string, () => Promise<RobotModel>>([
  ['g1-inspire', async () => (await import('./g1-inspire.ts')).g1Inspire],
]);

export const robotNames: readonly string[] = [...LOADERS.keys()];

/** Throws UnknownNameError, which lists the known names. */
export async function loadRobot(name: string): Promise<RobotModel> {
  const load = LOADERS.get(name);
  if (!load) throw new UnknownNameError('robot', name, LOADERS.keys());
  return load();
}
