/** One contender: a process that says when it starts and ends, watched from outside. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

export interface Measurement {
  framesPerS: number;
  /** Processor time of all its processes, ms per frame. */
  cpuMsPerFrame: number;
  /** Largest sum of its processes' resident memory, MB. */
  peakMb: number;
  frames: number;
  /** Share of the frames with both hands, and with a body. */
  both: number;
  body: number;
}

const SAMPLE_EVERY_MS = 100;
/** Linux counts processor time in hundredths of a second for programs (USER_HZ). */
const TICK_MS = 10;
const PAGE_MB = 4096 / 2 ** 20;

/** @throws Error with the last line that the process wrote to its standard error, when it fails. */
export async function measure(command: string, words: readonly string[]): Promise<Measurement> {
  const child = spawn(command, words, { stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', chunk => {
    complaint = (complaint + chunk).slice(-4000);
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', code =>
      code === 0 ? resolve() : reject(new Error(complaint.trim().split('\n').at(-1) || `exit code ${code}`)),
    );
  });
  ended.catch(() => {});
  let peakMb = 0;
  const sampler = setInterval(() => {
    peakMb = Math.max(peakMb, usage(child.pid!).residentMb);
  }, SAMPLE_EVERY_MS);
  try {
    let [startedAt, cpuBefore] = [0, 0];
    let measured: Measurement | null = null;
    for await (const text of createInterface(child.stdout)) {
      const line = JSON.parse(text) as { at: string; frames: number; both: number; body: number };
      const { cpuMs, residentMb } = usage(child.pid!);
      if (line.at === 'start') [startedAt, cpuBefore] = [performance.now(), cpuMs];
      if (line.at !== 'end') continue;
      const seconds = (performance.now() - startedAt) / 1000;
      const { frames } = line;
      measured = {
        framesPerS: frames / seconds,
        cpuMsPerFrame: (cpuMs - cpuBefore) / frames,
        peakMb: Math.max(peakMb, residentMb),
        frames,
        both: line.both / frames,
        body: line.body / frames,
      };
      child.stdin.end();
    }
    await ended;
    if (!measured) throw new Error('it ended without a result');
    return measured;
  } finally {
    clearInterval(sampler);
    child.kill('SIGKILL');
  }
}

interface Stat {
  parent: number;
  cpuMs: number;
  residentMb: number;
}

/** Of a process and all below it that still live: proc_pid_stat(5). */
function usage(root: number): { cpuMs: number; residentMb: number } {
  const stats = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = statOf(name);
    if (stat) stats.set(Number(name), stat);
  }
  const below = (pid: number): boolean =>
    pid === root || (stats.has(pid) && stats.get(pid)!.parent > 1 && below(stats.get(pid)!.parent));
  const sum = { cpuMs: 0, residentMb: 0 };
  for (const [pid, { cpuMs, residentMb }] of stats) {
    if (!below(pid)) continue;
    sum.cpuMs += cpuMs;
    sum.residentMb += residentMb;
  }
  return sum;
}

function statOf(pid: string): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold spaces; the state is the first field after it.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent, user, system, pages] = [fields[1], fields[11], fields[12], fields[21]];
    return { parent, cpuMs: (user + system) * TICK_MS, residentMb: pages * PAGE_MB };
  } catch {
    // It has ended in the meantime.
    return null;
  }
}
