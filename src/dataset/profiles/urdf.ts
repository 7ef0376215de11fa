/** Names, order and units of the robot's own description: what the dataset holds already. */
import type { Profile } from './profile.ts';

export const urdf: Profile = {
  name: 'urdf',
  meaning: 'Joint names and order of the robot’s URDF; radians, metres for prismatic joints.',
  form: jointNames => ({ names: jointNames, convert: row => Array.from(row) }),
};
