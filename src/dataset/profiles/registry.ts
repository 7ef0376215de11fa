/** Profiles by name. A new one is one file and one line here. */
import { UnknownNameError } from '../../core/errors.ts';
import type { Profile } from './profile.ts';

const LOADERS = new Map<string, () => Promise<Profile>>([
  ['urdf', async () => (await import('./urdf.ts')).urdf],
  ['unitree', async () => (await import('./unitree.ts')).unitree],
]);

export const profileNames: readonly string[] = [...LOADERS.keys()];

/** Throws UnknownNameError, which lists the known names. */
export async function loadProfile(name: string): Promise<Profile> {
  const load = LOADERS.get(name);
  if (!load) throw new UnknownNameError('profile', name, profileNames);
  return load();
}
