/** What others may rely on. A name that comes or goes changes this file, and CHANGELOG.md. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

const UNDERSTUDY = {
  values: [
    'ABSENT',
    'BODY',
    'BODY_BONES',
    'BODY_LANDMARKS',
    'ConfigError',
    'ConflictError',
    'DatasetError',
    'FILLED',
    'FINGERS',
    'FINGERTIPS',
    'FINGER_LANDMARKS',
    'HAND_BONES',
    'HAND_LANDMARKS',
    'ListError',
    'MIDDLE_KNUCKLE',
    'MediaError',
    'ModelError',
    'PALM_LANDMARKS',
    'PARTS',
    'PolicyError',
    'QueueError',
    'RefusedAddressError',
    'ReplacedError',
    'RobotError',
    'SEEN',
    'SIDES',
    'STATUS_FILLED',
    'STATUS_HELD',
    'STATUS_NAMES',
    'STATUS_OK',
    'STATUS_UNREACHABLE',
    'SourceError',
    'SourceUnavailableError',
    'StoreError',
    'UnderstudyError',
    'UnknownNameError',
    'WRIST',
    'expandInputs',
    'isUnderstudyError',
    'judge',
    'loadConfig',
    'loadEstimator',
    'loadRobot',
    'openDataset',
    'openFrames',
    'otherSide',
    'parseWhere',
    'probe',
    'qualityOf',
    'readDataset',
    'readRobotMap',
    'reconstruct',
    'reconstructPerson',
    'retarget',
    'robotFromUrdf',
    'robotNames',
    'run',
    'segment',
  ],
  types: [
    'ArmMotion',
    'Camera',
    'Capsule',
    'Clip',
    'Condition',
    'Config',
    'Dataset',
    'DatasetEpisode',
    'DatasetFeature',
    'DatasetFrame',
    'DatasetInfo',
    'DatasetStats',
    'DeltaTimestamps',
    'Demonstration',
    'EpisodeColumn',
    'EpisodeToScore',
    'Finger',
    'FrameRequest',
    'FrameState',
    'HandMotion',
    'HumanMotion',
    'JointSpec',
    'LandmarkTrack',
    'LinkPoint',
    'Part',
    'Perception',
    'Quality',
    'Reconstruction',
    'RgbFrame',
    'RobotArm',
    'RobotHand',
    'RobotMap',
    'RobotModel',
    'RobotTrajectory',
    'RunEvent',
    'RunRequest',
    'RunResult',
    'Shot',
    'Side',
    'Vec3',
    'Verdict',
    'VideoLocation',
    'View',
  ],
};
const RETARGET = {
  values: [
    'addPointJacobian',
    'approach',
    'capsulePairs',
    'collisionDepth',
    'collisionResidual',
    'createApproach',
    'createState',
    'createTree',
    'dofsMoving',
    'exceedsSpeed',
    'following',
    'forward',
    'lagFrames',
    'limitSpeed',
    'limitUse',
    'orientationResidual',
    'pinchAgreement',
    'pointPosition',
    'positionResidual',
    'retarget',
    'rmsJerk',
    'solve',
    'solveInWindows',
    'spectralArcLength',
    'speedOf',
    'trajectoryMetrics',
    'treePoint',
    'vectorResidual',
  ],
  types: [
    'ArmMetrics',
    'CapsulePair',
    'Following',
    'HandMetrics',
    'KinematicTree',
    'PinchAgreement',
    'Problem',
    'Residual',
    'ResidualOptions',
    'Solution',
    'SolveOptions',
    'Spread',
    'TrajectoryMetrics',
    'TreePoint',
    'TreeState',
  ],
};

const CLIENT = {
  values: ['ProblemError', 'connect'],
  types: [
    'Batch',
    'BatchItem',
    'BatchRequest',
    'BatchSettings',
    'Client',
    'ConnectOptions',
    'CorpusDiversity',
    'DatasetBuild',
    'EpisodePage',
    'EpisodeQuery',
    'EpisodeRecord',
    'EventMessage',
    'FileEntry',
    'Job',
    'JobEvent',
    'JobState',
    'ListText',
    'ListType',
    'Page',
    'PageRequest',
    'Problem',
    'Review',
    'ReviewedEpisode',
    'RobotEntry',
    'Session',
    'Submission',
    'Submitted',
    'TrajectoryJson',
    'Verdict',
  ],
};

/** Names that a module exports, those of `export * from` included: values, and types. */
function exportsOf(file: string, typesOnly = false): { values: string[]; types: string[] } {
  const text = readFileSync(path.join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  const found = { values: [] as string[], types: [] as string[] };
  const add = (name: string, isType: boolean) => {
    if (isType) found.types.push(name);
    else if (!typesOnly) found.values.push(name);
  };
  for (const [, type, names] of text.matchAll(/^export (type )?\{([^}]*)\}/gm))
    for (const word of names.split(',').map(name => name.trim()))
      if (word) add(word.replace(/^type /, ''), Boolean(type) || word.startsWith('type '));
  for (const [, kind, name] of text.matchAll(
    /^export (?:async )?(const|function|class|interface|type) (\w+)/gm,
  ))
    add(name, kind === 'interface' || kind === 'type');
  for (const [, type, target] of text.matchAll(/^export (type )?\* from '([^']+)'/gm)) {
    const inner = exportsOf(path.join(path.dirname(file), target), typesOnly || Boolean(type));
    found.values.push(...inner.values);
    found.types.push(...inner.types);
  }
  return { values: found.values.sort(), types: found.types.sort() };
}

test('understudy exports these names', async () => {
  expect(exportsOf('src/index.ts')).toEqual(UNDERSTUDY);
  expect(Object.keys(await import('../src/index.ts')).sort()).toEqual(UNDERSTUDY.values);
});

test('understudy/client exports these names', async () => {
  expect(exportsOf('src/client/index.ts')).toEqual(CLIENT);
  expect(Object.keys(await import('../src/client/index.ts')).sort()).toEqual(CLIENT.values);
});

test('understudy/retarget exports these names', async () => {
  expect(exportsOf('retarget/index.ts')).toEqual(RETARGET);
  expect(Object.keys(await import('../retarget/index.ts')).sort()).toEqual(RETARGET.values);
});

test('understudy/dataset exports openDataset, in Node and in a browser, with the same types', async () => {
  const [node, browser] = [exportsOf('src/dataset/open.ts'), exportsOf('src/dataset/browser.ts')];
  expect(node).toEqual(browser);
  expect(node.values).toEqual(['openDataset']);
  expect(Object.keys(await import('../src/dataset/browser.ts'))).toEqual(['openDataset']);
});
