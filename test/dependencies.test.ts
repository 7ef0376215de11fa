import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Every package that a user installs with this one, and what it is for. A new one needs its reason here. */
const REASONS: Record<string, string> = {
  '@bull-board/api': 'the dashboard of the queue',
  '@bull-board/fastify': 'serves that dashboard',
  '@electric-sql/pglite': 'PostgreSQL in this process: the embedded queue',
  '@fastify/ajv-compiler': 'checks requests: addresses loosely, bodies by their types',
  '@fastify/helmet': 'security headers',
  '@fastify/rate-limit': 'limits of requests',
  '@fastify/sse': 'events to a page as they happen',
  '@fastify/static': 'files of the studio and downloads, with ranges',
  '@fastify/swagger': 'the OpenAPI document, from the routes themselves',
  '@mcap/core': 'writes MCAP',
  '@mediapipe/face_detection': 'carries the face detector: an ear is no hand',
  '@mediapipe/hands': 'carries the palm and hand networks',
  '@mediapipe/pose': 'carries the person and pose networks',
  '@mediapipe/tasks-vision': 'the reference estimator: MediaPipe’s own graphs',
  'apache-arrow': 'Arrow tables in memory, before they become parquet',
  bullmq: 'the job queue',
  'cli-progress': 'progress bars on a terminal',
  commander: 'commands and flags of the command line',
  'csv-parse': 'lists of inputs in CSV',
  fastify: 'the HTTP server',
  flatbuffers: 'reads TFLite, which is a flatbuffer',
  h5wasm: 'writes and reads HDF5',
  hyparquet: 'reads parquet back, without Arrow',
  ioredis: 'the queue on Redis',
  'ipaddr.js': 'tells public addresses from private ones',
  'node-av': 'FFmpeg as a library: decodes, converts and encodes',
  'onnxruntime-node': 'runs the networks',
  'parquet-wasm': 'writes parquet from Arrow tables',
  pg: 'the queue on a PostgreSQL server',
  pino: 'structured logs',
  'prom-client': 'metrics in Prometheus’s form',
  'proper-lockfile': 'one publication of a dataset, one download of an address at a time',
  protobufjs: 'writes ONNX, which is a protobuf',
  s3mini: 'S3-compatible storage',
  sharp: 'resamples pictures for previews',
  typebox: 'the one configuration schema',
  undici: 'HTTP with a connector that can be guarded',
  'youtubei.js': 'YouTube without an external program',
};

const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  allowScripts: Record<string, boolean>;
};

/** Everything between quotes that may name a package, in what is published. */
const quoted = (folder: string): string[] =>
  readdirSync(path.join(root, folder)).flatMap(name => {
    const file = path.join(folder, name);
    if (statSync(path.join(root, file)).isDirectory()) return quoted(file);
    if (!name.endsWith('.ts')) return [];
    return [...readFileSync(path.join(root, file), 'utf8').matchAll(/'([@a-z][\w@/.-]*)'/g)].map(m => m[1]);
  });

test('the dependencies are those that have a reason here', () => {
  expect(Object.keys(manifest.dependencies).sort()).toEqual(Object.keys(REASONS).sort());
});

test('every dependency is named in the sources', () => {
  const named = ['src', 'retarget', 'models', 'queue', 'workers'].flatMap(quoted);
  const used = (dependency: string) =>
    named.some(word => word === dependency || word.startsWith(`${dependency}/`));
  expect(Object.keys(manifest.dependencies).filter(dependency => !used(dependency))).toEqual([]);
});

test('every version is pinned', () => {
  const loose = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
    ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
  );
  expect(loose).toEqual([]);
});

test('no package runs a script when it is installed: none needs to, and two of them download what is not used', () => {
  const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { hasInstallScript?: boolean }>;
  };
  const scripted = Object.entries(packages)
    .filter(([place, { hasInstallScript }]) => place && hasInstallScript)
    .map(([place]) => place.split('node_modules/').at(-1));
  expect(Object.keys(manifest.allowScripts).sort()).toEqual([...new Set(scripted)].sort());
  expect(new Set(Object.values(manifest.allowScripts))).toEqual(new Set([false]));
});
