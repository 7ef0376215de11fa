/** The public API: the whole run, and every room by itself. */

export { loadEstimator } from '../models/estimators/registry.ts';
export { robotFromUrdf } from '../models/robots/custom.ts';
export { loadRobot, robotNames } from '../models/robots/registry.ts';
export { type RobotMap, readRobotMap } from '../models/robots/robot-map.ts';
export { retarget } from '../retarget/index.ts';
export { type Config, loadConfig } from './config.ts';
export * from './core/errors.ts';
export type * from './core/robot.ts';
export * from './core/skeletons.ts';
export * from './core/types.ts';
export * from './dataset/open.ts';
export { readDataset } from './dataset/read.ts';
export { type Condition, parseWhere } from './dataset/where.ts';
export { type Reconstruction, reconstruct, reconstructPerson } from './motion/reconstruct.ts';
export { segment } from './motion/segment.ts';
export { judge } from './quality/gates.ts';
export { type EpisodeToScore, type Quality, qualityOf } from './quality/score.ts';
export { type RunEvent, type RunRequest, type RunResult, run } from './run.ts';
export { expandInputs } from './sources/resolve.ts';
export { openFrames } from './video/frames.ts';
export { probe } from './video/probe.ts';
