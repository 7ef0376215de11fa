import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const CORE = 'src/core';
const WORK_ROOMS = [
  'retarget',
  'models',
  'src/sources',
  'src/video',
  'src/motion',
  'src/quality',
  'src/dataset',
  'src/store',
  'src/preview',
];

/** The room table of docs/architecture.md: what each room may import besides itself. */
const MAY_IMPORT: Record<string, string[]> = {
  'src/core': [],
  'src/config.ts': [CORE],
  ...Object.fromEntries(WORK_ROOMS.map(room => [room, [CORE]])),
  'src/motion': [CORE, 'retarget'],
  'src/dataset': [CORE, 'src/video'],
  'src/quality': [CORE, 'retarget', 'src/motion'],
  'src/stages': [CORE, 'src/config.ts', 'src/version.ts', ...WORK_ROOMS],
  queue: [CORE, 'src/config.ts'],
  workers: [CORE, 'src/config.ts', 'src/version.ts', ...WORK_ROOMS, 'src/stages', 'queue'],
  'src/server': [CORE, 'src/config.ts', 'src/version.ts', 'src/store', 'src/sources', 'src/dataset', 'queue'],
  'src/client': [CORE, 'queue'],
  'src/studio': [CORE, 'retarget', 'models/robots', 'src/client', 'src/dataset/reader'],
  'src/version.ts': [],
  'src/run.ts': [CORE, 'src/config.ts', 'src/version.ts', ...WORK_ROOMS, 'src/stages'],
  'src/cli': [
    CORE,
    'src/config.ts',
    'src/version.ts',
    'src/run.ts',
    ...WORK_ROOMS,
    'src/stages',
    'queue',
    'workers',
    'src/server',
    'src/client',
  ],
  'src/index.ts': [CORE, 'src/config.ts', 'src/run.ts', ...WORK_ROOMS, 'src/stages', 'src/client'],
};

const filesBelow = (folder: string): string[] =>
  readdirSync(path.join(root, folder)).flatMap(name => {
    const file = path.join(folder, name);
    return statSync(path.join(root, file)).isDirectory()
      ? filesBelow(file)
      : file.endsWith('.ts')
        ? [file]
        : [];
  });
const roomOf = (file: string) =>
  Object.keys(MAY_IMPORT).find(room => file === room || file.startsWith(`${room}/`));
const importsOf = (file: string) =>
  [...readFileSync(path.join(root, file), 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
    match => match[1],
  );
const sources = ['src', 'retarget', 'models', 'queue', 'workers'].flatMap(filesBelow);

test('every source file stands in a room', () => {
  expect(sources.filter(file => !roomOf(file))).toEqual([]);
});

test('rooms import only what the room table allows', () => {
  const offending = sources.flatMap(file => {
    const room = roomOf(file)!;
    return importsOf(file)
      .filter(target => target.startsWith('.'))
      .map(target => path.join(path.dirname(file), target))
      .filter(
        target =>
          roomOf(target) !== room &&
          !MAY_IMPORT[room].some(may => target === may || target.startsWith(`${may}/`)),
      )
      .map(target => `${file} imports ${target}`);
  });
  expect(offending).toEqual([]);
});

test('the pure rooms import no Node module and no package', () => {
  const pure = sources.filter(file => /^(src\/core|retarget|src\/motion|src\/quality)\//.test(file));
  expect(
    pure.flatMap(file =>
      importsOf(file)
        .filter(target => !target.startsWith('.'))
        .map(target => `${file} imports ${target}`),
    ),
  ).toEqual([]);
});

test('only src/config.ts reads the environment', () => {
  expect(
    sources.filter(
      file => file !== 'src/config.ts' && /process\.env/.test(readFileSync(path.join(root, file), 'utf8')),
    ),
  ).toEqual([]);
});
