/** The robots that a configuration names. */
import { readFile } from 'node:fs/promises';
import { robotFromUrdf } from '../../models/robots/custom.ts';
import { loadRobot } from '../../models/robots/registry.ts';
import { readRobotMap } from '../../models/robots/robot-map.ts';
import type { Config } from '../config.ts';
import { ConfigError, SourceError } from '../core/errors.ts';
import type { RobotModel } from '../core/robot.ts';

/** 'a,b,c' → the robots of these names, each once; 'x.urdf' → the robot of that file and the map. */
export async function loadRobots({
  robot,
  robotMap,
}: Pick<Config, 'robot' | 'robotMap'>): Promise<RobotModel[]> {
  const names = [...new Set(robot.split(',').map(name => name.trim()))];
  return Promise.all(
    names.map(async name => {
      if (!/\.urdf$/i.test(name)) return loadRobot(name);
      if (!robotMap)
        throw new ConfigError(`--robot ${name} needs --robot-map FILE; \`robots check\` says what is in it`);
      return robotFromUrdf(await readText(name), readRobotMap(await readText(robotMap)));
    }),
  );
}

const readText = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch(error => {
    throw new SourceError(`${file}: cannot be read (${error.code})`, error);
  });
