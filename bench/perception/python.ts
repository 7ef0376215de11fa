/** The Python environment of scripts/python-peers.sh, if it is there with what is needed. */
import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import path from 'node:path';

/** @returns its interpreter, or null when a module is missing; nothing is installed */
export function pythonWith(modules: readonly string[]): string | null {
  const cache = process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache');
  const home = process.env.UNDERSTUDY_PEERS || path.join(cache, 'understudy', 'python-peers');
  const interpreter = path.join(home, 'bin', 'python');
  const { status } = spawnSync(interpreter, ['-c', `import ${modules.join(', ')}`], { stdio: 'ignore' });
  return status === 0 ? interpreter : null;
}
