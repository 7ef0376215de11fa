/** The Python peers: what is asked of them and what they answer. */
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

export type ObjectiveName = 'vector' | 'position' | 'dexpilot';

/** One line of bench/peers/hands.py. */
export interface PeerResult {
  hand: string;
  objective: ObjectiveName;
  input: 'motion' | 'random';
  /** Joint names and (T, joints) values, those that mimic included. */
  joints: string[];
  q: number[][];
  seconds: number;
  /** Landmarks: (V,) for position, (2, V) else. */
  human: number[] | [number[], number[]];
  links?: string[];
  origins?: string[];
  tasks?: string[];
  scale: number;
  /** Random input only: (T, V, 3) m and the joint values that each solve starts from. */
  targets?: number[][][];
  starts?: Record<string, number>[];
}

/** One core for everybody: the peers inherit it, and so does this process when it has started itself again. */
export function onOneCore(): boolean {
  if (process.env.UNDERSTUDY_BENCH_PINNED || spawnSync('taskset', ['-V']).status !== 0) return true;
  const { status } = spawnSync(
    'taskset',
    ['-c', '0', process.execPath, ...process.execArgv, ...process.argv.slice(1)],
    { stdio: 'inherit', env: { ...process.env, UNDERSTUDY_BENCH_PINNED: '1' } },
  );
  process.exitCode = status ?? 1;
  return false;
}

/** The interpreter with the peers, made on the first call. */
export function peersPython(): string {
  const made = spawnSync('bash', [path.join(root, 'scripts/python-peers.sh')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (made.status !== 0)
    throw new Error('scripts/python-peers.sh could not make the environment of the peers');
  return made.stdout.trim();
}

/** Runs bench/peers/NAME.py and gives its lines as they come; it waits with the next until we ask, so nobody works beside the other. */
export async function* ask<T>(python: string, name: string, job: unknown): AsyncGenerator<T> {
  const threads = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
  const child = spawn(python, [path.join(root, `bench/peers/${name}.py`)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...threads },
  });
  let complaint = '';
  child.stderr.on('data', data => {
    complaint = (complaint + data).slice(-4000);
  });
  const ended = new Promise<number | null>(resolve => child.on('close', resolve));
  child.stdin.write(`${JSON.stringify(job)}\n`);
  try {
    for await (const line of readline.createInterface({ input: child.stdout })) {
      yield JSON.parse(line) as T;
      child.stdin.write('\n');
    }
  } finally {
    child.stdin.end();
  }
  const code = await ended;
  if (code !== 0) throw new Error(`bench/peers/${name}.py ended with ${code}: ${complaint}`);
}
