/** `understudy export`: a dataset in another format, or under other names and units. */
import { Command } from 'commander';
import { loadRobot, robotNames } from '../../models/robots/registry.ts';
import { exportDataset } from '../dataset/export/export.ts';
import { exportFormatNames } from '../dataset/export/registry.ts';
import { profileNames } from '../dataset/profiles/registry.ts';
import { VERSION } from '../version.ts';
import { say } from './say.ts';

interface ExportFlags {
  format: string;
  out: string;
  profile: string;
}

export const exportCommand = (): Command =>
  new Command('export')
    .description('write a dataset in another format, or under other names and units')
    .argument('<dir>', 'a LeRobot dataset')
    .requiredOption('--format <name>', exportFormatNames.join(', '))
    .requiredOption('--out <dir>', 'folder of the export; an earlier export there is replaced')
    .option('--profile <name>', `joint names and units: ${profileNames.join(' or ')}`, 'urdf')
    .action(async (dir: string, { format, out, profile }: ExportFlags) => {
      const { episodes, frames } = await exportDataset({
        dir,
        out,
        format,
        profile,
        jointsOf: async robot => (robotNames.includes(robot) ? (await loadRobot(robot)).joints : []),
        understudy: VERSION,
      });
      say(`${out}: ${episodes} episode(s), ${frames} frames as ${format}`);
    });
