/** `understudy run`: videos in, a dataset out. */
import { Command } from 'commander';
import { environment } from '../config.ts';
import { run } from '../run.ts';
import { configFrom, imageSizeFlag, interruptible, perceptionFlags, type SharedFlags } from './options.ts';
import { openProgress } from './progress.ts';
import { say } from './say.ts';

interface RunFlags extends SharedFlags {
  out: string;
  json?: boolean;
}

export const runCommand = (): Command =>
  perceptionFlags(new Command('run'))
    .description('turn videos into a LeRobot v3.0 dataset of robot demonstrations')
    .argument('<input...>', 'files, folders, http(s) addresses, lists (.txt, .csv, .jsonl)')
    .requiredOption('--out <dir>', 'folder of the dataset')
    .option('--robot <names>', 'robots to retarget to, a,b,c; see `understudy robots` (default g1-inspire)')
    .option('--robot-map <file>', 'what the parts of a URDF file are, when --robot names one')
    .option('--task <text>', 'what is done, where the input does not say')
    .option('--license <id>', 'licence of the sources, where the input does not say')
    .option('--image-size <WxH>', 'size of the dataset video (default 640x360)', imageSizeFlag)
    .option('--video-codec <codec>', 'av1 or h264 (default av1)')
    .option('--preview', 'also draw each demonstration: the person beside the robot')
    .option('--json', 'one JSON object a line on stdout')
    .action(async (inputs: string[], flags: RunFlags) => {
      const { robot, robotMap, task, license, imageSize, videoCodec, preview } = flags;
      const config = configFrom(flags, { robot, robotMap, task, license, imageSize, videoCodec, preview });
      const progress = openProgress(flags.json ?? false, environment.isTerminal());
      try {
        const result = await run({
          inputs,
          out: flags.out,
          config,
          signal: interruptible(),
          on: progress.on,
        });
        progress.stop();
        if (!flags.json) say(summary(result));
        if (result.failed.length > 0) process.exitCode = 2;
      } finally {
        progress.stop();
      }
    });

function summary({ out, episodes, rejected, failed, written }: Awaited<ReturnType<typeof run>>): string {
  const frames = episodes.reduce((sum, episode) => sum + episode.frames, 0);
  const left = rejected.length - failed.length;
  return [
    episodes.length === 0
      ? 'no episode was kept'
      : `${episodes.length} episode(s), ${frames} frames in ${out}${written ? '' : ' (already there)'}`,
    ...(left > 0 ? [`${left} demonstration(s) rejected: see ${out}/rejected.jsonl`] : []),
    ...(failed.length > 0 ? [`${failed.length} input(s) could not be used`] : []),
  ].join('\n');
}
