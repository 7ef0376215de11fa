/** Runs the command line as a user would: in a process of its own, from source. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const SAMPLE = path.join(ROOT, 'examples/sample/pick.mp4');

export interface Outcome {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Started {
  kill: (signal: NodeJS.Signals) => void;
  done: Promise<Outcome>;
}

/** @param onLine called for every line of stdout as it comes */
export function start(
  words: readonly string[],
  env: Record<string, string>,
  onLine: (line: string) => void = () => undefined,
): Started {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(ROOT, 'src/cli/main.ts'), ...words], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr, rest] = ['', '', ''];
  child.stdout.on('data', chunk => {
    stdout += chunk;
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
  });
  child.stderr.on('data', chunk => {
    stderr += chunk;
  });
  return {
    kill: signal => child.kill(signal),
    done: new Promise(resolve => {
      child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
    }),
  };
}

export const understudy = (words: readonly string[], env: Record<string, string> = {}): Promise<Outcome> =>
  start(words, env).done;
