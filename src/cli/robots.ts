/** `understudy robots`: what can be targeted. */
import { Command } from 'commander';
import { loadRobot, robotNames } from '../../models/robots/registry.ts';

export const robotsCommand = (): Command =>
  new Command('robots').description('list the robots that can be targeted').action(async () => {
    for (const name of robotNames) {
      const robot = await loadRobot(name);
      const free = robot.joints.filter(({ type, mimic }) => type !== 'fixed' && !mimic).length;
      process.stdout.write(
        `${name}\n  ${robot.label}\n  ${free} independent joints, ${robot.held.length} of them held\n  licence ${robot.license}; numbers from ${robot.source}\n`,
      );
    }
  });
