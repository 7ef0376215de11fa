/** The Python environments of scripts/python-interop.sh, and what to do where they are missing. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { clips } from '../clips.ts';

const cache = process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache');
const python = process.env.UNDERSTUDY_PYTHON ?? path.join(cache, 'understudy/python-interop/bin/python');
/** The LeRobot that reads v2.1: goes before the other on PYTHONPATH. */
export const lerobotV21 = path.join(path.dirname(path.dirname(python)), 'lerobot-v2.1');
/** Datasets that other recorders made. */
export const formats = path.join(clips, '../formats');
export const missing = [python, lerobotV21, formats].filter(file => !existsSync(file));

/** Fails, instead of skipping, where everything is required. */
export function requireAll(): void {
  if (process.env.UNDERSTUDY_REQUIRE_ALL !== '1') return;
  test('the Python of scripts/python-interop.sh and the reference datasets are there', () => {
    expect(missing).toEqual([]);
  });
}

/** Run a script of this folder; returns the JSON object that is its last line. */
export async function runPython(
  script: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Record<string, unknown>> {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const { stdout } = await promisify(execFile)(python, ['-W', 'ignore', file, ...words], {
    env: { ...process.env, OMP_NUM_THREADS: '1', ...env },
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}
