// Makes a fresh clone ready with nothing but Node and npm: installs from the lock when node_modules is
// missing or older than the lock, and builds dist/ when a source is newer than the last build.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const at = name => path.join(root, name);
const modified = file => (existsSync(file) ? statSync(file).mtimeMs : 0);
const newest = folder =>
  readdirSync(folder, { withFileTypes: true }).reduce((latest, entry) => {
    const file = path.join(folder, entry.name);
    return Math.max(latest, entry.isDirectory() ? newest(file) : modified(file));
  }, 0);
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 20)) {
  console.error(`understudy needs Node 20.20 or newer; this is ${process.version}`);
  process.exit(1);
}
const npm = (...words) =>
  execFileSync(process.platform === 'win32' ? 'npm.cmd' : 'npm', words, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    // What `allowScripts` in package.json says, for versions of npm that do not know it: neither a CUDA library nor an
    // ffmpeg program is downloaded.
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip', SKIP_FFMPEG: 'true' },
    shell: process.platform === 'win32',
  });

const installed = at('node_modules/.package-lock.json');
if (modified(installed) < modified(at('package-lock.json'))) {
  console.error('understudy: installing packages (npm ci) …');
  npm('ci', '--ignore-scripts=false');
  utimesSync(installed, new Date(), new Date());
}
const built = at('dist/.built');
if (
  modified(built) <
  Math.max(
    ...['src', 'retarget', 'models', 'queue', 'workers'].map(folder => newest(at(folder))),
    ...['tsconfig.json', 'vite.config.ts'].map(file => modified(at(file))),
  )
) {
  console.error('understudy: building …');
  npm('run', '--silent', 'build');
}
