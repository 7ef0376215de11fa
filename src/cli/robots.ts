/** `understudy robots`: what can be targeted, and whether a robot of one's own can be. */
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { readRobot } from '../../models/robots/custom.ts';
import { loadRobot, robotNames } from '../../models/robots/registry.ts';
import { readRobotMap } from '../../models/robots/robot-map.ts';
import { SourceError } from '../core/errors.ts';
import { independentJoints } from '../core/robot.ts';
import { describeRobot } from './robot-report.ts';
import { say } from './say.ts';

export const robotsCommand = (): Command =>
  new Command('robots')
    .description('list the robots that can be targeted, or check one of your own')
    .action(list)
    .addCommand(
      new Command('check')
        .description(
          'say what is right and what is missing of a robot of your own (exit code 2 when something is)',
        )
        .argument('<urdf>', 'its URDF file; meshes are not needed')
        .argument(
          '<map>',
          'JSON file that names its torso, arms, hands and fingertips: docs/adding-a-robot.md',
        )
        .action(check)
        .exitOverride(),
    );

async function list(): Promise<void> {
  for (const name of robotNames) {
    const robot = await loadRobot(name);
    const free = independentJoints(robot.joints).length;
    say(
      `${name}\n  ${robot.label}\n  ${free} independent joints, ${robot.held.length} of them held\n  licence ${robot.license}; numbers from ${robot.source}`,
    );
  }
}

async function check(urdfPath: string, mapPath: string): Promise<void> {
  const [urdf, map] = [await text(urdfPath), readRobotMap(await text(mapPath))];
  const { robot, faults } = readRobot(urdf, map);
  const { facts, doubts } = robot ? describeRobot(robot) : { facts: [], doubts: [] };
  for (const [mark, lines] of [
    ['ok     ', facts],
    ['look   ', doubts],
    ['missing', faults],
  ] as const)
    for (const line of lines) say(`${mark}  ${line}`);
  say(
    faults.length > 0
      ? `${map.name} cannot be targeted yet: ${faults.length} to mend`
      : `${map.name} can be targeted`,
  );
  if (faults.length > 0) process.exitCode = 2;
}

async function text(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new SourceError(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`, error);
  }
}
