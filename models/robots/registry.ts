/** Robots by name, loaded when asked for. A new robot is one file and one line here. */
import { UnknownNameError } from '../../src/core/errors.ts';
import type { RobotModel } from '../../src/core/robot.ts';

const LOADERS = new Map<string, () => Promise<RobotModel>>([
  ['g1-inspire', async () => (await import('./g1-inspire.ts')).g1Inspire],
  ['g1-dex3', async () => (await import('./g1-dex3.ts')).g1Dex3],
  ['gr1t2-fourier', async () => (await import('./gr1t2-fourier.ts')).gr1t2Fourier],
  ['h1-2-inspire', async () => (await import('./h1-2-inspire.ts')).h12Inspire],
  ['inspire-hand-left', async () => (await import('./hands/inspire.ts')).inspireLeft],
  ['inspire-hand-right', async () => (await import('./hands/inspire.ts')).inspireRight],
  ['allegro-hand-left', async () => (await import('./hands/allegro.ts')).allegroLeft],
  ['allegro-hand-right', async () => (await import('./hands/allegro.ts')).allegroRight],
  ['leap-hand-left', async () => (await import('./hands/leap.ts')).leapLeft],
  ['leap-hand-right', async () => (await import('./hands/leap.ts')).leapRight],
  ['shadow-hand-left', async () => (await import('./hands/shadow.ts')).shadowLeft],
  ['shadow-hand-right', async () => (await import('./hands/shadow.ts')).shadowRight],
  ['ability-hand-left', async () => (await import('./hands/ability.ts')).abilityLeft],
  ['ability-hand-right', async () => (await import('./hands/ability.ts')).abilityRight],
  ['svh-hand-left', async () => (await import('./hands/svh.ts')).svhLeft],
  ['svh-hand-right', async () => (await import('./hands/svh.ts')).svhRight],
]);

export const robotNames: readonly string[] = [...LOADERS.keys()];

/** Throws UnknownNameError, which lists the known names. */
export async function loadRobot(name: string): Promise<RobotModel> {
  const load = LOADERS.get(name);
  if (!load) throw new UnknownNameError('robot', name, LOADERS.keys());
  return load();
}
