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
    'DatasetError',
    'FILLED',
    'FINGERS',
    'FINGER_LANDMARKS',
    'HAND_BONES',
    'HAND_LANDMARKS',
    'ListError',
    'MediaError',
    'ModelError',
    'PALM_LANDMARKS',
    'PARTS',
    'RefusedAddressError',
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
    'openFrames',
    'otherSide',
    'placeHands',
    'probe',
    'readDataset',
    'reconstruct',
    'retarget',
    'robotNames',
    'run',
    'segment',
  ],
  types: [
    'ArmMotion',
    'Camera',
    'Capsule',
    'Clip',
    'Config',
    'Demonstration',
    'Finger',
    'FrameState',
    'HandMotion',
    'HumanMotion',
    'JointSpec',
    'LandmarkTrack',
    'LinkPoint',
    'Part',
    'Perception',
    'RgbFrame',
    'RobotArm',
    'RobotHand',
    'RobotModel',
    'RobotTrajectory',
    'RunEvent',
    'RunRequest',
    'RunResult',
    'Side',
    'Vec3',
    'Verdict',
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

test('understudy/retarget exports these names', async () => {
  expect(exportsOf('retarget/index.ts')).toEqual(RETARGET);
  expect(Object.keys(await import('../retarget/index.ts')).sort()).toEqual(RETARGET.values);
});
